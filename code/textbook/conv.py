"""Convolution and pooling over images, and the arithmetic of their output size.

"Convolution" is meant as deep learning means it: the filter is not flipped, so this is
cross-correlation. Images are (N, C, H, W): N images, C channels, H rows, W columns. A
size that may differ by direction is an integer or a pair (vertical, horizontal). Shapes
and options follow torch.nn.functional; the padding mode "mean" is this book's own. Not
here: transposed, 1-D or 3-D convolution.
"""

import math
from functools import reduce
from types import ModuleType
from typing import Literal

from array_api_compat import array_namespace, device, is_numpy_array, is_torch_array
from numpy.lib.stride_tricks import sliding_window_view

from textbook.arrays import (
    Array,
    Pair,
    check_shape,
    common_namespace,
    in_slabs,
    integer,
    pair,
    with_gradient,
)
from textbook.gradients import max_gradient, mean_gradient, taps, windows_gradient

PaddingMode = Literal["zeros", "mean", "reflect", "replicate", "circular"]


def output_size(
    n: Pair, kernel_size: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
) -> int | tuple[int, int]:
    """Count the places where a window lands: floor((n + 2p - d(k-1) - 1) / s) + 1.

    n is the size of the input along one axis, or a pair (height, width). The result is
    an integer if every argument is one, else a pair. Raises ValueError if the window
    does not fit at all. Source: Dumoulin & Visin 2016, relationship 6, with their
    dilation of section 5.1.

    >>> output_size(7, kernel_size=3, stride=2, padding=1)
    4
    """
    sizes = pair("n", n, least=1)
    options = (
        pair("kernel_size", kernel_size, least=1),
        pair("stride", stride, least=1),
        pair("padding", padding, least=0),
        pair("dilation", dilation, least=1),
    )
    result = []
    for size, k, s, p, d in zip(sizes, *options, strict=True):
        span = d * (k - 1) + 1
        if span > size + 2 * p:
            raise ValueError(
                f"a window of {span} (kernel_size {k}, dilation {d}) does not fit into "
                f"{size + 2 * p} (input {size}, padding {p} on both sides)"
            )
        result.append((size + 2 * p - span) // s + 1)
    any_pair = any(
        isinstance(a, tuple) for a in (n, kernel_size, stride, padding, dilation)
    )
    return (result[0], result[1]) if any_pair else result[0]


def receptive_field(layers: list[tuple[int, ...]]) -> tuple[int, int, int]:
    """Find the stretch of input that an output unit sees: (size, jump, start).

    layers: (kernel_size, stride, dilation), with a padding behind it if there is one,
    from input to output, along one axis. Unit i sees `size` inputs from start + i *
    jump on; a negative start lies in the padding. A layer adds d(k-1) jumps to the size
    and moves the start back by p jumps; its stride multiplies the jump. Source: Araujo,
    Norris & Sim 2019.

    >>> receptive_field([(3, 1, 1), (3, 2, 1), (3, 1, 1)])
    (9, 2, 0)
    """
    size, jump, start = 1, 1, 0
    for layer in layers:
        if len(layer) not in (3, 4):
            raise ValueError(
                f"expected layers of (kernel_size, stride, dilation), got {layer}"
            )
        k, s, d, p = (*layer, 0)[:4]
        start -= integer("padding", p, 0) * jump
        size += integer("dilation", d, 1) * (integer("kernel_size", k, 1) - 1) * jump
        jump *= integer("stride", s, 1)
    return size, jump, start


def pad2d(x: Array, padding: Pair, mode: PaddingMode = "zeros") -> Array:
    """Surround every feature map of x by `padding` rows and columns on each side.

    x: (N, C, H, W); result: (N, C, H + 2p, W + 2q) for padding (p, q). What stands
    beyond the border: "zeros"; "mean", the mean of that feature map; "replicate", the
    nearest pixel; "reflect", the mirror image about the border pixel; "circular", the
    opposite side. Raises ValueError for another mode, and if the image is too small to
    be reflected or wrapped that far.

    >>> import numpy as np
    >>> pad2d(np.array([[[[1.0, 2.0, 3.0]]]]), (0, 2), mode="reflect")
    array([[[[3., 2., 1., 2., 3., 2., 1.]]]])
    """
    xp = common_namespace(x=x)
    check_shape("x", x, ("N", "C", "H", "W"))
    rows, columns = pair("padding", padding, least=0)
    if mode == "zeros":
        zero = xp.zeros((1, 1, 1, 1), dtype=x.dtype, device=device(x))
        return _surround(x, zero, rows, columns)
    if mode == "mean":
        return _surround(x, xp.mean(x, axis=(2, 3), keepdims=True), rows, columns)
    for axis, p in ((2, rows), (3, columns)):
        size = x.shape[axis]
        place = xp.arange(-p, size + p, device=device(x))  # in input coordinates
        if mode == "replicate":
            index, reach = xp.clip(place, 0, size - 1), p
        elif mode == "reflect":
            index, reach = (size - 1) - xp.abs((size - 1) - xp.abs(place)), size - 1
        elif mode == "circular":
            index, reach = place % size, size
        else:
            raise ValueError(
                "padding mode must be zeros, mean, reflect, replicate or circular, "
                f"got {mode!r}"
            )
        if p > reach:
            raise ValueError(
                f"mode {mode!r} pads {size} pixels by at most {reach}, got {p}"
            )
        x = xp.take(x, index, axis=axis)
    return x


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


def conv2d(
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
    padding_mode: PaddingMode = "zeros",
) -> Array:
    """Slide O filters over N images: a matrix product of filters and windows.

    y[n,o,i,j] = b[o] + sum_{c,u,v} w[o,c,u,v] x[n,c,i*s+u*d,j*s+v*d], x being padded.

    x: (N, C, H, W); w: (O, C // groups, kh, kw); b: (O,); result y: (N, O, oh, ow).
    With groups, each group of O // groups filters sees its own C // groups channels.
    Raises ValueError if shapes or dtypes do not go together. Source: LeCun et al. 1998;
    the method of columns: Chellapilla et al. 2006.

    >>> import numpy as np
    >>> conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), padding=1)[0, 0, 0]
    array([4., 6., 6., 4.])
    """
    xp = _check_filters(x, w, b, groups)
    o, c, kh, kw = w.shape
    oh, ow = output_size(tuple(x.shape[2:]), (kh, kw), stride, padding, dilation)
    rows = xp.reshape(w, (groups, o // groups, c * kh * kw))  # one row for each filter

    def correlate(x):
        patches = windows(pad2d(x, padding, padding_mode), (kh, kw), stride, dilation)
        columns = xp.permute_dims(patches, (0, 1, 4, 5, 2, 3))  # one for each place
        columns = xp.reshape(columns, (x.shape[0], groups, c * kh * kw, oh * ow))
        y = xp.reshape(rows @ columns, (x.shape[0], o, oh, ow))
        return y if b is None else y + xp.reshape(b, (o, 1, 1))

    return in_slabs(correlate, x, numbers=groups * c * kh * kw * oh * ow)


def conv2d_loop(x: Array, w: Array, stride: int = 1) -> Array:
    """Compute conv2d as its definition reads, one output at a time: slow.

    x: (N, C, H, W); w: (O, C, kh, kw); result: (N, O, oh, ow). No padding, dilation or
    groups.

    >>> import numpy as np
    >>> conv2d_loop(np.ones((1, 2, 3, 3)), np.ones((1, 2, 2, 2)))[0, 0]
    array([[8., 8.],
           [8., 8.]])
    """
    xp = _check_filters(x, w, None, groups=1)
    kh, kw = w.shape[2:]
    height, width = output_size(tuple(x.shape[2:]), (kh, kw), stride)
    shape = (x.shape[0], w.shape[0], height, width)
    y = xp.zeros(shape, dtype=x.dtype, device=device(x))
    for n in range(y.shape[0]):
        for o in range(y.shape[1]):
            for i in range(height):
                for j in range(width):
                    top, left = i * stride, j * stride
                    window = x[n, :, top : top + kh, left : left + kw]
                    y[n, o, i, j] = xp.sum(window * w[o, ...])
    return y


def max_pool2d(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Array:
    """Take the largest value in every window; stride None means the window's own size.

    x: (N, C, H, W); result: (N, C, oh, ow). Padding counts as minus infinity and may be
    at most half the window, so that every window holds a pixel. Equal largest values
    share the gradient.

    >>> import numpy as np
    >>> max_pool2d(np.array([[[[1.0, 3.0, 2.0, 0.0]]]]), (1, 2))
    array([[[[3., 2.]]]])
    """
    return _largest(*_pooling_input(x, kernel_size, stride, padding, fill=-math.inf))


def avg_pool2d(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Array:
    """Average every window; stride None means the window's own size.

    x: (N, C, H, W); result: (N, C, oh, ow). Padding counts as zeros, in the mean too,
    as in PyTorch.

    >>> import numpy as np
    >>> avg_pool2d(np.array([[[[1.0, 3.0, 2.0, 0.0]]]]), (1, 2))
    array([[[[2., 1.]]]])
    """
    return _average(*_pooling_input(x, kernel_size, stride, padding, fill=0.0))


@with_gradient(max_gradient)
def _largest(x: Array, kernel_size: Pair, stride: Pair) -> Array:
    xp = array_namespace(x)
    numbers = 2 * math.prod(x.shape[1:])
    return in_slabs(
        lambda x: reduce(xp.maximum, taps(x, kernel_size, stride)), x, numbers=numbers
    )


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
    return _surround(x, border, *pads), kernel, stride


def _surround(x: Array, fill: Array, rows: int, columns: int) -> Array:
    """Put rows of `fill` (broadcast) above and below x, then columns beside it."""
    xp = array_namespace(x)
    n, c, h, w = x.shape
    if rows:
        band = xp.broadcast_to(fill, (n, c, rows, w))
        x = xp.concat([band, x, band], axis=2)
    if columns:
        band = xp.broadcast_to(fill, (n, c, h + 2 * rows, columns))
        x = xp.concat([band, x, band], axis=3)
    return x


def _check_filters(x: Array, w: Array, b: Array | None, groups: int) -> ModuleType:
    """Return the library; raise ValueError unless images, filters and biases fit."""
    xp = common_namespace(x=x, w=w) if b is None else common_namespace(x=x, w=w, b=b)
    check_shape("x", x, ("N", "C", "H", "W"))
    check_shape("w", w, ("O", "C // groups", "kh", "kw"))
    c, o = x.shape[1], w.shape[0]
    if integer("groups", groups, 1) and (c % groups or o % groups):
        raise ValueError(
            f"groups must divide {c} channels and {o} filters, got {groups}"
        )
    check_shape("w", w, (o, c // groups, *w.shape[2:]))
    if b is not None:
        check_shape("b", b, (o,))
    return xp
