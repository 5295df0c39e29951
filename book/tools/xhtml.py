"""Pages of the site as pages of the ePub: XHTML that needs no script.

A page is opened by editions.py; Chromium writes its article as XML. Formulas are MathML
alone: readers draw it in the size and color of the text, and read it aloud, whereas
KaTeX's own HTML, some ten times as long, breaks where a reader sets the fonts. Links
lead to places in the ePub, to the published website, or nowhere. Not here: the files
around the pages (epub.py), and how pages look (book/templates/epub.css).
"""

import posixpath
from dataclasses import dataclass
from urllib.parse import quote, unquote
from xml.dom.minidom import Document, parseString

from book.tools.editions import BASE, Reader, page_of

# What paper doesn't show is left out here too: the site's style says what that is. The
# colors of drawings are those of the light theme: a reader may know no variables.
CONVERT = """([root, base]) => {
    const article = document.querySelector("article");
    const all = (selector) => [...article.querySelectorAll(selector)];
    for (const formula of all(".katex")) {
        const math = formula.querySelector("math");
        const [shown, source] = math.firstElementChild.children;
        math.setAttribute("alttext", source.textContent);
        math.replaceChildren(shown);
        for (const name of math.querySelectorAll("mo:has(*)"))  // such as "mod"
            name.textContent = name.textContent;
        for (const sign of math.querySelectorAll("mo + mo"))  // a = −2, not a = − 2
            if (/^[−+±]$/.test(sign.textContent)
                && !/^[)\\]}|!‖∥⌋⌉⟩]$/.test(sign.previousSibling.textContent))
                sign.setAttribute("form", "prefix");
        for (const bar of math.querySelectorAll("mo[stretchy=false]"))  // of a norm
            if (/^[|∣∥]$/.test(bar.textContent))
                for (const side of ["lspace", "rspace"]) bar.setAttribute(side, "0em");
        for (const call of math.querySelectorAll("mi + mo:not(:last-child)"))  // ln x
            if (call.textContent === "\u2061"
                && !/^[([]/.test(call.nextSibling.textContent))
                call.setAttribute("rspace", "0.17em");
        (formula.closest(".katex-display") ?? formula).replaceWith(math);
    }
    const isHidden = (part) => {
        const { display, visibility } = getComputedStyle(part);
        return display === "none" || visibility === "hidden";
    };
    for (const part of all(":not(math *)").filter(isHidden)) part.remove();
    for (const part of all("form, path:not([d])")) part.remove();
    for (const part of all("button")) part.replaceWith(...part.childNodes);
    for (const image of all("img")) image.src = image.src.replace(root, base);
    for (const line of all("figcaption ~ .figure-address"))
        line.parentElement.querySelector("figcaption").append(line);
    const probe = article.appendChild(document.createElement("i"));
    const fixed = (style) => style.replace(
        /var\\((--[\\w-]+)(?:,([^()]*))?\\)/g, (whole, name, other) => {
            probe.style.color = whole;
            return name.startsWith("--tb-") ? getComputedStyle(probe).color : other;
        });
    const needless = /^(data-.*|on.*|name|loading|tabindex)$/;
    for (const part of all("*")) for (const { name, value } of [...part.attributes])
        if (needless.test(name)) part.removeAttribute(name);
        else if (value.includes("var(")) part.setAttribute(name, fixed(value));
    probe.remove();
    return new XMLSerializer().serializeToString(article);
}"""


@dataclass
class Leaf:
    """A page of the ePub: its address on the site, its title, its article."""

    address: str
    title: str
    article: Document

    @property
    def file(self) -> str:
        """Its file in the ePub."""
        page, _, solutions = self.address.removeprefix(BASE).partition("#")
        end = "_solutions" if solutions else ""
        return f"{page.removesuffix('.html')}{end}.xhtml"


def take(reader: Reader, name: str, solutions: bool) -> Leaf | None:
    """Return a page of the site, or its solutions; None if it has none."""
    address = reader.open(name, solutions)
    if not address:
        return None
    title = reader.title()
    text = reader.page.evaluate(CONVERT, [f"{reader.site.as_uri()}/", BASE])
    return Leaf(address, title, parseString(text))


def places_of(leaves: list[Leaf]) -> dict[str, str]:
    """Return where in the ePub the addresses of the site are."""
    places = {}
    for leaf in leaves:
        places.setdefault(leaf.address, leaf.file)
        for part in leaf.article.getElementsByTagName("*"):
            if name := part.getAttribute("id"):
                address = f"{page_of(leaf.address)}#{name}"
                places.setdefault(address, f"{leaf.file}#{name}")
    return places


def lead(leaf: Leaf, places: dict[str, str], published: str) -> None:
    """Make the links of a page lead to places in the ePub, or to the website."""
    for link in leaf.article.getElementsByTagName("a"):
        address = unquote(link.getAttribute("href"))
        if not address.startswith(BASE):
            continue
        if found := places.get(address) or places.get(page_of(address)):
            link.setAttribute("href", way(found, leaf))
        elif published:
            place = address.replace(BASE, published)
            link.setAttribute("href", quote(place, safe="/#:"))
        else:
            link.removeAttribute("href")


def pictures(leaf: Leaf) -> dict[str, str]:
    """Give the page the ePub's pictures; return their files there and on the site."""
    found = {}
    for image in leaf.article.getElementsByTagName("img"):
        source = unquote(image.getAttribute("src"))
        if source.startswith(BASE):
            of = source.removeprefix(BASE)
            file = f"{of.removesuffix('.webp')}.jpg" if of.endswith(".webp") else of
            image.setAttribute("src", way(file, leaf))
            found[file] = of
    return found


def way(place: str, leaf: Leaf) -> str:
    """Return the address of a place in the ePub as a page names it."""
    way = posixpath.relpath(place, posixpath.dirname(leaf.file) or ".")
    return quote(way, safe="/#")
