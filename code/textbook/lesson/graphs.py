"""A function of the kernels as a list of array operations, which a page can run.

`graph(f, x)` lets torch.export follow f on the arrays x and keeps what it did: which
operation of PyTorch's core set, on which arrays. labs/operations.js runs such lists.
The list holds for arrays of these shapes, and for the Python values that f used. Not
here: shapes that vary, loops that depend on numbers, gradients.
"""

import base64
import math
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch.export import ExportedProgram, export
from torch.export.graph_signature import InputKind
from torch.fx import Node

# What labs/operations.js knows, by the names of torch.ops.aten.
OPERATIONS = frozenset(
    {
        *("_to_copy", "abs", "add", "amax", "amin", "arange", "bitwise_and", "bmm"),
        *("cat", "clamp", "copy", "cos", "cumsum", "div", "eq", "exp", "expand"),
        *("floor", "full", "full_like", "ge", "gt", "index", "index_select", "le"),
        *("linalg_vector_norm", "log", "log1p", "lt", "maximum", "mean", "mm", "mul"),
        *("neg", "permute", "pow", "relu", "remainder", "scalar_tensor", "select"),
        *("sin", "slice", "sqrt", "sub", "sum", "unfold", "unsqueeze", "view", "where"),
    }
)
# Operations that change no number and no shape.
NOTHING = frozenset({"_assert_tensor_metadata", "alias", "clone"})
KINDS = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}
# Arguments that say where a result is kept; its dtype stands in the list anyway.
WHERE_KEPT = frozenset({"dtype", "layout", "device", "pin_memory", "memory_format"})

Graph = dict[str, Any]


def graph(function: Callable, *examples: torch.Tensor, half: bool = False) -> Graph:
    """Return what `function` does to arrays such as the examples, as a list.

    function: takes tensors, returns a dict of tensors. half: keep its weights as
    float16. The result holds `inputs`, a `shape` and a `kind` each;
    `constants`, name to `shape`, `kind` and `numbers`, base64 of their bytes; `nodes`,
    each its name, its operation, the arguments in the order of PyTorch's schema, an
    array by its name, and its kind where it isn't float32; `outputs`, name to the name
    of a node. Raises ValueError for a result that is no dict of tensors, an operation
    or a dtype that the page doesn't know.

    >>> list_of = graph(lambda x: {"y": x.exp() + 1}, torch.zeros(2))
    >>> list_of["nodes"], list_of["outputs"]
    ([['exp', 'exp', ['x0']], ['add', 'add', ['exp', 1]]], {'y': 'add'})
    """
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, of its own future
        warnings.filterwarnings("ignore", ".*requires gradient")  # trained weights
        results = function(*examples)
        _check_results(function, results)
        # Copies: an array that is given twice would be taken for one input.
        inputs = tuple(x.clone() for x in examples)
        exported = export(_Module(function), inputs).run_decompositions()
    nodes = [node for node in exported.graph.nodes if node.op == "call_function"]
    _check_operations(function, nodes)
    names: dict[Node, str] = {}
    read, constants = _read(exported, names, half)
    steps = list(filter(None, (_step(node, names) for node in nodes)))
    returned = exported.graph.output_node().args[0]
    outputs = dict(zip(results, (names[node] for node in returned), strict=True))
    return dict(inputs=read, constants=constants, nodes=steps, outputs=outputs)


class _Module(torch.nn.Module):
    """What torch.export takes: a function in a module's clothes."""

    def __init__(self, function: Callable) -> None:
        super().__init__()
        self.function = function

    def forward(self, *arrays: torch.Tensor) -> dict[str, torch.Tensor]:
        return self.function(*arrays)


def _name(function: Callable) -> str:
    return getattr(function, "__name__", str(function))


def _check_results(function: Callable, results: Any) -> None:
    """Raise ValueError unless a function gives a dict of tensors."""
    if not isinstance(results, dict) or not all(
        isinstance(name, str) and isinstance(result, torch.Tensor)
        for name, result in results.items()
    ):
        raise ValueError(
            f"{_name(function)} must return a dict of tensors by their names, "
            f"got {type(results).__name__}"
        )


def _check_operations(function: Callable, nodes: list[Node]) -> None:
    """Raise ValueError for an operation that the page doesn't know."""
    for node in nodes:
        if _operation(node) not in OPERATIONS | NOTHING:
            raise ValueError(
                f"the page knows no operation {_operation(node)}, which "
                f"{_name(function)} uses; it knows {', '.join(sorted(OPERATIONS))}"
            )


def _operation(node: Node) -> str:
    return node.target.overloadpacket.__name__


def _read(exported: ExportedProgram, names: dict[Node, str], half: bool) -> tuple:
    """Return the inputs and the constants, and name their nodes."""
    inputs, constants, held = [], {}, exported.constants | exported.state_dict
    for node, spec in zip(
        exported.graph.find_nodes(op="placeholder"),
        exported.graph_signature.input_specs,
        strict=True,
    ):
        if spec.kind == InputKind.USER_INPUT:
            names[node] = f"x{len(inputs)}"
            inputs.append({"shape": list(node.meta["val"].shape), "kind": _kind(node)})
        else:
            names[node] = f"c{len(constants)}"
            constants[names[node]] = _packed(held[spec.target].detach(), half)
    return inputs, constants


def _step(node: Node, names: dict[Node, str]) -> list | None:
    """Return a node as the list has it, and name it; None if it changes nothing."""
    if _operation(node) in NOTHING:
        names[node] = names[node.args[0]]
        return None
    names[node], kind = node.name, _kind(node)
    step = [node.name, _operation(node), _arguments(node, names)]
    return step if kind == "float32" else [*step, kind]


def _kind(node: Node) -> str:
    """Return the dtype of an array, as the page has it."""
    dtype = node.meta["val"].dtype
    if dtype not in KINDS:
        raise ValueError(
            f"the page computes with {', '.join(KINDS.values())}, "
            f"but {node.name} is of {dtype}"
        )
    return KINDS[dtype]


def _arguments(node: Node, names: dict[Node, str]) -> list:
    """Return the arguments in the order of the operation's schema.

    An array is told by its name; no other argument is a text.
    """
    arguments, missing = [_told(value, names) for value in node.args], []
    for argument in node.target._schema.arguments[len(node.args) :]:
        if argument.name in node.kwargs and argument.name not in WHERE_KEPT:
            arguments += [*missing, _told(node.kwargs[argument.name], names)]
            missing = []
        else:
            missing.append(None)
    return arguments


def _told(value: Any, names: dict[Node, str]) -> Any:
    """Return an argument as JSON takes it, which knows no infinity."""
    match value:
        case Node():
            return names[value]
        case list() | tuple():
            return [_told(each, names) for each in value]
        case float() if not math.isfinite(value):
            return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
        case bool() | int() | float() | None:
            return value
    raise ValueError(f"no argument of an operation can be {value!r}")


def _packed(array: torch.Tensor, half: bool) -> dict[str, Any]:
    """Return a constant, its numbers as text."""
    kind, array = KINDS.get(array.dtype), array.contiguous()
    if not kind:
        raise ValueError(
            f"the page computes with {', '.join(KINDS.values())}, not {array.dtype}"
        )
    if kind == "int64":
        array = array.double()  # JavaScript's numbers are exact up to 2**53
    elif kind == "float32" and half:
        kind, array = "float16", array.half()
    numbers = base64.b64encode(array.numpy().tobytes()).decode()
    return {"shape": list(array.shape), "kind": kind, "numbers": numbers}
