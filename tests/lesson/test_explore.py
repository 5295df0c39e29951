"""explore(): one call for the static page and for a live kernel."""

import html
import itertools
import json
import re

import ipywidgets
import numpy as np
import pytest
from bs4 import BeautifulSoup
from textbook.lesson import explore as module
from textbook.lesson.explore import explore


def square(side=2, color="red"):
    """A square of some color."""
    picture = f'<svg><rect width="{side}" fill="{color}"/><text>{side}</text></svg>'
    return picture, f"A {color} square of side {side} has area {side**2} < 100."


SLIDERS = {"side": [1, 2, 3], "color": ["red", "light blue"]}


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("TEXTBOOK_STATIC", "1")
    monkeypatch.setattr(module, "_weights", {})


@pytest.fixture
def page(static):
    return BeautifulSoup(explore(square, **SLIDERS).data, "html.parser")


def test_the_figure_carries_its_id_and_its_first_state(page):
    figure = page.select_one("figure.explorer")
    assert figure["id"] == "square"
    assert figure["data-state"] == "side=2,color=red"


def test_each_slider_is_labelled_and_says_its_value(page):
    for name, values in SLIDERS.items():
        slider = page.select_one(f'input[type="range"][name="{name}"]')
        assert page.select_one(f'label[for="{slider["id"]}"]').text == name
        assert json.loads(slider["data-values"]) == [str(v) for v in values]
        assert (slider["min"], slider["max"]) == ("0", str(len(values) - 1))
        text = json.loads(slider["data-values"])[int(slider["value"])]
        assert slider["aria-valuetext"] == text == slider.find_next("output").text


def test_the_first_state_is_in_the_page_itself(page):
    frame = page.select_one(".explorer-frame")
    assert frame.rect["width"] == "2"
    assert frame["aria-label"] == "A square of some color: side 2, color red"
    assert page.select_one("figcaption").text == square()[1]
    assert page.select_one("figcaption")["aria-live"] == "polite"


def test_every_state_is_shipped_as_draw_made_it(page):
    shipped = json.loads(page.select_one("script").text)
    frames = [
        "".join(shipped["tags"][tag] for tag in frame) for frame in shipped["frames"]
    ]
    assert frames == [square(*v)[0] for v in itertools.product(*SLIDERS.values())]


def test_every_caption_stands_in_the_table_without_script(page):
    rows = [[c.text for c in row.select("td")] for row in page.select("tbody tr")]
    states = itertools.product(*SLIDERS.values())
    assert rows == [
        [str(side), color, square(side, color)[1]] for side, color in states
    ]


def test_a_picture_that_fails_between_the_steps_is_found_before_a_live_slider_is(
    static,
):
    shades = {0.25: 9, 1: 5, 4: 1}

    def shade(sharpness=1):
        """A shade"""
        return f"<svg><rect opacity='0.{shades[sharpness]}'/></svg>", "a shade"

    with pytest.raises(KeyError):
        explore(shade, sharpness=[0.25, 1.0, 4.0])
    explore(shade, sharpness=[0.25, 1, 4])  # not all of them floats: only these


def test_a_picture_may_be_several_figures(static):
    def pair(side=1):
        """Two squares"""
        return [square(side)[0], square(side + 1)[0]], "two"

    page = BeautifulSoup(explore(pair, side=[1]).data, "html.parser")
    assert len(page.select(".explorer-frame svg")) == 2


def test_a_caption_can_not_end_the_script_or_the_page(static):
    def nasty(x=1):
        """A trap"""
        return "<svg><text></script><b></text></svg>", "</figure><script>"

    text = explore(nasty, x=[1]).data
    assert (
        text.count("</script>") == 2
    )  # the frame as draw made it, and the script's own
    assert text.count("</figure>") == 1


