"""Figures for the page: one palette, and drawings as SVG that follow the page's theme.

The palette is that of Okabe and Ito (2008), which stays distinct under the common kinds
of color blindness. In the SVG each of its colors becomes a CSS variable, such as
`--tb-blue`, that the site sets for its light and its dark theme; elsewhere the color
itself stands as the fallback.
"""

import base64
import html
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from textbook.arrays import Array
from textbook.lesson.handles import with_handles

PALETTE = {
    "ink": "#1d1f24",
    "muted": "#696d76",
    "faint": "#dcdee2",
    "paper": "#fefefe",
    "blue": "#0072b2",
    "orange": "#d55e00",
    "green": "#009e73",
    "yellow": "#e69f00",
    "purple": "#cc79a7",
    "sky": "#56b4e9",
}
INK, MUTED, FAINT, PAPER, BLUE, ORANGE, GREEN, YELLOW, PURPLE, SKY = PALETTE.values()

STYLE = {
    "svg.fonttype": "none",  # text stays text: small, and in the page's font and color
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE, YELLOW, SKY]),
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.handlelength": 1.2,
    "legend.handletextpad": 0.5,
    "legend.labelspacing": 0.4,
    "legend.borderpad": 0,
    "legend.borderaxespad": 0,
}
mpl.rcParams.update(STYLE)

PICTURE = "application/vnd.textbook.picture+json"

HALF = 3.5  # inches: two such figures stand side by side in the column of the text

# How a notebook shows a picture, whose ink is dark, whatever its own theme.
ON_PAPER = "background:white;display:flex;flex-wrap:wrap;gap:1rem"

PHOTO_PIXELS = 4096  # images above this are shipped as lossy WebP, smaller ones exactly

# What Matplotlib writes and no page needs: metadata, ids of groups and of images, which
# may stand twice, and empty rotations.
_CLUTTER = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>"
    r'| id="[A-Za-z0-9_.]+_\d+"| id="image[0-9a-f]+"| transform="rotate\(-0 [^"]*"',
    re.DOTALL,
)
_LONE_GROUP = re.compile(r"<g>(<(?:path|use)[^>]*/>|<text[^>]*>[^<]*</text>)</g>")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_IMAGE = re.compile(r"data:image/png;base64,\s*([^\"]+)")
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*")


def svg(figure: Figure, salt: str) -> str:
    """Return the figure as an SVG element that scales with the page and its theme.

    salt names the element: two drawings that stand on one page at once need different
    ones, because SVG ids are shared by the whole page.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = _CLUTTER.sub("", text[text.index("<svg ") :])
    text = re.sub(r"<[^>]+>", lambda tag: _NUMBER.sub(_four_digits, tag[0]), text)
    text = _FONT.sub("var(--font-stack,system-ui,sans-serif)", text)
    text = _IMAGE.sub(lambda png: _as_webp(png[1]), text)
    for name, color in PALETTE.items():
        text = text.replace(color, f"var(--tb-{name},{color})")
    text = with_handles(text)
    width, height = (72 * inches for inches in figure.get_size_inches())
    box = f'viewBox="0 0 {width:g} {height:g}" style="width:{width * 4 / 3:g}px"'
    text = f"<svg {box}>{text[text.index('>') + 1 :]}"
    return _LONE_GROUP.sub(
        r"\1", re.sub(r"\s+", " ", text).replace("> <", "><")
    ).strip()


class Picture:
    """A picture that stands still: `data` are its `title`, `alt` and `svg`."""

    def __init__(self, title: str, alt: str, svg: str) -> None:
        self.data = {"title": title, "alt": alt, "svg": svg}

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Give the data to the site; a notebook, of any theme, gets its own paper."""
        title, alt = map(html.escape, (self.data["title"], self.data["alt"]))
        shown = f'<div role="img" aria-label="{alt}" style="{ON_PAPER}">'
        return {
            PICTURE: self.data,
            "text/html": f"<p>{title}</p>{shown}{self.data['svg']}</div>",
            "text/plain": f"{self.data['title']}: {self.data['alt']}",
        }


def show(figure: Figure | Sequence[Figure], title: str, alt: str) -> Picture:
    """Display one figure, or several side by side (stacked on a narrow screen).

    title: one sentence that stands above it, beside its number; alt: what the picture
    shows, for readers who don't see it. ValueError if one is blank.
    """
    if not title.strip() or not alt.strip():
        raise ValueError(
            "a figure needs a title and an alternative text, which says what it shows; "
            f"got {title!r} and {alt!r}"
        )
    figures = [figure] if isinstance(figure, Figure) else list(figure)
    pictures = "".join(svg(f, salt=f"{alt}{i}") for i, f in enumerate(figures))
    pyplot.close("all")
    return Picture(title.rstrip("."), alt, pictures)


def gray(pixels: Array, low: float, high: float, title: str = "") -> Figure:
    """Draw an image (H, W) in grays, black at `low` and white at `high`."""
    width = HALF
    height = width * pixels.shape[0] / pixels.shape[1]
    top = 0.3 if title else 0.0
    figure = pyplot.figure(figsize=(width, height + top), layout="none")
    axes = figure.add_axes((0, 0, 1, height / (height + top)))
    axes.imshow(pixels, cmap="gray", vmin=low, vmax=high, interpolation="none")
    axes.axis("off")
    axes.set_title(title, fontsize=9)
    return figure


def _four_digits(number: re.Match) -> str:
    return f"{float(number[0]):.4g}"


@lru_cache  # many states of an explorer show the same image
def _as_webp(png: str) -> str:
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    buffer = io.BytesIO()
    lossless = image.width * image.height <= PHOTO_PIXELS
    image.save(buffer, "WEBP", lossless=lossless, quality=80, method=6)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
