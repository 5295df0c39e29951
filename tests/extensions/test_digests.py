"""What a page depends on: its source, its executed notebook, what all pages share."""

from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book.extensions.digests import executed_notebooks, shared_files


def test_without_a_cache_no_notebook_was_executed(tmp_path):
    assert executed_notebooks(tmp_path / "nowhere") == {}
    assert list(tmp_path.iterdir()) == []  # asking makes no cache


def test_an_executed_notebook_is_found_by_its_source(tmp_path):
    cache = get_cache(tmp_path / "cache")
    for name in ("one", "two"):
        output = new_output("stream", text=f"printed by {name}")
        cell = new_code_cell(f"print({name!r})", outputs=[output], execution_count=1)
        nbformat.write(new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
        cache.cache_notebook_file(tmp_path / f"{name}.ipynb", check_validity=False)
    found = executed_notebooks(tmp_path / "cache")
    assert set(found) == {str(tmp_path / "one.ipynb"), str(tmp_path / "two.ipynb")}
    for source, executed in found.items():
        text = nbformat.read(executed, 4).cells[0].outputs[0].text
        assert text == f"printed by {Path(source).stem}"


def test_all_pages_share_the_settings_the_site_and_the_lesson_tools(tmp_path):
    for name in (
        "_toc.yml",
        "book/static/explorer.js",
        "book/__pycache__/old.pyc",
        "code/textbook/lesson/words.py",
        "code/textbook/spatial.py",
        "chapters/one.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in shared_files(tmp_path)]
    there = [name for name in found if (tmp_path / name).is_file()]
    assert there == [
        "_toc.yml",
        "book/static/explorer.js",
        "code/textbook/lesson/words.py",
    ]
    assert "_config.yml" in found  # one that comes later changes the digest
