"""Numbers for the kernels' tests, drawn without any library but NumPy."""

import numpy as np


def normal(seed: int, *shape: int) -> np.ndarray:
    """Draw float64 numbers from N(0, 1), the same for the same seed and shape."""
    return np.random.default_rng(seed).normal(size=shape)
