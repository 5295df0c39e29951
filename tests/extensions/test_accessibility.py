"""Names, roles and ids: what upstream writes, and what the book makes of it."""

from collections import Counter

import pytest
from jinja2 import Environment
from sphinx.errors import ExtensionError

from book.extensions.accessibility import NamedLandmarks
from tests.extensions.support import BOOK, build_book, cell, notebook, page
from tests.paths import ROOT

EXERCISE = """
```{exercise}
:label: prove
Prove it.
```
```{solution} prove
Read it.
```
"""
PROOF = """
```{prf:theorem}
So.
```
```{prf:proof}
Seen.
```
"""
WIDE = """
```{table} A table
:name: wide
| a | b |
|---|---|
| 1 | 2 |
```

$$
a = b
$$ (sum)
"""
PAGES = {
    "index": "# Home\n\n```{toctree}\n:caption: Part\none\n```\n",
    "one": notebook(
        "# One",
        cell("x = 1", tags=("hide-input",)),
        "Text {cite:p}`a`.",
        PROOF,
        PROOF,
        WIDE,
    ),
    "two": notebook(
        "# Two", EXERCISE, EXERCISE.replace("prove", "again"), "```{bibliography}\n```"
    ),
}
SETTINGS = {
    "html_theme": "furo",
    "html_math_renderer": "checked_katex",
    "katex_prerender": True,
    "bibtex_bibfiles": ["literature.bib"],
}
EXTENSIONS = (
    "sphinx_exercise",
    "sphinx_proof",
    "sphinxcontrib.bibtex",
    "book.extensions.formulas",
)
LITERATURE = "@book{a, title={A}, author={B, C}, year={2000}, publisher={D}}\n"


def build(folder, *more, **settings):
    (folder / "literature.bib").write_text(LITERATURE)
    return build_book(folder, PAGES, *EXTENSIONS, *more, **SETTINGS | settings)


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    return build(tmp_path_factory.mktemp("upstream"))


@pytest.fixture(scope="module")
def mended(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mended")
    (folder / "book").mkdir()
    (folder / "book" / "templates").symlink_to(ROOT / "book" / "templates")
    more = ("book.extensions.formulas", "book.extensions.accessibility")
    return build(
        folder, *more, templates_path=BOOK["sphinx"]["config"]["templates_path"]
    )


def repeated(app, name):
    """Return the ids that stand more than once on the page."""
    ids = Counter(element["id"] for element in page(app, name).select("[id]"))
    return {identity for identity, times in ids.items() if times > 1}


def test_upstream_repeats_ids_of_proofs_exercises_solutions_and_wide_parts(upstream):
    wide = {"wide", "equation-sum"}
    assert repeated(upstream, "one") == {"proof", "proof-content"} | wide
    assert repeated(upstream, "two") == {"exercise-content", "solution-content"}


def test_no_id_stands_twice(mended):
    assert repeated(mended, "one") == repeated(mended, "two") == set()
    assert len(page(mended, "two").select("#prove, #again")) == 2
    assert page(mended, "one").select_one("#equation-sum")["class"] == ["math"]
    assert page(mended, "one").select_one("#wide").name == "table"


def test_an_id_that_an_author_repeats_is_left_to_be_found(tmp_path):
    pages = {"index": '# Home\n\n<p id="x">a</p>\n\n<p id="x">b</p>\n'}
    app = build_book(tmp_path, pages, "book.extensions.accessibility")
    assert repeated(app, "index") == {"x"}


def test_upstream_gives_the_parts_of_the_contents_no_level(upstream, mended):
    [before] = page(upstream, "one").select(".sidebar-drawer [role=heading]")
    [after] = page(mended, "one").select(".sidebar-drawer [role=heading]")
    assert "aria-level" not in before.attrs
    assert after["aria-level"] == "2"
    assert after.get_text() == before.get_text() == "Part"


def test_upstream_gives_entries_of_the_bibliography_a_deprecated_role(upstream, mended):
    entry = "div.citation"
    assert page(upstream, "two").select_one(entry)["role"] == "doc-biblioentry"
    assert page(mended, "two").select_one(entry)["role"] == "listitem"
    assert page(mended, "two").select_one(entry).parent["role"] == "list"


def test_upstream_names_a_folded_cell_otherwise_than_by_its_words(upstream, mended):
    summary = "details.hide > summary"
    assert page(upstream, "one").select_one(summary)["aria-label"]
    assert page(mended, "one").select_one(summary).attrs == {}
    folded = page(mended, "one").select_one("details.hide")
    assert folded.select_one("pre").get_text() == "x = 1\n"


def test_upstream_leaves_the_landmarks_of_a_page_without_names(upstream, mended):
    labels = {}
    for app in (upstream, mended):
        asides = page(app, "one").find_all("aside")
        labels[app] = [aside.get("aria-label") for aside in asides]
    assert labels[upstream] == [None, None]
    assert labels[mended] == ["Chapters", "On this page"]


def test_a_theme_without_these_landmarks_is_noticed():
    extension = NamedLandmarks(Environment())
    with pytest.raises(ExtensionError, match="sidebar-drawer"):
        extension.preprocess("<nav></nav>", "page.html", "/furo/theme/furo/page.html")


def test_upstream_has_no_heading_and_no_field_on_its_search_page(upstream, mended):
    before, after = (page(app, "search") for app in (upstream, mended))
    assert not before.select("article h1, article input")
    assert before.select("meta[name=robots][content=noindex]")
    assert after.article.h1.get_text() == "Search"
    assert after.select_one("article input[name=q]")["aria-label"] == "Search"
    assert after.select_one("article ol.search") is not None
    assert not after.select("meta[name=robots]")
    assert after.select_one("meta[name=viewport]") is not None
