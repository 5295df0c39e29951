"""The layers whose statistics are those of one example: layer, RMS, group, instance."""

import math

from textbook.arrays import (
    Array,
    check_channels,
    check_shape,
    common_namespace,
    in_slabs,
    integer,
    scale_and_shift,
)
from textbook.normalization.standardization import standardize


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalize each vector over its features: y = gamma standardize(x, -1) + beta.

    `x, y: (..., d)`; `gamma, beta: (d,)`. Source: Ba, Kiros & Hinton 2016.

    >>> import numpy as np
    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2)).round(2)
    array([[-1.,  1.]])
    """
    common_namespace(x=x, gamma=gamma, beta=beta)
    return _over_vectors(
        lambda x: scale_and_shift(standardize(x, -1, eps), gamma, beta), x, gamma, beta
    )


def rms_norm(x: Array, gamma: Array, eps: float = 1e-5) -> Array:
    """Divide each vector by its root mean square: y = gamma x / sqrt(mean(x^2) + eps).

    `x, y: (..., d)`; `gamma: (d,)`. Source: Zhang & Sennrich 2019.

    >>> import numpy as np
    >>> rms_norm(np.array([[3.0, 4.0, 0.0, 0.0]]), np.ones(4)).round(2)
    array([[1.2, 1.6, 0. , 0. ]])
    """
    xp = common_namespace(x=x, gamma=gamma)

    def normalize(x):
        return x / xp.sqrt(xp.mean(x * x, axis=-1, keepdims=True) + eps) * gamma

    return _over_vectors(normalize, x, gamma)


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
    c, pixels = x.shape[1], math.prod(x.shape[2:])
    if c % integer("groups", groups, least=1):
        raise ValueError(f"groups must divide {c} channels, got {groups}")

    def normalize(x):
        z = standardize(
            xp.reshape(x, (x.shape[0], groups, c // groups * pixels)), -1, eps
        )
        z = xp.reshape(z, (x.shape[0], c, pixels))
        return xp.reshape(z * gamma[:, None] + beta[:, None], x.shape)

    return in_slabs(normalize, x, numbers=2 * c * pixels)


def instance_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalize each feature map of each image over its own pixels.

    `x, y: (N, C, ...)`; `gamma, beta: (C,)`. Source: Ulyanov, Vedaldi & Lempitsky 2016.

    >>> import numpy as np
    >>> instance_norm(np.array([[[1.0, 3.0]]]), np.ones(1), np.zeros(1)).round(2)
    array([[[-1.,  1.]]])
    """
    check_channels(x, gamma=gamma, beta=beta)
    return group_norm(x, x.shape[1], gamma, beta, eps)


def _over_vectors(normalize, x: Array, *scales: Array) -> Array:
    """Apply normalize to the vectors along the last axis, some rows at a time."""
    xp = common_namespace(x=x)
    if x.ndim < 1 or x.shape[-1] == 0:
        raise ValueError(
            f"expected x of shape (..., d) with d >= 1, got shape {tuple(x.shape)}"
        )
    for name, scale in zip(("gamma", "beta"), scales, strict=False):
        check_shape(name, scale, (x.shape[-1],))
    rows = xp.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))
    return xp.reshape(in_slabs(normalize, rows, numbers=2 * x.shape[-1]), x.shape)
