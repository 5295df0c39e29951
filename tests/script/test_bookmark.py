"""bookmark.js on a small book: what was read, and the way back to where one was.

The book is built by the extension, with the theme of the real one, and opened from the
disk.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.extensions.chapter_pages import build_chapters
from tests.extensions.support import notebook

LONG = "\n\nwords" * 100
CHANGED = {
    "one/first": notebook(
        f"(to-first)=\n# First{LONG}\n\n## Begin{LONG}\n\n## Go on{LONG}"
    ),
    "one/close": f"# What we know{LONG}",
    "two/third": notebook(f"(to-third)=\n# Third{LONG}"),
    "guide": f"# Guide{LONG}\n\n:::{{progress}}\n:::",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    book = build_chapters(tmp_path_factory.mktemp("book"), CHANGED)
    return f"file://{book.outdir}"


class Reader:
    """Someone who reads the book; what is kept is theirs alone."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        """Give them a page."""
        self.page, self.site = context.new_page(), site
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def opens(self, path: str) -> None:
        """Open a page of the book."""
        self.page.goto(f"{self.site}/{path}.html")

    def scrolls_to(self, selector: str) -> None:
        """Scroll until something stands at the top, or as high as it can."""
        at_once = "{ behavior: 'instant' }"
        self.page.evaluate(
            f"document.querySelector('{selector}').scrollIntoView({at_once})"
        )
        self.page.evaluate("new Promise((done) => setTimeout(done, 100))")

    def marks(self) -> list[str]:
        """Return the texts of the links that are marked as read, where they show it."""
        seen = """() => [...document.querySelectorAll(".read")].filter((link) =>
            getComputedStyle(link, "::after").content.includes("✓"))
            .map((link) => (link.querySelector("strong") ?? link).textContent)"""
        return self.page.evaluate(seen)

    def way_back(self) -> tuple[str, str] | None:
        """Return the words of the way back and where it leads, if it is in sight."""
        line = self.page.locator(".bookmark")
        if not line.is_visible():
            return None
        address = line.locator("a").evaluate("(link) => link.href")
        return line.inner_text(), address.removeprefix(f"{self.site}/")


@pytest.fixture
def reader(browser, site) -> Iterator[Reader]:
    """Give a reader who has kept nothing; at the end, hold that no script failed."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    reader = Reader(context, site)
    yield reader
    context.close()
    assert reader.errors == []


def test_a_page_counts_as_read_when_its_end_has_been_in_sight(reader):
    reader.opens("one/first")
    reader.scrolls_to("#go-on")
    assert reader.marks() == []
    reader.scrolls_to(".related-pages")
    expect(reader.page.locator(".sidebar-tree .read")).to_have_text("1. First")
    reader.opens("one/close")
    assert reader.marks() == ["1. First"]
    reader.opens("index")
    assert reader.marks() == ["1. First", "1. First"]  # in the contents and on its card


def test_a_page_outside_of_the_chapters_is_never_marked(reader):
    reader.opens("guide")
    reader.scrolls_to(".related-pages")
    reader.opens("index")
    assert reader.marks() == []
    assert reader.way_back() is None


def test_a_mark_moves_nothing(reader):
    places = """() => [...document.querySelectorAll(".sidebar-tree a, .chapter-card")]
        .map((link) => Object.values(link.getBoundingClientRect().toJSON()).join())"""
    reader.opens("index")
    before = reader.page.evaluate(places)
    for path in ("one/first", "one/close"):
        reader.opens(path)
        reader.scrolls_to(".related-pages")
        expect(reader.page.locator(".current-page .read")).to_have_count(1)
    reader.opens("guide")
    reader.page.evaluate("localStorage.removeItem('textbook:place')")
    reader.opens("index")
    assert len(reader.marks()) == 4
    of_marks = """() => [...document.querySelectorAll(".read")].map((link) =>
        getComputedStyle(link, "::after").position)"""
    assert reader.page.evaluate(of_marks) == ["absolute"] * 4
    assert reader.page.evaluate(places) == before


def test_the_way_back_leads_to_the_section_where_one_was(reader):
    reader.opens("index")
    assert reader.way_back() is None
    reader.opens("one/first")
    reader.opens("index")
    assert reader.way_back() == ("Go on where you were: 1. First", "one/first.html")
    reader.opens("one/first")
    reader.scrolls_to("#go-on")
    reader.opens("index")
    assert reader.way_back()[1] == "one/first.html#go-on"
    reader.page.locator(".bookmark a").click()
    expect(reader.page.locator("#go-on")).to_be_in_viewport()


def test_from_the_end_of_a_page_one_goes_on_with_the_next(reader):
    reader.opens("one/close")
    reader.scrolls_to(".related-pages")
    expect(reader.page.locator(".current-page .read")).to_have_count(1)
    reader.opens("index")
    words = "Go on where you were: 3. Third"
    assert reader.way_back() == (words, "two/third.html")


def test_the_way_back_is_there_before_anything_is_painted(reader):
    reader.opens("one/first")
    reader.page.add_init_script(
        """window.jumps = [];
        new PerformanceObserver((list) => jumps.push(...list.getEntries()
            .flatMap(({ sources }) => sources.map(({ node }) => node))
            .filter((node) => document.querySelector("article").contains(node))
            .map((node) => node.outerHTML)))
            .observe({ type: "layout-shift", buffered: true });"""
    )
    reader.opens("index")
    reader.page.wait_for_timeout(300)
    assert reader.way_back()
    assert reader.page.evaluate("jumps") == []


def test_a_page_that_is_gone_is_not_led_to(reader):
    reader.opens("guide")
    reader.page.evaluate("localStorage.setItem('textbook:place', 'one/gone.html#x')")
    reader.opens("index")
    assert reader.way_back() is None


def test_a_button_forgets_the_marks_and_the_way_back(reader):
    reader.opens("one/close")
    reader.scrolls_to(".related-pages")
    expect(reader.page.locator(".current-page .read")).to_have_count(1)
    reader.opens("guide")
    assert reader.marks() == ["What we know"]
    reader.page.get_by_role("button", name="Forget what I wrote").click()
    assert reader.marks() == []
    reader.opens("index")
    assert reader.way_back() is None


def test_a_reader_who_forbids_to_keep_anything_reads_all_the_same(reader):
    reader.page.add_init_script(
        """for (const use of ["getItem", "setItem"]) {
            const plain = Storage.prototype[use];
            Storage.prototype[use] = function (key, ...more) {
                if (key.startsWith("textbook:")) throw new DOMException("forbidden");
                return plain.call(this, key, ...more);  // the theme asks too
            };
        }"""
    )
    reader.opens("one/first")
    reader.scrolls_to(".related-pages")
    reader.opens("index")
    assert reader.way_back() is None
    assert reader.marks() == []
