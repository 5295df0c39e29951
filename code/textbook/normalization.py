"""Normalization: subtract a mean, divide by a standard deviation, then scale and shift.

The layers differ in the axes that they average over: batch normalization over the
images of a batch and their pixels, layer normalization over the features of one vector,
instance and group normalization over the pixels of one or several feature maps. eps
stands inside the square root. Shapes and results are those of torch.nn.functional. The
mean is subtracted before squaring: E[x^2] - m^2 would cancel to nothing, or below,
where the mean is large.
"""

import math
from types import ModuleType

from textbook.arrays import (
    Array,
    check_shape,
    common_namespace,
    in_slabs,
    integer,
    mean_square,
    scale_and_shift,
    with_gradient,
)

Axes = int | tuple[int, ...]


def standardize_gradient(
    dy: Array, x: Array, axis: Axes, eps: float = 1e-5
) -> tuple[Array]:
    """Derive z = standardize(x): dx = (dy - mean(dy) - z mean(dy z)) / sigma.

    dy, x and the result have one shape. The means over `axis` are how x reaches every z
    through the mean and through sigma.
    """
    xp = common_namespace(dy=dy, x=x)

    def mean(a):
        return xp.mean(a, axis=axis, keepdims=True)

    c = x - mean(x)
    sigma = xp.sqrt(mean_square(c, axis) + eps)
    z = c / sigma
    return ((dy - mean(dy) - z * mean(dy * z)) / sigma,)


@with_gradient(standardize_gradient)
def standardize(x: Array, axis: Axes, eps: float = 1e-5) -> Array:
    """Shift and scale x to mean 0 and variance 1: (x - mean) / sqrt(variance + eps).

    axis: what is averaged over. The result has the shape of x; where all values are
    equal it is 0. Raises ValueError if there is nothing to average over, that is, an
    axis of length 0.

    >>> import numpy as np
    >>> standardize(np.array([1.0, 2.0, 3.0]), axis=0, eps=0.0).round(3)
    array([-1.225,  0.   ,  1.225])
    """
    xp = common_namespace(x=x)
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all(-x.ndim <= a < x.ndim and x.shape[a] for a in axes):
        raise ValueError(
            f"no values along axis {axis} of shape {tuple(x.shape)} to average over"
        )
    c = x - xp.mean(x, axis=axis, keepdims=True)
    return c / xp.sqrt(mean_square(c, axis) + eps)


