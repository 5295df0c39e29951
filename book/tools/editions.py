"""What the editions of the book in one file have in common: the PDF and the ePub.

Chromium opens the pages of the built book as a reader without scripts has them on
paper. Of each only the article is kept, its explorers as they start; the solutions of
its exercises go to the end of the book. Every link gets an address under BASE, so that
an edition can lead it to a place of its own. Not here: what becomes of an article.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from playwright.sync_api import Error, Page, sync_playwright

from book.extensions.downloads import version
from book.tools.chrome import FLAGS, find_chrome

BASE = "https://book.invalid/"  # stands for the folder of the site in every link
LEFT_OUT = {"chapters/gallery"}  # its pictures stand in the chapters

PREPARE = """([root, base, published, solutions]) => {
    const article = document.querySelector("article");
    for (let part = article; part !== document.body; part = part.parentElement)
        for (const other of [...part.parentElement.children])
            if (other !== part) other.remove();
    const whole = (place) => document.URL.replace(root, base).split("#")[0] + place;
    const needless = ".headerlink, .explorer-unscripted, .lab-note";
    for (const part of document.querySelectorAll(needless)) part.remove();
    for (const link of document.querySelectorAll("a[href]"))
        link.href = link.href.replace(root, base);
    const solved = new Map([...article.querySelectorAll(".solution")].map(
        (each) => [each.querySelector("a").hash, each]));
    if (solutions) {
        const title = article.querySelector("h1");
        title.prepend("Solutions to ");
        article.replaceChildren(title, ...solved.values());
    } else for (const [place, solution] of solved) {
        const link = Object.assign(document.createElement("a"), {
            href: whole(`#${solution.id}`), textContent: "solution" });
        document.getElementById(place.slice(1)).firstElementChild.append(" · ", link);
        solution.remove();
    }
    for (const figure of article.querySelectorAll("figure.explorer, figure.lab")) {
        const line = document.createElement("p");
        const address = whole(`#${figure.id}`).replace(base, published);
        const place = document.createElement(published ? "a" : "span");
        if (published) place.href = address;
        place.textContent = address;
        line.append("Moves at ", place);
        line.className = "figure-address";
        figure.append(line);
    }
    return solved.size;
}"""

T = TypeVar("T")


class Reader:
    """Opens pages of a site as a reader without scripts has them."""

    def __init__(self, page: Page, site: Path, published: str = "") -> None:
        """Take a page of a browser; published: the website's folder, or ""."""
        self.page = page
        self.page.set_default_timeout(120_000)  # milliseconds: a machine may be busy
        self.site = site.resolve()
        self.published = published

    def open(self, name: str, solutions: bool = False) -> str:
        """Open the article of a page, or its solutions; return the address, "" if none.

        name: that of the page's file, without its ending.
        """
        self.page.goto((self.site / f"{name}.html").as_uri())
        self.page.emulate_media(media="print", color_scheme="light")
        root = f"{self.site.as_uri()}/"
        asked = [root, BASE, self.published, solutions]
        found = self.page.evaluate(PREPARE, asked)
        if solutions:
            return f"{BASE}{name}.html#solutions" if found else ""
        return f"{BASE}{name}.html"

    def title(self) -> str:
        """Return the title of what is open."""
        return self.page.locator("h1").first.inner_text().strip()


@contextmanager
def reading(site: Path, published: str = "") -> Iterator[Reader]:
    """Open a browser that reads the site."""
    chrome = find_chrome()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
        except Error as error:
            reason = error.message.partition("\n")[0]
            raise OSError(f"{chrome} does not start: {reason}") from None
        context = browser.new_context(java_script_enabled=False)
        yield Reader(context.new_page(), site, published)
        browser.close()


def contents(toc: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the parts of the book, of each its caption and its pages, in order.

    >>> contents({"root": "index", "parts": [{"chapters": [{"file": "a"}]}]})
    [('', ['a'])]
    """
    parts: list[tuple[str, list[str]]] = []
    for part in toc["parts"]:
        pages = [page for chapter in part["chapters"] for page in _files(chapter)]
        parts.append((part.get("caption", ""), [p for p in pages if p not in LEFT_OUT]))
    return parts


def _files(entry: dict[str, Any]) -> Iterator[str]:
    yield entry["file"]
    for section in entry.get("sections", []):
        yield from _files(section)


def bound(
    parts: list[tuple[str, list[str]]], take: Callable[[str, bool], T | None]
) -> list[tuple[str, list[T]]]:
    """Return what `take` makes of the pages, and as the last part of their solutions.

    take: gets the name of a page and whether its solutions are meant; None is left out.
    """

    def taken(names: list[str], solutions: bool) -> list[T]:
        made = [take(name, solutions) for name in names]
        return [each for each in made if each is not None]

    made = [(caption, taken(names, False)) for caption, names in parts]
    names = [name for _, names in parts for name in names]
    return [*made, ("Solutions", taken(names, True))]


def page_of(address: str) -> str:
    """Return the address of the page in which a place stands."""
    return address.partition("#")[0]


def settings(root: Path) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """Return what an edition says of the book at its front, and its contents.

    root: the folder of the book, with its settings and its table of contents.
    """
    config = yaml.safe_load((root / "_config.yml").read_text())
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    front = {"title": config["title"], "author": config["author"]}
    front |= {"version": version(), "released": citation["date-released"]}
    website = config["html"]["baseurl"]
    front |= {"published": website and f"{website.rstrip('/')}/"}
    return front, contents(yaml.safe_load((root / "_toc.yml").read_text()))
