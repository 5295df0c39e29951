"""Handles: parts of a drawing that a reader touches, in three words.

    slides(axes, x="threshold")            # drag along the axis: the slider follows
    sets(dot, step=3, query="it")          # click it: these sliders take these values
    reveals(cell, "row 1, column 2", window, says="1·3 + 2·5 = 13")  # point at it

What they say is kept in the SVG and read by book/static/explorer.js. The sliders stay,
for the keyboard and for a live kernel, where a handle is an ordinary part of a drawing.
"""

import html
import json
import re
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.patches import Circle, Rectangle
from matplotlib.transforms import ScaledTranslation

from textbook.lesson.states import text_of

_KEPT = re.compile(r' id="handle:([0-9a-f]+)"')
# zorder: above lines and texts, so that these don't catch what is meant for a handle
_TOP = 9


def sets(part: Artist, **values: Any) -> Artist:
    """Let a click on the part, a tap or Enter set sliders to these values; return it.

    >>> from matplotlib import pyplot
    >>> _, axes = pyplot.subplots()
    >>> text = sets(axes.text(0, 0, "it"), query="it")
    """
    state = ",".join(f"{name}={text_of(value)}" for name, value in values.items())
    return _mark(part, sets=state)


def reveals(part: Artist, name: str, *others: Artist, says: str = "") -> Artist:
    """Show others, and what `says`, while the pointer or the focus is on the part.

    name: what the part is, in words; in one picture, no two parts have the same. The
    others, which may belong to several parts and stand in any panel, are unseen until
    then; of an image, mark the axes that hold it. ValueError for a name with ';', which
    separates names.
    """
    if ";" in name:
        raise ValueError(f"a part's name has no ';', got {name!r}")
    for other in others:
        names = _marks(other).get("revealed", "")
        _mark(other, revealed=f"{names};{name}".strip(";"))
    return _mark(part, reveals=name, **({"says": says} if says else {}))


def slides(axes: Axes, x: str = "", y: str = "", angle: str = "", **scale: Any) -> None:
    """Let a reader drag in the axes: the slider of this name follows the pointer.

    x, y: sliders whose values are coordinates on that axis, linear or logarithmic; a
    slider of names counts them from 0. angle: one whose values are degrees around the
    middle of the axes, counterclockwise from the right. scale: `xlim`, `ylim`, `xscale`
    or `yscale`, where the slider counts otherwise than the axes.
    """
    axes.add_artist(_Strip(axes, {"x": x, "y": y, "angle": angle}, scale))


def spot(axes: Axes, x: float, y: float, size: float = 9) -> Artist:
    """Return an unseen round part at (x, y) in data, `size` points in radius, to touch.

    A dot of a curve is small; the spot around it is what a finger finds:
    `sets(spot(axes, 3, 0.2), step=3)`.
    """
    place = ScaledTranslation(x, y, axes.transData)
    scale = axes.figure.dpi_scale_trans
    return axes.add_artist(
        Circle((0, 0), size / 72, transform=scale + place, **_UNSEEN)
    )


def area(axes: Axes, x: float, y: float, width: float = 1, height: float = 1) -> Artist:
    """Return an unseen rectangle to touch, its middle at (x, y) in data.

    As it stands, it is a pixel of an image: `sets(area(axes, column, row), row=row)`.
    """
    corner = (x - width / 2, y - height / 2)
    # Not by add_patch: a hundred of them would look for the data's limits each time.
    return axes.add_artist(
        Rectangle(corner, width, height, transform=axes.transData, **_UNSEEN)
    )


def with_handles(svg: str) -> str:
    """Return a drawing of Matplotlib's with its handles as attributes of the parts."""

    def attributes(kept: re.Match) -> str:
        marks = json.loads(bytes.fromhex(kept[1]))
        unseen = ' visibility="hidden"' if "revealed" in marks else ""
        pairs = (f' data-{k}="{html.escape(v)}"' for k, v in marks.items())
        return "".join(pairs) + unseen

    return _KEPT.sub(attributes, svg)


def settings(tags: list[str]) -> list[tuple[str, str | None]]:
    """Return each slider that tags of a drawing set or slide, with its value, or None.

    >>> settings(['<g data-sets="step=3,query=it">', '<g data-x="rate">'])
    [('step', '3'), ('query', 'it'), ('rate', None)]
    """
    found: dict[tuple[str, str | None], None] = {}
    for tag in tags:
        for kind, text in re.findall(r' data-(sets|x|y|angle)="([^"]*)"', tag):
            pairs = html.unescape(text).split(",") if kind == "sets" else [text]
            for pair in pairs:
                name, _, value = pair.partition("=")
                found[name, value if kind == "sets" else None] = None
    return list(found)


# Not without any fill: Matplotlib cuts such a path open at the edge of the drawing.
_UNSEEN = {
    "facecolor": (1, 1, 1, 0.001),
    "edgecolor": "none",
    "zorder": _TOP,
    "clip_on": False,
}


class _Strip(Rectangle):
    """The whole of some axes, unseen: it says their limits when it is drawn."""

    def __init__(
        self, axes: Axes, named: dict[str, str], scale: dict[str, Any]
    ) -> None:
        unseen = _UNSEEN | {"zorder": -_TOP}
        super().__init__((0, 0), 1, 1, transform=axes.transAxes, **unseen)
        self.named, self.scale = named, scale

    def draw(self, renderer: RendererBase) -> None:
        marks = {kind: name for kind, name in self.named.items() if name}
        for kind in marks.keys() & {"x", "y"}:
            low, high = self._known(f"{kind}lim")
            scale = self._known(f"{kind}scale")
            marks |= {f"{kind}-axis": f"{low:.6g} {high:.6g} {scale}"}
        _mark(self, **dict(sorted(marks.items())))
        super().draw(renderer)

    def _known(self, name: str) -> Any:
        if name in self.scale:
            return self.scale[name]
        return getattr(self.axes, f"get_{name}")()


def _marks(part: Artist) -> dict[str, str]:
    kept = part.get_gid() or ""
    return json.loads(bytes.fromhex(kept.removeprefix("handle:"))) if kept else {}


def _mark(part: Artist, **more: str) -> Artist:
    """Keep marks in the artist's id, in digits that nothing on the way rounds."""
    marks = json.dumps(_marks(part) | more, ensure_ascii=False)
    part.set_gid("handle:" + marks.encode().hex())
    return part
