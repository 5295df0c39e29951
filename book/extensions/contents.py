"""The chapters of a part as cards, and a way back to where one was.

    :::{admonition} Convolutional networks (P11)
    :class: part
    What does a convolutional network see?
    :::

makes a section for the part of that name: what it asks, and for each of its chapters a
card, with what can be touched there. A chapter's number, title, question, minutes and
picture are its own. Below the home page's first paragraph a line leads back to where
the reader was, which only their device knows (book/static/bookmark.js); without it,
there is no line.
"""

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator
from textbook.lesson.words import plural

from book.extensions.boxes import KINDS
from book.extensions.chapters import part_number, parts, question_of
from book.extensions.doctrees import doctree_of
from book.extensions.exercises import checked
from book.extensions.explorers import explorer
from book.extensions.figures import TEMPLATES
from book.extensions.gallery import movable, thumbnail
from book.extensions.reading import reading_time


class chapter_cards(nodes.General, nodes.Element):
    """Stands for the cards of some "pages", in their order."""


class bookmark(nodes.General, nodes.Element):
    """The line that leads back to where the reader was."""


def section(box: Directive) -> list[nodes.Node]:
    """Return the section of the part that a box names; boxes.py says when.

    Its cards are written when all pages are read.
    """
    (caption,) = box.arguments
    env = box.state.document.settings.env
    found = parts(env)
    if caption not in found:
        raise box.error(f"there are parts {', '.join(found)}, but no {caption}")
    env.metadata[env.docname]["lists others"] = True
    made = nodes.section(ids=[f"part-{nodes.make_id(caption)}"])
    made += nodes.title("", caption)
    box.state.nested_parse(box.content, box.content_offset, made)
    made += chapter_cards(pages=found[caption])
    return [made]


def lead_back(app: Sphinx, doctree: nodes.document) -> None:
    """Put the line under the home page's first paragraph."""
    first = next(doctree.findall(nodes.paragraph), None)
    if first and app.env.docname == app.config.root_doc:
        first.parent.insert(first.parent.index(first) + 1, bookmark())


def card(self: SphinxTranslator, page: str) -> dict[str, Any]:
    """Return what the card of a page says, as seen from the page that is written."""
    app, env = self.builder.app, self.builder.env
    doctree = doctree_of(env, page)
    figures = list(movable(doctree))
    here = self.docnames[0]
    home = app.builder.get_relative_uri(here, app.config.root_doc)
    explorers = sum(isinstance(figure, explorer) for figure in figures)
    to_do = {
        "explorer": explorers,
        "lab": len(figures) - explorers,
        "checked exercise": len(list(checked(doctree))),
    }
    for times in doctree.findall(reading_time):
        to_do = {"minute": times["times"]["core"]} | to_do
    return {
        "address": app.builder.get_relative_uri(here, page),
        "title": self.builder.render_partial(env.titles[page])["title"],
        "asks": question_of(env, page),
        "facts": [f"{n} {plural(what, n)}" for what, n in to_do.items() if n],
        "picture": thumbnail(app, page, figures[0], home) if figures else None,
    }


def visit_cards(self: SphinxTranslator, node: chapter_cards) -> None:
    """Write the cards."""
    cards = [card(self, page) for page in node["pages"]]
    part = part_number(self.builder.env, node["pages"][0])
    template = TEMPLATES.get_template("contents.html")
    self.body.append(template.render(cards=cards, part=part))
    raise nodes.SkipNode


def visit_bookmark(self: SphinxTranslator, node: bookmark) -> None:
    """Write the line, and what fills it before it is painted."""
    self.body.append(TEMPLATES.get_template("bookmark.html").render())
    raise nodes.SkipNode


def keep_place(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Give every page what marks those that were read; a chapter is marked by it."""
    is_text = part_number(app.env, pagename)
    page = {"data-page": app.builder.get_target_uri(pagename)} if is_text else {}
    app.add_js_file("bookmark.js", loading_method="defer", **page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    needed = "boxes", "chapters", "device", "exercises", "explorers", "labs", "lists"
    for needs in needed:
        app.setup_extension(f"book.extensions.{needs}")
    KINDS["part"] = section
    app.add_node(chapter_cards, html=(visit_cards, None))
    app.add_node(bookmark, html=(visit_bookmark, None))
    app.connect("doctree-read", lead_back)
    app.connect("html-page-context", keep_place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
