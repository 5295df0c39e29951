"""What the tests of notebooks share: the cells that run."""

from nbformat import NotebookNode


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of a notebook, in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
