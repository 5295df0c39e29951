"""The glossary's terms where the chapters define them: links, and the general index.

A chapter sets a term in italics where it defines it. The first such place in a chapter
becomes a link to the glossary and an entry of the general index; where there is none,
a section or a theorem whose title names the term is such an entry. The glossary links
back, and the index names the pages that it leads to (book/templates/genindex.html).
"""

import re
from functools import cache
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import index, pending_xref, toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from book.extensions.chinese import marked_html
from book.extensions.doctrees import doctree_of

GLOSSARY = "chapters/glossary"


class Term(NamedTuple):
    """An entry of the glossary and the chapter that defines it."""

    id: str
    name: str  # English · Chinese
    chapter: str
    others: tuple[str, ...]  # words that lead here, in both languages

    @property
    def english(self) -> str:
        """Return the English name, with the sense in which it is meant, if any."""
        return self.name.partition(" · ")[0]

    @property
    def chinese(self) -> str:
        """Return the Chinese name."""
        return self.name.partition(" · ")[2]

    @property
    def bare(self) -> str:
        """Return the English name without the sense in which it is meant."""
        return re.sub(r"\s*\(.*?\)", "", self.english)

    @property
    def names(self) -> list[str]:
        """Return all words that lead to the term, its own names first."""
        return [self.bare, self.chinese, *self.others]

    @property
    def place(self) -> str:
        """Return the id of the place that defines the term."""
        return self.id.replace("term-", "defines-", 1)

    def fits(self, text: str, docname: str) -> bool:
        """Say whether this text on this page means the term.

        A name with a sense, such as "momentum (in gradient descent)", has others too,
        and means the term in its own chapter only.
        """
        here = docname == self.chapter or "(" not in self.english
        return here and _stem(text) == _stem(self.english)

    def is_in(self, title: str) -> bool:
        """Say whether a title names the term, in the singular or the plural."""
        pattern = rf"\b{re.escape(_stem(self.english))}(e?s)?\b"
        return bool(re.search(pattern, _plain(title)))


class Leads(SphinxRole):
    """Below an entry, words that lead to it: {leads}`backprop, 倒傳遞`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the line that says them."""
        words = self.text.split(", ")
        line = nodes.inline("", f"Leads here: {self.text}", classes=["leads"])
        line["words"] = words
        return [line], []


def _plain(text: str) -> str:
    return text.replace("\n", " ").replace("’", "'").lower()


@cache
def _stem(name: str) -> str:
    """Return what the singular and the plural of a name share, without its sense."""
    name = re.sub(r"\s*\(.*?\)", "", _plain(name))
    return re.sub(r"(?<![sui])s$", "", re.sub(r"ies$", "y", name))


def read_glossary(env: BuildEnvironment) -> list[Term]:
    """Return the entries of the glossary; each says in which chapter to look."""
    terms = []
    for item in doctree_of(env, GLOSSARY).findall(nodes.definition_list_item):
        _, name, identity, _, _ = next(item[0].findall(index))["entries"][0]
        chapter = next(item[1].findall(pending_xref))["reftarget"]
        others = [
            w for line in item.findall(nodes.inline) for w in line.get("words", ())
        ]
        terms.append(Term(identity, name, chapter, tuple(others)))
    return terms


def find_places(
    doctree: nodes.document, docname: str, terms: list[Term]
) -> dict[Term, nodes.Element]:
    """Return where the page defines terms: in italics, or in a title."""
    places = {}
    for text in doctree.findall(nodes.emphasis):
        if isinstance(text.parent, nodes.paragraph):
            for term in terms:
                if term.fits(text.astext(), docname):
                    places.setdefault(term, text)
    for title in doctree.findall(nodes.title):
        if isinstance(title.parent, nodes.section) or "realtype" in title.parent:
            words = _plain(title.astext())
            for term in terms:
                if docname == term.chapter and _plain(term.english) in words:
                    places.setdefault(term, title)
    return places


def fill_index(app: Sphinx, env: BuildEnvironment) -> None:
    """Enter the terms where they are defined, by both names, and in the glossary."""
    env.terms = read_glossary(env)
    env.term_places = {}
    for docname in sorted(env.found_docs - {GLOSSARY}):
        places = find_places(doctree_of(env, docname), docname, env.terms)
        for term, node in places.items():
            is_title = isinstance(node, nodes.title)
            place = node.parent["ids"][0] if is_title else term.place
            env.term_places[docname, term] = place
    env.term_places |= {(GLOSSARY, term): term.id for term in env.terms}
    entries = env.get_domain("index").entries
    entries[GLOSSARY] = []  # those of the glossary itself know no chapter
    entered = getattr(env, "term_entries", {})  # by the last build
    env.term_entries = {}
    for docname in env.found_docs:
        others = [e for e in entries[docname] if e not in entered.get(docname, ())]
        terms = _entries(env, docname)
        entries[docname] = others + terms
        env.term_entries[docname] = terms


def _entries(env: BuildEnvironment, docname: str) -> list[tuple]:
    """Return what the index says of a page: terms by both names, and by the Chinese."""
    entries = []
    for (page, term), place in env.term_places.items():
        if page == docname:
            is_defined = (term.chapter, term) in env.term_places
            defining = term.chapter if is_defined else GLOSSARY
            main = "main" if docname == defining else ""
            entries.append(("single", term.name, place, main, None))
            entries.append(("single", term.chinese, place, main, "中文"))
    return entries


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link a page's terms to the glossary, and the glossary's entries back."""
    env = app.env
    if docname == GLOSSARY:
        items = doctree.findall(nodes.definition_list_item)
        for item, term in zip(items, env.terms, strict=True):
            item[0].remove(next(item[0].findall(index)))
            place = env.term_places.get((term.chapter, term))
            if place:
                next(item[1].findall(nodes.reference))["refuri"] += f"#{place}"
    else:
        glossary = app.builder.get_relative_uri(docname, GLOSSARY)
        for term, node in find_places(doctree, docname, env.terms).items():
            if isinstance(node, nodes.emphasis):
                link = nodes.reference(
                    refuri=f"{glossary}#{term.id}", reftitle=term.name, internal=True
                )
                link += node.children
                node.children = []
                node += link
                node["ids"].append(term.place)


def list_index(app: Sphinx, doctree: nodes.document) -> None:
    """Add the general index, which has no source file, to the table of contents."""
    if app.env.docname == app.config.root_doc:
        last = list(doctree.findall(toctree))[-1]
        last["entries"].append(("General index", "genindex"))


def name_pages(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Let the template of the general index say what it needs of pages and names."""

    def page_title(address: str) -> str:
        docname = address.partition("#")[0].removesuffix(".html")
        return app.env.titles[docname].astext()

    if pagename == "genindex":
        context["page_title"] = page_title
        context["marked"] = marked_html


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.chinese")
    app.setup_extension("book.extensions.doctrees")
    app.add_role("leads", Leads())
    app.connect("doctree-read", list_index, priority=900)  # once there is a toctree
    app.connect("env-updated", fill_index)
    app.connect("doctree-resolved", link_terms)
    app.connect("html-page-context", name_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
