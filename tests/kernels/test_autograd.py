"""Automatic differentiation against PyTorch's, and what it turns down."""

import numpy as np
import pytest
import torch
from textbook.autograd import Value, cross_entropy, gradients, relu

from tests.kernels.support import assert_close, every_library, normal, to_numpy


def torchs(f, *arrays):
    """Return f of tensors, and PyTorch's gradients of the sum of its numbers."""
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = f(*leaves)
    return [y, *torch.autograd.grad(y.sum(), leaves)]


def ours(f, *arrays):
    """Return the same of Values."""
    leaves = [Value(a) for a in arrays]
    y = f(*leaves)
    return [y.array, *gradients(y, leaves)]


def assert_same(f, *arrays, theirs=None):
    """Hold values and gradients equal to PyTorch's."""
    for got, expected in zip(
        ours(f, *arrays), torchs(theirs or f, *arrays), strict=True
    ):
        assert_close(got, expected)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3, 4), (3, 4)),
        ((3, 4), (4,)),
        ((3, 1), (1, 4)),
        ((), (2, 3)),
        ((2, 1, 4), (3, 1)),
        ((1, 1), (1, 1)),
        ((1, 4), (0, 4)),
    ],
)
@pytest.mark.parametrize("f", [lambda a, b: a + b, lambda a, b: a * b], ids="+*")
def test_sums_and_products_broadcast(f, a, b):
    assert_same(f, normal(0, *a), normal(1, *b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3, 4), (4, 2)),
        ((1, 1), (1, 1)),
        ((5, 3, 4), (5, 4, 2)),
        ((3, 4), (5, 4, 2)),
        ((5, 3, 4), (4, 2)),
        ((5, 1, 3, 4), (2, 4, 2)),
    ],
)
def test_matrix_products_broadcast_over_stacks(a, b):
    assert_same(lambda a, b: a @ b, normal(0, *a), normal(1, *b))


def test_relu_has_pytorchs_slope_at_zero_too():
    z = np.array([-2.0, -0.0, 0.0, 1e-300, 3.0])
    assert_same(relu, z, theirs=torch.relu)


