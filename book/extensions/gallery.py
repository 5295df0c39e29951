"""Cards for the gallery: of each explorer and lab its picture, title, caption, place.

The pictures are files, so that the gallery stays light and a reader's browser fetches
those in sight. An <img> knows nothing of the page's style, so each file brings palette
and typeface with it and follows the page's theme, light or dark, by its color scheme.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx

from book.extensions.doctrees import doctree_of
from book.extensions.explorers import explorer, first_state
from book.extensions.figures import TEMPLATES
from book.extensions.labs import lab

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
GAP = 18  # between pictures side by side, in their own units
FOLDER = "_images/explorers"
BOOK_STYLE = Path(__file__).parents[1] / "static" / "book.css"

_LOOK = re.compile(r"--tb-[a-z]+: light-dark\([^)]*\);|--font-stack: [^;]*;")

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def movable(doctree: nodes.document) -> Iterator[explorer | lab]:
    """Yield the explorers and labs of a page, in order."""
    return doctree.findall(lambda node: isinstance(node, explorer | lab))


def cards(app: Sphinx, chapter: str, address: Callable[[str], str]) -> nodes.raw:
    """Return the cards of a page's explorers and labs, and write their pictures.

    address(docname) is the address of a page, as seen from the one with the cards.
    """
    made = [
        thumbnail(app, chapter, node, address(app.config.root_doc))
        | {"title": node["title"], "place": f"{address(chapter)}#{node['ids'][0]}"}
        for node in movable(doctree_of(app.env, chapter))
    ]
    text = TEMPLATES.get_template("gallery.html").render(cards=made) if made else ""
    return nodes.raw("", text, format="html")


def thumbnail(
    app: Sphinx, chapter: str, node: explorer | lab, home: str
) -> dict[str, Any]:
    """Write the picture that an explorer or a lab of a chapter shows first.

    Returns its `file`, as seen from the page whose way to the home page is `home`, its
    `width` and `height`, and its `caption`, which says what it shows.
    """
    first = first_state(node) if isinstance(node, explorer) else node["data"]
    picture, width, height = one_picture(first["picture"])
    name = f"{posixpath.basename(chapter)}-{node['ids'][0]}.svg"
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(picture)
    return {
        "file": posixpath.join(posixpath.dirname(home), FOLDER, name),
        "width": round(width),
        "height": round(height),
        "caption": first["caption"],
    }


def one_picture(frame: str) -> tuple[str, float, float]:
    """Put the SVG elements of a frame side by side; return the file, its size too."""
    look = "".join(_LOOK.findall(BOOK_STYLE.read_text()))
    file = ElementTree.fromstring(
        f'<svg xmlns="{SVG}" xmlns:xlink="{XLINK}"><style>:root{{color-scheme:light '
        f"dark;{look}background:var(--tb-paper);stroke-linejoin:round}}</style>"
        f"{frame}</svg>"
    )
    x, height = 0.0, 0.0
    for part in file.findall(f"{{{SVG}}}svg"):
        _, _, w, h = part.get("viewBox").split()
        part.attrib |= {"x": f"{x:g}", "width": w, "height": h}
        part.attrib.pop("style", None)
        x, height = x + float(w) + GAP, max(height, float(h))
    width = x - GAP
    size = {"viewBox": f"0 0 {width:g} {height:g}"}
    file.attrib |= size | {"width": f"{width:g}", "height": f"{height:g}"}
    return ElementTree.tostring(file, encoding="unicode"), width, height
