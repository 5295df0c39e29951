"""The home page: the chapters of a part as cards, and the way back."""

from pathlib import Path

import pytest
from textbook.lesson.live import MIME

from book.extensions.doctrees import doctree_of
from book.extensions.reading import reading_time
from tests.extensions.chapter_pages import FIRST, build_chapters
from tests.extensions.support import cell, notebook, page


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build_chapters(tmp_path_factory.mktemp("book"))


def words(element):
    return " ".join(element.get_text().split()) if element else None


def told(card):
    return [words(card.select_one(s)) for s in ("strong", ".asks", ".facts")]


def test_a_part_has_a_section_with_its_words_and_all_its_pages(book):
    one, two = page(book, "index").select("section section section")
    assert words(one.h3).startswith("One")
    assert words(one.p) == "Where does it begin?"
    assert [card["href"] for card in one.select("a.chapter-card")] == [
        "one/first.html",
        "one/second.html",
        "one/close.html",
    ]
    assert [card["href"] for card in two.select("a.chapter-card")] == [
        "two/third.html",
        "two/fourth.html",
    ]
    assert not two.select(":scope > p")
    sections = page(book, "index").select(".toc-tree a")
    assert [words(link) for link in sections[-2:]] == ["One", "Two"]


def test_a_card_tells_what_a_chapter_asks_and_what_can_be_touched(book):
    first, second, close = page(book, "index").select("a.chapter-card")[:3]
    (times,) = doctree_of(book.env, "one/first").findall(reading_time)
    minutes = times["times"]["core"]
    assert minutes > 1
    assert told(first) == [
        "1. First",
        "How large? And is 5 < 6?",
        f"{minutes} minutes · 2 explorers · 1 checked exercise",
    ]
    assert told(second) == ["2. Second & last of its part", None, "1 minute"]
    assert told(close) == ["What we know", None, None]


def test_a_card_shows_the_first_picture_of_its_chapter(book):
    first, second, *_ = page(book, "index").select("a.chapter-card")
    assert first.img["src"] == "_images/explorers/first-square.svg"
    assert (first.img["width"], first.img["height"]) == ("2", "9")
    assert first.img["loading"] == "lazy"
    assert (Path(book.outdir) / first.img["src"]).exists()
    assert not second.img


def test_labs_are_counted_apart(tmp_path):
    given = {"name": "draw", "title": "Draw it", "picture": "<svg viewBox='0 0 4 3'/>"}
    given |= {"caption": "A lab.", "view": "digit", "options": [], "samples": []}
    lab = cell("live()", {MIME: given | {"asked": False}})
    text = notebook("(to-second)=\n# Second", lab)
    book = build_chapters(tmp_path, {"one/second": text})
    card = page(book, "index").select("a.chapter-card")[1]
    assert told(card)[2].endswith("· 1 lab")
    assert card.img["src"] == "_images/explorers/second-draw.svg"
    head = page(book, "one/second").select_one("a.chapter-picture")
    assert words(head) == "Figure 2.1, to try"


def test_a_part_that_is_not_there_is_refused(tmp_path):
    home = notebook("# Home\n\n:::{admonition} Three\n:class: part\n:::")
    with pytest.raises(AssertionError, match="there are parts Before, One, Two, After"):
        build_chapters(tmp_path, {"index": home})


def test_a_change_of_a_chapters_figures_is_seen_on_the_home_page(tmp_path):
    build_chapters(tmp_path)
    less = notebook(*FIRST.cells[:2])
    book = build_chapters(tmp_path, {"one/first": less})
    card = page(book, "index").select_one("a.chapter-card")
    assert "1 explorer" in told(card)[2]


def test_the_way_back_is_hidden_as_long_as_no_script_fills_it(book):
    line = page(book, "index").select_one("p.bookmark")
    assert line.has_attr("hidden")
    assert line.find_previous_sibling("p").string == "What is this?"
    assert line.find_next_sibling().name == "script"


def test_the_pages_of_parts_with_chapters_can_be_marked_as_read(book):
    def marked(name):
        (script,) = page(book, name).select('script[src*="bookmark.js"]')
        return script.get("data-page")

    assert marked("one/first") == "one/first.html"
    assert marked("one/close") == "one/close.html"
    assert [marked(n) for n in ("index", "guide", "extra", "search")] == [None] * 4
