"""Run the notebooks and keep of their output what a diff should show.

    python -m book.tools.notebooks FILE…          run, then normalize
    python -m book.tools.notebooks --check FILE…  fail if a file is not normalized

A cell tagged nbval-check-output keeps its printed text, which `make test` compares. All
other outputs and the machine's own metadata go. What the site folds away is folded in
JupyterLab too.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from book.tools.execute import (
    FAILURES,
    execute_notebook,
    failure,
    finish,
    no_notebook,
    unreadable,
)
from book.tools.progress import one_line, say

STATES = "application/vnd.jupyter.widget-state+json"
CHECKED = "nbval-check-output"
FOLDED = {"hide-input", "hide-cell", "remove-input"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def normalize(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what depends on the run or the machine, in place; return the notebook."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if not FOLDED.isdisjoint(tags):
            cell.metadata["jupyter"] = {"source_hidden": True}  # for JupyterLab
        if cell.cell_type == "code":
            cell.outputs = _printed(cell.outputs) if CHECKED in tags else []
            cell.execution_count = 1 if cell.outputs else None  # nbval asks for one
    return notebook


def _printed(outputs: list) -> list:
    text = "".join(
        o.text for o in outputs if o.output_type == "stream" and o.name == "stdout"
    )
    return [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []


def dumps(notebook: nbformat.NotebookNode) -> str:
    """Return the text of the notebook's file."""
    return nbformat.writes(notebook) + "\n"


def check(paths: list[Path]) -> list[str]:
    """Return for each file that is not normalized a line that says what to do."""
    lines = []
    for path in paths:
        if unreadable(path):
            lines.append(no_notebook(path))
        elif dumps(normalize(nbformat.read(path, as_version=4))) != path.read_text():
            lines.append(
                f"{path} holds outputs or metadata that JupyterLab has saved: "
                f"run `make notebooks NOTEBOOKS={path}`"
            )
    return lines


def errors_in_widgets(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what was raised while a live explorer drew; its cell ends all the same."""
    widgets = notebook.metadata.get("widgets", {}).get(STATES, {}).get("state", {})
    outputs = [o for w in widgets.values() for o in w["state"].get("outputs", [])]
    errors = [o for o in outputs if o["output_type"] == "error"]
    return [f"{error['ename']}: {error['evalue']}" for error in errors]


def run(path: Path) -> str | None:
    """Run the notebook and store it, normalized; return why that failed, if it did."""
    if unreadable(path):
        return no_notebook(path)
    notebook = nbformat.read(path, as_version=4)
    try:
        finish(execute_notebook(notebook, path.parent, static=False))
    except FAILURES as error:
        return failure(path, error)
    for error in errors_in_widgets(notebook):
        return f"{path.name}: what draws an explorer raises {error}"
    # Whole or not at all: the disk may be full, and this is the only copy of a text.
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(dumps(normalize(notebook)))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return None


def main() -> None:
    """Run, or with --check compare, the files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    failed = False
    with one_line("== Stopped; what has been run is stored."):
        if arguments.check:
            sys.exit("\n".join(check(arguments.files)) or None)
        for path in arguments.files:
            say(f"running {path}")
            if line := run(path):
                failed = True
                say(f"== {line}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
