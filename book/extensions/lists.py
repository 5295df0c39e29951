"""Lists that the book makes of itself, so that they can't rot.

    :::{list-of} explorers
    :::

stands for all explorers, by parts of the book and chapters. The other lists are those
of `theorems` (and definitions, and lemmas), of `exercises`, and of `corrections`, the
boxes that correct the notes.
"""

from collections.abc import Callable
from functools import partial

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import exercise_enumerable_node

from book.extensions.chapters import parts
from book.extensions.doctrees import doctree_of, number_of
from book.extensions.exercises import editor, number_field
from book.extensions.gallery import cards

Address = Callable[[str], str]  # of a page, as seen from the one with the list

HOME = "Home"  # the heading for what stands on the home page
CHECKED = {editor: "checks your function", number_field: "checks your number"}


class lists_of_chapters(nodes.General, nodes.Element):
    """Stands for the lists of some chapters until all pages are read."""


class ListOf(SphinxDirective):
    """Make a section for each part of the book that has chapters."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections; their lists follow when all pages are read."""
        (kind,) = self.arguments
        if kind not in LISTS:
            raise self.error(f"there are lists of {', '.join(LISTS)}, not of {kind}")
        self.env.metadata[self.env.docname]["lists others"] = True
        home = {HOME: [self.config.root_doc]} if kind == "explorers" else {}
        return [
            self._section(caption, kind, chapters)
            for caption, documents in (home | parts(self.env)).items()
            if (chapters := [d for d in documents if self._is_notebook(d)])
        ]

    def _is_notebook(self, docname: str) -> bool:
        return self.env.doc2path(docname).endswith(".ipynb")

    def _section(self, caption: str, kind: str, chapters: list[str]) -> nodes.section:
        section = nodes.section(ids=[f"{kind}-{nodes.make_id(caption)}"])
        section += nodes.title("", caption)
        section += lists_of_chapters(kind=kind, chapters=chapters)
        return section


def fill_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the lists of a page where they belong."""
    address = partial(app.builder.get_relative_uri, docname)
    for place in list(doctree.findall(lists_of_chapters)):
        made = []
        for chapter in place["chapters"]:
            content = LISTS[place["kind"]](app, chapter, address)
            if content.children:
                link = _link(app.env.titles[chapter], address(chapter))
                identity = f"{place['kind']}-{nodes.make_id(chapter)}"
                section = nodes.section("", nodes.title("", "", link), ids=[identity])
                section += content
                made.append(section)
        place.replace_self(made)


def list_theorems(app: Sphinx, chapter: str, address: Address) -> nodes.bullet_list:
    """List a chapter's numbered definitions, lemmas and theorems."""
    items = nodes.bullet_list()
    for node in doctree_of(app.env, chapter).findall(nodes.Element):
        if "realtype" in node:  # sphinx-proof's own
            label = node["ids"][0]
            number = number_of(app.env, chapter, node["countertype"], label)
            words = f"{node['realtype'].capitalize()} {number}"
            items += _item(words, node[0], f"{address(chapter)}#{label}")
    return items


def list_exercises(app: Sphinx, chapter: str, address: Address) -> nodes.bullet_list:
    """List a chapter's exercises, and say which the page checks."""
    items = nodes.bullet_list()
    for node in doctree_of(app.env, chapter).findall(nodes.Element):
        if isinstance(node, exercise_enumerable_node):
            label = node["ids"][0]
            number = number_of(app.env, chapter, "exercise", label)
            subtitle = node[0][-1]
            items += _item(
                f"Exercise {number}: ", subtitle, f"{address(chapter)}#{label}"
            )
        elif isinstance(node, editor | number_field):
            items[-1][0] += nodes.Text(f" ({CHECKED[type(node)]})")
            items[-1]["classes"].append("checked")
    return items


def list_corrections(app: Sphinx, chapter: str, address: Address) -> nodes.bullet_list:
    """List a chapter's boxes on what the notes say."""
    items = nodes.bullet_list()
    for box in _boxes(doctree_of(app.env, chapter)):
        items += _item("", box[0], f"{address(chapter)}#{box['ids'][0]}")
    return items


def name_boxes(app: Sphinx, doctree: nodes.document) -> None:
    """Give an id to the boxes on the notes that have none, and set their claims small.

    A claim's id, such as N1, stands in brackets at the end of the title.
    """
    for number, box in enumerate(_boxes(doctree), start=1):
        title, last = box[0], box[0][-1]
        words, bracket, claims = last.astext().rpartition(" (N")
        if isinstance(last, nodes.Text) and bracket:
            claim = nodes.inline("", f"N{claims.removesuffix(')')}", classes=["claim"])
            title.replace(last, [nodes.Text(f"{words} "), claim])
        if not box["ids"]:
            box["ids"].append(f"notes-box-{number}")


def _boxes(doctree: nodes.document) -> list[nodes.admonition]:
    return [b for b in doctree.findall(nodes.admonition) if "notes" in b["classes"]]


def _item(words: str, title: nodes.Element, address: str) -> nodes.list_item:
    link = _link(title, address)
    link.insert(0, nodes.Text(words))
    return nodes.list_item("", nodes.paragraph("", "", link))


def _link(title: nodes.Element, address: str) -> nodes.reference:
    """Return a link with the text and the formulas of a title."""
    return nodes.reference("", "", *title.deepcopy(), refuri=address, internal=True)


LISTS = {
    "explorers": cards,
    "theorems": list_theorems,
    "exercises": list_exercises,
    "corrections": list_corrections,
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needed in ("doctrees", "exercises", "explorers"):
        app.setup_extension(f"book.extensions.{needed}")
    app.add_directive("list-of", ListOf)
    app.add_node(lists_of_chapters)
    app.connect("doctree-read", name_boxes)
    app.connect("doctree-resolved", fill_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
