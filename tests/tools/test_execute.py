"""Which notebooks run again, and what is said of those that fail."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import psutil
import pytest
import yaml
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sqlalchemy.exc import OperationalError

from book.tools.execute import TIMEOUT, execute, execute_notebook, main
from book.tools.fingerprint import fingerprint, read
from tests.paths import ROOT

MODULES = {
    "__init__.py": "",
    "base.py": "two = 2",
    "kernels/__init__.py": "from textbook.kernels.double import double",
    "kernels/double.py": "from ..base import two\n\ndef double(x): return two * x",
    "alone.py": "def late():\n    from textbook import later\n    return later.three",
    "later.py": "three = 3",
    "unused.py": "",
}
NOTEBOOKS = {
    "doubles": "import os; assert os.environ['TEXTBOOK_STATIC'] == '1'\n"
    "from textbook.kernels import double\nprint(double(4))",
    "alone": "%matplotlib agg\nimport textbook.alone as a\nprint(a.late())",
}


def notebook(*cells):
    made = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    return made


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two notebooks, and of a package whose modules import each other."""
    for name, source in MODULES.items():
        file = tmp_path / "code" / "textbook" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source + "\n")
    (tmp_path / "chapters").mkdir()
    for name, source in NOTEBOOKS.items():
        nbformat.write(notebook(source), tmp_path / "chapters" / f"{name}.ipynb")
    (tmp_path / "requirements.txt").write_text(
        "# the book\nsphinx==1\n\n# the chapters\nnumpy==1\n\n# the proof\npytest==1\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"))
    return tmp_path


def marks(book):
    paths = sorted((book / "chapters").glob("*.ipynb"))
    return {p.stem: fingerprint(nbformat.read(p, 4), book) for p in paths}


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ("code/textbook/base.py", {"doubles"}),  # through a relative import
        ("code/textbook/kernels/__init__.py", {"doubles"}),
        ("code/textbook/alone.py", {"alone"}),
        ("code/textbook/later.py", {"alone"}),  # by an import inside a function
        ("code/textbook/unused.py", set()),
        ("code/textbook/__init__.py", {"doubles", "alone"}),
    ],
)
def test_a_changed_module_concerns_the_notebooks_that_import_it(book, changed, due):
    before = marks(book)
    file = book / changed
    file.write_text(file.read_text() + "\n# changed\n")
    after = marks(book)
    assert {name for name in before if before[name] != after[name]} == due


@pytest.mark.parametrize(("old", "concerned"), [("numpy==1", 2), ("pytest==1", 0)])
def test_a_version_that_decides_results_concerns_every_notebook(book, old, concerned):
    before = marks(book)
    file = book / "requirements.txt"
    file.write_text(file.read_text().replace(old, f"{old}.1"))
    assert sum(before[name] != mark for name, mark in marks(book).items()) == concerned


def test_times_of_files_concern_no_notebook(book):
    before = marks(book)
    for file in (book / "code").rglob("*.py"):
        os.utime(file, (0, 0))
    assert marks(book) == before


