"""The built book: its pages, a server for it, and a browser to open it."""

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright

from book.tools.chrome import FLAGS, find_chrome
from book.tools.serve import serve
from tests.paths import ROOT

SITE = ROOT / "_build" / "html"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


# Parts out of sight are laid out when they come near, which moves what follows them.
LAY_OUT = "document.body.classList.add('linked')"
# The explorers' frames come when the reader does (book/static/explorer.js).
FRAMES_ARE_THERE = """() => {
    const any = document.querySelector("figure.explorer");
    const all = any ? [...explorers.values()] : [];
    for (const explorer of all) explorer.ask();
    return all.every((explorer) => explorer.pictures);
}"""


@cache
def soup(page: str) -> BeautifulSoup:
    """Return the parsed page, which is not to be changed.

    Code is plain text, and formulas are not drawn: that is most of a page's elements.
    """
    return BeautifulSoup(undrawn((SITE / page).read_text()), "html.parser")


DRAWN = '<span class="katex-html" aria-hidden="true">'
_SPAN = re.compile(r"<(/?)span\b[^>]*>")
_CODE = re.compile(r"(?<=<pre>).*?(?=</pre>)", re.DOTALL)


def undrawn(text: str) -> str:
    """Return the text of a page without KaTeX's drawings and colors of code."""
    first, *rest = text.split(DRAWN)
    text = first + "".join(after[_end_of_span(after) :] for after in rest)
    return _CODE.sub(lambda code: _SPAN.sub("", code[0]), text)


def _end_of_span(text: str) -> int:
    """Return where a span ends that is open at the text's beginning."""
    depth = 1
    for tag in _SPAN.finditer(text):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    raise ValueError(f"a span has no end: {text[:100]}")


@cache
def figures(page: str) -> BeautifulSoup:
    """Return the page's figures alone, which takes a tenth of the time."""
    text = (SITE / page).read_text()
    found = re.findall(r"<figure\b.*?</figure>", text, re.DOTALL)
    return BeautifulSoup("".join(found), "html.parser")


@cache
def checked(kind: str) -> list[tuple[str, str]]:
    """Return (page, label) of the exercises that forms of a kind check."""
    form = re.compile(f'<form class="{kind}" data-exercise="([^"]+)"')
    texts = {page: (SITE / page).read_text() for page in PAGES}
    return [(page, label) for page in PAGES for label in form.findall(texts[page])]


@cache
def explorers() -> list[tuple[str, str]]:
    """Return (page, id) of every explorer."""
    return [(p, f["id"]) for p in PAGES for f in figures(p).select("figure.explorer")]


@cache
def frames(page: str) -> dict[str, dict]:
    """Return the tags and the frames of each explorer of a page, by its name."""
    files = (SITE / "_static" / "explorers" / page.removesuffix(".html")).iterdir()
    texts = {file.stem: file.read_text().partition(" = ")[2] for file in files}
    return {name: json.loads(text.rstrip(";\n")) for name, text in texts.items()}


@cache
def lab_data(name: str) -> dict:
    """Return what a lab is made of: its graphs, weights and samples."""
    text = (SITE / "_static" / "labs" / f"{name}.js").read_text()
    data = json.loads(text.removeprefix("window.labData = ").rstrip().removesuffix(";"))
    return data | {key: dict(data[key]) for key in ("options", "samples")}


@cache
def labs() -> list[tuple[str, str]]:
    """Return (page, id) of every lab."""
    return [(p, f["id"]) for p in PAGES for f in figures(p).select("figure.lab")]


def drawn(page: str, name: str) -> tuple[list[str], list[list[int]]]:
    """Return an explorer's SVG tags, and each state's picture by the tags' numbers."""
    found = frames(page)[name]
    return found["tags"], found["frames"]


@cache
def shown_in(explorer: tuple[str, str]) -> tuple[dict, dict, dict]:
    """Return the sliders' values, the first state, and what is shown in each state.

    What is shown is the number of the picture and the caption. A caption stands in the
    table's row of its state, and pictures are numbered in the same order.
    """
    path, name = explorer
    figure = figures(path).select_one(f"figure.explorer#{name}")
    controls = figure.select(".explorer-control")
    values = {c["data-name"]: json.loads(c["data-values"]) for c in controls}
    start = dict(pair.split("=") for pair in figure["data-state"].split(","))
    captions = [row("td")[-1].text for row in figure.select("tbody tr")]
    shown = zip(product(*values.values()), enumerate(captions), strict=True)
    return values, start, dict(shown)


@contextmanager
def serve_site() -> Iterator[str]:
    """Serve the built book; give its address."""
    server = serve(SITE, 8300)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the Chrome of $CHROME, or the first one on the path."""
    executable = find_chrome()
    if not executable:
        sys.exit("The browser needs Chrome or Chromium on the path: see the README.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()
