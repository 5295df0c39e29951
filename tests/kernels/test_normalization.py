"""Normalization against PyTorch and closed forms."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from textbook import slabs
from textbook.normalization import (
    batch_norm,
    batch_norm_gradient,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
    standardize,
    standardize_gradient,
)
from textbook.slabs import in_slabs

from tests.kernels.support import (
    assert_close,
    briefly,
    every_library,
    normal,
    reproducible,
    seeds,
    to_numpy,
    with_gradients,
)

shapes = st.one_of(
    st.tuples(st.integers(2, 5), st.integers(1, 4)),
    st.tuples(st.integers(2, 5), st.integers(1, 4), st.integers(1, 3)),
    st.tuples(
        st.integers(2, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)
    ),
)
EPS = st.sampled_from([1e-5, 0.1, 2.0])


def torchs_batch_norm(x, gamma, beta, mean, var, training=True, momentum=0.1, eps=1e-5):
    """Call PyTorch's, which changes running statistics in place, as ours is called."""
    mean, var = mean.clone(), var.clone()
    y = F.batch_norm(x, mean, var, gamma, beta, training, momentum, eps)
    return y, mean, var


def channels(seed, c):
    """Draw gamma, beta, running mean and running variance."""
    parameters = [normal(seed + i, c) for i in range(4)]
    return [*parameters[:3], parameters[3] ** 2 + 0.1]


@every_library
@briefly
@given(
    seed=seeds,
    shape=shapes,
    training=st.booleans(),
    momentum=st.sampled_from([0.1, 0.7]),
    eps=EPS,
)
def test_batch_norm_and_its_running_statistics_equal_pytorchs(
    to, seed, shape, training, momentum, eps
):
    inputs = [normal(seed, *shape) * 3 + 1, *channels(seed, shape[1])]
    results = batch_norm(*map(to, inputs), training, momentum, eps)
    expected = torchs_batch_norm(*map(torch.tensor, inputs), training, momentum, eps)
    for result, right in zip(results, expected, strict=True):
        assert_close(result, right)


@every_library
def test_batch_norm_trains_by_default_with_pytorchs_momentum_and_eps(to):
    inputs = [normal(0, 4, 2, 3) / 100, *channels(1, 2)]
    expected = torchs_batch_norm(*map(torch.tensor, inputs))
    for result, right in zip(batch_norm(*map(to, inputs)), expected, strict=True):
        assert_close(result, right)


@reproducible
@given(seed=seeds, shape=shapes, training=st.booleans(), eps=EPS)
def test_gradients_of_batch_norm_equal_pytorchs(seed, shape, training, eps):
    gamma, beta, mean, var = channels(seed, shape[1])
    mean, var = torch.tensor(mean), torch.tensor(var)
    inputs = normal(seed, *shape), gamma, beta
    results = with_gradients(
        lambda *a: batch_norm(*a, mean, var, training, eps=eps)[0], *inputs
    )
    expected = with_gradients(
        lambda *a: torchs_batch_norm(*a, mean, var, training, eps=eps)[0], *inputs
    )
    for result, right in zip(results, expected, strict=True):
        assert_close(result, right, 1e-11)


@every_library
def test_the_derived_gradient_of_batch_norm_is_pytorchs(to):
    x, gamma, beta, dy = (
        normal(0, 5, 3, 2, 4),
        normal(1, 3),
        normal(2, 3),
        normal(99, 5, 3, 2, 4),
    )
    expected = with_gradients(
        lambda *a: F.batch_norm(a[0], None, None, *a[1:], True), x, gamma, beta
    )
    results = batch_norm_gradient(to(dy), to(x), to(gamma))
    for result, right in zip(results, expected[1:], strict=True):
        assert_close(result, right)


