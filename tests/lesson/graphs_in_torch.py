"""Lists of operations (textbook.lesson.graphs), run by PyTorch itself: an oracle."""

import base64
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from textbook.lesson.graphs import KINDS, Graph

DTYPES = {kind: dtype for dtype, kind in KINDS.items()}
STORED = {"float32": "f4", "float16": "f2", "int64": "f8", "bool": "?"}


def run(
    graph: Graph, constants: dict | list, inputs: Iterable, real=torch.float32
) -> dict:
    """Return the tensors that a graph gives, by their names.

    constants: those of the graph itself, or the list of a lab that it points into.
    inputs: tensors, or their numbers in order. real: what stands for float32.
    """
    dtypes, held = DTYPES | {"float32": real}, graph["constants"].items()

    def wide(array: torch.Tensor) -> torch.Tensor:
        return array.to(real) if array.is_floating_point() else array

    values = {
        name: wide(unpacked(constants[name if isinstance(constants, dict) else place]))
        for name, place in held
    }
    for i, (given, put) in enumerate(zip(inputs, graph["inputs"], strict=True)):
        array = torch.as_tensor(given, dtype=DTYPES[put["kind"]])
        values[f"x{i}"] = wide(array).reshape(put["shape"])
    for name, operation, arguments, *kind in graph["nodes"]:
        dtype = dtypes[kind[0] if kind else "float32"]
        values[name] = apply(operation, [meant(a, values) for a in arguments], dtype)
        assert values[name].dtype == dtype, (name, operation, values[name].dtype)
    return {name: values[node] for name, node in graph["outputs"].items()}


def assert_agrees(found: torch.Tensor, of_float32, of_float64, name: str) -> None:
    """Hold that a result is PyTorch's to 1e-5, or as near to the truth as PyTorch's is.

    of_float32, of_float64: what PyTorch gives. Where numbers cancel, float32 itself is
    farther off, and so may be the page.
    """
    found, expected, true = (x.double() for x in (found, of_float32, of_float64))
    size = expected[expected.isfinite()].abs()
    room = 1e-5 * max(1.0, size.max().item() if size.numel() else 0.0)
    own = (expected - true).abs().nan_to_num(0, 0, 0)
    off = (found - expected).abs()
    same = (found == expected) | (found.isnan() & expected.isnan())
    bad = ~same & ~(off <= room + 4 * own.max() if own.numel() else off <= room)
    assert not bad.any(), (name, found[bad][:3], expected[bad][:3], true[bad][:3])


def unpacked(constant: dict[str, Any]) -> torch.Tensor:
    """Return the array of a constant."""
    kind, numbers = constant["kind"], base64.b64decode(constant["numbers"])
    array = torch.tensor(np.frombuffer(numbers, STORED[kind]).copy())
    return array.to(DTYPES.get(kind, torch.float32)).reshape(constant["shape"])


def meant(argument: Any, values: dict[str, torch.Tensor]) -> Any:
    """Return an argument: arrays stand by their names, infinities as texts."""
    if isinstance(argument, list):
        return [meant(each, values) for each in argument]
    if isinstance(argument, str):
        return values[argument] if argument in values else float(argument)
    return argument


def apply(operation: str, arguments: list, dtype: torch.dtype | None) -> torch.Tensor:
    """Apply that overload of torch.ops.aten which takes the arguments."""
    if operation == "view":  # before which PyTorch's own would need a copy
        return torch.reshape(*arguments)
    packet, refused = getattr(torch.ops.aten, operation), []
    for overload in (getattr(packet, name) for name in packet.overloads()):
        takes = [each.name for each in overload._schema.arguments]
        if "out" in takes or len(arguments) > len(takes):
            continue
        given = {n: a for n, a in zip(takes, arguments, strict=False) if a is not None}
        try:
            return overload(
                **given, **({"dtype": dtype} if dtype and "dtype" in takes else {})
            )
        except (RuntimeError, TypeError) as error:
            refused.append(error)
    raise ValueError(f"{operation} takes no {arguments}: {refused}")
