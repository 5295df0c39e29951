"""What the kernels import, and how they meet autograd."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import textbook
import torch
from textbook.arrays import with_gradient
from textbook.conv import conv2d, windows

from tests.kernels.support import normal

PACKAGE = Path(textbook.__file__).parent
PAGE = {"evidence", "exercise", "explore", "figure", "page"}  # not kernels
KERNELS = {path.stem for path in PACKAGE.iterdir() if not path.stem.startswith("__")}
KERNELS -= PAGE


@pytest.mark.parametrize("module", sorted(KERNELS))
def test_importing_a_kernel_imports_numpy_and_array_api_compat_only(module):
    code = f"""
import sys
before = set(sys.modules)
import textbook.{module}
found = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(found - set(sys.stdlib_module_names)))
"""
    path = str(PACKAGE.parent)
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
    )
    assert set(result.stdout.split()) <= {"array_api_compat", "numpy", "textbook"}


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


def test_without_autograd_the_kernel_runs_as_it_stands():
    assert not scaled(torch.ones(3)).requires_grad
    with torch.no_grad():
        assert not scaled(torch.ones(3, requires_grad=True)).requires_grad
    np.testing.assert_array_equal(scaled(np.ones(3)), [2, 2, 2])


def test_a_gradient_by_hand_keeps_the_kernels_name_docstring_and_source_lines():
    assert windows.__name__ == "windows"
    assert windows.__doc__.startswith("View every window")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_stays_half_precision(dtype):
    x, w = torch.tensor(normal(0, 1, 1, 4, 4)), torch.tensor(normal(1, 1, 1, 3, 3))
    result = conv2d(x.to(dtype), w.to(dtype))
    assert result.dtype == dtype
    expected = torch.nn.functional.conv2d(x, w)
    np.testing.assert_allclose(result.double(), expected, atol=0.1)
