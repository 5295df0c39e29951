"""Batch normalization: statistics of a channel over the batch, and running ones.

Not here: a layer that keeps its running statistics. They go in and come out; nothing is
changed in place.
"""

import math
from types import ModuleType

from textbook.arrays import Array, check_shape, common_namespace
from textbook.gradients import with_gradient
from textbook.normalization.channels import check_channels
from textbook.precision import sums_in_float32
from textbook.slabs import in_slabs


@sums_in_float32
def batch_norm_gradient(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Derive batch_norm in training: dx, dgamma and dbeta from dy.

    `dy, x, dx: (N, C, ...)`; `gamma, dgamma, dbeta: (C,)`. With z = (x - m) / sigma
    over the n values of each channel: dbeta = sum dy, dgamma = sum dy z, and dx = gamma
    / sigma (dy - dbeta / n - z dgamma / n). Source: Ioffe & Szegedy 2015, section 3.
    """
    xp, shape = common_namespace(dy=dy, x=x, gamma=gamma), x.shape
    check_channels(x, gamma=gamma)
    check_shape("dy", dy, tuple(shape))
    dy, x = _maps(xp, dy), _maps(xp, x)
    n, size = x.shape[0] * x.shape[2], 2 * x.shape[1] * x.shape[2]
    m, v = _moments(xp, x)
    m, sigma = m[:, None], xp.sqrt(v + eps)[:, None]
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


def _gradient(
    dy: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    mean: Array,
    var: Array,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    """Derive batch_norm, in training or with the running statistics as constants."""
    if training:
        return batch_norm_gradient(dy, x, gamma, eps)
    xp = common_namespace(x=x)
    dy, maps = _maps(xp, dy), _maps(xp, x)
    sigma = xp.sqrt(var + eps)[:, None]
    dgamma = xp.sum(dy * (maps - mean[:, None]) / sigma, axis=(0, 2))
    dx = dy * (gamma[:, None] / sigma)
    return xp.reshape(dx, x.shape), dgamma, xp.sum(dy, axis=(0, 2))


@sums_in_float32
@with_gradient(_gradient)
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

    `x: (N, C, ...)`; `gamma, beta, running_mean, running_var: (C,)`. Returns y, of the
    shape of x, and the new running mean and variance, into which no gradient flows. In
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
    check_channels(x, **per_channel)
    maps = _maps(xp, x)
    m, v, n = running_mean, running_var, maps.shape[0] * maps.shape[2]
    if training:
        if n < 2:
            raise ValueError(
                "training needs at least two values for each channel, "
                f"got shape {tuple(x.shape)}"
            )
        m, v = _moments(xp, maps)
        running_mean = (1 - momentum) * running_mean + momentum * m
        running_var = (1 - momentum) * running_var + momentum * (n / (n - 1)) * v
    gamma, beta, m, v = (a[:, None] for a in (gamma, beta, m, v))

    def normalize(x):
        return gamma / xp.sqrt(v + eps) * (x - m) + beta

    y = in_slabs(normalize, maps, numbers=2 * math.prod(maps.shape[1:]))
    return xp.reshape(y, x.shape), running_mean, running_var


def _moments(xp: ModuleType, x: Array) -> tuple[Array, Array]:
    """Return mean and biased variance of each channel of (N, C, L), both (C,)."""
    m = xp.mean(xp.mean(x, axis=2), axis=0)

    def squares(x):
        return xp.mean((x - m[:, None]) ** 2, axis=2)

    v = in_slabs(squares, x, numbers=2 * math.prod(x.shape[1:]))
    return m, xp.mean(v, axis=0)


def _maps(xp: ModuleType, x: Array) -> Array:
    """Join the axes after the channel: (N, C, L)."""
    return xp.reshape(x, (*x.shape[:2], math.prod(x.shape[2:])))
