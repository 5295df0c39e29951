"""Listings of kernels: from the source that a cell gives to a block of code.

The block is that of a `literalinclude` with a caption. The docstring, which says what
the text around it says, is folded below the code. The pages of the package and the
listings lead to each other (book/extensions/package.py).
"""

import ast

from docutils import nodes
from sphinx.application import Sphinx
from textbook.lesson.listing import MIME

from book.extensions.data_outputs import DataOutput
from book.extensions.folding import fold_line, folded


class ListingOutput(DataOutput):
    """Makes the block of the source that a cell gives (an entry point of MyST-NB)."""

    mime = MIME

    @staticmethod
    def node(content: dict[str, str]) -> nodes.Element:
        """Return the block."""
        name, file, source = (content[key] for key in ("name", "file", "source"))
        code, docstring = without_docstring(source)
        block = nodes.container(
            "",
            nodes.caption("", file),
            nodes.literal_block(code, code, language="python"),
            literal_block=True,
            listing=name,
            whole=source,
            classes=["literal-block-wrapper"],
        )
        if docstring:
            block += folded(
                "",
                fold_line("", "What goes in, what comes out, and its source"),
                nodes.literal_block(docstring, docstring, language="text"),
                classes=["docstring"],
            )
        return block


def without_docstring(source: str) -> tuple[str, str | None]:
    r"""Return the source of a function without its docstring, and the docstring.

    >>> source = "def twice(x):\n    'Return 2x.'\n    return 2 * x\n"
    >>> without_docstring(source)
    ('def twice(x):\n    return 2 * x\n', 'Return 2x.')
    """
    (function,) = ast.parse(source).body
    docstring = ast.get_docstring(function)
    if docstring is None:
        return source, None
    text = function.body[0]
    lines = source.splitlines(keepends=True)
    return "".join(lines[: text.lineno - 1] + lines[text.end_lineno :]), docstring


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx what the blocks are made of."""
    app.setup_extension("book.extensions.folding")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
