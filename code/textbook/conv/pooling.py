"""Pooling: one number stands for a window, its largest or its mean.

Both have their gradients written by hand, which autograd's own are slower than.
"""

import math
from functools import reduce

from array_api_compat import array_namespace, device

from textbook.arrays import (
    Array,
    Pair,
    check_shape,
    common_namespace,
    in_slabs,
    pair,
    with_gradient,
)
from textbook.conv.padding import surround
from textbook.conv.sizes import output_size
from textbook.conv.windows import taps


def max_pool2d(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Array:
    """Take the largest value in every window; stride None means the window's own size.

    `x: (N, C, H, W)`; `result: (N, C, oh, ow)`. Padding counts as minus infinity and
    may be at most half the window, so that every window holds a pixel. Equal largest
    values share the gradient.

    >>> import numpy as np
    >>> max_pool2d(np.array([[[[1.0, 3.0, 2.0, 0.0]]]]), (1, 2))
    array([[[[3., 2.]]]])
    """
    return _largest(*_pooling_input(x, kernel_size, stride, padding, fill=-math.inf))


def avg_pool2d(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Array:
    """Average every window; stride None means the window's own size.

    `x: (N, C, H, W)`; `result: (N, C, oh, ow)`. Padding counts as zeros, in the mean
    too, as in PyTorch.

    >>> import numpy as np
    >>> avg_pool2d(np.array([[[[1.0, 3.0, 2.0, 0.0]]]]), (1, 2))
    array([[[[2., 1.]]]])
    """
    return _average(*_pooling_input(x, kernel_size, stride, padding, fill=0.0))


def max_gradient(dy: Array, x: Array, kernel_size: Pair, stride: Pair) -> tuple[Array]:
    """Give the gradient of a window's maximum to its largest pixels, equal shares."""
    xp = array_namespace(dy)

    def spread(dy, x):
        pixels = list(taps(x, kernel_size, stride))
        largest = reduce(xp.maximum, pixels)
        hits = [xp.astype(pixel == largest, x.dtype) for pixel in pixels]
        dx, share = xp.zeros_like(x), dy / sum(hits)
        for tap, hit in zip(taps(dx, kernel_size, stride), hits, strict=True):
            tap += share * hit
        return dx

    return (in_slabs(spread, dy, x, numbers=2 * math.prod(x.shape[1:])),)


@with_gradient(max_gradient)
def _largest(x: Array, kernel_size: Pair, stride: Pair) -> Array:
    xp = array_namespace(x)
    numbers = 2 * math.prod(x.shape[1:])
    return in_slabs(
        lambda x: reduce(xp.maximum, taps(x, kernel_size, stride)), x, numbers=numbers
    )


def mean_gradient(dy: Array, x: Array, kernel_size: Pair, stride: Pair) -> tuple[Array]:
    """Give every pixel of a window the same share of the gradient of their mean."""

    def spread(dy, x):
        dx, share = array_namespace(dy).zeros_like(x), dy / math.prod(kernel_size)
        for tap in taps(dx, kernel_size, stride):
            tap += share
        return dx

    return (in_slabs(spread, dy, x, numbers=2 * math.prod(x.shape[1:])),)


@with_gradient(mean_gradient)
def _average(x: Array, kernel_size: Pair, stride: Pair) -> Array:
    numbers, size = 2 * math.prod(x.shape[1:]), math.prod(kernel_size)
    return in_slabs(
        lambda x: sum(taps(x, kernel_size, stride)) / size, x, numbers=numbers
    )


def _pooling_input(
    x: Array, kernel_size: Pair, stride: Pair | None, padding: Pair, fill: float
) -> tuple[Array, Pair, Pair]:
    """Return x with its border, the window's size and its stride, checked."""
    xp = common_namespace(x=x)
    check_shape("x", x, ("N", "C", "H", "W"))
    kernel, pads = (
        pair("kernel_size", kernel_size, least=1),
        pair("padding", padding, least=0),
    )
    stride = kernel if stride is None else pair("stride", stride, least=1)
    output_size(tuple(x.shape[2:]), kernel, stride, pads)  # raises if no window fits
    if any(2 * p > k for p, k in zip(pads, kernel, strict=True)):
        raise ValueError(
            f"padding must be at most half of kernel_size {kernel}, got {pads}"
        )
    border = xp.full((1, 1, 1, 1), fill, dtype=x.dtype, device=device(x))
    return surround(x, border, *pads), kernel, stride
