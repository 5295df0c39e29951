"""A build over an existing site: the same bytes as from nothing, and no more work."""

import os
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.util.console import strip_colors

from book.extensions.digests import canonical, digest
from tests.extensions.explorer_pages import SQUARE, explorer_cell
from tests.extensions.support import build_book, notebook
from tests.extensions.toc import with_toc

EXTENSIONS = (
    *("sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_proof", "sphinx_exercise"),
    *("book.extensions.cards", "book.extensions.explorers", "book.extensions.glossary"),
    *("book.extensions.lists", "book.extensions.rebuild"),
)
SETTINGS = {"numfig": True, "numfig_secnum_depth": 0, "html_copy_source": False}
PAGES = {
    "index": "# Home\n\n{prf:ref}`of-x` stands elsewhere.",
    "one": notebook("# One\n\nA *loss* hurts.", explorer_cell(SQUARE)),
    "two": "# Two\n\n:::{prf:theorem} Of x\n:label: of-x\nText.\n:::\n\nSome words.",
    "api": "# Package\n\n```{eval-rst}\n.. automodule:: textbook.lesson.states\n"
    "   :members: states\n```",
    "chapters/glossary": "# Glossary\n\n:::{glossary}\nloss · 损失\n"
    "  Bad. [](../one.ipynb)\n:::",
}
WORDS = PAGES | {"two": PAGES["two"].replace("Some words", "Some other words")}
TITLE = PAGES | {"two": PAGES["two"].replace("# Two", "# Second")}
THEOREM = PAGES | {"two": PAGES["two"].replace("Of x", "Of y")}
NO_THEOREM = PAGES | {"index": "# Home", "two": "# Two\n\nSome words."}
TERM = PAGES | {"two": PAGES["two"] + " The *loss* again."}
NO_EXPLORER = PAGES | {"one": notebook("# One\n\nA *loss* hurts.")}
FEWER = {name: page for name, page in PAGES.items() if name != "api"}


def build(folder, pages):
    """Build the pages; return the site, and the pages of its text that were written.

    Files of the folder that are not among the pages go first.
    """
    for file in folder.rglob("*.md"):
        if str(file.relative_to(folder).with_suffix("")) not in pages:
            file.unlink()
    before = dates(folder / "_build" / "html")
    site = Path(build_book(folder, pages, *EXTENSIONS, **SETTINGS).outdir)
    after = dates(site)
    return site, {p for p in pages if before.get(f"{p}.html") != after[f"{p}.html"]}


def dates(site):
    """Return when each page was written."""
    files = site.rglob("*.html")
    return {str(f.relative_to(site)): f.stat().st_mtime_ns for f in files}


def contents(site):
    """Return what each file of a site holds."""
    files = (file for file in site.rglob("*") if file.is_file())
    return {str(file.relative_to(site)): file.read_bytes() for file in files}


def differences(one, other):
    """Return the files in which two sites differ, those missing from one too."""
    one, other = contents(one), contents(other)
    return sorted(f for f in one.keys() | other if one.get(f) != other.get(f))


LATER = {
    "same": PAGES,
    "words": WORDS,
    "title": TITLE,
    "theorem": THEOREM,
    "no theorem": NO_THEOREM,
    "term": TERM,
    "no explorer": NO_EXPLORER,
    "fewer": FEWER,
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER.keys())
def test_a_build_over_another_gives_the_bytes_of_one_from_nothing(tmp_path, later):
    (tmp_path / "over").mkdir()
    (tmp_path / "anew").mkdir()
    build(tmp_path / "over", PAGES)
    over, _ = build(tmp_path / "over", later)
    anew, _ = build(tmp_path / "anew", later)
    assert differences(over, anew) == []


def test_a_change_of_words_writes_that_page_and_the_lists_alone(tmp_path):
    build(tmp_path, PAGES)
    assert build(tmp_path, WORDS)[1] == {"two", "index"}  # Sphinx's root always is


def test_a_change_of_a_title_writes_all_pages(tmp_path):
    build(tmp_path, PAGES)
    assert build(tmp_path, TITLE)[1] == set(PAGES)


def test_a_new_date_without_a_new_word_writes_nothing_anew(tmp_path):
    site, _ = build(tmp_path, PAGES)
    before = (site / "two.html").read_bytes()
    os.utime(tmp_path / "two.md")
    app = build_book(tmp_path, PAGES, *EXTENSIONS, **SETTINGS)
    assert "updating environment: 0 added, 0 changed, 0 removed" in strip_colors(
        app.status.getvalue()
    )
    assert (site / "two.html").read_bytes() == before


def test_the_picture_of_an_explorer_that_is_gone_is_deleted(tmp_path):
    gallery = {"all": "# Gallery\n\n:::{list-of} explorers\n:::"}
    toc = with_toc(tmp_path, {"Part": ["one", "all"], "": ["chapters/glossary"]})
    extensions, settings = ("sphinx_external_toc", *EXTENSIONS), SETTINGS | toc
    for pages, is_there in ((PAGES, True), (NO_EXPLORER, False)):
        kept = {name: pages[name] for name in ("one", "chapters/glossary")}
        made = {"index": "# Home", **kept, **gallery}
        book = build_book(tmp_path, made, *extensions, toctree=False, **settings)
        assert any(book.outdir.glob("_images/explorers/*")) is is_there


def test_a_page_that_is_gone_is_deleted(tmp_path):
    site, _ = build(tmp_path, PAGES)
    assert (site / "api.html").exists()
    assert list((site / "_modules").rglob("*.html"))
    build(tmp_path, FEWER)
    assert not (site / "api.html").exists()
    assert "_modules/index.html" not in map(str, site.rglob("*.html"))


def test_what_all_pages_share_makes_a_build_from_nothing(tmp_path):
    site, _ = build(tmp_path, PAGES)
    (site / "left.css").touch()
    (tmp_path / "references.bib").write_text("@book{a}")
    assert build(tmp_path, PAGES)[1] == set(PAGES)
    assert not (site / "left.css").exists()


def test_the_note_of_the_place_where_the_book_stands_is_not_kept(tmp_path):
    site, _ = build(tmp_path, PAGES)
    assert not (site / ".buildinfo").exists()


def test_a_digest_follows_the_contents_of_all_files(tmp_path):
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_text("ab")
    other.write_text("c")
    first = digest([one, other])
    assert digest([one, other]) == first
    assert digest([other, one]) != first
    one.write_text("a")
    other.write_text("bc")
    assert digest([one, other]) != first
    assert digest([one]) != digest([one, tmp_path / "missing"])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({1, 2}, {2, 1}, True),
        ([1, 2], [2, 1], False),
        (["ab", "c"], ["a", "bc"], False),
        ({"a": [1]}, {"a": [2]}, False),
        ([[1], 2], [[1, 2]], False),
        (nodes.title("", "a"), nodes.title("", "a"), True),
        (nodes.title("", "a"), nodes.title("", "b"), False),
        (Path("a"), Path("b"), False),
    ],
)
def test_equal_values_have_one_text(one, other, equal):
    assert ("".join(canonical(one)) == "".join(canonical(other))) is equal
