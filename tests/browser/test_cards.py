"""Hover cards on the built book: one of each kind, in both themes, none by touch."""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.browser.test_accessibility import AXE, VIOLATIONS
from tests.site.built import LAY_OUT, SITE

CHAPTER = "chapters/p08_bad_data_sets.html"
# Where a link leads, and words that its card has.
EACH = {
    "term": ("glossary.html#term-bad-training-set", "One on which the training loss"),
    "theorem": ("#thm-good", "Theorem 5.1 (Good data, good choice)"),
    "equation": ("#equation-", "(5."),
    "reference": ("bibliography.html#", "Journal of the American Statistical"),
}
TO_THE_MIDDLE = "(x) => x.scrollIntoView({ block: 'center', behavior: 'instant' })"
KINDS = pytest.mark.parametrize("kind", EACH)


def link_of(page, kind):
    """Return the first link of a kind in the chapter's text."""
    return page.locator(f"article a.has-card[href*='{EACH[kind][0]}']").first


@pytest.fixture
def pointed_at(shared):
    """Return a function that points at a link; it gives the page and the card."""

    def point(kind, scheme="light", **options):
        page = shared(CHAPTER, **options)
        page.keyboard.press("Escape")
        page.emulate_media(color_scheme=scheme)
        page.evaluate(LAY_OUT)  # else it moves away from the pointer
        link_of(page, kind).evaluate(TO_THE_MIDDLE)
        card = page.locator(".hover-card")
        for _ in range(4):  # on a busy machine a page may still move under the pointer
            link_of(page, kind).hover()
            with suppress(TimeoutError):
                card.wait_for(timeout=1000)
                break
            page.mouse.move(1, 1)
        expect(card).to_contain_text(EACH[kind][1])
        expect(card).to_be_visible()
        return page, card

    return point


@KINDS
def test_a_card_says_what_the_link_leads_to(pointed_at, kind):
    page, card = pointed_at(kind)
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    assert page.evaluate("document.querySelectorAll('#hover-card [id]').length") == 0


@KINDS
def test_a_card_comes_from_the_disk_too(pointed_at, kind):
    pointed_at(kind, source=SITE.as_uri())


@KINDS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_can_be_read_in_both_themes(pointed_at, kind, scheme):
    page, card = pointed_at(kind, scheme)
    dark = scheme == "dark"
    body = card.locator("> div")
    ground = body.evaluate("(box) => getComputedStyle(box).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(", "))) < 200) == dark
    page.evaluate(AXE.read_text())
    assert page.evaluate(VIOLATIONS, [".hover-card", None]) == []


@KINDS
def test_the_keyboard_shows_a_card(shared, kind):
    page = shared(CHAPTER)
    link = link_of(page, kind)
    link.evaluate("""(link) => {
        const all = [...document.querySelectorAll("article a[href]")];
        all[all.indexOf(link) - 1].focus({ preventScroll: true });
    }""")
    page.keyboard.press("Tab")
    while not link.evaluate("(link) => link === document.activeElement"):
        page.keyboard.press("Tab")  # past other controls
    expect(page.locator(".hover-card")).to_contain_text(EACH[kind][1])
    page.keyboard.press("Escape")
    expect(page.locator(".hover-card")).to_be_hidden()


def test_a_tap_follows_a_term_to_the_glossary(visit):
    page = visit(CHAPTER, width=390, has_touch=True, is_mobile=True).page
    link_of(page, "term").tap()
    page.wait_for_url("**/glossary.html#term-bad-training-set")
