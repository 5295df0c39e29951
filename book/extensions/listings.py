"""Listings of kernels: from the source that a cell gives to a block of code.

The block is that of a `literalinclude` with a caption. The pages of the package and the
listings lead to each other (book/extensions/package.py).
"""

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from textbook.lesson.listing import MIME


class ListingOutput(MimeRenderPlugin):
    """Makes the block of the source that a cell gives (an entry point of MyST-NB)."""

    mime_priority_overrides = (("*", MIME, 1),)

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Return the block, or None for any other output."""
        if inline or data.mime_type != MIME:
            return None
        name, file, source = (data.content[k] for k in ("name", "file", "source"))
        return [
            nodes.container(
                "",
                nodes.caption("", file),
                nodes.literal_block(source, source, language="python"),
                literal_block=True,
                listing=name,
                classes=["literal-block-wrapper"],
            )
        ]
