"""The cards of the home page: drawn, and there without a script."""

import pytest


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pictures_of_the_cards_can_be_drawn(visit, width):
    page = visit("index.html", width=width).page
    broken = """async () => {
        const images = [...document.querySelectorAll(".chapter-card img")];
        images.forEach((image) => (image.loading = "eager"));
        await Promise.all(images.map((image) => image.decode()));
        return images.filter((image) => !image.naturalWidth).length;
    }"""
    assert page.evaluate(broken) == 0
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_the_cards_need_no_script(visit):
    page = visit("index.html", java_script_enabled=False).page
    assert page.locator(".chapter-card").first.is_visible()
    assert not page.locator(".bookmark").is_visible()
