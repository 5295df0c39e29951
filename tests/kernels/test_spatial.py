"""The spatial transformer against PyTorch and a brute-force loop."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook.spatial import affine_grid, grid_sample

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

sizes = st.integers(1, 5)


@every_library
@briefly
@given(seed=seeds, n=st.integers(0, 3), height=sizes, width=sizes)
def test_the_grid_equals_pytorchs(to, seed, n, height, width):
    theta = normal(seed, n, 2, 3)
    if n == 0:  # PyTorch asks for a positive batch; the mathematics does not
        assert tuple(affine_grid(to(theta), height, width).shape) == (
            0,
            height,
            width,
            2,
        )
        return
    expected = F.affine_grid(
        torch.tensor(theta), [n, 1, height, width], align_corners=False
    )
    assert_close(affine_grid(to(theta), height, width), expected)


@every_library
@settings(briefly, max_examples=4)
@given(
    seed=seeds,
    n=st.integers(1, 3),
    c=st.integers(1, 3),
    size=st.tuples(sizes, sizes, sizes, sizes),
)
def test_sampling_equals_pytorchs_inside_and_outside_the_image(to, seed, n, c, size):
    x, grid = normal(seed, n, c, *size[:2]), normal(seed + 1, n, *size[2:], 2)
    expected = F.grid_sample(torch.tensor(x), torch.tensor(grid), align_corners=False)
    assert_close(grid_sample(to(x), to(grid)), expected)


@reproducible
@given(
    seed=seeds,
    n=st.integers(1, 3),
    c=st.integers(1, 3),
    size=st.tuples(sizes, sizes, sizes, sizes),
)
def test_gradients_of_sampling_equal_pytorchs(seed, n, c, size):
    x, grid = normal(seed, n, c, *size[:2]), normal(seed + 1, n, *size[2:], 2)
    expected = with_gradients(
        lambda x, g: F.grid_sample(x, g, align_corners=False), x, grid
    )
    for result, right in zip(
        with_gradients(grid_sample, x, grid), expected, strict=True
    ):
        assert_close(result, right)


def test_the_gradient_at_the_identity_is_pytorchs():
    # Every place is then on a pixel's center, where bilinear interpolation has a kink:
    # training starts here, so the slope taken must lead to the neighbor.
    x, theta = normal(0, 2, 3, 4, 4), np.array([[[1.0, 0, 0], [0, 1.0, 0]]] * 2)

    def ours(x, theta):
        return grid_sample(x, affine_grid(theta, 4, 4))

    def torchs(x, theta):
        return F.grid_sample(
            x,
            F.affine_grid(theta, list(x.shape), align_corners=False),
            align_corners=False,
        )

    expected = with_gradients(torchs, x, theta)
    for result, right in zip(with_gradients(ours, x, theta), expected, strict=True):
        assert_close(result, right)


def test_a_spatial_transformer_passes_gradcheck():
    x, theta = torch.tensor(normal(0, 2, 2, 4, 5)), torch.tensor(normal(1, 2, 2, 3) / 2)
    x.requires_grad_(), theta.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda x, t: grid_sample(x, affine_grid(t, 3, 4)), (x, theta)
    )


@every_library
def test_sampling_is_bilinear_interpolation_of_the_image_with_a_border_of_zeros(to):
    x, grid = normal(0, 2, 3, 4, 5), normal(1, 2, 6, 7, 2)
    padded = np.pad(x, [(0, 0), (0, 0), (50, 50), (50, 50)])
    expected = np.empty((2, 3, 6, 7))
    for n, i, j in np.ndindex(2, 6, 7):
        r, c = (
            ((grid[n, i, j, 1] + 1) * 4 - 1) / 2 + 50,
            ((grid[n, i, j, 0] + 1) * 5 - 1) / 2 + 50,
        )
        top, left = int(np.floor(r)), int(np.floor(c))
        corners = padded[n, :, top : top + 2, left : left + 2]
        rows, columns = (
            np.array([top + 1 - r, r - top]),
            np.array([left + 1 - c, c - left]),
        )
        expected[n, :, i, j] = np.einsum("cij,i,j->c", corners, rows, columns)
    assert_close(grid_sample(to(x), to(grid)), expected)


@every_library
def test_the_identity_gives_the_image_back_and_a_mirror_its_mirror_image(to):
    x = normal(0, 1, 2, 3, 4)
    theta = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])
    assert_close(grid_sample(to(x), affine_grid(to(theta), 3, 4)), x)
    assert_close(grid_sample(to(x), affine_grid(to(-theta), 3, 4)), x[:, :, ::-1, ::-1])


@every_library
def test_sampling_in_float32_is_exact_to_a_few_units_in_the_last_place(to):
    x, grid = (
        normal(0, 4, 3, 8, 8).astype("float32"),
        normal(1, 4, 9, 9, 2).astype("float32"),
    )
    exact = F.grid_sample(
        torch.tensor(x).double(), torch.tensor(grid).double(), align_corners=False
    )
    # A place of 8 pixels is itself rounded, by half of 2^-21, 16 times eps.
    assert_close(
        grid_sample(to(x), to(grid)), exact.float(), 32 * np.finfo("float32").eps
    )


@every_library
def test_nan_in_a_place_gives_nan_there_and_nan_outside_the_view_nowhere(to):
    x, grid = np.ones((1, 1, 3, 3)), np.zeros((1, 1, 3, 2))
    x[0, 0, 0, 0] = np.nan
    grid[0, 0, 0, 0], grid[0, 0, 1] = np.nan, 7.0
    result = to_numpy(grid_sample(to(x), to(grid)))[0, 0, 0]
    assert np.isnan(result[0])
    np.testing.assert_array_equal(result[1:], [0, 1])


@every_library
def test_an_empty_batch_gives_an_empty_result(to):
    y = grid_sample(to(np.zeros((0, 2, 3, 3))), to(np.zeros((0, 4, 5, 2))))
    assert tuple(y.shape) == (0, 2, 4, 5)


@every_library
def test_an_image_without_pixels_is_zero_everywhere(to):
    y = grid_sample(to(np.zeros((2, 1, 0, 3))), to(np.zeros((2, 4, 5, 2))))
    assert_close(y, np.zeros((2, 1, 4, 5)))


def zeros(to, *shape, dtype="float64"):
    """Make an array of zeros."""
    return to(np.zeros(shape, dtype=dtype))


bad = {
    "theta of a wrong shape": (
        r"expected theta of shape \(N, 2, 3\), got shape \(1, 3, 3\)",
        lambda to: affine_grid(zeros(to, 1, 3, 3), 2, 2),
    ),
    "no height": (
        "height must be an integer >= 1, got 0",
        lambda to: affine_grid(zeros(to, 1, 2, 3), 0, 2),
    ),
    "no width": (
        "width must be an integer >= 1, got 0",
        lambda to: affine_grid(zeros(to, 1, 2, 3), 2, 0),
    ),
    "integer theta": (
        "expected floating-point arrays",
        lambda to: affine_grid(zeros(to, 1, 2, 3, dtype="int64"), 2, 2),
    ),
    "image without a batch": (
        r"expected x of shape \(N, C, H, W\), got shape \(1, 2, 2\)",
        lambda to: grid_sample(zeros(to, 1, 2, 2), zeros(to, 1, 2, 2, 2)),
    ),
    "grid for another batch": (
        r"expected grid of shape \(2, h, w, 2\), got shape \(1, 2, 2, 2\)",
        lambda to: grid_sample(zeros(to, 2, 1, 2, 2), zeros(to, 1, 2, 2, 2)),
    ),
    "mixed dtypes": (
        "expected floating-point arrays of one dtype",
        lambda to: grid_sample(
            zeros(to, 1, 1, 2, 2), zeros(to, 1, 2, 2, 2, dtype="float32")
        ),
    ),
}


@every_library
@pytest.mark.parametrize(("message", "call"), bad.values(), ids=bad.keys())
def test_bad_input_gives_one_clear_value_error(to, message, call):
    with pytest.raises(ValueError, match=message):
        call(to)