def test_relu_keeps_infinity_and_nan():
    z = np.array([-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(relu(Value(z)).array, [0, np.inf, np.nan])


@pytest.mark.parametrize("size", [1.0, 1000.0])
@pytest.mark.filterwarnings("error")
def test_cross_entropy_is_pytorchs_also_for_large_logits(size):
    z, y = size * normal(0, 6, 1), (normal(1, 6, 1) > 0).astype(float)
    assert_same(
        lambda z: cross_entropy(z, y),
        z,
        theirs=lambda z: torch.nn.functional.binary_cross_entropy_with_logits(
            z, torch.tensor(y)
        ),
    )


def test_cross_entropy_of_stacked_networks_is_that_of_each():
    z, y = normal(0, 3, 5, 1), (normal(1, 5, 1) > 0).astype(float)
    losses = cross_entropy(Value(z), y).array
    for loss, logits in zip(losses, z, strict=True):
        assert loss == pytest.approx(cross_entropy(Value(logits), y).array)


def network(x, w1, b1, w2, b2, relu):
    """Two layers, with no symmetry between their sizes."""
    return relu(x @ w1 + b1) @ w2 + b2


SHAPES = (7, 2), (2, 3), (3,), (3, 1), (1,)


def test_all_gradients_of_a_network_are_pytorchs():
    y = (normal(9, 7, 1) > 0).astype(float)
    assert_same(
        lambda *values: cross_entropy(network(*values, relu), y),
        *(normal(i, *shape) for i, shape in enumerate(SHAPES)),
        theirs=lambda *tensors: torch.nn.functional.binary_cross_entropy_with_logits(
            network(*tensors, torch.relu), torch.tensor(y)
        ),
    )


@every_library
def test_every_library_gives_numpys_gradients(to):
    arrays = [normal(i, *shape) for i, shape in enumerate(SHAPES)]
    y = (normal(9, 7, 1) > 0).astype(float)

    def loss(labels):
        return lambda *values: cross_entropy(network(*values, relu), labels)

    for got, expected in zip(
        ours(loss(to(y)), *map(to, arrays)), ours(loss(y), *arrays), strict=True
    ):
        np.testing.assert_allclose(to_numpy(got), expected, atol=1e-12)


def test_a_value_used_twice_gets_both_shares():
    assert_same(lambda x: x * x + x, normal(0, 3))


def test_paths_of_different_lengths_meet_before_the_gradient_goes_on():
    def diamond(x):
        a = x * x
        short, long = a + x, (a * a) * (a + a)
        return short * long + a

    assert_same(diamond, normal(0, 4))


def test_a_graph_with_a_billion_paths_takes_each_value_once():
    x = Value(np.array(1.0))
    y = x
    for _ in range(30):
        y = y + y
    assert gradients(y, [x]) == [2.0**30]


def test_a_chain_longer_than_pythons_stack_is_no_trouble():
    x = y = Value(np.array(1.0))
    one = Value(np.array(1.0))
    for _ in range(1500):
        y = y * one
    assert gradients(y, [x]) == [1.0]


def test_the_gradient_with_respect_to_a_value_in_the_middle():
    x = Value(normal(0, 3))
    middle = x * x
    [dy] = gradients(middle * middle, [middle])
    np.testing.assert_allclose(dy, 2 * middle.array)


def test_a_value_that_the_loss_does_not_depend_on_has_gradient_zero():
    x, other = Value(normal(0, 3)), Value(normal(1, 2, 2))
    np.testing.assert_array_equal(gradients(x * x, [other])[0], np.zeros((2, 2)))


def test_asking_twice_gives_the_same_and_changes_no_array():
    x = Value(normal(0, 3))
    y = relu(x * x + x)
    before = x.array.copy()
    first, again = gradients(y, [x]), gradients(y, [x])
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(x.array, before)


def test_float32_stays_float32():
    x = Value(normal(0, 3, 1).astype(np.float32))
    y = np.ones((3, 1), np.float32)
    assert gradients(cross_entropy(relu(x), y), [x])[0].dtype == np.float32


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: Value([1.0]), "expected arrays of one library.*array: list"),
        (lambda: Value(np.array([1])), "floating-point.*int64"),
        (lambda: Value(np.ones(2)) + 1.0, "a Value on each side of \\+, got float"),
        (lambda: Value(np.ones(2)) * np.ones(2), "each side of \\*, got ndarray"),
        (
            lambda: Value(np.ones(2)) + Value(np.ones(2, np.float32)),
            "one dtype, got left: float64, right: float32",
        ),
        (
            lambda: Value(np.ones(2)) * Value(np.ones(3)),
            r"\(2,\) and \(3,\) do not fit for \*",
        ),
        (
            lambda: Value(np.ones((2, 3))) @ Value(np.ones((2, 3))),
            r"\(2, 3\) and \(2, 3\) do not fit for @",
        ),
        (
            lambda: Value(np.ones((1, 3))) @ Value(np.ones(3)),
            r"\(1, 3\) and \(3,\) do not fit for @",
        ),
        (
            lambda: Value(np.ones((2, 1, 3))) @ Value(np.ones((4, 3, 1))),
            r"\(2, 1, 3\) and \(4, 3, 1\) do not fit for @",
        ),
        (lambda: relu(np.ones(2)), "expected a Value, got ndarray"),
        (lambda: cross_entropy(1.0, np.ones((1, 1))), "expected a Value, got float"),
        (lambda: gradients(np.ones(()), []), "expected a Value, got ndarray"),
        (lambda: gradients(Value(np.ones(())), [None]), "a Value, got NoneType"),
        (
            lambda: cross_entropy(Value(np.ones((4, 1))), np.ones(4)),
            r"labels of shape \(N, 1\), got \(4, 1\) and \(4,\)",
        ),
        (
            lambda: cross_entropy(Value(np.ones((4, 2))), np.ones((4, 2))),
            r"got \(4, 2\) and \(4, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_a_value_error(bad, message):
    with pytest.raises(ValueError, match=message):
        bad()