@every_library
def test_the_derived_gradient_of_standardize_is_autograds(to):
    x, dy = normal(0, 4, 5), normal(99, 4, 5)

    def formula(x):
        return (x - x.mean(1, keepdim=True)) / torch.sqrt(
            x.var(1, correction=0, keepdim=True) + 1e-5
        )

    assert_close(
        standardize_gradient(to(dy), to(x), 1)[0], with_gradients(formula, x)[1]
    )


def test_norms_pass_gradcheck_and_gradgradcheck():
    x, gamma, beta = (
        torch.tensor(a, requires_grad=True)
        for a in (normal(0, 3, 4), normal(1, 4), normal(2, 4))
    )
    mean, var = torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64)
    for f, arguments in [
        (lambda x, g, b: batch_norm(x, g, b, mean, var)[0], (x, gamma, beta)),
        (layer_norm, (x, gamma, beta)),
        (lambda x, g, b: group_norm(x, 2, g, b), (x, gamma, beta)),
        (rms_norm, (x, gamma)),
    ]:
        assert torch.autograd.gradcheck(f, arguments)
        assert torch.autograd.gradgradcheck(f, arguments)


def test_no_gradient_flows_into_the_running_statistics():
    x = torch.tensor(normal(0, 4, 2), requires_grad=True)
    _, mean, var = batch_norm(x, *map(torch.tensor, channels(0, 2)))
    assert not mean.requires_grad
    assert not var.requires_grad


@every_library
def test_batch_norm_changes_nothing_in_place(to):
    inputs = [normal(0, 4, 2), *channels(1, 2)]
    given_arrays = [to(a.copy()) for a in inputs]
    batch_norm(*given_arrays)
    for array, original in zip(given_arrays, inputs, strict=True):
        np.testing.assert_array_equal(to_numpy(array), original)


@every_library
@briefly
@given(
    seed=seeds,
    lead=st.lists(st.integers(0, 3), max_size=2),
    d=st.integers(1, 5),
    eps=EPS,
)
def test_layer_norm_and_rms_norm_equal_pytorchs(to, seed, lead, d, eps):
    x, gamma, beta = normal(seed, *lead, d), normal(seed + 1, d), normal(seed + 2, d)
    tensors = list(map(torch.tensor, (gamma, beta)))
    expected = F.layer_norm(torch.tensor(x), (d,), *tensors, eps)
    assert_close(layer_norm(to(x), to(gamma), to(beta), eps), expected)
    expected = F.rms_norm(torch.tensor(x), (d,), tensors[0], eps)
    assert_close(rms_norm(to(x), to(gamma), eps), expected)


@every_library
@briefly
@given(seed=seeds, shape=shapes, groups=st.integers(1, 3), eps=EPS)
def test_group_norm_equals_pytorchs(to, seed, shape, groups, eps):
    shape = (shape[0], shape[1] * groups, *shape[2:])
    x, gamma, beta = (
        normal(seed, *shape),
        normal(seed + 1, shape[1]),
        normal(seed + 2, shape[1]),
    )
    expected = F.group_norm(
        torch.tensor(x), groups, torch.tensor(gamma), torch.tensor(beta), eps
    )
    assert_close(group_norm(to(x), groups, to(gamma), to(beta), eps), expected)


@every_library
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_instance_norm_equals_pytorchs(to, eps):
    x, gamma, beta = normal(0, 3, 4, 2, 5), normal(1, 4), normal(2, 4)
    tensors = map(torch.tensor, (gamma, beta))
    expected = F.instance_norm(torch.tensor(x), None, None, *tensors, eps=eps)
    assert_close(instance_norm(to(x), to(gamma), to(beta), eps), expected)


