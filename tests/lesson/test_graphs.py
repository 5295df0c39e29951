"""Lists of operations: what they hold, and what can't be one."""

import pytest
import torch
from textbook.attention import softmax
from textbook.lesson.graphs import OPERATIONS, graph

from tests.lesson.graphs_in_torch import run, unpacked

X = torch.tensor([2.0, 1.0, 0.0])


def names(made):
    return [operation for _, operation, *_ in made["nodes"]]


def test_a_kernel_becomes_the_operations_of_its_equation():
    made = graph(lambda x: {"q": softmax(x)}, X)
    guard = {"eq", "full_like", "where"}  # of rows that are -inf throughout
    equation = [name for name in names(made) if name not in guard]
    assert equation == ["amax", "sub", "exp", "sum", "div"]
    found = run(made, made["constants"], [X])
    torch.testing.assert_close(found["q"], torch.softmax(X, 0))


def test_the_list_holds_for_other_numbers_of_this_shape():
    made = graph(lambda x: {"y": x.exp() + x}, X)
    turned = X.flip(0)
    assert torch.equal(run(made, {}, [turned.tolist()])["y"], turned.exp() + turned)


def test_results_keep_their_names_and_their_order():
    made = graph(lambda x: {"z": x + 1, "a": x, "m": x * 2, "twice": x * 2}, X)
    assert list(made["outputs"]) == ["z", "a", "m", "twice"]
    found = run(made, {}, [X])
    assert [found[name][0].item() for name in found] == [3, 2, 4, 4]


def test_inputs_have_a_shape_and_a_kind():
    letters = torch.tensor([[1, 2]])
    made = graph(lambda x, at, b: {"y": x[at], "b": b}, X, letters, X > 1)
    assert made["inputs"] == [
        {"shape": [3], "kind": "float32"},
        {"shape": [1, 2], "kind": "int64"},
        {"shape": [3], "kind": "bool"},
    ]
    assert run(made, {}, [X, [0, 1], X > 1])["y"].tolist() == [[2.0, 1.0]]


@pytest.mark.parametrize("half", [False, True])
def test_constants_of_each_kind_come_through(half):
    held = {
        "float": torch.tensor([[0.1, -1e-7], [3e4, -0.0]]).T,  # not in order
        "odd": torch.tensor([torch.inf, -torch.inf, torch.nan, 6e-8]),
        "int": torch.tensor([-1, 2**40]),
        "bool": torch.tensor([True, False]),
        "learned": torch.nn.Parameter(torch.tensor([0.25])),
    }
    made = graph(lambda x: held, X, half=half)
    kinds = {made["constants"][node]["kind"] for node in made["outputs"].values()}
    assert kinds == {"float16" if half else "float32", "int64", "bool"}
    for name, found in run(made, made["constants"], [X]).items():
        kept = held[name].detach()
        kept = kept.half().float() if half and kept.is_floating_point() else kept
        torch.testing.assert_close(found, kept, rtol=0, atol=0, equal_nan=True)


def test_a_constant_that_is_used_twice_is_held_once():
    weights = torch.ones(3)
    made = graph(lambda x: {"y": x * weights + weights}, X)
    assert list(made["constants"]) == ["c0"]
    assert torch.equal(unpacked(made["constants"]["c0"]), weights)


def test_python_values_stand_in_the_list():
    def f(x):
        masked = torch.where(x > 0.5, x, -torch.inf)
        return {"y": torch.add(masked, x, alpha=2), "z": x.clamp(max=1.5)}

    made = graph(f, X)
    steps = {operation: step for step in made["nodes"] for operation in step[1:2]}
    assert steps["gt"] == ["gt", "gt", ["x0", 0.5], "bool"]
    assert steps["scalar_tensor"][2] == ["-Infinity"]
    assert steps["add"][2] == ["where", "x0", 2]
    assert steps["clamp"][2] == ["x0", None, 1.5]
    found = run(made, {}, [X])
    assert all(torch.equal(found[name], each) for name, each in f(X).items())


def test_what_changes_nothing_is_left_out():
    made = graph(lambda x: {"y": x.clone().detach() + 0 * x.contiguous()}, X)
    assert set(names(made)) <= OPERATIONS
    assert "clone" not in names(made)


def test_no_gradient_is_followed():
    weights = torch.ones(3, requires_grad=True)
    made = graph(lambda x: {"y": x * weights}, X)
    assert names(made) == ["mul"]


def gives_a_tensor(x):
    return x


def gives_numbers(x):
    return {"y": 1.0}


def names_by_numbers(x):
    return {1: x}


@pytest.mark.parametrize(
    ("function", "came"),
    [(gives_a_tensor, "Tensor"), (gives_numbers, "dict"), (names_by_numbers, "dict")],
)
def test_a_result_is_a_dict_of_tensors(function, came):
    wanted = f"{function.__name__} must return a dict of tensors.*got {came}"
    with pytest.raises(ValueError, match=wanted):
        graph(function, X)


def test_an_operation_that_the_page_lacks_is_named():
    def sorts(x):
        return {"y": torch.sort(x).values}

    with pytest.raises(ValueError, match="no operation sort, which sorts uses; it"):
        graph(sorts, X)


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (lambda x: {"y": x.double() + 1}, "float32, int64, bool.*of torch.float64"),
        (
            lambda x: {"y": x * torch.ones(3).double()},
            "torch.float64",
        ),
        (lambda x: {"y": x + torch.ones(3).half()}, "of torch.float16"),
        (lambda x: {"y": torch.div(x, 2, rounding_mode="floor")}, "can be 'floor'"),
    ],
)
def test_what_the_page_cannot_keep_is_told(function, complaint):
    with pytest.raises(ValueError, match=complaint):
        graph(function, X)


def test_an_input_of_float64_is_turned_down():
    with pytest.raises(ValueError, match="computes with float32, int64, bool"):
        graph(lambda x: {"y": x + 1}, X.double())


def test_an_array_that_is_given_twice_is_two_inputs():
    x = torch.ones(2)
    made = graph(lambda a, b: {"y": a - 2 * b}, x, x)
    found = run(made, made["constants"], [[1.0, 1.0], [3.0, 4.0]])
    assert found["y"].tolist() == [-5, -7]
