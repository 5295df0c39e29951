"""The layers whose statistics are those of one example: layer, RMS, group, instance.

They have nothing to keep between training and use. Not here: statistics over a batch.
"""

import math
from collections.abc import Callable
from types import ModuleType

from array_api_compat import array_namespace, is_torch_array

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.normalization.channels import check_channels
from textbook.normalization.standardization import standardize
from textbook.precision import sums_in_float32
from textbook.slabs import in_slabs


@sums_in_float32
def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalize each vector over its features: y = gamma standardize(x, -1) + beta.

    `x, y: (..., d)`; `gamma, beta: (d,)`. Source: Ba, Kiros & Hinton 2016.

    >>> import numpy as np
    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2)).round(2)
    array([[-1.,  1.]])
    """
    _check_vectors(x, gamma=gamma, beta=beta)

    def normalize(x):
        return _scale_and_shift(standardize(x, -1, eps), gamma, beta)

    return _over_vectors(normalize, x)


@sums_in_float32
def rms_norm(x: Array, gamma: Array, eps: float = 1e-5) -> Array:
    """Divide each vector by its root mean square: y = gamma x / sqrt(mean(x^2) + eps).

    `x, y: (..., d)`; `gamma: (d,)`. Source: Zhang & Sennrich 2019.

    >>> import numpy as np
    >>> rms_norm(np.array([[3.0, 4.0, 0.0, 0.0]]), np.ones(4)).round(2)
    array([[1.2, 1.6, 0. , 0. ]])
    """
    xp = _check_vectors(x, gamma=gamma)

    def normalize(x):
        return x / xp.sqrt(xp.mean(x * x, axis=-1, keepdims=True) + eps) * gamma

    return _over_vectors(normalize, x)


@sums_in_float32
def group_norm(
    x: Array, groups: int, gamma: Array, beta: Array, eps: float = 1e-5
) -> Array:
    """Normalize each image over the pixels of C // groups channels at a time.

    `x, y: (N, C, ...)`; `gamma, beta: (C,)`. Raises ValueError unless groups divides C.
    Source: Wu & He 2018.

    >>> import numpy as np
    >>> x = np.array([[1.0, 3.0, 5.0, 5.0]])
    >>> group_norm(x, 2, np.ones(4), np.zeros(4)).round(2)
    array([[-1.,  1.,  0.,  0.]])
    """
    xp = common_namespace(x=x, gamma=gamma, beta=beta)
    check_channels(x, gamma=gamma, beta=beta)
    groups, c, pixels = integer("groups", groups, 1), x.shape[1], math.prod(x.shape[2:])
    if c % groups:
        raise ValueError(f"groups must divide {c} channels, got {groups}")

    def normalize(x):
        n = x.shape[0]
        z = xp.reshape(x, (n, groups, c // groups * pixels))
        z = xp.reshape(standardize(z, -1, eps), (n, c, pixels))
        return xp.reshape(z * gamma[:, None] + beta[:, None], x.shape)

    return in_slabs(normalize, x, numbers=2 * c * pixels)


@sums_in_float32
def instance_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalize each feature map of each image over its own pixels.

    `x, y: (N, C, ...)`; `gamma, beta: (C,)`. Source: Ulyanov, Vedaldi & Lempitsky 2016.

    >>> import numpy as np
    >>> instance_norm(np.array([[[1.0, 3.0]]]), np.ones(1), np.zeros(1)).round(2)
    array([[[-1.,  1.]]])
    """
    common_namespace(x=x)
    check_channels(x)  # group_norm checks the others
    return group_norm(x, x.shape[1], gamma, beta, eps)


def _check_vectors(x: Array, **per_feature: Array) -> ModuleType:
    """Return the library; raise ValueError unless x is (..., d), the others (d,)."""
    xp = common_namespace(x=x, **per_feature)
    if x.ndim < 1 or x.shape[-1] == 0:
        raise ValueError(
            f"expected x of shape (..., d) with d >= 1, got shape {tuple(x.shape)}"
        )
    for name, array in per_feature.items():
        check_shape(name, array, (x.shape[-1],))
    return xp


def _over_vectors(normalize: Callable[[Array], Array], x: Array) -> Array:
    """Apply normalize to the vectors along the last axis, some rows at a time."""
    xp, d = array_namespace(x), x.shape[-1]
    rows = xp.reshape(x, (math.prod(x.shape[:-1]), d))
    return xp.reshape(in_slabs(normalize, rows, numbers=2 * d), x.shape)


def _scale_and_shift(x: Array, scale: Array, shift: Array) -> Array:
    """Return x * scale + shift, in one pass where the library has one."""
    return shift.addcmul(x, scale) if is_torch_array(x) else x * scale + shift
