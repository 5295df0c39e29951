"""The lab Turn it: a digit turned by pointer, touch and keyboard, read by networks.

What the page shows is compared with what PyTorch makes of the same drawing and pose.
"""

import re

import pytest
import torch

from tests.browser.labs import PIXELS, open_lab, settled, touch
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE = "chapters/p11_shift_scale_rotation.html"
NAME = "turn-it"
NETWORKS = "upright", "distorted", "transformer"
CORNER = 2 / 3  # of the digit in its frame, at a scale of 1


@pytest.fixture
def lab(shared):
    """The lab's figure on a phone, which answers to a pointer and to touch."""
    page = shared(PAGE, width=390)
    figure = open_lab(page, NAME)
    return figure


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).click()
    settled(lab.page)


def pose(lab):
    """Angle, scale and shifts, as the sliders have them."""
    return [float(each.input_value()) for each in lab.locator("[type=range]").all()]


def drawn(lab):
    """The drawing, whose ink is 0 or 1."""
    return [ink / 255 for ink in lab.locator(".lab-pad canvas").evaluate(PIXELS)]


def outputs(drawing, at):
    """What PyTorch gives."""
    data = lab_data(NAME)
    return run(data["graphs"][""], data["constants"], [drawing, at])


def assert_shows(lab, drawing):
    """Hold that the page shows what PyTorch makes of a drawing at the lab's pose."""
    found = outputs(drawing, pose(lab))
    for bars, name in zip(lab.locator(".lab-bars").all(), NETWORKS, strict=True):
        shares = [float(text) for text in bars.locator("output").all_inner_texts()]
        assert shares == pytest.approx(found[name].flatten().tolist(), abs=0.0051)
    for name, shape in (("box", ".lab-box"), ("frame", ".lab-look")):
        points = lab.locator(shape).first.get_attribute("points").split()
        expected = found[name].flatten().tolist()
        assert list(map(float, points)) == pytest.approx(expected, abs=1e-4)
    for raster, name in ((1, "input"), (2, "handed_on")):
        pixels = lab.locator(".lab-raster canvas").nth(raster).evaluate(PIXELS)
        grays = found[name].flatten() * 255
        assert (torch.tensor(pixels) - grays).abs().max() < 1
    said = re.findall(r", (\d) \(", lab.locator(".lab-result").inner_text())
    assert said == [str(found[name].argmax().item()) for name in NETWORKS]


def test_it_begins_with_a_tilted_seven_that_only_the_first_network_misreads(lab):
    assert pose(lab) == [-40, 1, 0, 0]
    assert_shows(lab, lab_data(NAME)["samples"]["a tilted 7"][0])
    said = re.findall(r", (\d) \(", lab.locator(".lab-result").inner_text())
    assert said[0] != "7"
    assert said[1:] == ["7", "7"]


@pytest.mark.parametrize("name", ["a 7", "a 4", "a 3"])
def test_a_sample_that_nothing_turns_is_read_by_all(lab, name):
    press(lab, name)
    assert pose(lab) == [0, 1, 0, 0]
    assert_shows(lab, lab_data(NAME)["samples"][name][0])
    said = re.findall(r", (\d) \(", lab.locator(".lab-result").inner_text())
    assert said == 3 * [name[-1]]


