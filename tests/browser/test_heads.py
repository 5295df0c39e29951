"""The first screen of a chapter, and the columns beside it."""

import pytest
from playwright.sync_api import expect

from tests.site.test_heads import NUMBERED

SCREENS = {1280: 860, 390: 844}
BOTTOM = "(e) => e.getBoundingClientRect().bottom"


@pytest.mark.parametrize("numbered", NUMBERED)
def test_the_first_screen_has_a_picture_that_leads_on_and_the_opening(shared, numbered):
    for width, height in SCREENS.items():
        page = shared(f"{numbered}.html", width=width)
        page.set_viewport_size({"width": width, "height": height})
        picture = page.locator(".chapter-picture img")
        picture.evaluate("(image) => image.decode()")
        assert picture.evaluate("(image) => image.naturalWidth") > 0
        assert picture.evaluate(BOTTOM) <= height * 0.6
        opening = page.locator("article > section > p").first
        lines = opening.evaluate("(e) => e.getBoundingClientRect().top")
        assert lines <= height - 48  # two lines of it, at least
    page = shared(f"{numbered}.html")
    link = page.locator(".chapter-picture")
    name = link.get_attribute("href")
    link.click()
    page.wait_for_function(
        f"""() => {{
            const {{ top }} = document.querySelector("{name}").getBoundingClientRect();
            return 0 <= top && top < innerHeight / 2;
        }}"""
    )


CHAPTER = "chapters/p12_attention.html"


@pytest.mark.parametrize("width", [1180, 1250, 1312, 1313, 1600])
def test_the_sections_stand_beside_the_page_and_the_text_keeps_its_width(shared, width):
    page = shared(CHAPTER, width=width)
    places = page.evaluate(
        """() => Object.fromEntries([".sidebar-container", "article", ".toc-tree"].map(
            (s) => [s, document.querySelector(s).getBoundingClientRect().toJSON()]))"""
    )
    contents, text, sections = places.values()
    assert 0 <= contents["left"] < contents["right"] <= text["left"]
    assert text["right"] <= sections["left"] < sections["right"] <= width
    assert text["width"] >= 736
    assert page.locator(".toc-tree a").last.is_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_below_1180_pixels_the_sections_are_a_drawer(visit):
    page = visit(CHAPTER, width=1179).page
    assert not page.locator(".toc-tree a").last.is_visible()
    page.get_by_role("button", name="On this page").locator("visible=true").click()
    expect(page.locator(".toc-tree a").last).to_be_visible()


def test_the_section_in_sight_is_marked_among_those_beside_the_page(visit):
    page = visit(CHAPTER, width=1400).page
    marked = page.locator(".toc-tree .scroll-current > a")
    for link in page.locator(".toc-tree li li > a").all()[:-1]:
        link.click()
        expect(marked).to_have_attribute("href", link.get_attribute("href"))
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(marked).to_have_count(0)


def test_the_head_and_the_foot_need_no_script(visit):
    page = visit(CHAPTER, java_script_enabled=False).page
    for part in (".chapter-place", ".chapter-picture img", ".next-page .asks"):
        assert page.locator(part).is_visible()
