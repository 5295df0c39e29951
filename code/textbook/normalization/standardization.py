"""Mean 0 and variance 1 over any axes: what the layers that see one example share.

Not here: scale and shift, which are the layers', and statistics that are kept.
"""

import math

from array_api_compat import array_namespace

from textbook.arrays import Array, check_shape, common_namespace
from textbook.gradients import with_gradient
from textbook.precision import sums_in_float32

Axes = int | tuple[int, ...]


@sums_in_float32
def standardize_gradient(
    dy: Array, x: Array, axis: Axes, eps: float = 1e-5
) -> tuple[Array]:
    """Derive z = standardize(x): dx = (dy - mean(dy) - z mean(dy z)) / sigma.

    dy, x and the result have one shape. The means over `axis` are how x reaches every z
    through the mean and through sigma. Raises ValueError as standardize does.
    """
    xp = common_namespace(dy=dy, x=x)
    check_shape("dy", dy, tuple(x.shape))
    _check_axes(x, axis)

    def mean(a):
        return xp.mean(a, axis=axis, keepdims=True)

    c = x - mean(x)
    sigma = xp.sqrt(_mean_square(c, axis) + eps)
    z = c / sigma
    return ((dy - mean(dy) - z * mean(dy * z)) / sigma,)


@sums_in_float32
@with_gradient(standardize_gradient)
def standardize(x: Array, axis: Axes, eps: float = 1e-5) -> Array:
    """Shift and scale x to mean 0 and variance 1: (x - mean) / sqrt(variance + eps).

    axis: what is averaged over. The result has the shape of x; where all values are
    equal it is 0, if eps > 0. Raises ValueError if there is nothing to average over,
    that is, an axis of length 0.

    >>> import numpy as np
    >>> standardize(np.array([1.0, 2.0, 3.0]), axis=0, eps=0.0).round(3)
    array([-1.225,  0.   ,  1.225])
    """
    xp = common_namespace(x=x)
    _check_axes(x, axis)
    c = x - xp.mean(x, axis=axis, keepdims=True)
    return c / xp.sqrt(_mean_square(c, axis) + eps)


def _check_axes(x: Array, axis: Axes) -> None:
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all(a in range(-x.ndim, x.ndim) and x.shape[a] for a in axes):
        raise ValueError(
            f"no values along axis {axis} of shape {tuple(x.shape)} to average over"
        )


def _mean_square(x: Array, axis: Axes) -> Array:
    """Return the mean of x^2 over `axis`, kept as length 1, in one pass over x."""
    norm = array_namespace(x).linalg.vector_norm(x, axis=axis, keepdims=True)
    return norm * norm * (math.prod(norm.shape) / max(1, math.prod(x.shape)))
