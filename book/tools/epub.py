"""Make one ePub of the built book, the same bytes for the same book.

    python -m book.tools.epub SITE FOLDER

The pages (xhtml.py), their pictures, a cover, the contents, and what lists them all.
Nothing in it is a script or comes from elsewhere. A font of formulas comes along, since
many devices have none. Solutions stand at the end, as in the PDF: not every reader can
fold. Not here: whether the result is valid, which epubcheck says.
"""

import io
import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import yaml
from PIL import Image
from playwright.sync_api import Page
from pygments.formatters import HtmlFormatter

from book.extensions.downloads import write_zip
from book.extensions.figures import TEMPLATES
from book.extensions.npm import installed
from book.tools.editions import bound, reading, settings
from book.tools.offline import NAME, run
from book.tools.xhtml import Leaf, lead, pictures, places_of, take, way

ROOT = Path(__file__).parents[2]
FONT = "stix-two-math-latin-400-normal.woff2"
INDEX = "genindex"
COVER = {"width": 1200, "height": 1600}
TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


class Item(NamedTuple):
    """A file of the ePub, as its package lists it."""

    file: str
    content: bytes
    properties: str = ""
    read: bool = False  # one page after the other

    @property
    def type(self) -> str:
        """Its media type."""
        return TYPES[Path(self.file).suffix]


def _made(name: str, words: Mapping[str, object]) -> str:
    return TEMPLATES.get_template(f"epub_{name}").render(words)


def photograph(page: Page, front: str) -> bytes:
    """Return the cover: a picture of the front page."""
    page.set_viewport_size(COVER)
    page.set_content(front)
    return page.screenshot(style="html { font-size: 40px; }")


def picture(file: Path) -> bytes:
    """Return a picture's file; WebP, which not every reader knows, as JPEG."""
    if file.suffix != ".webp":
        return file.read_bytes()
    written = io.BytesIO()
    Image.open(file).convert("RGB").save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def page(leaf: Leaf) -> Item:
    """Return the file of a page."""
    words = {
        "title": leaf.title,
        "style": way("style.css", leaf),
        "article": leaf.article.documentElement.toxml(),
    }
    used = [n for n in ("math", "svg") if leaf.article.getElementsByTagName(n)]
    properties = " ".join(used).replace("math", "mathml")
    return Item(leaf.file, _made("page.xhtml", words).encode(), properties, read=True)


def style() -> bytes:
    """Return the style of all pages, with the colors of the code."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    name = config["sphinx"]["config"]["pygments_style"]
    code = HtmlFormatter(style=name).get_style_defs(".highlight")
    own = (ROOT / "book" / "templates" / "epub.css").read_text()
    return f"{own}\n{code}\n".encode()


def bind(
    parts: list[tuple[str, list[Leaf]]], site: Path, front: dict[str, str], cover: bytes
) -> dict[str, bytes]:
    """Return the files of the ePub; front: what its first page and its package say."""
    leaves = [leaf for _, part in parts for leaf in part]
    places, shown = places_of(leaves), {}
    for leaf in leaves:
        lead(leaf, places, front["published"])
        shown |= pictures(leaf)

    font = (installed("@fontsource/stix-two-math") / "files" / FONT).read_bytes()
    contents = _made("nav.xhtml", {"parts": parts, "leaves": leaves})
    items = [
        Item("cover.png", cover, "cover-image"),
        Item("front.xhtml", _made("front.xhtml", front).encode(), "svg", read=True),
        Item("nav.xhtml", contents.encode(), "nav", read=True),
        *map(page, leaves),
        *(Item(file, picture(site / of)) for file, of in sorted(shown.items())),
        Item("style.css", style()),
        Item(f"fonts/{FONT}", font),
    ]
    return {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.encode(),
        "EPUB/package.opf": _made("package.opf", front | {"items": items}).encode(),
        **{f"EPUB/{item.file}": item.content for item in items},
    }


def make_epub(site: Path, folder: Path, root: Path) -> Path:
    """Write the ePub of the site into the folder; return its path.

    root: the folder of the book, with its settings and its table of contents.
    """
    front, contents = settings(root)
    contents[-1][1].append(INDEX)
    front["logo"] = (root / "book" / "static" / "logo.svg").read_text()
    front["identifier"] = uuid.uuid5(uuid.NAMESPACE_URL, NAME).urn
    with reading(site, front["published"]) as reader:
        cover = photograph(reader.page, _made("front.xhtml", front))
        parts = bound(contents, partial(take, reader))
    target = folder / f"{NAME}-{front['version']}.epub"
    write_zip(target, bind(parts, site, front, cover), plain="mimetype")
    return target


if __name__ == "__main__":
    run(partial(make_epub, root=Path()), __doc__, "The book for e-readers")
