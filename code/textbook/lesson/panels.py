"""Panels: axes in a figure of half the page's width, so that two stand side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from textbook.lesson.figure import HALF
from textbook.lesson.words import tick

Box = tuple[float, float, float, float]


def panel(
    box: Box = (0.16, 0.15, 0.8, 0.75), height: float = 3.5, **settings: Any
) -> tuple[Figure, Axes]:
    """Return a figure of half the page's width, and axes in its box.

    box: left, bottom, width and height of the axes, as shares of the figure's; height:
    of the figure, in inches; settings: of the axes, as Axes.set takes them.

    >>> figure, axes = panel(height=3, xlim=(0, 2), ylabel="loss")
    >>> figure.get_size_inches().tolist(), axes.get_ylabel()
    ([3.5, 3.0], 'loss')
    """
    figure = pyplot.figure(figsize=(HALF, height), layout="none")
    return figure, figure.add_axes(box, **settings)


def blank_panel(
    xlim: tuple[float, float], ylim: tuple[float, float], height: float = 3.5
) -> tuple[Figure, Axes]:
    """Return a figure of half the page's width to draw on: its axes fill it, unseen.

    >>> figure, axes = blank_panel((0, 3.5), (2, 0), height=2)  # in inches, from above
    >>> axes.axison
    False
    """
    figure, axes = panel((0, 0, 1, 1), height, xlim=xlim, ylim=ylim)
    axes.axis("off")
    return figure, axes


def log_ticks(
    axes: Axes, x: Sequence[float] | None = None, y: Sequence[float] | None = None
) -> None:
    """Make the axis of x, of y, or both logarithmic, with these ticks and no others.

    >>> _, axes = panel()
    >>> log_ticks(axes, x=[1, 100, 10_000])
    >>> axes.get_xscale(), [label.get_text() for label in axes.get_xticklabels()]
    ('log', ['1', '100', '10,000'])
    """
    if x is not None:
        axes.set_xscale("log")
        axes.set_xticks(x, [tick(v) for v in x])
        axes.xaxis.minorticks_off()
    if y is not None:
        axes.set_yscale("log")
        axes.set_yticks(y, [tick(v) for v in y])
        axes.yaxis.minorticks_off()


def key(
    axes: Axes, corner: tuple[float, float], colors: Mapping[str, str], **line: Any
) -> None:
    """Name the colors of lines, one below the other.

    corner: the upper left one, as shares of the axes; colors: that of each name; line:
    how the samples are drawn, as Line2D takes it. Where lines differ by more than their
    color, label them and call axes.legend.

    >>> _, axes = panel()
    >>> key(axes, (0.1, 0.95), {"training": "black", "test": "red"}, linewidth=3)
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['training', 'test']
    """
    samples = [
        Line2D([], [], color=c, label=name, **line) for name, c in colors.items()
    ]
    axes.legend(handles=samples, loc="upper left", bbox_to_anchor=corner)
