"""The lab on the home page: a lamp that takes any angle, against PyTorch."""

import pytest
import torch

from tests.browser.labs import PIXELS, open_lab, settled
from tests.site.built import lab_data

PAGE = "index.html"
NAME = "your-lamp"


@pytest.fixture
def figure(shared):
    """The lab's figure on a phone, which answers to a pointer and to touch."""
    page = shared(PAGE, width=390)
    figure = open_lab(page, NAME)
    return figure


def angle(figure):
    return int(figure.get_by_role("slider").input_value())


def assert_lit(figure, degrees, size=3):
    """Hold that the picture is the photograph under the filter of an angle."""
    assert angle(figure) == degrees
    photo = torch.tensor(lab_data(NAME)["samples"]["the temple"][0]) / 255
    place, turn = torch.arange(size) - size // 2, torch.tensor(degrees).deg2rad()
    weights = place * turn.cos() - place[:, None] * turn.sin()
    weights = (weights / weights.abs().sum()).reshape(1, 1, size, size)
    framed = torch.nn.functional.pad(
        photo.reshape(1, 1, 106, 160), 4 * [size // 2], mode="replicate"
    )
    edges = torch.nn.functional.conv2d(framed, weights).flatten()
    expected = (255 * (edges + 0.25) / 0.5).clamp(0, 255)
    seen = torch.tensor(figure.locator("canvas").evaluate(PIXELS))
    assert (seen - expected).abs().max() < 1
    said = figure.locator(".lab-result").inner_text()
    assert said.startswith(f"The lamp is at {degrees}°: {size**2} numbers")


def test_it_begins_where_the_explorer_does(figure):
    assert_lit(figure, 150)


def test_the_slider_takes_every_degree(figure):
    figure.get_by_role("slider").focus()
    for _ in range(3):
        figure.page.keyboard.press("ArrowRight")
    settled(figure.page)
    assert_lit(figure, 153)
    figure.page.keyboard.press("End")
    settled(figure.page)
    assert_lit(figure, 360)


def test_a_drag_around_the_picture_turns_it_and_is_one_step(figure):
    picture = figure.locator(".lab-raster")
    picture.scroll_into_view_if_needed()
    box, mouse = picture.bounding_box(), figure.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x - 100, y)
    mouse.down()
    mouse.move(x, y + 80, steps=5)
    mouse.move(x + 60, y - 60, steps=5)
    mouse.up()
    settled(figure.page)
    assert angle(figure) == pytest.approx(45, abs=1)
    assert_lit(figure, angle(figure))
    figure.get_by_role("button", name="Undo").click()
    settled(figure.page)
    assert_lit(figure, 150)


def test_a_finger_puts_the_lamp(figure):
    picture = figure.locator(".lab-raster")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 5
    figure.page.touchscreen.tap(x, y)
    settled(figure.page)
    assert angle(figure) == pytest.approx(90, abs=1)
    assert_lit(figure, angle(figure))


def test_the_filter_grows(figure):
    figure.get_by_role("radio", name="7×7").check()
    settled(figure.page)
    assert_lit(figure, 150, size=7)
