"""Pooling: one number stands for a window, its largest or its mean.

Both have their gradients written by hand, which autograd's own are slower than. Not
here: dilated or adaptive pooling, and the mean over whole maps, which needs no window.
"""

import math
from functools import reduce

from array_api_compat import array_namespace, device

from textbook.arrays import Array, check_shape, common_namespace
from textbook.conv.padding import frame
from textbook.conv.sizes import Pair, output_size, pair
from textbook.conv.windows import taps
from textbook.gradients import with_gradient, zeros_to_add
from textbook.precision import sums_in_float32
from textbook.slabs import in_slabs


@sums_in_float32
def max_pool2d_gradient(
    dy: Array,
    x: Array,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
) -> tuple[Array]:
    """Give the gradient of a window's maximum to its largest pixels, equal shares.

    `dy: (N, C, oh, ow)`, as the result of max_pool2d; `x, dx: (N, C, H, W)`.
    """
    xp = common_namespace(dy=dy, x=x)
    kernel, stride, padding, places = _check_pooling(x, kernel_size, stride, padding)
    check_shape("dy", dy, (*x.shape[:2], *places))
    framed = _framed(x, -math.inf, padding)

    def spread(dy, x):
        pixels = list(taps(x, kernel, stride))
        largest = reduce(xp.maximum, pixels)
        hits = [xp.astype(pixel == largest, x.dtype) for pixel in pixels]
        dx, share = zeros_to_add(dy, x.shape), dy / sum(hits)
        for tap, hit in zip(taps(dx, kernel, stride), hits, strict=True):
            tap += share * hit
        return dx

    dx = in_slabs(spread, dy, framed, numbers=2 * math.prod(framed.shape[1:]))
    return (_unframed(dx, padding),)


@with_gradient(max_pool2d_gradient)
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
    xp = common_namespace(x=x)
    kernel, stride, padding, _ = _check_pooling(x, kernel_size, stride, padding)
    x = _framed(x, -math.inf, padding)

    def largest(x):  # pixel (u, v) of all windows at once, one (u, v) after the other
        return reduce(xp.maximum, taps(x, kernel, stride))

    return in_slabs(largest, x, numbers=2 * math.prod(x.shape[1:]))


@sums_in_float32
def avg_pool2d_gradient(
    dy: Array,
    x: Array,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
) -> tuple[Array]:
    """Give every pixel of a window the same share of the gradient of their mean.

    `dy: (N, C, oh, ow)`, as the result of avg_pool2d; `x, dx: (N, C, H, W)`.
    """
    common_namespace(dy=dy, x=x)
    kernel, stride, padding, places = _check_pooling(x, kernel_size, stride, padding)
    check_shape("dy", dy, (*x.shape[:2], *places))
    sizes = [s + 2 * p for s, p in zip(x.shape[2:], padding, strict=True)]

    def spread(dy):
        dx, share = zeros_to_add(dy, (*dy.shape[:2], *sizes)), dy / math.prod(kernel)
        for tap in taps(dx, kernel, stride):
            tap += share
        return dx

    dx = in_slabs(spread, dy, numbers=2 * x.shape[1] * math.prod(sizes))
    return (_unframed(dx, padding),)


@sums_in_float32
@with_gradient(avg_pool2d_gradient)
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
    common_namespace(x=x)
    kernel, stride, padding, _ = _check_pooling(x, kernel_size, stride, padding)
    x = _framed(x, 0.0, padding)

    def mean(x):  # pixel (u, v) of all windows at once, one (u, v) after the other
        return sum(taps(x, kernel, stride)) / math.prod(kernel)

    return in_slabs(mean, x, numbers=2 * math.prod(x.shape[1:]))


def _check_pooling(
    x: Array, kernel_size: Pair, stride: Pair | None, padding: Pair
) -> tuple[tuple[int, int], ...]:
    """Return window, stride, padding and the result's size, all as pairs."""
    check_shape("x", x, ("N", "C", "H", "W"))
    kernel = pair("kernel_size", kernel_size, least=1)
    stride = kernel if stride is None else pair("stride", stride, least=1)
    pads = pair("padding", padding, least=0)
    places = output_size(tuple(x.shape[2:]), kernel, stride, pads)
    if any(2 * p > k for p, k in zip(pads, kernel, strict=True)):
        raise ValueError(
            f"padding must be at most half of kernel_size {kernel}, got {pads}"
        )
    return kernel, stride, pads, places


def _framed(x: Array, fill: float, padding: tuple[int, int]) -> Array:
    xp = array_namespace(x)
    border = xp.full((1, 1, 1, 1), fill, dtype=x.dtype, device=device(x))
    return frame(x, border, *padding)


def _unframed(x: Array, padding: tuple[int, int]) -> Array:
    (p, q), (h, w) = padding, x.shape[2:]
    return x[:, :, p : h - p, q : w - q]