@every_library
def test_the_default_eps_of_every_norm_is_pytorchs(to):
    x, gamma, beta = normal(0, 3, 4, 5) / 300, normal(1, 4), normal(2, 4)
    t = list(map(torch.tensor, (x, gamma, beta)))
    arrays_ = list(map(to, (x, gamma, beta)))
    assert_close(group_norm(arrays_[0], 2, *arrays_[1:]), F.group_norm(t[0], 2, *t[1:]))
    assert_close(instance_norm(*arrays_), F.instance_norm(t[0], None, None, *t[1:]))
    t[0], x = t[0][:, :, 0], to(x[:, :, 0])
    assert_close(layer_norm(x, *arrays_[1:]), F.layer_norm(t[0], (4,), *t[1:]))
    assert_close(rms_norm(x, arrays_[1]), F.rms_norm(t[0], (4,), t[1], 1e-5))


@every_library
@pytest.mark.parametrize("axis", [0, -1, (0, 2), (0, 1, 2)])
def test_standardized_values_have_mean_0_and_variance_1_over_the_axis(to, axis):
    z = to_numpy(standardize(to(normal(0, 4, 5, 6) * 3 + 7), axis, eps=0.0))
    np.testing.assert_allclose(z.mean(axis), 0, atol=1e-12)
    np.testing.assert_allclose(z.var(axis), 1, atol=1e-12)


@every_library
def test_standardize_adds_its_eps_to_the_variance(to):
    assert_close(standardize(to(np.array([-1.0, 1.0])), 0, 3.0), np.array([-0.5, 0.5]))
    small = np.array([-1e-3, 1e-3])
    assert_close(standardize(to(small), 0), small / np.sqrt(1e-6 + 1e-5))


def every_norm(x, gamma, beta, like):
    """Apply all norms to (N, C): batch_norm in both modes, then the others."""
    zero, one = like(np.zeros(gamma.shape)), like(np.ones(gamma.shape))
    return [
        batch_norm(x, gamma, beta, zero, one)[0],
        batch_norm(x, gamma, beta, zero, one, training=False)[0],
        layer_norm(x, gamma, beta),
        group_norm(x, 1, gamma, beta),
        instance_norm(x, gamma, beta),
        rms_norm(x, gamma),
    ]


@every_library
def test_zero_variance_gives_beta_and_no_nan(to):
    x, gamma, beta = np.full((4, 3), 7.5), normal(0, 3), normal(1, 3)
    results = every_norm(to(x), to(gamma), to(beta), to)
    for result in (results[0], *results[2:5]):
        assert_close(result, np.broadcast_to(beta, (4, 3)))
    assert np.isfinite(to_numpy(results[5])).all()


