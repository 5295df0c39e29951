"""The two halves of a spatial transformer: where to look, and what is there.

`affine_grid` moves the places of the output's pixels by an affine map, `grid_sample`
reads the image there. Coordinates are (x, y) from -1 to 1 over the image's outer edges,
so the centers of the border pixels lie half a pixel inside (PyTorch's
align_corners=False). Both are differentiable, so a network can learn the map. Source:
Jaderberg et al. 2015.
"""

from array_api_compat import device

from textbook.arrays import Array, check_shape, common_namespace, constant, integer
from textbook.conv import pad2d


def affine_grid(theta: Array, height: int, width: int) -> Array:
    """Map the center (x, y) of every output pixel to theta (x, y, 1)^T.

    theta: (N, 2, 3); result: (N, height, width, 2), the last axis (x, y).

    >>> import numpy as np
    >>> affine_grid(np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), 1, 2)[0]
    array([[[-0.5,  0. ],
            [ 0.5,  0. ]]])
    """
    xp = common_namespace(theta=theta)
    check_shape("theta", theta, ("N", 2, 3))
    integer("height", height, least=1), integer("width", width, least=1)
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


def grid_sample(x: Array, grid: Array) -> Array:
    """Read each image at the places of its grid, by bilinear interpolation.

    x: (N, C, H, W); grid: (N, h, w, 2), the last axis (x, y); result: (N, C, h, w).
    Place (r, c), in pixels, lies between four pixels (i, j); each counts with (1 - |r -
    i|) (1 - |c - j|), and those outside the image count as 0. A place that is not
    finite gives NaN.

    >>> import numpy as np
    >>> grid_sample(np.array([[[[0.0, 2.0]]]]), np.array([[[[0.0, 0.0]]]]))
    array([[[[1.]]]])
    """
    xp = common_namespace(x=x, grid=grid)
    check_shape("x", x, ("N", "C", "H", "W"))
    check_shape("grid", grid, (x.shape[0], "h", "w", 2))
    n, c, height, width = x.shape
    h, w = grid.shape[1:3]
    x = xp.permute_dims(pad2d(x, 1), (0, 2, 3, 1))
    pixels = xp.reshape(x, (n * (height + 2) * (width + 2), c))
    first = (height + 2) * (width + 2) * xp.arange(n, device=device(x))[:, None, None]

    def index(i, size):  # in the padded image; all that is outside falls on its border
        i = xp.clip(constant(i), -1, size) + 1
        return xp.astype(xp.where(i == i, i, xp.zeros_like(i)), xp.int64)

    column = ((grid[..., 0] + 1) * width - 1) / 2
    row = ((grid[..., 1] + 1) * height - 1) / 2
    left, top = xp.floor(column), xp.floor(row)
    # row - top, not |row - i|: on a pixel's center it still has the slope to the next.
    rows = (top, 1 - (row - top)), (top + 1, row - top)
    columns = (left, 1 - (column - left)), (left + 1, column - left)
    columns = [(index(j, width), weight) for j, weight in columns]
    y = 0
    for i, weight_i in rows:
        start = first + index(i, height) * (width + 2)
        for j, weight_j in columns:
            pixel = xp.take(pixels, xp.reshape(start + j, (n * h * w,)), axis=0)
            y = y + pixel * xp.reshape(weight_i * weight_j, (n * h * w, 1))
    return xp.permute_dims(xp.reshape(y, (n, h, w, c)), (0, 3, 1, 2))
