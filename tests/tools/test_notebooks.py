"""What a stored notebook keeps, and what is said of one that keeps more."""

import errno
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book.tools import notebooks
from book.tools.notebooks import CHECKED, METADATA, check, dumps, normalize, run


def cell(tags=(), **metadata):
    made = new_code_cell("print(1)", metadata={"tags": list(tags), **metadata})
    made.outputs = [
        new_output("stream", name="stdout", text="1\n"),
        new_output("stream", name="stderr", text="a warning"),
        new_output("display_data", data={"image/png": "x"}),
    ]
    made.execution_count = 7
    return made


def normalized(*tags, **metadata):
    return normalize(new_notebook(cells=[cell(tags, **metadata)])).cells[0]


def test_a_checked_cell_keeps_its_printed_text_and_nothing_else():
    kept = normalized(CHECKED, collapsed=True)
    assert [(o.name, o.text) for o in kept.outputs] == [("stdout", "1\n")]
    assert kept.execution_count == 1
    assert kept.metadata == {"tags": [CHECKED]}


def test_another_cell_keeps_no_output():
    kept = normalized(collapsed=True)
    assert kept.outputs == []
    assert kept.execution_count is None
    assert kept.metadata == {}


@pytest.mark.parametrize(
    ("tag", "folded"),
    [
        ("hide-input", True),
        ("hide-cell", True),
        ("remove-input", True),
        ("hide-output", False),
        (CHECKED, False),
    ],
)
def test_code_that_the_site_folds_or_leaves_out_is_folded_in_jupyterlab(tag, folded):
    source = normalized(tag).metadata.get("jupyter", {})
    assert source == ({"source_hidden": True} if folded else {})


def test_the_kernel_is_named_as_on_any_machine():
    mine = {"name": "mine", "display_name": "Mine", "language": "python"}
    notebook = new_notebook(cells=[], metadata={"kernelspec": mine})
    assert normalize(notebook).metadata == notebooks.METADATA


@pytest.fixture
def saved(tmp_path):
    """Two notebooks, of which JupyterLab has saved the second."""
    clean, dirty = tmp_path / "clean.ipynb", tmp_path / "dirty.ipynb"
    notebook = new_notebook(cells=[cell([CHECKED])])
    nbformat.write(notebook, dirty)
    clean.write_text(dumps(normalize(notebook)))
    return clean, dirty


def test_a_file_that_is_not_normalized_is_named_with_what_to_do(saved, monkeypatch):
    clean, dirty = saved
    assert check([clean]) == []
    [line] = check([clean, dirty])
    assert str(dirty) in line
    assert f"make notebooks NOTEBOOKS={dirty}" in line
    monkeypatch.setattr(sys, "argv", ["notebooks", "--check", str(clean), str(dirty)])
    with pytest.raises(SystemExit) as end:
        notebooks.main()
    assert end.value.code == line
    monkeypatch.setattr(sys, "argv", ["notebooks", "--check", str(clean)])
    with pytest.raises(SystemExit) as end:
        notebooks.main()
    assert end.value.code is None


def test_a_notebook_that_has_run_is_normalized(saved):
    _, dirty = saved
    run(dirty)
    assert check([dirty]) == []
    assert nbformat.read(dirty, 4).cells[0].outputs[0].text == "1\n"


def test_a_notebook_that_fails_is_one_line_and_the_others_run(
    saved, monkeypatch, capsys
):
    clean, dirty = saved
    wrong, merged = dirty.with_name("wrong.ipynb"), dirty.with_name("merged.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), wrong)
    merged.write_text("<<<<<<< main\n" + clean.read_text())
    before = wrong.read_text()
    files = [str(file) for file in (wrong, merged, dirty)]
    monkeypatch.setattr(sys, "argv", ["notebooks", *files])
    with pytest.raises(SystemExit) as end:
        notebooks.main()
    assert end.value.code == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line[:2] == "=="]
    assert told == [
        "== wrong.ipynb, cell [1], line 1: ZeroDivisionError: division by zero",
        "== merged.ipynb is not JSON: has a merge left marks?",
    ]
    assert wrong.read_text() == before
    assert check([dirty]) == []
    assert check([merged]) == ["merged.ipynb is not JSON: has a merge left marks?"]


def test_an_explorer_that_cannot_draw_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)  # the site's extensions set it
    draw = "def picture(x=1):\n    'A picture'\n    raise ValueError('too small')"
    imports = "from textbook.lesson.explore import explore"
    shown = f"{imports}\n{draw}\nexplore(picture, x=[1, 2])"
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(shown)], metadata=METADATA), path)
    before = path.read_text()
    told = "one.ipynb: what draws an explorer raises ValueError: too small"
    assert run(path) == told
    assert path.read_text() == before


def test_a_full_disk_leaves_the_notebook_as_it_was(saved, monkeypatch, capsys):
    _, dirty = saved
    before = dirty.read_text()

    def write(file, text):
        with open(file, "w") as half:
            half.write(text[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(sys, "argv", ["notebooks", str(dirty)])
    with pytest.raises(SystemExit) as end:
        notebooks.main()
    assert end.value.code == 1
    assert "== The disk is full." in capsys.readouterr().out
    assert dirty.read_text() == before
    assert set(dirty.parent.iterdir()) == set(saved)
