"""Tests that ask for a notebook, or a chapter, run once for every one of the book."""

from pathlib import Path

import nbformat
import pytest

from tests.paths import NOTEBOOKS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for every `notebook_path`, or `chapter_path`, if it asks."""
    if "notebook_path" in metafunc.fixturenames:
        metafunc.parametrize("notebook_path", NOTEBOOKS, ids=lambda path: path.stem)
    if "chapter_path" in metafunc.fixturenames:
        chapters = [path for path in NOTEBOOKS if path.parent.name == "chapters"]
        metafunc.parametrize("chapter_path", chapters, ids=lambda path: path.stem)


@pytest.fixture
def notebook(notebook_path: Path) -> nbformat.NotebookNode:
    """Return the notebook at notebook_path."""
    return nbformat.read(notebook_path, as_version=4)


@pytest.fixture
def chapter_notebook(chapter_path: Path) -> nbformat.NotebookNode:
    """Return the notebook of the chapter at chapter_path."""
    return nbformat.read(chapter_path, as_version=4)
