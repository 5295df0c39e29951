"""What the tests of notebooks share: the cells that run, the text."""

import re

from nbformat import NotebookNode


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of a notebook, in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(notebook: NotebookNode) -> str:
    """Return the Markdown of a notebook as one text."""
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def self_checks(notebook: NotebookNode) -> list[str]:
    """Return the source of each cell that checks the reader's answer."""
    sources = [cell.source for cell in code_cells(notebook)]
    return [
        source for source in sources if re.search(r"^check\(", source, re.MULTILINE)
    ]
