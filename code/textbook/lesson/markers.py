"""Markers for points that say what they stand for."""

from matplotlib.path import Path
from matplotlib.textpath import TextPath


def glyph(text: str | int) -> Path:
    """Return a text as a marker for Axes.plot, its middle at the point.

    >>> glyph(6).get_extents().get_points().mean(axis=0).round(6) + 0.0
    array([0., 0.])
    """
    path = TextPath((0, 0), str(text))
    middle = path.get_extents().get_points().mean(axis=0)
    return Path(path.vertices - middle, path.codes)
