"""What the results of a notebook depend on, beside its own code.

A notebook's fingerprint is a digest of contents, so that a mere `git checkout`, which
changes times of files, changes nothing. It covers

- the source of each module under code/ that the notebook imports, directly or through
  another, with the __init__ of each package on the way. Python's own modulefinder
  reads them without running them. It follows every import statement, also one inside
  a function, but no name that a program puts together while it runs: the book has none;
- each file of the package that a cell names, such as "lesson/labs/operations.js";
- the section "the chapters" of requirements.txt, the versions that decide results.

It does not cover the code of the notebook, by which jupyter-cache finds the results.
"""

import ast
import hashlib
import re
import tempfile
from modulefinder import ModuleFinder
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager


def read(notebook: nbformat.NotebookNode, code: Path) -> list[Path]:
    """Return the files under code that the notebook imports or names, sorted."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    script = "\n".join(TransformerManager().transform_cell(cell) for cell in cells)
    finder = ModuleFinder(path=[str(code)])
    with tempfile.TemporaryDirectory() as folder:
        main = Path(folder) / "notebook.py"
        main.write_text(script)
        finder.run_script(str(main))
    modules = (module.__file__ for module in finder.modules.values())
    imported = {Path(file) for file in modules if file and file != str(main)}
    package, nodes = code / "textbook", ast.walk(ast.parse(script))
    words = {node.value for node in nodes if isinstance(node, ast.Constant)}
    files = package.rglob("*.*")
    named = {file for file in files if file.relative_to(package).as_posix() in words}
    return sorted(imported | named)


def versions(requirements: Path) -> str:
    """Return the section "the chapters" of requirements.txt.

    Raises ValueError if there is none.
    """
    found = re.search(r"^# the chapters\n((?:.+\n)+)", requirements.read_text(), re.M)
    if not found:
        raise ValueError(f'{requirements} has no section "# the chapters"')
    return found[1]


def fingerprint(notebook: nbformat.NotebookNode, root: Path) -> str:
    """Return the fingerprint of a notebook of the book whose folder is root.

    It is empty if a cell or a module that it imports isn't Python: running tells more.
    """
    code = root / "code"
    digest = hashlib.sha256(versions(root / "requirements.txt").encode())
    try:
        files = read(notebook, code)
    except SyntaxError:
        return ""
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(code)} {len(content)}\n".encode() + content)
    return digest.hexdigest()
