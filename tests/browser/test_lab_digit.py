"""The lab Draw a digit: drawn by pointer, finger and keys, read by the network.

What the page shows is compared with what PyTorch makes of the same drawing; the sums of
units and scores with PyTorch's own layers.
"""

import re

import pytest
import torch
from torch.nn import functional

from tests.browser.labs import PIXELS, open_lab, settled, touch
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE, NAME = "chapters/p11_whole_network.html", "draw-a-digit"
SIDE = 32
LAYERS = "conv1", "pool1", "conv2", "pool2"
EMPTY = "Nothing is drawn yet: draw a digit on the pad."
SEVEN = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)]  # a path, in shares of the pad


@pytest.fixture
def lab(shared):
    """The lab on a phone, which answers to a pointer and to touch."""
    return open_lab(shared(PAGE, width=390), NAME)


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).click()
    settled(lab.page)


def choose(lab, group, name):
    box = lab.get_by_role("group", name=group)
    box.get_by_role("radio", name=name, exact=True).check(force=True)
    settled(lab.page)


def drawn(lab):
    """The drawing, whose ink is 0 or 1."""
    return [ink / 255 for ink in lab.locator(".lab-pad canvas").evaluate(PIXELS)]


def outputs(lab, preparation="prepared", drawing=None):
    """What PyTorch makes of the drawing, or of a sample's own numbers."""
    data = lab_data(NAME)
    graph = data["graphs"][f"preparation={preparation}"]
    return run(graph, data["constants"], [drawing or drawn(lab)])


def said(lab):
    return lab.locator(".lab-result").inner_text()


def assert_shows(lab, preparation="prepared", drawing=None):
    """Hold that the page shows what PyTorch makes of the drawing."""
    found = outputs(lab, preparation, drawing)
    shares = lab.locator(".lab-bars output").all_inner_texts()
    expected = found["q"].flatten().tolist()
    assert list(map(float, shares)) == pytest.approx(expected, abs=0.0051)
    best = found["q"].argmax().item()
    assert said(lab).startswith(f"The network reads a {best}, ")
    assert said(lab).endswith(f"the drawing is {preparation}.")
    grays = 255 * found["seen"].flatten()
    pixels = lab.locator(".lab-digit canvas").nth(1).evaluate(PIXELS)
    assert (torch.tensor(pixels) - grays).abs().max() < 1
    for layer, name in enumerate(LAYERS):
        canvases = lab.locator(".lab-maps").nth(layer).locator("canvas").all()
        assert len(canvases) == found[name].shape[1]
        for canvas, numbers in list(zip(canvases, found[name][0], strict=True))[::5]:
            pixels = torch.tensor(canvas.evaluate(PIXELS))
            grays = 255 * numbers.flatten() / found[name].max()
            assert (pixels - grays).abs().max() < 1


def on_pad(lab, path):
    """Where places of the pad are on the screen."""
    pad = lab.locator(".lab-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    return [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in path
    ]


def by_mouse(lab, path):
    first, *others = on_pad(lab, path)
    lab.page.mouse.move(*first)
    lab.page.mouse.down()
    for place in others:
        lab.page.mouse.move(*place, steps=8)
    lab.page.mouse.up()
    settled(lab.page)


def by_finger(lab, path):
    touch(lab.page, on_pad(lab, path))
    settled(lab.page)


@pytest.mark.parametrize("draw", [by_mouse, by_finger])
def test_a_drawing_is_read_and_is_one_step(lab, draw):
    press(lab, "Clear")
    assert said(lab) == EMPTY
    assert sum(drawn(lab)) == 0
    draw(lab, SEVEN)
    assert sum(drawn(lab)) > 60
    assert_shows(lab)
    assert said(lab).startswith("The network reads a 7, ")
    press(lab, "Undo")
    assert said(lab) == EMPTY


def test_keys_make_dots_and_strokes(lab):
    press(lab, "Clear")
    lab.locator(".lab-pad").focus()
    for key in ["ArrowUp", "Space", *(6 * ["Shift+ArrowDown"])]:
        lab.page.keyboard.press(key)
    settled(lab.page)
    ink = torch.tensor(drawn(lab)).reshape(SIDE, SIDE)
    rows, columns = ink.nonzero().T
    assert rows.max() - rows.min() == 6 + 4  # the way, and the pen's width
    assert columns.max() - columns.min() == 4
    assert_shows(lab)


