"""Explorers as cells give them, for the pages of tiny books."""

import pytest
from nbformat import NotebookNode
from textbook.lesson.captions import say
from textbook.lesson.explore import MIME, explore

from tests.extensions.support import cell


def square(side=2, color="red"):
    """A square of some color."""
    picture = f'<svg viewBox="0 0 {side} 9"><rect width="{side}" fill="{color}"/></svg>'
    return picture, say(
        "A {color} square of side {side} has area {area} < 100.",
        side=side,
        color=color,
        area=side**2,
    )


def pair(gap=1):
    """Two drawings of a gap."""
    drawn = [
        f'<svg viewBox="0 0 10 {4 + gap}" style="width:9px"><text>{gap} & more</text>'
        "</svg>".replace("&", "&amp;"),
        '<svg viewBox="0 0 20 3"><use xlink:href="#a"/></svg>',
    ]
    return drawn, "Not <said> in numbers."


SIDES, COLORS = [1, 2, 3], ["red", "light blue"]


def given(draw, **sliders) -> dict:
    """Return the data that a cell with this explorer gives while a site is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTBOOK_STATIC", "1")
        return explore(draw, **sliders).data


def explorer_cell(data: dict) -> NotebookNode:
    """Return the executed cell that shows the explorer of these data."""
    return cell("explore(...)", {MIME: data, "text/plain": "an explorer"})


SQUARE = given(square, side=SIDES, color=COLORS)
PAIR = given(pair, gap=[1, 2])
