"""Convolution as a matrix product, and as the loop that its definition reads as.

Not here: padding and windows, of which it is made, and a gradient: that of the windows,
and autograd for the product, are all it takes.
"""

from types import ModuleType

from array_api_compat import device

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.conv.padding import PaddingMode, pad_images
from textbook.conv.sizes import Pair, output_size, pair
from textbook.conv.windows import view_windows
from textbook.precision import sums_in_float32
from textbook.slabs import in_slabs


@sums_in_float32
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

    `x: (N, C, H, W)`; `w: (O, C // groups, kh, kw)`; `b: (O,)`; result
    `y: (N, O, oh, ow)`. With groups, each group of O // groups filters sees its own C
    // groups channels. Raises ValueError if shapes or dtypes do not go together.
    Source: LeCun et al. 1998; the method of columns: Chellapilla et al. 2006.

    >>> import numpy as np
    >>> conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), padding=1)[0, 0, 0]
    array([4., 6., 6., 4.])
    """
    groups = integer("groups", groups, least=1)
    xp = _check_filters(x, w, b, groups)
    o, c, kh, kw = w.shape
    stride, dilation = pair("stride", stride, 1), pair("dilation", dilation, 1)
    padding = pair("padding", padding, least=0)
    oh, ow = output_size(tuple(x.shape[2:]), (kh, kw), stride, padding, dilation)
    rows = xp.reshape(w, (groups, o // groups, c * kh * kw))  # one row for each filter

    def correlate(x):
        patches = pad_images(x, padding, padding_mode)
        patches = view_windows(patches, (kh, kw), stride, dilation)
        columns = xp.permute_dims(patches, (0, 1, 4, 5, 2, 3))  # one for each place
        columns = xp.reshape(columns, (x.shape[0], groups, c * kh * kw, oh * ow))
        y = xp.reshape(rows @ columns, (x.shape[0], o, oh, ow))
        return y if b is None else y + xp.reshape(b, (o, 1, 1))

    return in_slabs(correlate, x, numbers=groups * c * kh * kw * oh * ow)


@sums_in_float32
def conv2d_loop(x: Array, w: Array, stride: int = 1) -> Array:
    """Compute conv2d as its definition reads, one output at a time: slow.

    `x: (N, C, H, W)`; `w: (O, C, kh, kw)`; `result: (N, O, oh, ow)`. No padding,
    dilation or groups.

    >>> import numpy as np
    >>> conv2d_loop(np.ones((1, 2, 3, 3)), np.ones((1, 2, 2, 2)))[0, 0]
    array([[8., 8.],
           [8., 8.]])
    """
    xp, stride = _check_filters(x, w, None, groups=1), integer("stride", stride, 1)
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


def _check_filters(x: Array, w: Array, b: Array | None, groups: int) -> ModuleType:
    """Return the library; raise ValueError unless images, filters and biases fit."""
    xp = common_namespace(x=x, w=w) if b is None else common_namespace(x=x, w=w, b=b)
    check_shape("x", x, ("N", "C", "H", "W"))
    check_shape("w", w, ("O", "C // groups", "kh", "kw"))
    c, o = x.shape[1], w.shape[0]
    if c % groups or o % groups:
        raise ValueError(
            f"groups must divide {c} channels and {o} filters, got {groups}"
        )
    check_shape("w", w, (o, c // groups, *w.shape[2:]))
    if b is not None:
        check_shape("b", b, (o,))
    return xp
