"""Every list of operations that the book ships, run in Node beside PyTorch."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from tests.lesson.graphs_in_torch import assert_agrees, run
from tests.script.node import Node
from tests.site.built import lab_data, labs

KINDS = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """Start Node once."""
    process = Node()
    yield process
    process.close()


def inputs_for(graph: dict, sample: list[list[float]]) -> Iterator[list[torch.Tensor]]:
    """Yield the sample, others like it, and extreme ones: huge, tiny, all the same."""
    rng = np.random.default_rng(0)

    def tensor(numbers: np.ndarray, put: dict) -> torch.Tensor:
        return torch.tensor(numbers).to(KINDS[put["kind"]]).reshape(put["shape"])

    def tensors(change) -> list[torch.Tensor]:
        mixed = [rng.permutation(numbers) for numbers in sample]
        return [
            tensor(change(x) if put["kind"] == "float32" else x, put)
            for x, put in zip(mixed, graph["inputs"], strict=True)
        ]

    yield list(map(tensor, map(np.array, sample), graph["inputs"]))
    yield tensors(lambda x: x)
    yield tensors(lambda x: rng.normal(size=x.shape))
    yield tensors(lambda x: 1e4 * rng.normal(size=x.shape))
    yield tensors(lambda x: 1e-6 * rng.normal(size=x.shape))
    yield tensors(np.ones_like)
    yield tensors(np.zeros_like)


def shipped() -> Iterator[tuple[str, str]]:
    """Yield the lab and the options of each graph."""
    for _, name in labs():
        for options, graph in lab_data(name)["graphs"].items():
            if "error" not in graph:
                yield name, options


@pytest.mark.parametrize(("name", "options"), list(shipped()))
def test_the_page_computes_what_pytorch_computes(node, name, options):
    data = lab_data(name)
    graph, constants = data["graphs"][options], data["constants"]
    named = {key: constants[place] for key, place in graph["constants"].items()}
    sample = next(iter(data["samples"].values()))
    for inputs in inputs_for(graph, sample):
        expected = run(graph, constants, inputs)
        found = node.run(graph | {"constants": named}, inputs)
        assert found.keys() == expected.keys()
        true = run(graph, constants, inputs, real=torch.float64)
        for key, tensor in expected.items():
            assert found[key].shape == tensor.shape
            assert_agrees(found[key], tensor, true[key], key)
