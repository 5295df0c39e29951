"""Notebooks to take along: with the package, readable where no MyST extension is.

Each notebook is offered as a zip with the package's wheel beside it; for Colab also by
itself, if the source stands on GitHub. Directives and roles become plain Markdown
(book/extensions/plain_markdown.py), the listings of kernels blocks of code, and a first
cell installs what the chapter imports. What is written depends on the sources alone.
"""

import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from functools import partial
from pathlib import Path

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx

from book.extensions.digests import digest
from book.extensions.doctrees import doctree_of
from book.extensions.plain_markdown import Page, plain
from book.extensions.publishing import NOTEBOOKS_BRANCH, github, is_offered

CODE = Path(__file__).parents[2] / "code"
FOLDER = "_downloads"


def version() -> str:
    """Return the version of the book and of its package."""
    return tomllib.loads((CODE / "pyproject.toml").read_text())["project"]["version"]


def package() -> str:
    """Return the name of the package's wheel."""
    return f"textbook-{version()}-py3-none-any.whl"


def readable(notebook: NotebookNode, page: Page) -> NotebookNode:
    """Return the notebook with plain Markdown, and with listings as blocks of code."""
    notebook = copy.deepcopy(notebook)
    listings = {
        block["listing"].rpartition(".")[2]: block
        for block in doctree_of(page.app.env, page.docname).findall(nodes.container)
        if "listing" in block
    }
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, page)
        elif (name := _listed(cell.source)) in listings:
            file, source = listings[name][0].astext(), listings[name]["whole"]
            text = f"`{file}`\n```python\n{source.rstrip()}\n```"
            shown = nbformat.v4.new_markdown_cell(text, id=cell.id)
            notebook.cells[number] = shown
    return notebook


def _listed(source: str) -> str | None:
    """Return the name of the function whose source the cell shows, if it does."""
    match ast.parse(source).body if source.startswith("listing(") else []:
        case [ast.Expr(ast.Call(ast.Name("listing"), [ast.Name(name)]))]:
            return name
    return None


def installing(notebook: NotebookNode, wheel: str) -> NotebookNode:
    """Return the notebook with a first cell that installs what it imports.

    wheel is the address of the package, or its path from the notebook.
    """
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    extras, torch = "chapters", ""
    if "import torch" in code:
        extras, torch = "chapters,torch", _TORCH
    if "://" in wheel:
        what, beside = f"textbook[{extras}] @ {wheel}", ""
    else:
        what, beside = f"{wheel}[{extras}]", _BESIDE
    text = _INSTALL.format(beside=beside, torch=torch, what=what)
    # A fixed id: a random one would make each build differ.
    first = nbformat.v4.new_code_cell(text, id="install")
    return NotebookNode(notebook | {"cells": [first, *notebook.cells]})


_INSTALL = """\
# This cell installs what the chapter imports: the book's own package, `textbook`,
# and NumPy, Matplotlib and the like where they are missing. Run it once.{beside}
# If the figures below then have no sliders, reload this page in the browser: JupyterLab
# finds a newly installed ipywidgets only when it starts.
{torch}%pip install --quiet "{what}\""""

_BESIDE = """
# The file of the package came with this notebook; keep them in one folder."""

_TORCH = """\
import shutil, sys

if sys.platform == "linux" and not shutil.which("nvidia-smi"):
    # No GPU here: PyTorch's CPU build spares several GB.
    %pip install --quiet torch --index-url https://download.pytorch.org/whl/cpu
"""


def write_zip(target: Path, files: dict[str, bytes], plain: str = "") -> None:
    """Write the files to a zip, with a fixed date and fixed rights.

    plain: the name of the file that is not compressed, if any.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            kind = zipfile.ZIP_STORED if name == plain else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind, 9)


def built_package(keep: Path) -> bytes:
    """Return the package's wheel, the same bytes each time.

    It is kept in the folder under a digest of its source, and built if it isn't there.
    """
    kinds = ".py", ".toml", ".js", ".css"  # the labs' scripts are in the package too
    source = sorted(f for f in CODE.rglob("*") if f.suffix in kinds)
    wheel = keep / f"{digest(source)}.whl"
    if not wheel.exists():
        keep.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copy(build_package(Path(scratch)), wheel)
    return wheel.read_bytes()


def build_package(scratch: Path) -> Path:
    """Build the package's wheel in the folder; return its file."""
    build = "import sys; from setuptools.build_meta import *; build_wheel(sys.argv[1])"
    # A copy: a build leaves files beside the source, and packs what it finds.
    leftovers = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    code = shutil.copytree(CODE, scratch / "code", ignore=leftovers)
    subprocess.run(
        [sys.executable, "-c", build, scratch],
        cwd=code,
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},  # 1980, a zip's first
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return scratch / package()


def keep_notebook(
    found: dict,
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Keep the notebook of a page that is written, in its readable form.

    Sphinx writes a page whenever what it refers to has moved; other notebooks are as
    they were kept, beside the doctrees. found holds what was looked up for others.
    """
    if doctree and is_offered(app, pagename):
        file = kept(app, pagename)
        file.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(app.env.doc2path(pagename), as_version=4)
        nbformat.write(readable(notebook, Page(app, pagename, found)), file)


def kept(app: Sphinx, docname: str) -> Path:
    """Return the file that keeps the readable notebook of a page between builds."""
    return Path(app.doctreedir) / FOLDER / f"{docname}.ipynb"


def write_downloads(app: Sphinx, error: Exception | None) -> None:
    """Write the package and the notebooks, and delete those that are gone."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    wheel, current = built_package(Path(app.doctreedir) / FOLDER), {package()}
    (folder / package()).write_bytes(wheel)
    for docname in sorted(app.env.found_docs):
        if not is_offered(app, docname):
            continue
        notebook = nbformat.read(kept(app, docname), as_version=4)
        name = Path(docname).name
        beside = nbformat.writes(installing(notebook, f"./{package()}"))
        write_zip(
            folder / f"{name}.zip",
            {f"{name}/{name}.ipynb": beside.encode(), f"{name}/{package()}": wheel},
        )
        current.add(f"{name}.zip")
        if place := github(app.config.book_repository):
            address = f"https://github.com/{place}/raw/{NOTEBOOKS_BRANCH}/{package()}"
            nbformat.write(installing(notebook, address), folder / f"{name}.ipynb")
            current.add(f"{name}.ipynb")
    for file in folder.iterdir():
        if file.name not in current:
            file.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.doctrees")
    app.setup_extension("book.extensions.publishing")
    app.connect("html-page-context", partial(keep_notebook, {}))
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
