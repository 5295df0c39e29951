"""The gradients of windows and pooling by hand, which autograd's own are slower than.

Each takes dy, the gradient of the result, and the kernel's own arguments, and gives
that of x.
"""

import math
from collections.abc import Iterator
from functools import reduce
from itertools import product

from array_api_compat import array_namespace

from textbook.arrays import Array, Pair, in_slabs, pair


def taps(
    x: Array, kernel_size: Pair, stride: Pair, dilation: Pair = 1
) -> Iterator[Array]:
    """View x as pixel (u, v) of a sliding window meets it: kh * kw of (N, C, oh, ow).

    One at a time: a view that is written to under autograd must be younger than the
    last writing.

    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2.0, 3.0]]]])
    >>> [tap[0, 0, 0].tolist() for tap in taps(x, (1, 2), stride=1)]
    [[1.0, 2.0], [2.0, 3.0]]
    """
    places = []
    options = (pair("", v, 1) for v in (kernel_size, stride, dilation))
    for size, k, s, d in zip(x.shape[2:], *options, strict=True):
        last = (size - d * (k - 1) - 1) // s * s  # where the last window starts
        places.append([slice(u * d, u * d + last + 1, s) for u in range(k)])
    return (x[:, :, rows, columns] for rows in places[0] for columns in places[1])


def windows_gradient(
    dy: Array, x: Array, kernel_size: Pair, stride: Pair, dilation: Pair
) -> tuple[Array]:
    """Add up the gradients of all windows' pixels where they came from."""
    dx = array_namespace(dy).zeros_like(x)
    places = product(range(dy.shape[-2]), range(dy.shape[-1]))
    for tap, (u, v) in zip(
        taps(dx, kernel_size, stride, dilation), places, strict=True
    ):
        tap += dy[..., u, v]
    return (dx,)


def mean_gradient(dy: Array, x: Array, kernel_size: Pair, stride: Pair) -> tuple[Array]:
    """Give every pixel of a window the same share of the gradient of their mean."""

    def spread(dy, x):
        dx, share = array_namespace(dy).zeros_like(x), dy / math.prod(kernel_size)
        for tap in taps(dx, kernel_size, stride):
            tap += share
        return dx

    return (in_slabs(spread, dy, x, numbers=2 * math.prod(x.shape[1:])),)


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
