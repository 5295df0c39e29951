"""Cards for the gallery: each explorer's first picture, title, caption and place.

The pictures are files, so that the gallery stays light and a reader's browser fetches
those in sight. An <img> knows nothing of the page's style, so each file brings the
palette with it and follows the page's theme, light or dark, by its color scheme.
"""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

GAP = 18  # between pictures side by side, in their own units
BOOK_STYLE = Path(__file__).parent / "static" / "book.css"

_EXPLORER = re.compile(
    r'<figure class="explorer" id="(?P<id>[^"]+)".*?'
    r'<div class="explorer-frame"[^>]* aria-label="(?P<alt>[^"]+)"\s*'
    r'data-description="(?P<title>[^"]+)">(?P<frame>.*?)</div>\s*'
    r"<figcaption[^>]*>(?P<caption>.*?)</figcaption>",
    re.DOTALL,
)
_PICTURE = re.compile(r'<svg viewBox="0 0 (\S+) (\S+)"[^>]*>(.*?)</svg>', re.DOTALL)
_COLOR = re.compile(r"--tb-[a-z]+: light-dark\([^)]*\);")


def cards(app: Sphinx, chapter: str, address: Callable[[str], str]) -> nodes.raw:
    """Return the cards of a page's explorers, and write their pictures.

    address(docname) is the address of a page, as seen from the one with the cards.
    """
    folder = "_images/explorers"
    (Path(app.outdir) / folder).mkdir(parents=True, exist_ok=True)
    up = posixpath.dirname(address(app.config.root_doc))
    texts = []
    for output in app.env.get_doctree(chapter).findall(nodes.raw):
        for explorer in _EXPLORER.finditer(output.astext()):
            picture, width, height = one_picture(explorer["frame"])
            name = f"{posixpath.basename(chapter)}-{explorer['id']}.svg"
            (Path(app.outdir) / folder / name).write_text(picture)
            texts.append(
                _CARD.format_map(
                    explorer.groupdict()
                    | {
                        "place": f"{address(chapter)}#{explorer['id']}",
                        "file": posixpath.join(up, folder, name),
                        "width": round(width),
                        "height": round(height),
                    }
                )
            )
    text = f'<div class="gallery">{"".join(texts)}</div>' if texts else ""
    return nodes.raw("", text, format="html")


def one_picture(frame: str) -> tuple[str, float, float]:
    """Put the SVG elements of a frame side by side; return the file, its size too."""
    parts, x, height = [], 0.0, 0.0
    for w, h, content in _PICTURE.findall(frame):
        size = f'width="{w}" height="{h}"'
        parts.append(f'<svg x="{x:g}" {size} viewBox="0 0 {w} {h}">{content}</svg>')
        x, height = x + float(w) + GAP, max(height, float(h))
    width = x - GAP
    colors = "".join(_COLOR.findall(BOOK_STYLE.read_text()))
    text = _FILE.format(width, height, colors, "".join(parts))
    return text, width, height


_FILE = """<svg xmlns="http://www.w3.org/2000/svg" \
xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {0:g} {1:g}" \
width="{0:g}" height="{1:g}"><style>:root{{color-scheme:light dark;{2}\
background:var(--tb-paper);stroke-linejoin:round}}</style>{3}</svg>"""

_CARD = """<a class="gallery-card" href="{place}">
<img src="{file}" alt="{alt}" width="{width}" height="{height}" loading="lazy">
<strong>{title}</strong> <span>{caption}</span></a>
"""
