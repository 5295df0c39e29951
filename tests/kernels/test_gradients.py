"""Gradients written by hand, under every way that PyTorch has to take a gradient."""

import numpy as np
import pytest
import torch
from textbook import attention, conv, normalization, spatial
from textbook.conv import windows
from textbook.gradients import with_gradient

from tests.kernels.every_kernel import CALLS, arrays_for
from tests.kernels.support import normal

kernels = pytest.mark.parametrize("name", CALLS)


@with_gradient(lambda dy, x, scale: (7 * dy,))
def scaled(x, scale=2.0):
    """Scale x, with a gradient that nobody would derive."""
    return x * scale


def test_autograd_uses_the_gradient_written_by_hand():
    x = torch.ones(3, requires_grad=True)
    y = scaled(x, scale=3.0)
    np.testing.assert_array_equal(y.detach(), [3, 3, 3])
    np.testing.assert_array_equal(torch.autograd.grad(y.sum(), x)[0], [7, 7, 7])


def test_an_array_given_by_name_gets_the_gradient_written_by_hand():
    x = torch.ones(3, requires_grad=True)
    dx = torch.autograd.grad(scaled(x=x).sum(), x)[0]
    np.testing.assert_array_equal(dx, [7, 7, 7])


def test_torch_func_uses_the_gradient_written_by_hand():
    dx = torch.func.grad(lambda x: scaled(x).sum())(torch.ones(3))
    np.testing.assert_array_equal(dx, [7, 7, 7])


def test_without_autograd_the_kernel_runs_as_it_stands():
    assert not scaled(torch.ones(3)).requires_grad
    with torch.no_grad():
        assert not scaled(torch.ones(3, requires_grad=True)).requires_grad
    np.testing.assert_array_equal(scaled(np.ones(3)), [2, 2, 2])


def test_a_gradient_by_hand_keeps_the_kernels_name_and_docstring():
    assert conv.max_pool2d.__name__ == "max_pool2d"
    assert conv.max_pool2d.__doc__.startswith("Take the largest value")


def test_every_kernel_is_tried_here():
    public = {
        name
        for module in (attention, conv, normalization, spatial)
        for name in getattr(module, "__all__", ["affine_grid", "grid_sample"])
    }
    plain = {"output_size", "receptive_field", "sinusoidal_positions"}  # no gradients
    derived = {"batch_norm_gradient", "standardize_gradient"}
    tried = {name.split()[0].rstrip(",") for name in CALLS}
    assert tried == public - plain - derived, "CALLS of tests/kernels/every_kernel.py"


def loss(name):
    """Return a function of all arrays of a kernel that is no symmetric one."""

    def weighted(*arrays):
        y = CALLS[name][0](*arrays)
        return (torch.sin(torch.arange(y.numel())).reshape(y.shape) * y * y).sum()

    return weighted


@kernels
def test_torch_func_grad_is_the_slope_along_a_line(name):
    arrays = list(map(torch.tensor, arrays_for(name)))
    f, along = loss(name), [torch.tensor(normal(50, *a.shape)) for a in arrays]
    gradients = torch.func.grad(f, tuple(range(len(arrays))))(*arrays)
    slope = sum((g * a).sum() for g, a in zip(gradients, along, strict=True))
    step = 1e-6
    ahead, behind = (
        f(*(x + sign * a for x, a in zip(arrays, along, strict=True)))
        for sign in (step, -step)
    )
    np.testing.assert_allclose(slope, (ahead - behind) / (2 * step), rtol=1e-5)


@kernels
def test_vmap_gives_the_results_and_gradients_one_by_one(name):
    if name == "conv2d_loop":
        pytest.skip("it writes its numbers one by one into an array of its own")
    f, gradient = CALLS[name][0], torch.func.grad(loss(name))
    many = [torch.tensor(np.stack([a, 1 - a / 2])) for a in arrays_for(name)]
    for g in (f, gradient):
        one_by_one = torch.stack([g(*(a[i] for a in many)) for i in range(2)])
        torch.testing.assert_close(torch.vmap(g)(*many), one_by_one)


@pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")
@pytest.mark.parametrize("name", ["conv2d", "max_pool2d", "batch_norm", "layer_norm"])
def test_a_hessian_is_the_same_forwards_and_backwards(name):
    arrays = [torch.tensor(a) for a in arrays_for(name)]
    backwards = torch.func.jacrev(torch.func.grad(loss(name)))(*arrays)
    torch.testing.assert_close(torch.func.hessian(loss(name))(*arrays), backwards)


@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")
def test_torch_export_takes_every_kernel_without_its_gradient():
    class Module(torch.nn.Module):
        def forward(self, arrays):
            return {name: CALLS[name][0](*arrays[name]) for name in arrays}

    arrays = {name: tuple(map(torch.tensor, arrays_for(name))) for name in CALLS}
    program = torch.export.export(Module(), (arrays,)).run_decompositions()
    torch.testing.assert_close(program.module()(arrays), Module()(arrays))


def test_windows_of_an_image_without_a_gradient_stay_a_view():
    x = torch.zeros(1, 1, 4, 4)
    assert windows(x, 2).data_ptr() == x.data_ptr()
