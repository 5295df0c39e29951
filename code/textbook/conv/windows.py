"""Two views of an image, uncopied: all its windows, and every window's pixel (u, v)."""

from collections.abc import Iterator
from itertools import product

from array_api_compat import array_namespace, is_numpy_array, is_torch_array
from numpy.lib.stride_tricks import sliding_window_view

from textbook.arrays import Array, Pair, check_shape, pair, with_gradient
from textbook.conv.sizes import output_size


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


@with_gradient(windows_gradient)
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
    oh, ow = output_size(tuple(x.shape[2:]), kernel_size, stride, 0, dilation)
    options = kernel_size, stride, dilation
    (kh, kw), (sh, sw), (dh, dw) = (pair("", option, 1) for option in options)
    span = (dh * (kh - 1) + 1, dw * (kw - 1) + 1)
    if is_torch_array(x):
        return x.unfold(2, span[0], sh).unfold(3, span[1], sw)[..., ::dh, ::dw]
    if is_numpy_array(x):
        view = sliding_window_view(x, span, axis=(2, 3))
        return view[:, :, ::sh, ::sw, ::dh, ::dw]
    xp = array_namespace(x)  # a library without strided views: copy
    rows = sh * xp.arange(oh)[:, None] + dh * xp.arange(kh)[None, :]
    columns = sw * xp.arange(ow)[:, None] + dw * xp.arange(kw)[None, :]
    x = xp.take(x, xp.reshape(rows, (oh * kh,)), axis=2)
    x = xp.take(x, xp.reshape(columns, (ow * kw,)), axis=3)
    x = xp.reshape(x, (*x.shape[:2], oh, kh, ow, kw))
    return xp.permute_dims(x, (0, 1, 2, 4, 3, 5))
