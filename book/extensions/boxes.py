"""Boxes that are more than a box: questions, marks for a second reading, parts.

They are written as admonitions, and their class says which: so JupyterLab, which knows
no directives of ours, shows a box with its title, and a question folded.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.directives.admonitions import Admonition
from sphinx.application import Sphinx

from book.extensions.questions import ask
from book.extensions.reading import mark

# What a class makes of a box; contents.py adds its own.
KINDS = {"question": ask, "second-reading": mark}


class Box(Admonition):
    """Make what the class says, or else an admonition."""

    option_spec: ClassVar = Admonition.option_spec | {
        "label": directives.unchanged_required,
        "right": directives.positive_int,
        "theorem": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        for name in KINDS.keys() & set(self.options.get("class", [])):
            return KINDS[name](self)
        return super().run()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needed in ("questions", "reading"):
        app.setup_extension(f"book.extensions.{needed}")
    app.add_directive("admonition", Box, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
