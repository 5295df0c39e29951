"""Print the built book as one PDF, the same bytes for the same book.

    python -m book.tools.pdf SITE FOLDER

Chromium prints the pages one after the other, as editions.py opens them. Their links
lead to pages of the website; where the files are joined, they are made to lead to the
place in the PDF, or dropped where the PDF leaves a page out. Not here: how a page looks
on paper (book/static/book.css).
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    FloatObject,
    NameObject,
    NullObject,
    TextStringObject,
)

from book.extensions.figures import TEMPLATES
from book.tools.editions import BASE, Reader, bound, page_of, reading, settings
from book.tools.offline import NAME, run

TOP = 842  # of an A4 page, in points
PLAIN = "position: absolute; opacity: 0; font-size: 1px"

# Chromium notes where a part of a page stands if a link of the page leads there: hence
# a link to each, which nobody sees.
NOTE_PLACES = """(plain) => {
    const article = document.querySelector("article");
    for (const { id } of article.querySelectorAll("[id]:not(svg *)")) {
        const link = document.createElement("a");
        Object.assign(link, { href: `#${id}`, textContent: ".", style: plain });
        article.prepend(link);
    }
}"""

ADD_STYLE = """(text) => document.head.append(
    Object.assign(document.createElement("style"), { textContent: text }))"""


@dataclass
class Part:
    """A page of the site in print: its address, title, bytes, and its first page."""

    address: str
    title: str
    pdf: bytes = b""
    first: int = 0  # counted from 0

    @property
    def length(self) -> int:
        """How many pages it has."""
        return len(PdfReader(io.BytesIO(self.pdf)).pages)


class Press:
    """Prints pages of a site, numbered on."""

    def __init__(self, reader: Reader) -> None:
        """Take what opens the pages."""
        self.reader = reader

    def print(self, name: str, first: int, solutions: bool = False) -> Part | None:
        """Print a page of the site, or its solutions; None if it has none."""
        place = self.reader.open(name, solutions)
        if not place:
            return None
        title, page = self.reader.title(), self.reader.page
        page.evaluate(NOTE_PLACES, PLAIN)
        page.evaluate(ADD_STYLE, _style(title, first))
        return Part(place, title, self._pdf(), first)

    def print_text(self, html: str) -> bytes:
        """Print a page that isn't of the site."""
        self.reader.page.set_content(html)
        return self._pdf()

    def _pdf(self) -> bytes:
        return self.reader.page.pdf(prefer_css_page_size=True, outline=True)


def _style(title: str, first: int) -> str:
    """Return the style with running heads and page numbers from first + 1."""
    head = json.dumps(title, ensure_ascii=False)
    return f"""
        @page {{
            size: A4; margin: 22mm 20mm; font: 9pt sans-serif; color: #555;
            @top-right {{ content: {head}; }}
            @bottom-center {{ content: counter(page); }}
        }}
        html {{ counter-reset: page {first}; }}
        .figure-address {{ font-size: 8pt; color: #555; }}
        /* What stands below the last line would make a page of its own. */
        body, body :has(article), article > :last-child,
        article > :last-child :last-child {{
            margin-bottom: 0 !important; padding-bottom: 0 !important; min-height: 0;
        }}"""


def print_book(
    press: Press, contents: list[tuple[str, list[str]]], front: dict[str, str]
) -> list[Part]:
    """Print the front, the pages and the solutions, which are numbered from 1."""
    made: list[Part] = []

    def printed(name: str, solutions: bool) -> Part | None:
        first = made[-1].first + made[-1].length if made else 0
        part = press.print(name, first, solutions)
        made.extend([part] if part else [])
        return part

    parts = bound(contents, printed)
    text = TEMPLATES.get_template("pdf_front.html").render(front, parts=parts)
    return [Part("", front["title"], press.print_text(text)), *made]


def join(parts: list[Part], front: dict[str, str]) -> bytes:
    """Return one PDF of the parts, the first of which is the front."""
    writer = PdfWriter()
    writer.metadata = {"/Title": front["title"], "/Author": front["author"]}
    places: dict[str, tuple[int, float, float]] = {}  # page, left, top, by addresses
    for part in parts:
        reader, start = PdfReader(io.BytesIO(part.pdf)), len(writer.pages)
        for page in reader.pages:
            writer.add_page(page)
        places.setdefault(part.address, (start, 0, TOP))
        for name, target in reader.named_destinations.items():
            page = start + reader.get_destination_page_number(target)
            place = f"{page_of(part.address)}#{unquote(name.removeprefix('/'))}"
            corner = float(target.left or 0), float(target.top or TOP)
            places.setdefault(place, (page, *corner))
        writer.add_outline_item(title=part.title, page_number=start)
    for page in writer.pages:
        _lead(writer, page, places, front["published"])
    front_pages = parts[0].length
    writer.set_page_label(0, front_pages - 1, style="/r")
    writer.set_page_label(front_pages, len(writer.pages) - 1, style="/D", start=1)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _lead(
    writer: PdfWriter,
    page: PageObject,
    places: Mapping[str, tuple[int, float, float]],
    published: str,
) -> None:
    """Make the links of a page lead to places in the PDF; drop those to nowhere."""
    kept = ArrayObject()
    for reference in page.get("/Annots", []):
        link = reference.get_object()
        address = unquote(link.get("/A", {}).get("/URI", ""))
        if address.startswith(BASE):
            found = places.get(address) or places.get(page_of(address))
            if found:
                number, left, top = found
                numbers = [FloatObject(left), FloatObject(top), NullObject()]
                target = writer.pages[number].indirect_reference
                link[NameObject("/Dest")] = ArrayObject(
                    [target, NameObject("/XYZ"), *numbers]
                )
                del link["/A"]
            elif published:
                uri = address.replace(BASE, published)
                link["/A"][NameObject("/URI")] = TextStringObject(uri)
            else:
                continue
        elif not address:  # those that only Chromium needed
            continue
        kept.append(reference)
    page[NameObject("/Annots")] = kept


def make_pdf(site: Path, folder: Path, root: Path) -> Path:
    """Write the PDF of the site into the folder; return its path.

    root: the folder of the book, with its settings and its table of contents.
    """
    front, contents = settings(root)
    with reading(site, front["published"]) as reader:
        parts = print_book(Press(reader), contents, front)
    target = folder / f"{NAME}-{front['version']}.pdf"
    target.write_bytes(join(parts, front))
    return target


if __name__ == "__main__":
    run(partial(make_pdf, root=Path()), __doc__, "The book in print")
