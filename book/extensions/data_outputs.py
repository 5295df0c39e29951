"""What a cell gives as data of a type of its own, as a node.

A subclass is an entry point of MyST-NB (book/pyproject.toml). It names the type, and
says what is made of the data.
"""

from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer


class DataOutput(MimeRenderPlugin):
    """Makes a node of the data of one MIME type, which comes before all others."""

    mime: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Prefer the type to what else a cell gives."""
        super().__init_subclass__()
        cls.mime_priority_overrides = (("*", cls.mime, 1),)

    @classmethod
    def handle_mime(
        cls, renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Return the node, or None for any other output."""
        if inline or data.mime_type != cls.mime:
            return None
        return [cls.node(data.content)]

    @staticmethod
    def node(content: Any) -> nodes.Element:
        """Return what is made of the data."""
        raise NotImplementedError
