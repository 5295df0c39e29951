"""The gallery: light, its pictures drawn, and in the theme that the reader chose."""

import io

import pytest
from PIL import Image

GALLERY = "chapters/gallery.html"


def test_the_gallery_is_light_and_all_its_pictures_can_be_drawn(visit):
    page = visit(GALLERY).page
    weight = page.evaluate(
        """() => performance.getEntries()
            .filter((e) => e.entryType === "navigation" || e.initiatorType === "img")
            .reduce((sum, e) => sum + e.encodedBodySize, 0)"""
    )
    assert 10_000 < weight < 200_000
    broken = """async () => {
        const images = [...document.querySelectorAll(".gallery-card img")];
        images.forEach((image) => (image.loading = "eager"));
        await Promise.all(images.map((image) => image.decode()));
        return images.filter((image) => !image.naturalWidth).length;
    }"""
    assert page.evaluate(broken) == 0


@pytest.mark.parametrize(("theme", "shade"), [("light", 255), ("dark", 20)])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_pictures_of_the_gallery_follow_the_theme(visit, system, theme, shade):
    page = visit(GALLERY, color_scheme=system).page
    page.evaluate(f"document.body.dataset.theme = '{theme}'")
    picture = page.locator(".gallery-card[href$='#bells'] img")  # on the page's paper
    picture.scroll_into_view_if_needed()
    picture.evaluate("(image) => image.decode()")
    shot = Image.open(io.BytesIO(picture.screenshot())).convert("L")
    assert shot.getpixel((2, 2)) == pytest.approx(shade, abs=5)
