"""What stands beyond the border of an image.

Not here: padding that differs between opposite sides, or by a constant other than 0.
"""

from typing import Literal

from array_api_compat import array_namespace, device

from textbook.arrays import Array, check_shape, common_namespace
from textbook.conv.sizes import Pair, pair
from textbook.precision import sums_in_float32

PaddingMode = Literal["zeros", "mean", "reflect", "replicate", "circular"]


@sums_in_float32
def pad2d(x: Array, padding: Pair, mode: PaddingMode = "zeros") -> Array:
    """Surround every feature map of x by `padding` rows and columns on each side.

    `x: (N, C, H, W)`; `result: (N, C, H + 2p, W + 2q)` for padding (p, q). What stands
    beyond the border: "zeros"; "mean", the mean of that feature map; "replicate", the
    nearest pixel; "reflect", the mirror image about the border pixel; "circular", the
    opposite side. Raises ValueError for another mode, and if the image is too small to
    be reflected or wrapped that far, or has no pixel and the mode is not "zeros".

    >>> import numpy as np
    >>> pad2d(np.array([[[[1.0, 2.0, 3.0]]]]), (0, 2), mode="reflect")
    array([[[[3., 2., 1., 2., 3., 2., 1.]]]])
    """
    common_namespace(x=x)
    check_shape("x", x, ("N", "C", "H", "W"))
    if mode != "zeros" and 0 in x.shape[2:]:
        raise ValueError(f"mode {mode!r} needs a pixel, got shape {tuple(x.shape)}")
    return pad_images(x, pair("padding", padding, least=0), mode)


def pad_images(x: Array, padding: tuple[int, int], mode: PaddingMode) -> Array:
    """Compute pad2d of images that are checked already."""
    xp, (rows, columns) = array_namespace(x), padding
    if mode == "zeros":
        zero = xp.zeros((1, 1, 1, 1), dtype=x.dtype, device=device(x))
        return frame(x, zero, rows, columns)
    if mode == "mean":
        return frame(x, xp.mean(x, axis=(2, 3), keepdims=True), rows, columns)
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


def frame(x: Array, fill: Array, rows: int, columns: int) -> Array:
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
