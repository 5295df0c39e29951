"""Convolution and pooling over images, and the arithmetic of their output size.

"Convolution" is meant as deep learning means it: the filter is not flipped, so this is
cross-correlation. Images are (N, C, H, W): N images, C channels, H rows, W columns. A size that may
differ by direction is an integer or a pair (vertical, horizontal). Not here: transposed, 1-D or 3-D
convolution.

Shapes and options follow torch.nn.functional; the padding mode "mean" is this book's own.
"""

import math
from types import ModuleType
from typing import Literal

from array_api_compat import array_namespace, device, is_torch_array
from numpy.lib.stride_tricks import sliding_window_view

from textbook.arrays import Array, Pair, common_namespace, pair

PaddingMode = Literal["zeros", "mean", "reflect", "replicate", "circular"]


def output_size(
    n: Pair, kernel_size: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
) -> int | tuple[int, int]:
    """Count the places where a window lands: floor((n + 2p - d(k-1) - 1) / s) + 1.

    n is the size of the input along one axis, or a pair (height, width). The result is an integer if
    every argument is one, else a pair. Raises ValueError if the window does not fit at all.
    Source: Dumoulin & Visin 2016, relationship 6, with their dilation of section 5.1.

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
    any_pair = any(isinstance(a, tuple) for a in (n, kernel_size, stride, padding, dilation))
    return (result[0], result[1]) if any_pair else result[0]


def pad2d(x: Array, padding: Pair, mode: PaddingMode = "zeros") -> Array:
    """Surround every feature map of x by `padding` rows and columns on each side.

    x: (N, C, H, W); result: (N, C, H + 2p, W + 2q) for padding (p, q). What stands beyond the border:
    "zeros"; "mean", the mean of that feature map; "replicate", the nearest pixel; "reflect", the mirror
    image about the border pixel; "circular", the opposite side. Raises ValueError for another mode, and
    if the image is too small to be reflected or wrapped that far.
    """
    xp = common_namespace(x=x)
    rows, columns = pair("padding", padding, least=0)
    h, w = _image_shape(x)[2:]
    if mode == "zeros":
        return _surround(x, xp.zeros((1, 1, 1, 1), dtype=x.dtype, device=device(x)), rows, columns)
    if mode == "mean":
        return _surround(x, xp.mean(x, axis=(2, 3), keepdims=True), rows, columns)
    for axis, size, p in ((2, h, rows), (3, w, columns)):
        place = xp.arange(
            -p, size + p, device=device(x)
        )  # where each output pixel lies in the input
        if mode == "replicate":
            index, reach = xp.clip(place, 0, size - 1), p
        elif mode == "reflect":
            index, reach = (size - 1) - xp.abs((size - 1) - xp.abs(place)), size - 1
        elif mode == "circular":
            index, reach = place % size, size
        else:
            raise ValueError(
                f"padding mode must be zeros, mean, reflect, replicate or circular, got {mode!r}"
            )
        if p > reach:
            raise ValueError(
                f"mode {mode!r} can pad {size} pixels by at most {reach}, got padding {p}"
            )
        x = xp.take(x, index, axis=axis)
    return x


def windows(x: Array, kernel_size: Pair, stride: Pair = 1, dilation: Pair = 1) -> Array:
    """View every window of x without copying: (N, C, H, W) becomes (N, C, oh, ow, kh, kw).

    Window (i, j) starts at row i * stride and column j * stride; its pixels lie `dilation` apart.
    """
    (kh, kw), (sh, sw) = pair("kernel_size", kernel_size, least=1), pair("stride", stride, least=1)
    dh, dw = pair("dilation", dilation, least=1)
    output_size(_image_shape(x)[2:], (kh, kw), (sh, sw), 0, (dh, dw))  # raises if no window fits
    span_h, span_w = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    if is_torch_array(x):
        return x.unfold(2, span_h, sh).unfold(3, span_w, sw)[..., ::dh, ::dw]
    return sliding_window_view(x, (span_h, span_w), axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]


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
    """Slide O filters over N images: y[n,o,i,j] = b[o] + sum_{c,u,v} w[o,c,u,v] x[n,c,i*s+u*d,j*s+v*d].

    x: (N, C, H, W); w: (O, C // groups, kh, kw); b: (O,); result: (N, O, oh, ow) with oh, ow as
    `output_size` gives them. The sum reads the padded x. With groups, each group of O // groups filters
    sees its own C // groups channels. Raises ValueError if shapes or dtypes do not go together.
    Source: LeCun et al. 1998; the method of columns: Chellapilla et al. 2006.

    >>> import numpy as np
    >>> conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), padding=1)[0, 0, 0]
    array([4., 6., 6., 4.])
    """
    xp = common_namespace(x=x, w=w) if b is None else common_namespace(x=x, w=w, b=b)
    _check_filters(x, w, b, groups)
    x = pad2d(x, padding, padding_mode)
    n, c, o = x.shape[0], x.shape[1], w.shape[0]

    patches = windows(x, tuple(w.shape[2:]), stride, dilation)  # (N, C, oh, ow, kh, kw)
    oh, ow = patches.shape[2:4]
    columns = xp.permute_dims(
        patches, (0, 1, 4, 5, 2, 3)
    )  # one column for each place of the window
    columns = xp.reshape(columns, (n, groups, c // groups * w.shape[2] * w.shape[3], oh * ow))
    rows = xp.reshape(w, (groups, o // groups, columns.shape[2]))  # one row for each filter
    y = xp.reshape(rows @ columns, (n, o, oh, ow))

    return y if b is None else y + xp.reshape(b, (o, 1, 1))


def conv2d_loop(x: Array, w: Array, stride: int = 1) -> Array:
    """Compute conv2d without padding, dilation or groups as its definition reads, one output at a time.

    x: (N, C, H, W); w: (O, C, k, k); result: (N, O, oh, ow). For reading and checking: slow.
    """
    xp = common_namespace(x=x, w=w)
    _check_filters(x, w, None, groups=1)
    k = w.shape[2]
    height, width = output_size(tuple(x.shape[2:]), tuple(w.shape[2:]), stride)
    y = xp.zeros((x.shape[0], w.shape[0], height, width), dtype=x.dtype, device=device(x))
    for n in range(y.shape[0]):
        for o in range(y.shape[1]):
            for i in range(height):
                for j in range(width):
                    window = x[n, :, i * stride : i * stride + k, j * stride : j * stride + k]
                    y[n, o, i, j] = xp.sum(window * w[o, ...])
    return y


def max_pool2d(x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Array:
    """Take the largest value in every window; stride None means the window's own size.

    x: (N, C, H, W); result: (N, C, oh, ow). Padding counts as minus infinity and may be at most half
    the window, so that every window holds a pixel. Equal largest values share the gradient.
    """
    xp = common_namespace(x=x)
    patches = _pooling_windows(xp, x, kernel_size, stride, padding, fill=-math.inf)
    return xp.max(patches, axis=(-2, -1))


def avg_pool2d(x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0) -> Array:
    """Average every window; stride None means the window's own size.

    x: (N, C, H, W); result: (N, C, oh, ow). Padding counts as zeros, in the mean too, as in PyTorch.
    """
    xp = common_namespace(x=x)
    patches = _pooling_windows(xp, x, kernel_size, stride, padding, fill=0.0)
    return xp.mean(patches, axis=(-2, -1))


def _pooling_windows(
    xp: ModuleType, x: Array, kernel_size: Pair, stride: Pair | None, padding: Pair, fill: float
) -> Array:
    kernel, pads = pair("kernel_size", kernel_size, least=1), pair("padding", padding, least=0)
    _image_shape(x)
    if any(2 * p > k for p, k in zip(pads, kernel, strict=True)):
        raise ValueError(
            f"pooling padding must be at most half of kernel_size {kernel}, got {pads}"
        )
    border = xp.full((1, 1, 1, 1), fill, dtype=x.dtype, device=device(x))
    return windows(_surround(x, border, *pads), kernel, kernel if stride is None else stride)


def _surround(x: Array, fill: Array, rows: int, columns: int) -> Array:
    """Put `rows` rows of `fill` (broadcast) above and below x, then `columns` columns left and right."""
    xp = array_namespace(x)
    n, c, h, w = x.shape
    band = xp.broadcast_to(fill, (n, c, rows, w))
    x = xp.concat([band, x, band], axis=2)
    band = xp.broadcast_to(fill, (n, c, h + 2 * rows, columns))
    return xp.concat([band, x, band], axis=3)


def _image_shape(x: Array) -> tuple[int, int, int, int]:
    if x.ndim != 4:
        raise ValueError(f"expected images of shape (N, C, H, W), got shape {tuple(x.shape)}")
    return tuple(x.shape)


def _check_filters(x: Array, w: Array, b: Array | None, groups: int) -> None:
    channels, o = _image_shape(x)[1], w.shape[0]
    if not isinstance(groups, int) or groups < 1 or channels % groups or o % groups:
        raise ValueError(
            f"groups must divide {channels} channels and {o} filters, got groups={groups!r}"
        )
    if w.ndim != 4 or w.shape[1] != channels // groups:
        raise ValueError(
            f"expected filters of shape (O, {channels // groups}, kh, kw) for {channels} channels in "
            f"{groups} group(s), got shape {tuple(w.shape)}"
        )
    if b is not None and tuple(b.shape) != (o,):
        raise ValueError(
            f"expected one bias for each of the {o} filters, got shape {tuple(b.shape)}"
        )