def batch_norm_gradient(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Derive batch_norm in training: dx, dgamma and dbeta from dy.

    dy, x, dx: (N, C, ...); gamma, dgamma, dbeta: (C,). With z = (x - m) / sigma over
    the n values of each channel: dbeta = sum dy, dgamma = sum dy z, and dx = gamma /
    sigma (dy - dbeta / n - z dgamma / n). Source: Ioffe & Szegedy 2015, section 3.
    """
    xp, shape = common_namespace(dy=dy, x=x, gamma=gamma), x.shape
    dy, x = _maps(xp, dy), _maps(xp, x)
    n, size = x.shape[0] * x.shape[2], 2 * x.shape[1] * x.shape[2]
    m, v = _moments(xp, x)
    sigma = xp.sqrt(v + eps)
    dbeta = xp.sum(xp.sum(dy, axis=2), axis=0)
    dgamma = in_slabs(
        lambda dy, x: xp.sum(dy * ((x - m) / sigma), axis=2), dy, x, numbers=size
    )
    dgamma = xp.sum(dgamma, axis=0)
    scale, shift, slope = (
        gamma[:, None] / sigma,
        dbeta[:, None] / n,
        dgamma[:, None] / (n * sigma),
    )
    dx = in_slabs(
        lambda dy, x: scale * (dy - shift - (x - m) * slope), dy, x, numbers=size
    )
    return xp.reshape(dx, shape), dgamma, dbeta


def batch_norm(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Normalize each channel over the batch: y = gamma (x - m) / sqrt(v + eps) + beta.

    x: (N, C, ...); gamma, beta, running_mean, running_var: (C,). Returns y, of the
    shape of x, and the new running mean and variance; nothing is changed in place. In
    training, m and v are those of the batch (v biased, divided by n); the running
    statistics move towards m and the unbiased n/(n-1) v with the weight `momentum`.
    Else m and v are the running statistics, which stay. Raises ValueError in training
    if a channel has fewer than two values. Source: Ioffe & Szegedy 2015, algorithms 1
    and 2; momentum as in PyTorch.

    >>> import numpy as np
    >>> zero, one = np.zeros(1), np.ones(1)
    >>> y, mean, var = batch_norm(np.array([[1.0], [3.0]]), one, zero, zero, one)
    >>> y.round(2).ravel(), mean, var
    (array([-1.,  1.]), array([0.2]), array([1.1]))
    """
    per_channel = dict(
        gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var
    )
    xp = common_namespace(x=x, **per_channel)
    _check_channels(x, **per_channel)
    maps = _maps(xp, x)
    if not training:
        m, v = running_mean[:, None], running_var[:, None]
        y = _scale(xp, maps, m, v, gamma, beta, eps)
        return xp.reshape(y, x.shape), running_mean, running_var
    n = maps.shape[0] * maps.shape[2]
    if n < 2:
        raise ValueError(
            "training needs at least two values for each channel, "
            f"got shape {tuple(x.shape)}"
        )
    y, m, v = _normalize_batch(maps, gamma, beta, eps)
    running_mean = (1 - momentum) * running_mean + momentum * m[:, 0]
    running_var = (1 - momentum) * running_var + momentum * (n / (n - 1)) * v[:, 0]
    return xp.reshape(y, x.shape), running_mean, running_var


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalize each vector over its features: y = gamma standardize(x, -1) + beta.

    x, y: (..., d); gamma, beta: (d,). Source: Ba, Kiros & Hinton 2016.

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

    x, y: (..., d); gamma: (d,). Source: Zhang & Sennrich 2019.

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

    x, y: (N, C, ...); gamma, beta: (C,). Raises ValueError unless groups divides C.
    Source: Wu & He 2018.

    >>> import numpy as np
    >>> x = np.array([[1.0, 3.0, 5.0, 5.0]])
    >>> group_norm(x, 2, np.ones(4), np.zeros(4)).round(2)
    array([[-1.,  1.,  0.,  0.]])
    """
    xp = common_namespace(x=x, gamma=gamma, beta=beta)
    _check_channels(x, gamma=gamma, beta=beta)
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

    x, y: (N, C, ...); gamma, beta: (C,). Source: Ulyanov, Vedaldi & Lempitsky 2016.

    >>> import numpy as np
    >>> instance_norm(np.array([[[1.0, 3.0]]]), np.ones(1), np.zeros(1)).round(2)
    array([[[-1.,  1.]]])
    """
    _check_channels(x, gamma=gamma, beta=beta)
    return group_norm(x, x.shape[1], gamma, beta, eps)


@with_gradient(lambda dy, x, gamma, beta, eps: batch_norm_gradient(dy, x, gamma, eps))
def _normalize_batch(
    x: Array, gamma: Array, beta: Array, eps: float
) -> tuple[Array, Array, Array]:
    xp = common_namespace(x=x)
    m, v = _moments(xp, x)
    return _scale(xp, x, m, v, gamma, beta, eps), m, v


def _scale(
    xp: ModuleType, x: Array, m: Array, v: Array, gamma: Array, beta: Array, eps: float
) -> Array:
    scale, shift = gamma[:, None] / xp.sqrt(v + eps), beta[:, None]
    return in_slabs(
        lambda x: (x - m) * scale + shift, x, numbers=2 * math.prod(x.shape[1:])
    )


def _moments(xp: ModuleType, x: Array) -> tuple[Array, Array]:
    """Return mean and biased variance of each channel of (N, C, L), both (C, 1)."""
    m = xp.mean(xp.mean(x, axis=2), axis=0)[:, None]
    squares = in_slabs(
        lambda x: xp.mean((x - m) ** 2, axis=2), x, numbers=2 * math.prod(x.shape[1:])
    )
    return m, xp.mean(squares, axis=0)[:, None]


def _maps(xp: ModuleType, x: Array) -> Array:
    """Join the axes behind the channel: (N, C, L)."""
    return xp.reshape(x, (*x.shape[:2], math.prod(x.shape[2:])))


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


def _check_channels(x: Array, **per_channel: Array) -> None:
    if x.ndim < 2:
        raise ValueError(f"expected x of shape (N, C, ...), got shape {tuple(x.shape)}")
    for name, array in per_channel.items():
        check_shape(name, array, (x.shape[1],))
