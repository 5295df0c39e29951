"""Hover cards: what a link leads to, shown while it is pointed at or has the focus.

Terms of the glossary, numbered equations, theorems (and definitions, and lemmas) and
entries of the bibliography have cards. Those of a page are written with it, as HTML by
their ids, into a script of its own: so they also arrive where the book is read from the
disk, a page that quotes others need not be written again when they change, and a card
is as new as the page that it is of. Links to them are marked; book/static/cards.js
fetches the script when the first of them is pointed at.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book.extensions.doctrees import number_of
from book.extensions.glossary import GLOSSARY

FOLDER = "_static/cards"
MARK = "has-card"


def places(env: BuildEnvironment) -> Iterator[tuple[str, str]]:
    """Yield (page, id) of all that has a card."""
    yield from ((GLOSSARY, term.id) for term in getattr(env, "terms", ()))
    for theorem in getattr(env, "proof_list", {}).values():
        yield theorem["docname"], theorem["ids"][0]
    for label, (docname, _) in env.get_domain("math").equations.items():
        yield docname, nodes.make_id(f"equation-{label}")
    if "cite" in env.domaindata:
        for citation in env.get_domain("cite").citations:
            yield citation.bibliography_key.docname, citation.citation_id


def mark_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the links that lead to what has a card."""
    there = set(places(app.env))
    addresses = {
        f"{app.builder.get_relative_uri(docname, page)}#{name}" for page, name in there
    }
    for link in doctree.findall(nodes.reference):
        is_here = (docname, link.get("refid")) in there
        if is_here or link.get("refuri") in addresses:
            link["classes"].append(MARK)


def contents_of(
    env: BuildEnvironment, docname: str, doctree: nodes.document
) -> Iterator[tuple[str, list[nodes.Node]]]:
    """Yield the id of each thing on a page that has a card, and what stands on it.

    The doctree is the one whose links are resolved.
    """
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.definition_list_item) and docname == GLOSSARY:
            term, meaning = node.deepcopy()
            for line in list(meaning.findall(nodes.inline)):
                if "leads" in line["classes"]:
                    line.parent.remove(line)
            yield node[0]["ids"][0], [_title(*term), *meaning]
        elif "realtype" in node:  # sphinx-proof's own
            name = node["ids"][0]
            number = number_of(env, docname, node["countertype"], name)
            words = f"{node['realtype'].capitalize()} {number}".rstrip()
            title, statement = node.deepcopy()
            yield name, [_title(nodes.Text(words), *title), *statement]
        elif isinstance(node, nodes.math_block) and node.get("label"):
            yield node["ids"][0], [node.deepcopy()]
        elif isinstance(node, nodes.citation):
            _, *texts = node.deepcopy()
            yield node["ids"][0], texts


def _title(*words: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *words, classes=["card-title"])


def written(app: Sphinx, doctree: nodes.document, content: list[nodes.Node]) -> str:
    """Return the HTML of nodes of a page, written as there, but without ids."""
    card = new_document("card", doctree.settings)
    card += content
    writer = app.builder.create_translator(card, app.builder)
    start = writer.starttag

    def start_without_ids(node: Any, *args: Any, **attributes: Any) -> str:
        bare = node.copy()
        bare["ids"] = []
        return start(bare, *args, **attributes)

    writer.starttag = start_without_ids
    writer.add_permalink_ref = lambda *_: None
    for node in content:
        node.walkabout(writer)
    return "".join(writer.body).strip()


def write_cards(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Write a page's cards; give the page the script if a link of it has one."""
    if not doctree:
        return
    cards = {
        name: written(app, doctree, content)
        for name, content in contents_of(app.env, pagename, doctree)
    }
    if cards:
        file = Path(app.outdir) / FOLDER / f"{pagename}.js"
        text = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
        file.parent.mkdir(parents=True, exist_ok=True)
        page = json.dumps(pagename)
        file.write_text(f"(window.hoverCards ??= {{}})[{page}] = {text};\n")
    if any(MARK in link["classes"] for link in doctree.findall(nodes.reference)):
        app.add_js_file("cards.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.doctrees")
    app.setup_extension("book.extensions.scripts")
    app.connect("doctree-resolved", mark_links, priority=900)  # once all links are made
    app.connect("html-page-context", write_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
