"""Tiny books: a few pages written in the test, built in this process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from sphinx.testing.util import SphinxTestApp

from tests.paths import ROOT

BOOK = yaml.safe_load((ROOT / "_config.yml").read_text())
SYNTAX = BOOK["parse"]["myst_enable_extensions"]


def build_book(
    folder: Path,
    pages: Mapping[str, str | NotebookNode],
    *extensions: str,
    builder: str = "html",
    warns: bool = False,
    **settings: Any,
) -> SphinxTestApp:
    """Build the pages, Markdown or notebooks by their names; return Sphinx's own app.

    The page "index" lists the others. Nothing is executed; a warning fails, unless
    `warns`. Building again into the same folder builds over what is there.
    """
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").touch()
    others = "\n".join(name for name in pages if name != "index")
    tree = f"\n\n```{{toctree}}\n{others}\n```\n"
    for name, page in ({"index": "# Home"} | dict(pages)).items():
        suffix = ".md" if isinstance(page, str) else ".ipynb"
        file = folder / f"{name}{suffix}"
        file.parent.mkdir(exist_ok=True)
        if isinstance(page, str):
            text = page + tree if name == "index" else page
            if not file.exists() or file.read_text() != text:
                file.write_text(text)
        else:
            nbformat.write(page, file)
    default = {
        "extensions": ["myst_nb", *extensions],
        "nb_execution_mode": "off",
        "myst_enable_extensions": SYNTAX,
        "exclude_patterns": ["_build", "jupyter_execute"],
    }
    app = SphinxTestApp(builder, folder, confoverrides=default | settings)
    try:
        app.build()
    finally:
        app.cleanup()
    warned = app.warning.getvalue()
    assert warns or not warned, warned
    return app


def page(app: SphinxTestApp, name: str) -> BeautifulSoup:
    """Return a page as the browser gets it, parsed."""
    file = Path(app.outdir) / f"{name}.html"
    return BeautifulSoup(file.read_text(), "html.parser")


def notebook(*cells: str | NotebookNode) -> NotebookNode:
    """Return a notebook of these cells; a string is one in Markdown."""
    made = [
        nbformat.v4.new_markdown_cell(c) if isinstance(c, str) else c for c in cells
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"  # a random one would make each build differ
    language = {"name": "python", "pygments_lexer": "ipython3"}
    return nbformat.v4.new_notebook(cells=made, metadata={"language_info": language})


def cell(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> NotebookNode:
    """Return a cell of code with its outputs: printed text, or data by MIME type."""
    made = [
        nbformat.v4.new_output("stream", text=output["text"])
        if "text" in output
        else nbformat.v4.new_output("display_data", data=output)
        for output in outputs
    ]
    metadata = {"tags": list(tags)}
    return nbformat.v4.new_code_cell(source, outputs=made, metadata=metadata)