def test_every_file_of_the_package_that_a_kernel_loads_is_known():
    """Compared with what Python itself has loaded after the import."""
    code = Path(__file__).parents[2] / "code"
    cell = (
        "from textbook.lesson.listing import listing\nfrom textbook.conv import conv2d"
    )
    tell = (
        f"{cell}\nimport sys\nfor name, module in sorted(sys.modules.items()):\n"
        "    if name.partition('.')[0] == 'textbook': print(module.__file__)"
    )
    told = subprocess.run(
        [sys.executable, "-c", tell],
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {Path(line) for line in told.stdout.split()}
    assert loaded
    assert loaded <= set(read(notebook(cell), code))


def test_a_file_of_the_package_that_a_cell_names_is_known(book):
    script = book / "code/textbook/lesson/pen.js"
    script.parent.mkdir()
    script.write_text("let pen;")
    made = notebook("print(open('lesson/pen.js'))\nx = 'lesson/other.js'")
    assert read(made, book / "code") == [script]
    before = fingerprint(made, book)
    script.write_text("let ink;")
    assert fingerprint(made, book) != before


ENDED = r"^ *\d+ of \d+ (\w+) \d+ s$"  # not what runs, told where that takes long


def ran(book, capsys):
    """Execute the book; return the names of the notebooks that ran to their end."""
    paths = sorted((book / "chapters").glob("*.ipynb"))
    capsys.readouterr()
    assert execute(paths, book) == []
    return set(re.findall(ENDED, capsys.readouterr().out, re.MULTILINE))


def test_only_what_has_changed_runs_again(book, capsys):
    assert ran(book, capsys) == {"doubles", "alone"}
    assert ran(book, capsys) == set()
    path = book / "chapters" / "doubles.ipynb"
    changed = nbformat.read(path, 4)
    changed.cells.insert(0, new_markdown_cell("A word."))
    nbformat.write(changed, path)
    assert ran(book, capsys) == set()
    (book / "code" / "textbook" / "base.py").write_text("two = 3\n")
    assert ran(book, capsys) == {"doubles"}
    cache = get_cache(book / "_build" / ".jupyter_cache")
    _, found = cache.merge_match_into_notebook(changed)
    assert found.cells[1].outputs[0].text == "12\n"
    # A result that `jupyter-book build` stored by itself: made with which package?
    notes = book / "_build" / "executed.json"
    notes.write_text(notes.read_text().replace("alone.ipynb", "other.ipynb"))
    assert ran(book, capsys) == {"alone"}
    shutil.rmtree(book / "_build" / ".jupyter_cache")
    assert ran(book, capsys) == {"doubles", "alone"}


def test_notes_that_are_cut_short_are_as_none(book, capsys):
    assert ran(book, capsys) == {"doubles", "alone"}
    (book / "_build" / "executed.json").write_text('{ "chapters')
    assert ran(book, capsys) == {"doubles", "alone"}
    assert ran(book, capsys) == set()


@pytest.mark.parametrize("damage", ["", "no database"])
def test_a_damaged_cache_is_removed_and_that_is_said(book, capsys, damage):
    assert ran(book, capsys) == {"doubles", "alone"}
    (book / "_build" / ".jupyter_cache" / "global.db").write_text(damage)
    with pytest.raises(OSError, match="They are removed: run it again"):
        ran(book, capsys)
    assert ran(book, capsys) == {"doubles", "alone"}


def test_a_database_on_a_full_disk_is_kept(book, capsys, monkeypatch):
    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        raise RuntimeError("hidden") from OperationalError("INSERT", {}, error)

    monkeypatch.setattr("book.tools.results.Results.store", full)
    with pytest.raises(OSError, match="The disk is full"):
        ran(book, capsys)
    assert (book / "_build" / ".jupyter_cache" / "global.db").exists()


def test_a_cell_has_as_long_in_a_plain_build():
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert config["execute"]["timeout"] == TIMEOUT


def test_a_failing_cell_is_one_line_and_the_others_end(book, capsys):
    failing = notebook("1", "2", "x = 1\nx / 0")
    nbformat.write(failing, book / "chapters" / "bad.ipynb")
    nbformat.write(
        notebook("import os; os._exit(1)"), book / "chapters" / "worse.ipynb"
    )
    paths = sorted((book / "chapters").glob("*.ipynb"))
    assert sorted(execute(paths, book)) == [
        "bad.ipynb, cell [3], line 2: ZeroDivisionError: division by zero",
        "worse.ipynb: its kernel died; is the memory full?",
    ]
    (book / "chapters" / "bad.ipynb").unlink()
    (book / "chapters" / "worse.ipynb").unlink()
    assert ran(book, capsys) == set()


def test_a_file_that_is_no_notebook_is_named(book):
    path = book / "chapters" / "alone.ipynb"
    path.write_text("<<<<<<< main\n" + path.read_text())
    [line] = execute([path], book)
    assert line.startswith("alone.ipynb is not JSON")


def test_as_a_program_it_says_what_is_wrong_and_fails(book, monkeypatch, capsys):
    path = book / "chapters" / "alone.ipynb"
    path.write_text("{")
    monkeypatch.chdir(book)
    monkeypatch.setattr(sys, "argv", ["execute", str(path)])
    with pytest.raises(SystemExit, match="True"):
        main()
    assert "== alone.ipynb is not JSON" in capsys.readouterr().out


def test_it_counts_what_has_ended(book, capsys):
    assert execute(sorted((book / "chapters").glob("*.ipynb")), book) == []
    ended = re.finditer(ENDED, capsys.readouterr().out, re.MULTILINE)
    assert [line[0].split()[:3] for line in ended] == [
        ["1", "of", "2"],
        ["2", "of", "2"],
    ]


def test_code_that_is_not_python_is_named_by_running_it(book):
    nbformat.write(notebook("1", "x = = 2"), book / "chapters" / "doubles.ipynb")
    (book / "code" / "textbook" / "later.py").write_text("three = = 3\n")
    failures = execute(sorted((book / "chapters").glob("*.ipynb")), book)
    assert len(failures) == 2
    assert all("SyntaxError: invalid syntax" in line for line in failures)


def test_a_kernel_that_is_canceled_while_it_starts_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    me = psutil.Process()
    before = me.children()

    async def cancel():
        task = asyncio.create_task(execute_notebook(notebook("1"), tmp_path))
        while not (started := set(me.children()) - set(before)):
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return started

    _, alive = psutil.wait_procs(asyncio.run(cancel()), timeout=5)
    assert not alive
    assert not list(tmp_path.iterdir())  # its sockets


# A shell has its background commands ignore Ctrl-C, and all that they start; nohup has
# them ignore the end of the terminal.
HEEDING_SIGNALS = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
runpy.run_module("book.tools.execute", run_name="__main__")
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_stopped_leaves_no_kernel_and_the_results_so_far(book, ending):
    slow = notebook("import time", "time.sleep(100)")
    for name in "slow", "slower":
        nbformat.write(slow, book / "chapters" / f"{name}.ipynb")
    names = ["doubles", "slow", "slower"]
    command = [sys.executable, "-c", HEEDING_SIGNALS]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [*command, *(f"chapters/{name}.ipynb" for name in names)],
        cwd=book,
        env={**os.environ, "PYTHONPATH": f"{book / 'code'}:{root}"},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        told = ""
        kernels = []
        while "of 3 doubles" not in told or not kernels:
            told += process.stdout.readline()
            kernels = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(ending)
        if ending == signal.SIGTERM:  # twice, as `timeout` does
            process.send_signal(ending)
        told += process.stdout.read()
    assert process.returncode == 130
    assert told.endswith("== Stopped; the next run goes on from here.\n")
    assert "Traceback" not in told
    assert "failed" not in told
    _, alive = psutil.wait_procs(kernels, timeout=5)
    assert not alive
    assert '"chapters/doubles.ipynb"' in (book / "_build/executed.json").read_text()
