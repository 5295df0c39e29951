"""Figures: numbered by chapter, with an address each, whether they move or stand still.

A picture that a cell shows gives its data (textbook/lesson/figure.py), which become a
node here; explorers have an extension of their own. Both are numbered by Sphinx, as
figures, and {numref}`their-name` leads to them from every page.
"""

from pathlib import Path

from docutils import nodes
from jinja2 import Environment, FileSystemLoader
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator
from textbook.lesson.figure import PICTURE

from book.extensions.data_outputs import DataOutput
from book.extensions.doctrees import number_of

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


class numbered(nodes.General, nodes.Element):
    """A figure with a number: its only id is its name, its "title" one sentence."""


class picture(numbered):
    """A picture that stands still: under "data" its title, alt and svg."""


class PictureOutput(DataOutput):
    """Makes the node of the data that a cell gives (an entry point of MyST-NB)."""

    mime = PICTURE

    @staticmethod
    def node(content: dict[str, str]) -> nodes.Element:
        """Return the picture."""
        title = content["title"]
        name = f"figure-{nodes.make_id(title)}"
        return picture(data=content, ids=[name], title=title)


def figure_number(self: SphinxTranslator, node: numbered) -> str:
    """Return the number of a figure on the page that is written, such as "7.2"."""
    return number_of(self.builder.env, self.docnames[0], "figure", node["ids"][0])


def visit_picture(self: SphinxTranslator, node: picture) -> None:
    """Write the figure."""
    template = TEMPLATES.get_template("picture.html")
    name, number = node["ids"][0], figure_number(self, node)
    self.body.append(template.render(node["data"], name=name, number=number))
    raise nodes.SkipNode


def name_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Let every page refer to the figures of this one by their names."""
    for node in doctree.findall(numbered):
        name = node["ids"][0]
        doctree.note_explicit_target(node)
        app.env.get_domain("std").note_hyperlink_target(
            name, app.env.docname, name, node["title"]
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_enumerable_node(
        picture, "figure", lambda node: node["title"], html=(visit_picture, None)
    )
    app.connect("doctree-read", name_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
