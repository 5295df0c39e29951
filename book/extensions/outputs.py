"""What cells printed, the same however it reached us."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class JoinPrints(SphinxTransform):
    """Join what a cell printed, which may reach us in pieces, cut at any place.

    MyST-NB's own nb_merge_streams would break the line there, so that the same notebook
    could give another page:
    https://github.com/executablebooks/MyST-NB/blob/v1.4.0/myst_nb/core/utils.py
    """

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Put neighboring pieces of one stream into one block."""
        for piece in list(self.document.findall(_is_print)):
            siblings = piece.parent.children
            before = siblings[max(0, siblings.index(piece) - 1)]
            if before is not piece and _is_print(before):
                text = before.astext() + piece.astext()
                before.rawsource, before.children = text, []
                before += nodes.Text(text)
                piece.parent.remove(piece)


def _is_print(node: nodes.Node) -> bool:
    is_block = isinstance(node, nodes.literal_block)
    return is_block and {"output", "stream"} <= set(node["classes"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(JoinPrints)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
