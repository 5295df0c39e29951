"""The table of contents: it names every page, and only notebooks have a number."""

import yaml

from tests.paths import ROOT

TOC = (ROOT / "_toc.yml").read_text()
PARTS = yaml.safe_load(TOC)["parts"]


def test_every_page_stands_in_the_contents():
    # Jupyter Book leaves out what doesn't, silently.
    for file in sorted((ROOT / "chapters").glob("*.[im][pd]*")):
        assert f"file: chapters/{file.stem}\n" in TOC, f"name {file.name} in _toc.yml"


def test_what_has_a_number_is_a_notebook():
    for part in PARTS:
        for chapter in part["chapters"] if part.get("numbered") else []:
            is_notebook = (ROOT / f"{chapter['file']}.ipynb").exists()
            assert is_notebook, f"{chapter['file']} has a number, so it is a notebook"
