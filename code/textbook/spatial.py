"""The two halves of a spatial transformer: where to look, and what is there.

`affine_grid` moves the places of the output's pixels by an affine map, `grid_sample`
reads the image there. Coordinates are (x, y) from -1 to 1 over the image's outer edges,
so the centers of the border pixels lie half a pixel inside (PyTorch's
align_corners=False). Both are differentiable, so a network can learn the map. Not here:
maps that are not affine (a grid may come from anywhere), other interpolations, and
volumes. Source: Jaderberg et al. 2015.
"""

from array_api_compat import device

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.conv.padding import pad_images
from textbook.gradients import constant
from textbook.precision import sums_in_float32
from textbook.slabs import in_slabs


@sums_in_float32
def affine_grid(theta: Array, height: int, width: int) -> Array:
    """Map the center (x, y) of every output pixel to theta (x, y, 1)^T.

    `theta: (N, 2, 3)`; `result: (N, height, width, 2)`, the last axis (x, y).

    >>> import numpy as np
    >>> affine_grid(np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), 1, 2)[0]
    array([[[-0.5,  0. ],
            [ 0.5,  0. ]]])
    """
    xp = common_namespace(theta=theta)
    check_shape("theta", theta, ("N", 2, 3))
    height, width = integer("height", height, 1), integer("width", width, 1)
    like = dict(dtype=theta.dtype, device=device(theta))
    x = (2 * xp.arange(width, **like) + 1) / width - 1
    y = (2 * xp.arange(height, **like) + 1) / height - 1
    x, y = xp.meshgrid(x, y, indexing="xy")  # (height, width) each
    centers = xp.reshape(
        xp.stack([x, y, xp.ones_like(x)], axis=-1), (1, height * width, 3)
    )
    return xp.reshape(
        centers @ xp.matrix_transpose(theta), (theta.shape[0], height, width, 2)
    )


@sums_in_float32
def grid_sample(x: Array, grid: Array) -> Array:
    """Read each image at the places of its grid, by bilinear interpolation.

    `x: (N, C, H, W)`; `grid: (N, h, w, 2)`, the last axis (x, y);
    `result: (N, C, h, w)`. Place (r, c), in pixels, lies between four pixels (i, j);
    each counts with `(1 - |r - i|) (1 - |c - j|)`, and those outside the image count
    as 0. A place that is not finite gives NaN.

    >>> import numpy as np
    >>> grid_sample(np.array([[[[0.0, 2.0]]]]), np.array([[[[0.0, 0.0]]]]))
    array([[[[1.]]]])
    """
    xp = common_namespace(x=x, grid=grid)
    check_shape("x", x, ("N", "C", "H", "W"))
    check_shape("grid", grid, (x.shape[0], "h", "w", 2))
    c, height, width = x.shape[1:]
    h, w = grid.shape[1:3]

    def neighbors(place, size):  # the two pixels about each place, and their weights
        place = ((place + 1) * size - 1) / 2
        first = xp.floor(constant(place))
        i = xp.clip(xp.stack([first, first + 1]), -1, size)
        i = xp.astype(xp.where(i == i, i, xp.zeros_like(i)), xp.int64)  # NaN has none
        # Not |place - i|: on a center, place - first has the slope to the next pixel.
        return i + 1, xp.stack([first + 1 - place, place - first])

    def sample(x, grid):
        n = x.shape[0]
        x = pad_images(x, (1, 1), "zeros")  # all that lies outside is on this border
        x = xp.permute_dims(x, (0, 2, 3, 1))
        pixels = xp.reshape(x, (n * (height + 2) * (width + 2), c))
        j, weight_j = neighbors(grid[..., 0], width)
        i, weight_i = neighbors(grid[..., 1], height)
        image = xp.arange(n, device=device(x))[:, None, None]
        index = ((image * (height + 2) + i) * (width + 2))[:, None, ...] + j
        weight = weight_i[:, None, ...] * weight_j
        y = xp.take(pixels, xp.reshape(index, (4 * n * h * w,)), axis=0)
        y = y * xp.reshape(weight, (4 * n * h * w, 1))
        y = xp.sum(xp.reshape(y, (4, n, h, w, c)), axis=0)
        return xp.permute_dims(y, (0, 3, 1, 2))

    return in_slabs(sample, x, grid, numbers=8 * c * h * w)
