"""The head of a chapter and its foot.

Under its title stand its place in the book, what it needs, the claims of the notes that
it covers, how long it takes, the ways to take it along, and the picture of its first
explorer or lab, which leads there. At the foot the chapters before and after it are
named, with what they ask.
"""

import html

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator

from book.extensions.chapters import (
    chapter_number,
    chapters,
    covered,
    needed,
    part_of,
    question_of,
)
from book.extensions.doctrees import number_of
from book.extensions.explorers import explorer
from book.extensions.figures import TEMPLATES
from book.extensions.gallery import movable, thumbnail
from book.extensions.publishing import take_along
from book.extensions.reading import reading_time


class chapter_head(nodes.General, nodes.Element):
    """The head: in it the lines that other extensions put there; the rest as "facts".

    Without text of its own, so that neither the search nor descriptions take it up.
    """


def add_head(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the head under a chapter's title."""
    number = chapter_number(app.env, docname)
    if app.builder.format != "html" or not number:
        return
    chapter = next(doctree.findall(nodes.section))
    facts = {
        "number": number,
        "of": len(chapters(app.env)),
        "part": part_of(app.env, docname),
        "needs": [_need(app, docname, c) for c in needed(app, doctree, docname)],
        "claims": covered(doctree),
        "picture": _picture(app, doctree, docname),
    }
    head = chapter_head(facts=facts)
    for kind in (reading_time, take_along):
        for line in list(chapter.findall(kind)):
            chapter.remove(line)
            head += line
    title = chapter.first_child_matching_class(nodes.title)
    chapter.insert(title + 1, head)


def _need(app: Sphinx, docname: str, chapter: str) -> dict[str, str | int]:
    return {
        "number": chapter_number(app.env, chapter),
        "title": app.env.titles[chapter].astext(),
        "address": app.builder.get_relative_uri(docname, chapter),
    }


def _picture(
    app: Sphinx, doctree: nodes.document, docname: str
) -> dict[str, str | int] | None:
    """Return what leads to the first figure that moves, if there is one."""
    node = next(movable(doctree), None)
    if not node:
        return None
    name = node["ids"][0]
    up = app.builder.get_relative_uri(docname, app.config.root_doc)
    return thumbnail(app, docname, node, up) | {
        "place": f"#{name}",
        "number": number_of(app.env, docname, "figure", name),
        "title": node["title"],
        "use": "to drag" if isinstance(node, explorer) else "to try",
    }


def visit_head(self: SphinxTranslator, node: chapter_head) -> None:
    """Begin the head with what is known of the chapter."""
    template = TEMPLATES.get_template("head.html")
    self.body.append(f'<div class="chapter-head">\n{template.render(node["facts"])}')


def depart_head(self: SphinxTranslator, node: chapter_head) -> None:
    """End the head."""
    self.body.append("</div>\n")


def ask_ahead(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Say at a page's foot what the chapters before and after it ask."""
    _, before, after = app.builder.relations.get(pagename, (None, None, None))
    for key, page in (("prev", before), ("next", after)):
        if asked := question_of(app.env, page):
            asks = f' <span class="asks">{html.escape(asked)}</span>'
            context[key] = context[key] | {"title": context[key]["title"] + asks}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needs in ("chapters", "doctrees", "explorers", "labs", "reading"):
        app.setup_extension(f"book.extensions.{needs}")
    app.add_node(chapter_head, html=(visit_head, depart_head))
    app.connect("doctree-resolved", add_head, priority=600)  # after what it takes in
    app.connect("html-page-context", ask_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
