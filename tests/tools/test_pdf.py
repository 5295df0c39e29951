"""The book in print: pages in order, links that lead, solutions at the end."""

import io
import re

import pytest
from pypdf import PdfReader

from book.tools.editions import contents, reading
from book.tools.pdf import Press, join, print_book

TOC = {
    "root": "index",
    "parts": [
        {"caption": "First", "chapters": [{"file": "deep/one"}]},
        {"chapters": [{"file": "two", "sections": [{"file": "deep/three"}]}]},
        {"caption": "Last", "chapters": [{"file": "chapters/gallery"}]},
    ],
}
FRONT = {
    "title": "A Book",
    "author": "its authors",
    "version": "0.1.0",
    "published": "",
}
LONG = "<p style='height:1500px'>Long.</p>"
PAGES = {
    "deep/one.html": "<h1>1. One<a class='headerlink' href='#one'>¶</a></h1>"
    "<p>The first. <a href='../two.html#far'>far</a> <a href='#near'>near</a>"
    " <a href='../gallery.html'>gallery</a> <a href='https://a.test/'>away</a></p>"
    f"{LONG}<p id='near'>Near.</p><figure class='explorer' id='dial'></figure>"
    "<div class='exercise' id='ex-one'><p>Exercise 1.1</p><p>Why?</p></div>"
    "<div class='solution' id='so-one'><p>Solution to <a href='#ex-one'>it</a></p>"
    "<p>Because.</p></div>",
    "two.html": f"<h1>Two</h1>{LONG}<h2 id='far'>Far</h2>",
    "deep/three.html": '<h1>Three "quoted"</h1><p>Short.</p>',
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for name, article in PAGES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        body = f"<nav>Menu</nav><main><article>{article}</article></main><footer>Foot"
        file.write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
    return folder


def test_a_chrome_that_does_not_start_is_named(site, monkeypatch):
    monkeypatch.setenv("CHROME", "/bin/false")
    with pytest.raises(OSError, match=r"^/bin/false does not start: "), reading(site):
        pass


def printed(site):
    with reading(site) as reader:
        return print_book(Press(reader), contents(TOC), FRONT)


@pytest.fixture(scope="module")
def parts(site):
    return printed(site)


@pytest.fixture(scope="module")
def book(parts):
    return PdfReader(io.BytesIO(join(parts, FRONT)))


def texts(book):
    return [" ".join(page.extract_text().split()) for page in book.pages]


def links(book, page):
    """Return where the links of a page lead: numbers of pages, or addresses."""
    numbers = {each.indirect_reference.idnum: n for n, each in enumerate(book.pages)}
    found = [each.get_object() for each in book.pages[page]["/Annots"]]
    return [
        link["/A"]["/URI"] if "/A" in link else numbers[link["/Dest"][0].idnum]
        for link in found
    ]


def test_the_pages_follow_the_table_of_contents_without_the_gallery():
    found = [("First", ["deep/one"]), ("", ["two", "deep/three"]), ("Last", [])]
    assert contents(TOC) == found


def test_each_page_has_its_head_and_its_number(book):
    assert len(book.pages) == 2 + 2 + 2 + 1 + 1  # front, three pages, solutions
    title, listed, *others = texts(book)
    assert title.startswith("A Book its authors")
    assert listed == (
        'First 1. One 1 Two 3 Three "quoted" 5 Last Solutions Solutions to 1. One 6'
    )
    heads = ["1. One"] * 2 + ["Two"] * 2 + ['Three "quoted"', "Solutions to 1. One"]
    for number, (text, head) in enumerate(zip(others, heads, strict=True), start=1):
        assert text.startswith(head)
        assert re.search(rf"\b{number}\b", text)
        assert not re.search("Menu|Foot|¶", text)


def test_numbers_of_a_viewer_are_those_on_the_pages(book):
    assert book.page_labels == ["i", "ii", "1", "2", "3", "4", "5", "6"]


def test_links_lead_into_the_book_or_away_or_are_dropped(book):
    assert links(book, 1) == [2, 4, 6, 7]  # of the contents
    # The gallery isn't in print; the second page of the first chapter holds "near".
    assert links(book, 2) == [5, 3, "https://a.test/"]


def test_a_published_book_leads_to_its_website_for_what_is_not_in_print(parts):
    book = PdfReader(
        io.BytesIO(join(parts, FRONT | {"published": "https://book.test/"}))
    )
    assert "https://book.test/gallery.html" in links(book, 2)


def test_solutions_stand_at_the_end_and_exercises_lead_there(book):
    *before, last = texts(book)
    assert "Because." in last
    assert not any("Because." in text for text in before)
    assert "Exercise 1.1 · solution" in before[3]
    assert 7 in links(book, 3)
    assert links(book, 7) == [3]


def test_an_explorer_says_where_it_moves(book):
    assert "Moves at deep/one.html#dial" in texts(book)[3]


def test_the_outline_has_the_pages(book):
    items = {i.title: book.get_destination_page_number(i) for i in book.outline}
    assert list(items.items()) == [
        ("A Book", 0),
        ("1. One", 2),
        ("Two", 4),
        ('Three "quoted"', 6),
        ("Solutions to 1. One", 7),
    ]


def test_the_same_book_is_the_same_bytes(site, parts):
    again = join(printed(site), FRONT)
    assert again == join(parts, FRONT)
