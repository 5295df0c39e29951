"""Two views of an image, uncopied: all its windows, and every window's pixel (u, v).

A library without strided views, such as JAX, gets copies. Not here: padding, which
comes first, and what is computed in a window.
"""

from collections.abc import Iterator
from itertools import product

from array_api_compat import array_namespace, is_numpy_array, is_torch_array
from numpy.lib.stride_tricks import sliding_window_view

from textbook.arrays import Array, check_shape, common_namespace
from textbook.conv.sizes import Pair, output_size, pair
from textbook.gradients import constant, with_gradient, zeros_to_add
from textbook.precision import sums_in_float32


def windows(x: Array, kernel_size: Pair, stride: Pair = 1, dilation: Pair = 1) -> Array:
    """View every window of x, uncopied: (N, C, H, W) becomes (N, C, oh, ow, kh, kw).

    Window (i, j) starts at row i * stride and column j * stride; its pixels lie
    `dilation` apart. Raises ValueError if no window fits.

    >>> import numpy as np
    >>> windows(np.array([[[[1.0, 2.0, 3.0]]]]), (1, 2))[0, 0, 0]
    array([[[1., 2.]],
    <BLANKLINE>
           [[2., 3.]]])
    """
    check_shape("x", x, ("N", "C", "H", "W"))
    kernel_size = pair("kernel_size", kernel_size, least=1)
    stride = pair("stride", stride, least=1)
    dilation = pair("dilation", dilation, least=1)
    output_size(tuple(x.shape[2:]), kernel_size, stride, 0, dilation)  # raises
    return view_windows(x, kernel_size, stride, dilation)


@sums_in_float32
def windows_gradient(
    dy: Array, x: Array, kernel_size: Pair, stride: Pair = 1, dilation: Pair = 1
) -> tuple[Array]:
    """Add up the gradients of all windows' pixels where they came from.

    `dy: (N, C, oh, ow, kh, kw)`; `x, dx: (N, C, H, W)`. Raises ValueError if dy does
    not go with the other arguments.
    """
    common_namespace(dy=dy, x=x)
    view = windows(constant(x), kernel_size, stride, dilation)
    check_shape("dy", dy, tuple(view.shape))
    options = pair("stride", stride, least=1), pair("dilation", dilation, least=1)
    dx, (kh, kw) = zeros_to_add(dy, x.shape), dy.shape[4:]
    pixels = product(range(kh), range(kw))
    for tap, (u, v) in zip(taps(dx, (kh, kw), *options), pixels, strict=True):
        tap += dy[..., u, v]
    return (dx,)


@with_gradient(windows_gradient)
def view_windows(
    x: Array,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> Array:
    """View the windows of images that are checked already, as `windows` does."""
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    span = (dh * (kh - 1) + 1, dw * (kw - 1) + 1)
    if is_torch_array(x):
        return x.unfold(2, span[0], sh).unfold(3, span[1], sw)[..., ::dh, ::dw]
    if is_numpy_array(x):
        view = sliding_window_view(x, span, axis=(2, 3))
        return view[:, :, ::sh, ::sw, ::dh, ::dw]
    xp = array_namespace(x)  # a library without strided views: copy
    pixels = xp.stack(list(taps(x, kernel_size, stride, dilation)), axis=-1)
    return xp.reshape(pixels, (*pixels.shape[:-1], kh, kw))


def taps(
    x: Array,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Iterator[Array]:
    """View x as pixel (u, v) of a sliding window meets it: kh * kw of (N, C, oh, ow).

    One at a time: a view that is written to under autograd must be younger than the
    last writing.

    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2.0, 3.0]]]])
    >>> [tap[0, 0, 0].tolist() for tap in taps(x, (1, 2), stride=(1, 1))]
    [[1.0, 2.0], [2.0, 3.0]]
    """
    places = []
    for size, k, s, d in zip(x.shape[2:], kernel_size, stride, dilation, strict=True):
        last = (size - d * (k - 1) - 1) // s * s  # where the last window starts
        places.append([slice(u * d, u * d + last + 1, s) for u in range(k)])
    return (x[:, :, rows, columns] for rows in places[0] for columns in places[1])
