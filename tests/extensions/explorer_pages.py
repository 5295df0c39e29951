"""Explorers as cells give them, for the pages of tiny books."""

import numpy as np
import pytest
from nbformat import NotebookNode
from textbook.lesson.captions import say
from textbook.lesson.explore import MIME, explore
from textbook.lesson.figure import PICTURE
from textbook.lesson.sliders import Slider

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
    says = f"{gap + 1} &gt; 1 &amp; &quot;so on&quot;" if gap == 1 else "2"
    drawn = [
        f'<svg viewBox="0 0 10 {4 + gap}" style="width:9px"><text>{gap} & more</text>'
        f'<g data-sets="gap=2"></g><g data-reveals="it" data-says="{says}"></g>'
        "</svg>".replace(" & ", " &amp; "),
        '<svg viewBox="0 0 20 3"><use xlink:href="#a"/></svg>',
    ]
    return drawn, "Not <said> in numbers."


SIDES, COLORS = [1, 2, 3, 4, 5], ["red", "light blue"]


def given(draw, **sliders) -> dict:
    """Return the data that a cell with this explorer gives while a site is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTBOOK_STATIC", "1")
        return explore(draw, **sliders).data


def explorer_cell(data: dict) -> NotebookNode:
    """Return the executed cell that shows the explorer of these data."""
    return cell("explore(...)", {MIME: data, "text/plain": "an explorer"})


def picture_cell(title: str) -> NotebookNode:
    """Return the executed cell that shows a picture of this title."""
    data = {"title": title, "alt": "What it shows", "svg": "<svg><circle/></svg>"}
    return cell("show(...)", {PICTURE: data, "text/plain": "a picture"})


# What numbers figures by chapters, as _config.yml does.
NUMBERED = {
    "numfig": True,
    "numfig_format": {"figure": "Figure %s"},
    "numbered": True,
}

SQUARE = given(
    square, side=Slider(SIDES, label="edge", unit="cm", play=True), color=COLORS
)
PAIR = given(pair, gap=Slider([1, 2], pictures=np.zeros((2, 4, 4))))
