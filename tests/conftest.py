"""Tests that ask for a notebook run once for every notebook of the book."""

from pathlib import Path

import nbformat
import pytest

from tests.paths import NOTEBOOKS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for a `notebook_path` once for every notebook."""
    if "notebook_path" in metafunc.fixturenames:
        metafunc.parametrize("notebook_path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def notebook(notebook_path: Path) -> nbformat.NotebookNode:
    """Return the notebook at notebook_path."""
    return nbformat.read(notebook_path, as_version=4)
