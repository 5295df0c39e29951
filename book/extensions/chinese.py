"""Chinese words are marked as such, for screen readers and the choice of fonts."""

import html
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.extensions.texts import replace_text

CHINESE = re.compile(r"([\u3400-\u9fff]+)")


class MarkChinese(SphinxPostTransform):
    """Put each run of Chinese characters into an element with its language."""

    default_priority = 700

    def run(self) -> None:
        """Leave code and formulas as they are."""
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, nodes.FixedTextElement | nodes.math):
                continue
            pieces = CHINESE.split(text)
            if len(pieces) > 1:
                replace_text(text, [_marked(piece) for piece in pieces if piece])


def _marked(piece: str) -> nodes.Node:
    if CHINESE.match(piece):
        # Of such a class docutils makes the attribute lang.
        return nodes.inline("", piece, classes=["language-zh"])
    return nodes.Text(piece)


def marked_html(text: str) -> str:
    """Return a text as HTML, its Chinese words marked.

    >>> marked_html("loss < 1: 损失")
    'loss &lt; 1: <span lang="zh">损失</span>'
    """
    return CHINESE.sub(r'<span lang="zh">\1</span>', html.escape(text))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(MarkChinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
