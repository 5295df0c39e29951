"""Lists that the book makes of itself: theorems, exercises, corrections."""

import pytest

from tests.extensions.support import build_book, cell, notebook, page
from tests.extensions.toc import with_toc

ONE = """# One

:::{prf:theorem} Of $x$
:label: of-x
Text.
:::

:::{prf:proof}
Text.
:::

:::{prf:definition} Of y
:label: of-y
Text.
:::

:::{admonition} The notes say a — more exactly, $b$
:class: notes
Text.
:::

:::{admonition} Something else
Text.
:::

:::{exercise} Think
:label: think
Text.
:::

:::{exercise} Compute $z$
:label: compute
Text.
:::
"""
SOLUTION = """:::{solution} compute
```python
def f(): pass
```
:::
"""
TWO = """# Two

:::{prf:theorem} Of z
:label: of-z
Text.
:::

(named)=
:::{admonition} The notes say c
:class: notes
:name: named-box
Text.
:::
"""
KINDS = ("theorems", "exercises", "corrections")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    pages = {
        "index": notebook("# Home"),
        "deep/one": notebook(ONE, cell("f = 1\ncheck(f, [])"), SOLUTION),
        "deep/two": notebook(TWO),
        "text": "# Text\n\n:::{prf:theorem} In no notebook\nText.\n:::\n",
        "lists": "# Lists\n\n"
        + "".join(f"## {k}\n\n:::{{list-of}} {k}\n:::\n\n" for k in KINDS),
    }
    parts = {"First": ["deep/one", "deep/two"], "": ["text", "lists"]}
    settings = with_toc(folder, parts)
    extensions = ("sphinx_external_toc", "sphinx_proof", "sphinx_exercise")
    settings |= {"numfig": True, "numfig_secnum_depth": 0}
    return build_book(folder, pages, *extensions, "book.extensions.lists", **settings)


def listed(book, kind):
    """Return (address, words) of a list's items."""
    [section] = page(book, "lists").select(f"section#{kind}")
    links = section.select("li a")
    return [(a["href"], " ".join(a.parent.get_text().split())) for a in links]


def test_theorems_and_definitions_are_listed_with_their_numbers_and_proofs_are_not(
    book,
):
    assert listed(book, "theorems") == [
        ("deep/one.html#of-x", r"Theorem 1 (Of \(x\))"),
        ("deep/one.html#of-y", "Definition 1 (Of y)"),
        ("deep/two.html#of-z", "Theorem 2 (Of z)"),
    ]


def test_exercises_are_listed_and_those_with_a_check_say_so(book):
    assert listed(book, "exercises") == [
        ("deep/one.html#think", "Exercise 1: Think"),
        ("deep/one.html#compute", r"Exercise 2: Compute \(z\) (checks your function)"),
    ]


def test_boxes_on_the_notes_are_listed_and_lead_to_a_place(book):
    found = listed(book, "corrections")
    assert [words for _, words in found] == [
        r"The notes say a — more exactly, \(b\)",
        "The notes say c",
    ]
    assert found[0][0].endswith("#notes-box-1")  # the address that readers have
    for address, _ in found:
        name, _, place = address.partition("#")
        box = page(book, name.removesuffix(".html")).find(id=place)
        assert "notes" in box["class"]


def test_the_lists_follow_when_a_page_changes(build, tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    settings = with_toc(folder, {"First": ["one"], "": ["lists"]})
    settings |= {"numfig": True, "numfig_secnum_depth": 0}
    extensions = ("sphinx_external_toc", "sphinx_proof", "book.extensions.lists")
    pages = {
        "index": notebook("# Home"),
        "one": notebook("# One\n\n:::{prf:theorem} Old\n:label: it\nText.\n:::"),
        "lists": "# Lists\n\n## theorems\n\n:::{list-of} theorems\n:::\n",
    }
    build(pages, *extensions, "book.extensions.rebuild", **settings)
    pages["one"]["cells"][0]["source"] = pages["one"]["cells"][0]["source"].replace(
        "Old", "New"
    )
    book = build(pages, *extensions, "book.extensions.rebuild", **settings)
    assert listed(book, "theorems") == [("one.html#it", "Theorem 1 (New)")]


def test_a_list_of_nothing_known_is_an_error(build, tmp_path):
    (tmp_path / "book").mkdir()
    settings = with_toc(tmp_path / "book", {"First": ["one"]})
    pages = {"index": notebook("# Home"), "one": "# One\n\n:::{list-of} songs\n:::\n"}
    extensions = ("sphinx_external_toc", "book.extensions.lists")
    book = build(pages, *extensions, warns=True, **settings)
    assert "there are lists of explorers, theorems" in book.warning.getvalue()
