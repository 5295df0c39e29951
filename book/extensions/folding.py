"""Text that is folded under a line of its own, until a reader opens it."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator


class folded(nodes.General, nodes.Element):
    """What is folded; its first child is the `fold_line` that stays in sight.

    Of those with the same `group` on a page, the browser keeps at most one open.
    """


class fold_line(nodes.General, nodes.TextElement):
    """The line under which something is folded."""


def visit_folded(self: SphinxTranslator, node: folded) -> None:
    """Open the fold."""
    group = {"name": node["group"]} if "group" in node else {}
    self.body.append(self.starttag(node, "details", **group))


def depart_folded(self: SphinxTranslator, node: folded) -> None:
    """Close the fold."""
    self.body.append("</details>\n")


def visit_line(self: SphinxTranslator, node: fold_line) -> None:
    """Begin the line in sight."""
    self.body.append(self.starttag(node, "summary", ""))


def depart_line(self: SphinxTranslator, node: fold_line) -> None:
    """End the line in sight."""
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.add_node(fold_line, html=(visit_line, depart_line))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