def test_numpy_values_read_like_pythons(static):
    def bound(eps=0.1):
        """A bound"""
        return "<svg/>", "bound"

    page = explore(bound, eps=np.array([0.1, 0.2, 0.30000000000000004])).data
    assert "[&quot;0.1&quot;, &quot;0.2&quot;, &quot;0.3&quot;]" in page


def without_docstring(side=2):
    return "<svg/>", "caption"


def no_default(side):
    """A picture"""
    return "<svg/>", "caption"


@pytest.mark.parametrize(
    ("draw", "sliders", "message"),
    [
        (square, {"side": [], "color": ["red"]}, "side of square has no values"),
        (square, {"side": [2]}, r"takes \['side', 'color'\].*\['side'\]"),
        (square, {"side": [2], "colour": ["red"]}, "takes"),
        (square, {"side": [1, 3], "color": ["red"]}, "default for side .* '3'"),
        (square, {"side": [2, 2], "color": ["red"]}, "distinct"),
        (square, {"side": [2], "color": ["red", "a=b"]}, "without ',' or '='"),
        (square, {"side": range(401), "color": ["red"]}, "401 states.*400"),
        (no_default, {"side": [1]}, "default for side"),
        (without_docstring, {"side": [2]}, "docstring"),
    ],
)
def test_bad_use_is_an_error_where_it_is_written(static, draw, sliders, message):
    with pytest.raises(ValueError, match=message):
        explore(draw, **sliders)


def test_explorers_too_heavy_for_one_page_are_an_error(static):
    noise = np.random.default_rng(0)

    def heavy(x=0):
        """Noise"""
        return f"<svg><text>{noise.bytes(60_000).hex()}</text></svg>", "noise"

    def heavy_too(x=0):
        """Noise again"""
        return heavy()

    explore(heavy, x=[0])
    explore(heavy, x=[0])  # the same cell run again counts once
    with pytest.raises(ValueError, match=r"250 kB: heavy: 13\d kB, heavy_too: 13\d kB"):
        explore(heavy_too, x=[0])


def controls(widget):
    return {w.description: w for w in widget.children if hasattr(w, "description")}


def test_in_a_live_kernel_the_sliders_show_what_draw_draws(monkeypatch):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)
    shown = []
    monkeypatch.setattr(module, "display", lambda output: shown.append(output.data))
    sliders = controls(explore(square, **SLIDERS))
    sliders["side"].value = 3
    sliders["color"].value = "light blue"
    states = [(2, "red"), (3, "red"), (3, "light blue")]
    assert len(shown) == len(states)
    for output, state in zip(shown, states, strict=True):
        picture, caption = square(*state)
        assert picture in output
        assert html.escape(caption) in output
        assert f'aria-label="A square of some color: side {state[0]}' in output


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.linspace(0.1, 0.5, 5), ipywidgets.FloatSlider),
        (np.geomspace(0.01, 1, 5), ipywidgets.FloatLogSlider),
        ([0.1, 0.2, 0.7], ipywidgets.SelectionSlider),
        (range(1, 4), ipywidgets.SelectionSlider),
        (["zeros", "mean"], ipywidgets.Dropdown),
    ],
)
def test_a_live_slider_is_continuous_where_its_values_are(monkeypatch, values, kind):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)
    first = values[0]

    def draw(x=first):
        """A picture"""
        return "<svg/>", f"x is {x}"

    slider = controls(explore(draw, x=values))["x"]
    assert type(slider) is kind
    assert slider.value == pytest.approx(first)


def test_a_mistake_in_draw_is_not_swallowed_in_a_live_kernel(monkeypatch):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)

    def broken(x=1):
        """A mistake"""
        raise ZeroDivisionError(x)

    with pytest.raises(ZeroDivisionError):
        explore(broken, x=[1, 2])


def test_the_script_reads_what_the_page_ships():
    from tests.paths import ROOT

    script = (ROOT / "book" / "static" / "explorer.js").read_text()
    for name in ("frames", "tags"):
        assert re.search(rf"\b{name}\[", script), name
