"""What is drawn by hand in a panel: many lines at once, cells, words at a point."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from textbook.lesson.figure import INK


def segments(
    x0: ArrayLike, x1: ArrayLike, y0: ArrayLike, y1: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates of many separate lines, from (x0, y0) to (x1, y1).

    One path instead of many keeps a picture light: `axes.plot(*segments(…))`. The
    arguments broadcast; between two lines stands NaN, where the path is interrupted.

    >>> segments([0, 1], [0, 1], 0, 5)[1]
    array([ 0.,  5., nan,  0.,  5., nan])
    """
    x0, x1, y0, y1, gap = np.broadcast_arrays(x0, x1, y0, y1, np.nan)
    return np.ravel([x0, x1, gap], "F"), np.ravel([y0, y1, gap], "F")


def cell_lines(
    axes: Axes,
    corner: tuple[float, float],
    rows: int,
    columns: int,
    color: str,
    side: float = 1,
) -> None:
    """Draw the lines around and between square cells, from the corner (x, y) on."""
    x, y = (
        start + side * np.arange(n + 1)
        for start, n in zip(corner, (columns, rows), strict=True)
    )
    across, down = segments(x[0], x[-1], y, y), segments(x, x, y[0], y[-1])
    axes.plot(*np.hstack([across, down]), color=color, linewidth=0.6)


def write(
    axes: Axes, x: float, y: float, text: str, size: float = 9, **style: Any
) -> None:
    """Write a text whose middle stands at (x, y); style as Axes.text takes it."""
    centered = {"ha": "center", "va": "center_baseline", "color": INK}
    axes.text(x, y, text, fontsize=size, **centered | style)
