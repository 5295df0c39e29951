"""What the kernels' tests share: the array libraries, and how results are compared."""

import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"
# It compiles each operation anew for each shape, to run it once: as quickly as it can.
os.environ["XLA_FLAGS"] = (
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    " --xla_cpu_parallel_codegen_split_count=1"
)

import array_api_strict
import jax.numpy
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from textbook.arrays import Array

from tests.kernels.drawn import normal

LIBRARIES = {
    "numpy": np.asarray,
    "torch": torch.asarray,
    "array_api_strict": array_api_strict.asarray,
    "jax": jax.numpy.asarray,
}

every_library = pytest.mark.parametrize("to", LIBRARIES.values(), ids=LIBRARIES.keys())
reproducible = settings(
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
briefly = settings(reproducible, max_examples=8)  # JAX compiles anew for every shape
seeds = st.integers(0, 2**16)


def to_numpy(x: Array) -> np.ndarray:
    """Read an array of any of the libraries."""
    return x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)


def assert_close(result: Array, expected: Array, tolerance: float = 1e-12) -> None:
    """Hold shape and dtype equal, and values within tolerance of the largest one."""
    result, expected = to_numpy(result), to_numpy(expected)
    assert result.shape == expected.shape
    assert result.dtype == expected.dtype
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, finite.max() if finite.size else 1.0)
    np.testing.assert_allclose(result, expected, rtol=0, atol=tolerance * scale)


def with_gradients(f, *arrays: np.ndarray) -> list[torch.Tensor]:
    """Compute f under autograd: its result, and gradients for an uneven dy."""
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = f(*leaves)
    dy = torch.tensor(normal(99, *y.shape), dtype=y.dtype)
    return [y, *torch.autograd.grad(y, leaves, dy)]
