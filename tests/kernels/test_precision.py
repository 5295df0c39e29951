"""Half precision: what is summed is summed in float32, and rounded once."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from textbook.conv import avg_pool2d, conv2d
from textbook.normalization import layer_norm

from tests.kernels.every_kernel import CALLS, arrays_for

kernels = pytest.mark.parametrize("name", CALLS)
halves = pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])


def assert_rounded_once(result, exact):
    """Hold every number within half a unit in the last place of the exact one."""
    half_a_unit = 0.501 * torch.finfo(result.dtype).eps
    sums = 1e-6 * exact.abs().max().item()  # those of float32 have an error too
    torch.testing.assert_close(result.double(), exact, rtol=half_a_unit, atol=sums)


@kernels
@halves
def test_results_and_gradients_in_half_precision_are_rounded_once(name, dtype):
    f, few = CALLS[name][0], [torch.tensor(a).to(dtype) for a in arrays_for(name)]
    arrays = [a.requires_grad_() for a in few]
    doubles = [a.detach().double().requires_grad_() for a in arrays]
    y, exact = f(*arrays), f(*doubles)
    assert y.dtype == dtype
    assert_rounded_once(y, exact)
    dy = torch.sin(torch.arange(y.numel())).reshape(y.shape).to(dtype)
    gradients = torch.autograd.grad(y, arrays, dy)
    expected = torch.autograd.grad(exact, doubles, dy.double())
    for gradient, right in zip(gradients, expected, strict=True):
        assert gradient.dtype == dtype
        assert_rounded_once(gradient, right)


@kernels
def test_numpys_float16_is_rounded_once(name):
    arrays = [a.astype("float16") for a in arrays_for(name)]
    y = CALLS[name][0](*arrays)
    assert y.dtype == np.float16
    exact = CALLS[name][0](*(a.astype("float64") for a in arrays))
    assert_rounded_once(torch.tensor(y), torch.tensor(exact))


@halves
def test_a_sum_of_squares_beyond_float16_is_pytorchs(dtype):
    x, one = (torch.randn(4, 768, generator=torch.manual_seed(0)) * 10).to(dtype), 768
    gamma, beta = torch.ones(one, dtype=dtype), torch.zeros(one, dtype=dtype)
    expected = F.layer_norm(x.float(), (one,)).to(dtype)
    torch.testing.assert_close(layer_norm(x, gamma, beta), expected)


@halves
def test_the_mean_of_many_equal_pixels_is_that_pixel(dtype):
    x = torch.full((1, 1, 32, 32), 98.5, dtype=dtype)
    assert avg_pool2d(x, 32).item() == 98.5


def test_half_precision_and_single_are_not_mixed():
    x, w = torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 3, 3).half()
    for arrays in ((x, w), (w, x), (w, w.bfloat16()), (w, w.to(torch.int16))):
        with pytest.raises(ValueError, match="expected floating-point arrays of one"):
            conv2d(*arrays)
