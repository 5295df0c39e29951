"""What nbval has run and compared is what the build would have run."""

import os
import subprocess
import sys

import nbformat
import pytest
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book.tools.execute import execute
from book.tools.notebooks import CHECKED, METADATA
from tests.paths import ROOT

ASKED = "import os; print(f'for the site: {os.environ.get(\"TEXTBOOK_STATIC\")}')"
SPOKEN_TO = """from ipykernel.kernelapp import IPKernelApp
print(IPKernelApp.instance().transport)"""
CELLS = [ASKED, "print('two'); 1 + 1", "x = 3"]


def write(path, *cells, printed=""):
    made = [new_code_cell(cell) for cell in cells]
    if printed:
        made[0].metadata.tags = [CHECKED]
        made[0].execution_count = 1
        made[0].outputs = [new_output("stream", name="stdout", text=printed)]
    nbformat.write(new_notebook(cells=made, metadata=METADATA), path)


@pytest.fixture
def book(tmp_path):
    """A book whose second notebook prints something else than is stored."""
    (tmp_path / "code" / "textbook").mkdir(parents=True)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "requirements.txt").write_text("# the chapters\nnumpy==1\n")
    write(tmp_path / "chapters" / "fine.ipynb", *CELLS)
    write(tmp_path / "chapters" / "wrong.ipynb", ASKED, printed="another text")
    return tmp_path


def compared(book):
    """Run nbval over the book's notebooks as `make` does; return what it says."""
    command = [sys.executable, "-m", "pytest", "-n2", "--dist=loadfile", "--nbval-lax"]
    made = subprocess.run(
        [*command, "-p", "book.tools.handover", "chapters"],
        cwd=book,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return made.stdout


def result(book, name):
    """Return the stored result of a notebook, None if there is none."""
    cache = get_cache(book / "_build" / ".jupyter_cache")
    path = book / "chapters" / f"{name}.ipynb"
    for record in cache.list_cache_records():
        if record.uri == str(path):
            return cache.get_cache_bundle(record.pk).nb
    return None


def test_the_build_takes_over_what_has_passed_and_nothing_else(book):
    assert "1 failed, 3 passed" in compared(book)
    kept = result(book, "fine")
    assert kept.cells[0].outputs[0].text == "for the site: 1\n"
    assert result(book, "wrong") is None
    path = book / "chapters" / "fine.ipynb"
    assert execute([path], book) == []
    assert result(book, "fine") == kept  # it was not run again
    (book / "_build" / "executed.json").unlink()
    assert execute([path], book) == []
    assert result(book, "fine") == kept  # it was, and gave the same


def test_a_notebook_whose_result_is_there_runs_live(book):
    path = book / "chapters" / "wrong.ipynb"
    assert execute([path], book) == []
    write(path, ASKED, printed="for the site: \n")
    assert "4 passed" in compared(book)
    assert result(book, "wrong").cells[0].outputs[0].text == "for the site: 1\n"


def test_kernels_take_no_port_that_another_may_want(book):
    write(book / "chapters" / "fine.ipynb", SPOKEN_TO)
    compared(book)
    kept = result(book, "fine")
    assert kept.cells[0].outputs[0].text == "ipc\n"
    (book / "_build" / "executed.json").unlink()
    assert execute([book / "chapters" / "fine.ipynb"], book) == []
    assert result(book, "fine") == kept
