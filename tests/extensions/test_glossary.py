"""Terms where chapters define them: links to the glossary and back, general index."""

import pytest
from sphinx.addnodes import toctree

from tests.extensions.support import build_book, page
from tests.paths import ROOT

SETTINGS = {
    "templates_path": [str(ROOT / "book" / "templates")],
    "html_context": {"usual_fonts": [], "late_fonts": []},
}

GLOSSARY = """# Glossary

:::{glossary}
loss · 损失
  How wrong. [One](one.md)

momentum (in descent) · 动量
  A push. [One](one.md)

pooling · 池化
  A window. [Two](two.md)

never named · 无
  Nowhere. [Two](two.md)
:::
"""
PAGES = {
    "index": "# Home",
    "chapters/one": "# One\n\nA *loss* hurts; two *losses* more; the *loss* "
    "again. With *momentum* it falls, and *this* is nothing.",
    "chapters/two": "# Two\n\n## On pooling\n\nThe *momentum* of a ball. A *loss*.",
    "chapters/glossary": GLOSSARY,
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("glossary")
    return build_book(folder, PAGES, "book.extensions.glossary", **SETTINGS)


def test_the_first_place_of_a_term_on_a_page_leads_to_the_glossary(book):
    links = [e.a for e in page(book, "chapters/one").select("p em")]
    assert all("internal" in a["class"] for a in links if a)
    assert [link and link["href"] for link in links] == [
        "glossary.html#term-loss",
        None,
        None,
        "glossary.html#term-momentum-in-descent",
        None,
    ]
    assert links[0]["title"] == "loss · 损失"


def test_a_name_with_a_sense_means_the_term_in_its_own_chapter_only(book):
    words = page(book, "chapters/two").select("p em")
    assert [bool(word.a) for word in words] == [False, True]


def test_the_glossary_leads_to_the_place_that_defines_the_term(book):
    targets = [
        a["href"] for a in page(book, "chapters/glossary").select("dd a.reference")
    ]
    assert targets == [
        "one.html#defines-loss",
        "one.html#defines-momentum-in-descent",
        "two.html#on-pooling",
        "two.html",
    ]
    assert page(book, "chapters/one").find(id="defines-loss").name == "em"


def entries(book):
    """Return {name: [(page, place, is defined there)]} of the general index."""
    found = {}
    for item in page(book, "genindex").select("li"):
        links = [(a["href"], a.strong is not None) for a in item.find_all("a")]
        found[item.get_text().partition(":")[0].strip()] = links
    return found


def test_the_index_names_the_places_of_a_term_the_defining_one_first(book):
    assert entries(book)["loss · 损失"] == [
        ("chapters/one.html#defines-loss", True),
        ("chapters/glossary.html#term-loss", False),
        ("chapters/two.html#defines-loss", False),
    ]
    assert entries(book)["never named · 无"] == [
        ("chapters/glossary.html#term-never-named", True)
    ]


def test_the_index_has_the_chinese_names_too(book):
    assert entries(book)["池化"][0] == ("chapters/two.html#on-pooling", True)


def test_the_index_names_pages_by_their_titles(book):
    items = page(book, "genindex").select("li")
    [item] = [li for li in items if li.get_text().startswith("池化")]
    assert [a.get_text() for a in item.select("a")] == ["Two", "Glossary"]


def test_a_second_build_enters_nothing_twice(build):
    extensions = ("book.extensions.glossary",)
    first = entries(build(PAGES, *extensions, **SETTINGS))
    changed = PAGES | {"chapters/two": PAGES["chapters/two"] + " More."}
    assert entries(build(changed, *extensions, **SETTINGS)) == first


def test_the_table_of_contents_ends_with_the_general_index(book):
    *_, last = book.env.get_doctree("index").findall(toctree)
    assert last["entries"][-1] == ("General index", "genindex")