def place(lab, x, y):
    """Where coordinates of the picture are on the screen."""
    stage = lab.locator(".lab-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    left, top = (box[name] + box["width"] / 2 for name in "xy")
    return left + x * box["width"] / 3.2, top + y * box["width"] / 3.2


def by_mouse(lab, start, end):
    mouse = lab.page.mouse
    mouse.move(*place(lab, *start))
    mouse.down()
    mouse.move(*place(lab, *end), steps=4)
    mouse.up()
    settled(lab.page)


def by_finger(lab, start, end):
    (x0, y0), (x1, y1) = place(lab, *start), place(lab, *end)
    shares = [i / 4 for i in range(5)]
    touch(lab.page, [(x0 + s * (x1 - x0), y0 + s * (y1 - y0)) for s in shares])
    settled(lab.page)


by_either = pytest.mark.parametrize("drag", [by_mouse, by_finger])


@by_either
def test_a_corner_turns_and_resizes_and_a_drag_is_one_step(lab, drag):
    press(lab, "a 3")
    drag(lab, (CORNER, CORNER), (-CORNER * 0.8, CORNER * 0.8))
    assert pose(lab) == pytest.approx([90, 0.8, 0, 0], abs=1)
    assert pose(lab)[1] == pytest.approx(0.8, abs=0.051)
    assert_shows(lab, lab_data(NAME)["samples"]["a 3"][0])
    press(lab, "Undo")
    assert pose(lab) == [0, 1, 0, 0]


@by_either
def test_the_middle_shifts(lab, drag):
    press(lab, "a 3")
    drag(lab, (0, 0.1), (0.25, 0))
    assert pose(lab) == pytest.approx([0, 1, 0.25, -0.1], abs=0.051)
    assert pose(lab)[:2] == [0, 1]
    assert_shows(lab, lab_data(NAME)["samples"]["a 3"][0])


def test_no_drag_leaves_the_limits(lab):
    press(lab, "a 7")
    by_mouse(lab, (0, 0), (1.5, -1.5))
    assert pose(lab) == [0, 1, 0.5, -0.5]
    press(lab, "a 7")
    by_mouse(lab, (CORNER, CORNER), (0.05, 0.05))
    assert pose(lab)[1:] == [0.5, 0, 0]
    assert_shows(lab, lab_data(NAME)["samples"]["a 7"][0])


def test_beyond_half_a_turn_the_angle_goes_on_from_the_other_end(lab):
    press(lab, "a 7")
    by_mouse(lab, (CORNER, CORNER), (-CORNER, -CORNER + 0.02))
    by_mouse(lab, (-CORNER, -CORNER), (CORNER, -CORNER))
    assert pose(lab)[0] == pytest.approx(-90, abs=3)


def test_the_keys_of_the_sliders_do_what_drags_do(lab):
    press(lab, "a 4")
    keys = ["PageUp", "PageDown", "ArrowRight", "ArrowLeft"]
    for each, key in zip(lab.locator("[type=range]").all(), keys, strict=True):
        for _ in range(3):
            each.press(key)
    settled(lab.page)
    angle, scale, right, down = pose(lab)
    assert angle > 3
    assert scale < 1
    assert (right, down) == (0.15, -0.15)
    assert_shows(lab, lab_data(NAME)["samples"]["a 4"][0])
    press(lab, "Undo")
    assert pose(lab) == [angle, scale, right, 0]
    press(lab, "Upright")
    assert pose(lab) == [0, 1, 0, 0]


def test_a_drawing_is_read_as_pytorch_reads_it(lab):
    press(lab, "Clear")
    assert "Nothing is drawn yet" in lab.locator(".lab-result").inner_text()
    assert set(lab.locator(".lab-bars output").all_inner_texts()) == {"0.00"}
    press(lab, "Upright")
    pad = lab.locator(".lab-pad")
    pad.scroll_into_view_if_needed()
    box, mouse = pad.bounding_box(), lab.page.mouse
    corners = [(5, 8), (5, 22), (27, 13)]  # of a 7: rows and columns of 32
    for i, (row, column) in enumerate(corners):
        x, y = (share * box["width"] / 32 for share in (column + 0.5, row + 0.5))
        mouse.move(box["x"] + x, box["y"] + y, steps=6)
        if i == 0:
            mouse.down()
    mouse.up()
    settled(lab.page)
    assert set(drawn(lab)) == {0, 1}
    assert_shows(lab, drawn(lab))
    assert "trained upright, 7" in lab.locator(".lab-result").inner_text()
    press(lab, "Undo")
    assert not any(drawn(lab))


def test_a_stroke_by_keys_after_a_slider_undoes_alone(lab):
    press(lab, "Clear")
    lab.locator("[type=range]").first.press("ArrowRight")
    pad = lab.locator(".lab-pad")
    for key in ["Space", *6 * ["Shift+ArrowDown"]]:
        pad.press(key)
    settled(lab.page)
    ink = sum(drawn(lab))
    lab.locator("[type=range]").first.press("ArrowRight")
    settled(lab.page)
    assert_shows(lab, drawn(lab))
    press(lab, "Undo")
    assert sum(drawn(lab)) == ink > 20
    assert pose(lab)[0] == -39
    press(lab, "Undo")
    assert not any(drawn(lab))


def test_nothing_is_wider_than_a_phone(lab):
    assert lab.evaluate("(figure) => figure.scrollWidth <= figure.clientWidth + 1")
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
