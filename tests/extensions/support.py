"""Tiny books: a few pages written in the test, built in this process."""

import copy
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import yaml
from bs4 import BeautifulSoup
from jupyter_book.config import get_final_config
from nbformat import NotebookNode
from sphinx.testing.util import SphinxTestApp

from tests.paths import ROOT

BOOK = yaml.safe_load((ROOT / "_config.yml").read_text())
SYNTAX = BOOK["parse"]["myst_enable_extensions"]
QUESTION = """\
::::{admonition} What is $2^2$?
:class: question dropdown
:label: ask-square
:right: 2

- Two.

  That is the base.
- Four.

  Two *times* two.
::::
"""


def build_book(
    folder: Path,
    pages: Mapping[str, str | NotebookNode],
    *extensions: str,
    warns: bool = False,
    toctree: bool = True,
    numbered: bool = False,
    builder: str = "html",
    **settings: Any,
) -> SphinxTestApp:
    """Build the pages, Markdown or notebooks by their names; return Sphinx's own app.

    The page "index" lists the others, as numbered chapters or not. Nothing is executed;
    a warning fails, unless `warns`. Building again into the same folder builds over
    what is there.
    """
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "conf.py").touch()
    others = "\n".join(name for name in pages if name != "index")
    option = ":numbered: 1\n\n" if numbered else ""
    tree = f"\n\n```{{toctree}}\n{option}{others}\n```\n" if toctree else ""
    for name, page in ({"index": "# Home"} | dict(pages)).items():
        suffix = ".md" if isinstance(page, str) else ".ipynb"
        file = folder / f"{name}{suffix}"
        file.parent.mkdir(exist_ok=True)
        text = nbformat.writes(page) if not isinstance(page, str) else page
        text += tree if name == "index" and isinstance(page, str) else ""
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
    default = {
        "extensions": ["myst_nb", *extensions],
        "nb_execution_mode": "off",
        "myst_enable_extensions": SYNTAX,
        "exclude_patterns": ["_build", "jupyter_execute"],
    }
    with warnings.catch_warnings():  # of what other people's packages still use
        for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("ignore", "There are no gridspecs")
        app = SphinxTestApp(builder, folder, confoverrides=default | settings)
        try:
            app.build()
        finally:
            app.cleanup()
    warned = app.warning.getvalue()
    assert warns or not warned, warned
    return app


def build_as_the_book(
    folder: Path,
    pages: Mapping[str, str | NotebookNode],
    *,
    site: str = "",
    source: str = "",
    builder: str = "html",
    without: Sequence[str] = (),
) -> SphinxTestApp:
    """Build the pages with the real settings of the book, and its two addresses.

    Without the glossary, which takes its terms from pages of the book, and without the
    extensions in `without`.
    """
    folder.mkdir(exist_ok=True, parents=True)
    for name in ("book", "references.bib"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    config = copy.deepcopy(BOOK)
    config["html"]["baseurl"] = site
    config["repository"]["url"] = source
    config["execute"]["execute_notebooks"] = "off"
    for extension in ("book.extensions.glossary", *without):
        config["sphinx"]["extra_extensions"].remove(extension)
    (folder / "_config.yml").write_text(yaml.safe_dump(config))
    chapters = [{"file": name} for name in pages if name != "index"]
    toc = {"format": "jb-book", "root": "index", "chapters": chapters}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    final, _ = get_final_config(
        user_yaml=config, cli_config={"latex_individualpages": False}
    )
    return build_book(folder, pages, toctree=False, builder=builder, **final)


def page(app: SphinxTestApp, name: str) -> BeautifulSoup:
    """Return a page as the browser gets it, parsed."""
    file = Path(app.outdir) / f"{name}.html"
    return BeautifulSoup(file.read_text(), "html.parser")


def notebook(*cells: str | NotebookNode) -> NotebookNode:
    """Return a notebook of these cells; a string is one in Markdown."""
    made = [
        nbformat.v4.new_markdown_cell(c) if isinstance(c, str) else NotebookNode(c)
        for c in cells
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