@pytest.mark.parametrize("name", list(lab_data(NAME)["samples"]))
def test_a_sample_is_read_as_pytorch_reads_it(lab, name):
    press(lab, name)
    sample = lab_data(NAME)["samples"][name][0]
    assert drawn(lab) == pytest.approx(sample, abs=1 / 510)  # a canvas has 256 grays
    assert_shows(lab, drawing=sample)


def test_without_preparation_the_same_drawing_is_other_numbers(lab):
    press(lab, "Clear")
    by_mouse(lab, [(x / 2, y / 2) for x, y in SEVEN])  # small, in a corner
    assert_shows(lab)
    prepared = outputs(lab)["seen"]
    choose(lab, "Drawing:", "as drawn")
    assert_shows(lab, "as drawn")
    assert (outputs(lab, "as drawn")["seen"] - prepared).abs().max() > 0.1


def numbers(text):
    """The numbers of a text; a minus may stand apart from its number."""
    plain = re.sub(r"− ?", "-", text)
    return [float(number) for number in re.findall(r"-?\d+\.\d+", plain)]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_unit_opens_to_its_sum(lab, layer):
    found = outputs(lab)
    lab.get_by_label(f"{layer}, map 3. Arrow keys ").focus()
    lab.page.keyboard.press("ArrowUp")
    detail = lab.locator(".lab-detail").inner_text()
    row, column = map(int, re.search(r"row (\d), column (\d)", detail).groups())
    told, *parts = numbers(detail)
    assert told == pytest.approx(found[layer][0, 3, row, column].item(), abs=0.0051)
    if layer == "conv1":
        bias, pairs = parts[0], zip(parts[1::2], parts[2::2], strict=True)
        total = bias + sum(w * x for w, x in pairs)
        assert max(total, 0) == pytest.approx(told, abs=0.1)  # of rounded factors
    elif layer == "conv2":
        total = functional.conv2d(found["pool1"], found["w2"], found["b2"], padding=1)
        assert sum(parts) == pytest.approx(total[0, 3, row, column].item(), abs=0.05)
        assert len(parts) == 1 + 8
    else:
        window = found[layer.replace("pool", "conv")][0, 3]
        window = window[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        assert parts == pytest.approx(window.flatten().tolist(), abs=0.0051)
        assert told == max(parts)
    assert lab.locator(".lab-outline").count() == 2  # the unit, and what it sees


def test_the_maps_of_a_layer_are_one_stop_and_arrows_lead_through_them(lab):
    layer = lab.locator(".lab-maps").nth(1)
    stops = layer.locator("[tabindex='0']")
    assert stops.count() == 1
    stops.focus()

    def place_after(*keys):
        for key in keys:
            lab.page.keyboard.press(key)
        told = lab.locator(".lab-detail").inner_text()
        return re.match(r"pool1, map (\d), row (\d), column (\d)", told).groups()

    assert place_after("ArrowUp") == ("0", "1", "2")
    assert place_after("ArrowLeft", "ArrowLeft", "ArrowLeft") == ("0", "1", "0")
    assert place_after(*["ArrowRight"] * 4) == ("1", "1", "0")
    assert stops.count() == 1
    assert stops.get_attribute("aria-label").startswith("pool1, map 1.")
    assert place_after("ArrowLeft") == ("0", "1", "3")
    layer.locator("[role]").last.focus()
    assert place_after(*["ArrowRight"] * 6) == ("7", "2", "3")


def test_a_score_opens_to_its_sum_and_follows_the_drawing(lab):
    for sample in ("a three", "a seven"):
        press(lab, sample)
        choose(lab, "Open the score of", "3")
        found = outputs(lab)
        told, *parts = numbers(lab.locator(".lab-detail").inner_text())
        assert told == pytest.approx(found["z"][0, 3].item(), abs=0.0051)
        assert len(parts) == 1 + 16
        assert sum(parts) == pytest.approx(told, abs=17 * 0.0051)
    press(lab, "a three")
    found = outputs(lab)
    told, *_ = numbers(lab.locator(".lab-detail").inner_text())
    assert told == pytest.approx(found["z"][0, 3].item(), abs=0.0051)
