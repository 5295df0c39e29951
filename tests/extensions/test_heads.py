"""The head of a chapter, and what stands at the foot of its neighbors."""

import json
import re
from pathlib import Path

import pytest

from tests.extensions.chapter_pages import FIRST, build_chapters
from tests.extensions.support import notebook, page
from tests.extensions.test_rebuild import differences

PICTURE = "_images/explorers/first-square.svg"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build_chapters(tmp_path_factory.mktemp("book"))


def head(book, name):
    """Return the head that stands right under a page's title."""
    title = page(book, name).h1
    return title.find_next_sibling(class_="chapter-head")


def words(element):
    return " ".join(element.get_text().split())


def links(element):
    return {link.get_text(): link["href"] for link in element.select("a")}


def test_a_chapter_says_which_of_how_many_it_is_and_its_part(book):
    places = [words(head(book, n).p) for n in ("one/first", "two/fourth")]
    assert places == ["Chapter 1 of 4 · One", "Chapter 4 of 4 · Two"]


def test_a_chapter_needs_the_earlier_ones_that_its_box_links(book):
    line = head(book, "two/third").select_one(".chapter-needs")
    assert words(line) == "Needs chapters 1, 2 · Claims N3, N12 of the notes"
    assert links(line) == {
        "1": "../one/first.html",
        "2": "../one/second.html",
        "N3": "#p1-notes-n3",
        "N12": "#p1-notes-n12",
    }
    assert line.select("a")[1]["title"] == "Second & last of its part"
    for id_ in ("p1-notes-n3", "p1-notes-n12"):
        assert page(book, "two/third").find(id=id_)


def test_a_single_need_or_claim_is_told_in_the_singular(tmp_path):
    needs = ":::{admonition} Where we stand\n:class: standing\n[](#to-first)\n:::\n"
    text = f"(to-second)=\n# Second\n\n{needs}\n(p1-notes-n5)=\nFive.\n"
    book = build_chapters(tmp_path, {"one/second": notebook(text)})
    line = head(book, "one/second").select_one(".chapter-needs")
    assert words(line) == "Needs chapter 1 · Claim N5 of the notes"


def test_a_chapter_that_needs_nothing_and_covers_nothing_has_no_such_line(book):
    for name in ("one/first", "one/second", "two/fourth"):
        assert not head(book, name).select(".chapter-needs")


def test_the_lines_of_times_and_downloads_stand_in_the_head_and_nowhere_else(book):
    soup = page(book, "one/first")
    classes = ["chapter-place", "reading-time", "take-along"]
    in_head = [p["class"] for p in head(book, "one/first").select("p")]
    assert in_head == [[name] for name in classes]
    assert [len(soup.select(f".{name}")) for name in classes] == [1, 1, 1]


def test_the_first_figure_that_moves_is_shown_and_linked(book):
    link = head(book, "one/first").select_one("a.chapter-picture")
    assert link["href"] == "#square"
    assert words(link) == "Figure 1.1, to drag"
    assert link["title"] == "A square of some color"
    assert link.img["src"] == f"../{PICTURE}"
    size = link.img["width"], link.img["height"]
    assert size == ("2", "9")  # those of the drawing
    assert (Path(book.outdir) / PICTURE).read_text().startswith("<svg")
    assert link.img.find_parent(attrs={"aria-hidden": "true"})  # the link has words
    assert not head(book, "one/second").select(".chapter-picture")


def test_only_chapters_have_a_head(book):
    for name in ("index", "guide", "one/close", "extra"):
        assert not page(book, name).select(".chapter-head")
    assert page(book, "extra").select(".reading-time")  # a notebook keeps its lines


def test_the_search_finds_no_words_of_the_heads(book):
    script = (Path(book.outdir) / "_static/searchindex.js").read_text()
    index = json.loads(script.removeprefix("window.searchIndex = ").rstrip(";\n"))
    records = [each for page in index["pages"].values() for each in page["records"]]
    assert any("Third" in title for _, title, *_ in records)
    text = " ".join(text for *_, text, _ in records)
    assert not re.search(r"Chapter \d|Needs|to drag", text)


def foot(book, name):
    """Return what is said of the neighbors: {class of the link: (title, question)}."""
    found = {}
    for link in page(book, name).select(".related-pages a"):
        title = link.select_one(".title")
        asks = title.select_one(".asks")
        asked = asks.extract().get_text() if asks else None
        found[link["class"][0]] = (words(title), asked)
    return found


def test_the_foot_names_the_neighbors_with_what_they_ask(book):
    assert foot(book, "one/second") == {
        "prev-page": ("1. First", "How large? And is 5 < 6?"),
        "next-page": ("What we know", None),
    }
    assert "And is 5 &lt; 6?" in (Path(book.outdir) / "one/second.html").read_text()
    assert foot(book, "two/fourth")["prev-page"] == ("3. Third", "Why a third?")
    assert foot(book, "one/close")["prev-page"][1] is None
    assert foot(book, "one/first")["prev-page"] == ("Guide", None)


def test_another_question_is_told_by_the_neighbors_and_a_word_by_none(tmp_path):
    def dates(book):
        pages = Path(book.outdir).rglob("*.html")
        return {p.stem: p.stat().st_mtime_ns for p in pages}

    before = dates(build_chapters(tmp_path / "over"))
    more = notebook(*FIRST.cells, "A word more.")
    after = dates(build_chapters(tmp_path / "over", {"one/first": more}))
    written = {name for name in before if before[name] != after[name]}
    assert written == {"first", "index", "genindex", "search"}
    asks = {"one/first": notebook("(to-first)=\n# First\n\nWhat else?")}
    book = build_chapters(tmp_path / "over", asks)
    assert foot(book, "one/second")["prev-page"] == ("1. First", "What else?")
    anew = build_chapters(tmp_path / "anew", asks)
    assert differences(Path(book.outdir), Path(anew.outdir)) == []