def test_zero_variance_has_a_finite_gradient():
    x = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    gamma, beta = torch.ones(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    for y in every_norm(x, gamma, beta, torch.asarray):
        (dx,) = torch.autograd.grad(y.square().sum(), x)
        assert dx.isfinite().all()


@every_library
def test_a_mean_of_10000_in_float32_does_not_swallow_the_variance(to):
    x = (normal(0, 64, 3, 8) + 1e4).astype("float32")
    one, zero = np.ones(3, "float32"), np.zeros(3, "float32")
    exact = x.astype("float64")
    exact = (exact - exact.mean((0, 2), keepdims=True)) / exact.std(
        (0, 2), keepdims=True
    )
    y, _, var = batch_norm(*map(to, (x, one, zero, zero, one)), momentum=1.0)
    np.testing.assert_allclose(
        to_numpy(y), exact, atol=2e-3
    )  # half an ulp of 1e4 is 5e-4
    np.testing.assert_allclose(
        to_numpy(var), x.astype("float64").var((0, 2), ddof=1), rtol=1e-3
    )


@every_library
def test_norms_in_float32_are_exact_to_a_few_units_in_the_last_place(to):
    x, gamma, beta = (
        normal(*a).astype("float32") for a in ((0, 64, 256), (1, 256), (2, 256))
    )
    results = every_norm(*map(to, (x, gamma, beta)), lambda a: to(a.astype("float32")))
    exact = every_norm(*(a.astype("float64") for a in (x, gamma, beta)), np.asarray)
    for result, right in zip(results, exact, strict=True):
        assert_close(result, right.astype("float32"), 4 * np.finfo("float32").eps)


@every_library
def test_nan_goes_through_to_the_values_it_is_averaged_with(to):
    x = normal(0, 4, 3)
    x[1, 2] = np.nan
    column, row, one = (
        np.zeros((4, 3), bool),
        np.zeros((4, 3), bool),
        np.zeros((4, 3), bool),
    )
    column[:, 2], row[1, :], one[1, 2] = True, True, True
    results = every_norm(to(x), to(np.ones(3)), to(np.ones(3)), to)
    for result, expected in zip(
        results, [column, one, row, row, one, row], strict=True
    ):
        np.testing.assert_array_equal(np.isnan(to_numpy(result)), expected)


@every_library
def test_an_empty_batch_gives_an_empty_result(to):
    x, one = to(np.zeros((0, 4))), to(np.ones(4))
    for y in (
        layer_norm(x, one, one),
        rms_norm(x, one),
        group_norm(x, 2, one, one),
        batch_norm(x, one, one, one, one, training=False)[0],
    ):
        assert tuple(y.shape) == (0, 4)


@every_library
def test_norms_in_slabs_equal_norms_in_one_piece(to, monkeypatch):
    x, gamma, beta = normal(0, 7, 6), normal(1, 6), normal(2, 6)
    expected = every_norm(x, gamma, beta, np.asarray)
    monkeypatch.setattr(slabs, "SLAB", 24)
    for result, right in zip(
        every_norm(*map(to, (x, gamma, beta)), to), expected, strict=True
    ):
        assert_close(result, right)


@every_library
@pytest.mark.parametrize(
    ("numbers", "sizes"), [(4, [3, 3, 1]), (5, [2, 2, 2, 1]), (100, [1] * 7), (0, [7])]
)
def test_slabs_are_as_large_as_the_numbers_at_hand_allow(
    to, numbers, sizes, monkeypatch
):
    monkeypatch.setattr(slabs, "SLAB", 12)
    seen = []

    def f(x):
        seen.append(x.shape[0])
        return x

    x = normal(0, 7, 2)
    assert_close(in_slabs(f, to(x), numbers=numbers), x)
    assert seen == sizes


def zeros(to, *shape, dtype="float64"):
    """Make an array of zeros."""
    return to(np.zeros(shape, dtype=dtype))


bad = {
    "one value per channel in training": (
        r"training needs at least two values for each channel, got shape \(1, 3\)",
        lambda to: batch_norm(zeros(to, 1, 3), *[zeros(to, 3)] * 4),
    ),
    "empty batch in training": (
        r"training needs at least two values for each channel, got shape \(0, 3\)",
        lambda to: batch_norm(zeros(to, 0, 3), *[zeros(to, 3)] * 4),
    ),
    "gamma for other channels": (
        r"expected gamma of shape \(3,\), got shape \(4,\)",
        lambda to: batch_norm(zeros(to, 2, 3), zeros(to, 4), *[zeros(to, 3)] * 3),
    ),
    "running variance for other channels": (
        r"expected running_var of shape \(3,\), got shape \(1,\)",
        lambda to: batch_norm(zeros(to, 2, 3), *[zeros(to, 3)] * 3, zeros(to, 1)),
    ),
    "batch without channels": (
        r"expected x of shape \(N, C, ...\), got shape \(2,\)",
        lambda to: batch_norm(zeros(to, 2), *[zeros(to, 2)] * 4),
    ),
    "mixed dtypes": (
        "expected floating-point arrays of one dtype",
        lambda to: batch_norm(zeros(to, 2, 3, dtype="float32"), *[zeros(to, 3)] * 4),
    ),
    "integers": (
        "expected floating-point arrays of one dtype",
        lambda to: standardize(zeros(to, 2, 3, dtype="int64"), 0),
    ),
    "a gradient of another shape": (
        r"expected dy of shape \(2, 3\), got shape \(3,\)",
        lambda to: standardize_gradient(zeros(to, 3), zeros(to, 2, 3), 1),
    ),
    "a gradient along no axis": (
        r"no values along axis 2 of shape \(2, 3\)",
        lambda to: standardize_gradient(zeros(to, 2, 3), zeros(to, 2, 3), 2),
    ),
    "a gradient of another batch": (
        r"expected dy of shape \(2, 3\), got shape \(1, 3\)",
        lambda to: batch_norm_gradient(zeros(to, 1, 3), zeros(to, 2, 3), zeros(to, 3)),
    ),
    "a gradient of other channels": (
        r"expected gamma of shape \(3,\), got shape \(4,\)",
        lambda to: batch_norm_gradient(zeros(to, 2, 3), zeros(to, 2, 3), zeros(to, 4)),
    ),
    "nothing to average": (
        r"no values along axis 1 of shape \(2, 0\) to average over",
        lambda to: standardize(zeros(to, 2, 0), 1),
    ),
    "no such axis": (
        r"no values along axis 2 of shape \(2, 3\)",
        lambda to: standardize(zeros(to, 2, 3), 2),
    ),
    "axes in a list": (
        r"no values along axis \[0, 1\] of shape \(2, 3\)",
        lambda to: standardize(zeros(to, 2, 3), [0, 1]),
    ),
    "no such negative axis": (
        r"no values along axis -3 of shape \(2, 3\)",
        lambda to: standardize(zeros(to, 2, 3), -3),
    ),
    "vectors without features": (
        r"expected x of shape \(..., d\) with d >= 1, got shape \(2, 0\)",
        lambda to: rms_norm(zeros(to, 2, 0), zeros(to, 0)),
    ),
    "no vectors": (
        r"expected x of shape \(..., d\) with d >= 1, got shape \(\)",
        lambda to: layer_norm(zeros(to), zeros(to, 1), zeros(to, 1)),
    ),
    "beta for other features": (
        r"expected beta of shape \(3,\), got shape \(2,\)",
        lambda to: layer_norm(zeros(to, 2, 3), zeros(to, 3), zeros(to, 2)),
    ),
    "gamma for other features": (
        r"expected gamma of shape \(3,\), got shape \(2,\)",
        lambda to: rms_norm(zeros(to, 2, 3), zeros(to, 2)),
    ),
    "groups that do not divide the channels": (
        "groups must divide 4 channels, got 3",
        lambda to: group_norm(zeros(to, 2, 4), 3, zeros(to, 4), zeros(to, 4)),
    ),
    "no groups": (
        "groups must be an integer >= 1, got 0",
        lambda to: group_norm(zeros(to, 2, 4), 0, zeros(to, 4), zeros(to, 4)),
    ),
    "group norm of vectors without channels": (
        r"expected x of shape \(N, C, ...\), got shape \(4,\)",
        lambda to: group_norm(zeros(to, 4), 2, zeros(to, 4), zeros(to, 4)),
    ),
    "instance norm of vectors without channels": (
        r"expected x of shape \(N, C, ...\), got shape \(4,\)",
        lambda to: instance_norm(zeros(to, 4), zeros(to, 4), zeros(to, 4)),
    ),
    "instance norm with gamma for other channels": (
        r"expected gamma of shape \(4,\), got shape \(3,\)",
        lambda to: instance_norm(zeros(to, 2, 4), zeros(to, 3), zeros(to, 4)),
    ),
}


@every_library
@pytest.mark.parametrize(("message", "call"), bad.values(), ids=bad.keys())
def test_bad_input_gives_one_clear_value_error(to, message, call):
    with pytest.raises(ValueError, match=message):
        call(to)


def test_a_single_vector_is_standardized_over_its_only_axis():
    x = normal(0, 7)
    assert_close(standardize(x, -1), standardize(x, 0))
