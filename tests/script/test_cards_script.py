"""cards.js on a small book: when a card comes, where it stands, and when it goes.

The book is built by the extension, with the theme of the real one, and opened from the
disk.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.extensions.support import build_book
from tests.paths import ROOT

WORDS = "Words before it come. " * 20
ONE = f"""# One

{WORDS}

See {{eq}}`wide` and {{prf:ref}}`of-x`, on {{prf:ref}}`two-x`. [No card](https://example.org).

{WORDS}

:::{{prf:theorem}} Of x
:label: of-x
If {{prf:ref}}`two-x` holds, so does this. {WORDS * 30}
:::

:::{{math}}
:label: wide
{"1 + 2 + 3 + 4 + 5 + " * 20}
:::

{WORDS * 30}
"""
TWO = """# Two

:::{prf:theorem} Of two
:label: two-x
The statement of two. See [](one.md).
:::
"""
SETTINGS = {
    "numfig": True,
    "numfig_secnum_depth": 0,
    "math_eqref_format": "({number})",
    "html_math_renderer": "checked_katex",
    "katex_prerender": True,
    "katex_css_path": "katex/katex.min.css",
    "html_theme": "furo",
    "html_static_path": [str(ROOT / "book" / "static")],
    "html_css_files": ["book.css"],
    "html_js_files": ["page.js"],
}
EXTENSIONS = ("sphinx_proof", "book.extensions.formulas", "book.extensions.cards")
SOON = 1000  # milliseconds in which what doesn't come can't be on its way any more


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    book = build_book(folder, {"one": ONE, "two": TWO}, *EXTENSIONS, **SETTINGS)
    return f"file://{book.outdir}"


class Reader:
    """Someone with the page open."""

    def __init__(self, page: Page, site: str) -> None:
        """Open it."""
        self.page = page
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(f"{site}/one.html")
        self.card = page.locator(".hover-card")

    def link(self, name: str):
        """Return a link of the text by what it leads to."""
        return self.page.locator(f"article p > a.has-card[href$='#{name}']").first

    def box(self, locator) -> dict:
        """Return where something is in the window, with its right and its bottom."""
        box = locator.bounding_box()
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        return box | {"right": right, "bottom": bottom}

    def points_at(self, name: str) -> None:
        """Point at a link, and wait for its card."""
        self.link(name).hover()
        expect(self.card).to_be_visible()

    def tabs_to(self, name: str) -> None:
        """Go to a link by the Tab key alone."""
        self.link(name).evaluate("""(link) => {
            const all = [...document.querySelectorAll("a[href], button, input")]
                .filter((each) => each.checkVisibility());
            all[all.indexOf(link) - 1].focus({ preventScroll: true });
        }""")
        self.page.keyboard.press("Tab")
        expect(self.link(name)).to_be_focused()

    def leaves(self) -> None:
        """Point at nothing."""
        self.page.mouse.move(1, 1)

    def sees_no_card(self) -> None:
        """Hold that none comes."""
        self.page.wait_for_timeout(SOON)
        expect(self.card).to_be_hidden()


@pytest.fixture
def open_page(browser, site):
    """Return a function that opens the page; hold that no script failed."""
    readers = []

    def opened(width=1280, height=800, **options) -> Reader:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **options)
        readers.append(Reader(context.new_page(), site))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.page.context.close()
    assert [error for reader in readers for error in reader.errors] == []


@pytest.fixture
def reader(open_page):
    return open_page()


def test_pointing_at_a_link_shows_what_it_leads_to(reader):
    reader.sees_no_card()
    reader.points_at("two-x")
    expect(reader.card).to_have_text(
        "Theorem 2 (Of two) The statement of two. See One."
    )
    link = reader.card.get_by_role("link", name="One", include_hidden=True)
    assert link.evaluate("(link) => link.href") == reader.page.url
    reader.leaves()
    expect(reader.card).to_be_hidden()
    reader.page.get_by_role("link", name="No card").hover()
    reader.sees_no_card()


def test_a_card_is_the_description_of_its_link_while_it_is_there(reader):
    assert reader.link("two-x").get_attribute("aria-describedby") is None
    reader.points_at("two-x")
    expect(reader.page.get_by_role("tooltip")).to_be_visible()
    expect(reader.link("two-x")).to_have_accessible_description(
        "Theorem 2 (Of two) The statement of two. See One."
    )
    reader.leaves()
    expect(reader.card).to_be_hidden()
    assert reader.link("two-x").get_attribute("aria-describedby") is None


def test_a_pointer_that_only_passes_by_gets_no_card(reader):
    reader.link("two-x").hover()
    reader.leaves()
    reader.sees_no_card()
    assert not [address for address in reader.asked if "/cards/" in address]


def test_the_pointer_may_move_onto_the_card_and_stay(reader):
    reader.points_at("two-x")
    link, card = reader.box(reader.link("two-x")), reader.box(reader.card)
    for y in range(int(link["y"]) + 5, int(card["y"]) + 40, 2):
        reader.page.mouse.move(link["x"] + 5, y)
    reader.page.wait_for_timeout(SOON)
    expect(reader.card).to_be_visible()
    reader.card.get_by_role("link", include_hidden=True).click()
    assert reader.page.url.endswith("one.html")
    reader.leaves()
    expect(reader.card).to_be_hidden()


def test_escape_closes_the_card_until_the_link_is_pointed_at_anew(reader):
    reader.points_at("two-x")
    reader.page.keyboard.press("Escape")
    expect(reader.card).to_be_hidden()
    box = reader.box(reader.link("two-x"))
    reader.page.mouse.move(box["x"] + 9, box["y"] + 9)
    reader.sees_no_card()
    reader.leaves()
    reader.points_at("two-x")


def test_the_keyboard_shows_a_card_and_leaving_the_link_hides_it(reader):
    reader.tabs_to("two-x")
    expect(reader.card).to_contain_text("The statement of two")
    reader.page.wait_for_timeout(SOON)
    expect(reader.card).to_be_visible()
    reader.page.keyboard.press("Tab")
    expect(reader.page.get_by_role("link", name="No card")).to_be_focused()
    expect(reader.card).to_be_hidden()
    reader.page.keyboard.press("Shift+Tab")
    expect(reader.card).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(reader.card).to_be_hidden()
    expect(reader.link("two-x")).to_be_focused()


def test_a_card_that_the_keyboard_shows_stays_when_the_pointer_crosses_it(reader):
    reader.tabs_to("two-x")
    expect(reader.card).to_be_visible()
    box = reader.box(reader.card)
    reader.page.mouse.move(box["x"] + 20, box["y"] + 20)
    reader.leaves()
    reader.page.wait_for_timeout(SOON)
    expect(reader.card).to_be_visible()


def test_a_card_adds_no_stop_of_the_tab_key(reader):
    reader.points_at("equation-wide")
    stops = reader.card.locator("a, div, .katex-html").evaluate_all(
        "(all) => all.filter((each) => each.tabIndex >= 0).length"
    )
    assert stops == 0


def test_a_touch_follows_the_link_without_a_card(open_page):
    reader = open_page(390, has_touch=True, is_mobile=True)
    reader.page.evaluate("""() => addEventListener("click", (event) => {
        event.preventDefault();
        window.followed = event.target.closest("a").hash;
    })""")
    reader.link("two-x").tap()
    reader.page.wait_for_function("window.followed === '#two-x'")
    reader.sees_no_card()
    assert not [address for address in reader.asked if "/cards/" in address]


def test_a_click_follows_the_link_and_the_card_goes(reader):
    reader.points_at("of-x")
    reader.link("of-x").click()
    assert reader.page.url.endswith("#of-x")
    reader.sees_no_card()


def test_the_cards_of_a_page_are_fetched_once(reader):
    for _ in range(2):
        for name in ("equation-wide", "of-x", "two-x"):
            reader.points_at(name)
            reader.leaves()
            expect(reader.card).to_be_hidden()
    asked = [a.rpartition("/")[2] for a in reader.asked if "/cards/" in a]
    assert asked == ["one.js", "two.js"]


def test_cards_that_did_not_arrive_are_asked_for_again(reader, site):
    file = Path(site.removeprefix("file://"), "_static", "cards", "two.js")
    away = file.rename(file.with_suffix(".away"))
    reader.link("two-x").hover()
    reader.sees_no_card()
    away.rename(file)
    reader.leaves()
    reader.points_at("two-x")


def test_the_links_own_title_does_not_lie_on_the_card(reader):
    link = reader.link("two-x")
    link.evaluate("(link) => { link.title = 'two'; }")
    reader.points_at("two-x")
    assert link.get_attribute("title") is None
    reader.leaves()
    expect(reader.card).to_be_hidden()
    assert link.get_attribute("title") == "two"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 500), (390, 700)])
@pytest.mark.parametrize("name", ["equation-wide", "of-x", "two-x"])
@pytest.mark.parametrize("at", ["top", "bottom"])
def test_a_card_stays_in_the_window_beside_its_link(open_page, width, height, name, at):
    reader = open_page(width, height)
    link = reader.link(name)
    link.evaluate(f"""(link) => link.scrollIntoView(
        {{ block: "{"start" if at == "top" else "end"}", behavior: "instant" }})""")
    reader.page.mouse.wheel(0, -60 if at == "top" else 0)
    size = reader.page.evaluate("document.documentElement.scrollHeight")
    reader.points_at(name)
    card, beside = reader.box(reader.card), reader.box(link)
    assert card["x"] >= 0
    assert card["right"] <= width
    assert card["y"] >= 0
    assert card["bottom"] <= height
    assert card["y"] >= beside["bottom"] - 12 or card["bottom"] <= beside["y"] + 12
    assert reader.page.evaluate("document.documentElement.scrollHeight") == size
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_equation_scrolls_on_its_card(reader):
    reader.points_at("equation-wide")
    scrolls = "(box) => box.scrollWidth > box.clientWidth"
    assert reader.card.locator(".katex-html").evaluate(scrolls)
    assert not reader.card.locator("> div").evaluate(scrolls)


def test_a_long_theorem_scrolls_on_its_card(reader):
    reader.points_at("of-x")
    body = reader.card.locator("> div")
    assert body.evaluate("(box) => box.scrollHeight > box.clientHeight")
    before = reader.page.evaluate("scrollY")
    body.hover()
    reader.page.mouse.wheel(0, 200)
    reader.page.wait_for_function(
        "document.querySelector('.hover-card > div').scrollTop > 0"
    )
    assert reader.page.evaluate("scrollY") == before


def test_nothing_on_the_page_moves_for_a_card(reader):
    places = """() => [...document.querySelectorAll("article *")]
        .map((each) => Object.values(each.getBoundingClientRect().toJSON()).join())"""
    before = reader.page.evaluate(places)
    reader.points_at("of-x")
    assert reader.page.evaluate(places) == before


def test_no_card_is_printed(reader):
    reader.points_at("two-x")
    reader.page.emulate_media(media="print")
    expect(reader.card).to_be_hidden()
