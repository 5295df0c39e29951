"""Punctuation stays on the line of what it ends.

A browser may break a line after a formula or a button, being boxes to it, and begin the
next one with a comma. Not here: long formulas, which must be able to break.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.extensions.texts import replace_text
from book.extensions.try_it import attempt

LONGEST = 12  # letters of a formula that may be kept in one piece


class KeepPunctuation(SphinxPostTransform):
    """Keep a period or comma on the line of the short formula or phrase before it."""

    default_priority = 500

    def run(self) -> None:
        """Put the two into a piece of line that doesn't break between them."""
        for box in list(self.document.findall(_is_box)):
            after = box.next_node(siblings=True, descend=False)
            mark = isinstance(after, nodes.Text) and re.match(r"[.,;:?!)’”]+", after)
            is_long = isinstance(box, nodes.math) and len(box.astext()) > LONGEST
            if mark and not is_long:
                replace_text(after, [nodes.Text(after[mark.end() :])])
                piece = nodes.inline(classes=["unbroken"])
                box.replace_self(piece)
                piece += [box, nodes.Text(mark[0])]


def _is_box(node: nodes.Node) -> bool:
    return isinstance(node, nodes.math | attempt)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(KeepPunctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
