"""explore(): the data of every state for the site, sliders in a live kernel."""

import gc
import html
import itertools
import json
import math
import re

import ipywidgets
import numpy as np
import pytest
from matplotlib import pyplot
from textbook.lesson import explore as module
from textbook.lesson.captions import say
from textbook.lesson.explore import MIME, explore
from textbook.lesson.figure import svg
from textbook.lesson.frames import unpack
from textbook.lesson.handles import sets, slides
from textbook.lesson.sliders import Slider


def square(side=2, color="red"):
    """A square of some color. More about it."""
    picture = f'<svg><rect width="{side}" fill="{color}"/><text>{side}</text></svg>'
    return picture, say("A {color} square: {area:.1f}.", color=color, area=side**2 / 3)


SLIDERS = {"side": [1, 2, 3], "color": ["red", "light blue"]}
STATES = list(itertools.product(*SLIDERS.values()))


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("TEXTBOOK_STATIC", "1")


@pytest.fixture
def live(monkeypatch):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)


@pytest.fixture
def data(static):
    return explore(square, **SLIDERS)._repr_mimebundle_()[MIME]


def frames(data):
    return [unpack(data["tags"], frame) for frame in data["frames"]]


def test_the_data_names_the_explorer_and_describes_its_picture(data):
    assert data["name"] == "square"
    assert data["description"] == "A square of some color. More about it"


def test_underscores_of_the_name_become_hyphens(static):
    def my_square(side=1):
        """A square"""
        return square(side)

    assert explore(my_square, side=[1]).data["name"] == "my-square"


def test_the_data_holds_the_sliders_values_as_texts_and_where_they_start(data):
    told = [(s["name"], s["values"], s["start"]) for s in data["sliders"]]
    assert told == [("side", ["1", "2", "3"], 1), ("color", ["red", "light blue"], 0)]


def test_a_slider_says_how_it_is_told(static):
    side = Slider([1, 2, 10**6, 4, 5], label="edge", unit="cm", play=True)
    data = explore(square, side=side, color=Slider(["red"], unit="cm")).data["sliders"]
    assert data[0] | {"values": 0, "start": 0} == {
        "name": "side",
        "label": "edge",
        "values": 0,
        "shown": ["1\xa0cm", "2\xa0cm", "10⁶\xa0cm", "4\xa0cm", "5\xa0cm"],
        "start": 0,
        "control": "range",
        "play": True,
        "pictures": [],
    }
    assert data[1]["shown"] == ["red"]
    assert data[1]["control"] == "radio"


def test_a_slider_needs_a_picture_for_each_value(live):
    pictures = [np.zeros((2, 2))]
    with pytest.raises(ValueError, match=r"picture for each of \['1', '2'\], got 1"):
        explore(square, side=Slider([1, 2], pictures=pictures), color=["red"])


def dotted(step=1, rate=0.1):
    """Dots to be touched"""
    figure, axes = pyplot.subplots(figsize=(2, 1))
    sets(axes.plot(step, rate, "o")[0], step=2)
    slides(axes, y="rate")
    return figure, f"at {step}, {rate}"


def test_the_data_names_what_handles_move_and_hides_the_drawings_words(static):
    data = explore(dotted, step=[1, 2], rate=[0.1, 0.2]).data
    assert (data["drags"], data["clicks"]) == (["rate"], ["step"])
    assert data["reveals"] is False
    texts = [tag for tag in data["tags"] if tag.startswith("<text")]
    assert texts
    assert all(' aria-hidden="true"' in tag for tag in texts)


def test_a_drawing_without_handles_keeps_its_words(data):
    assert (data["drags"], data["clicks"], data["reveals"]) == ([], [], False)
    assert not any("aria-hidden" in tag for tag in data["tags"])


@pytest.mark.parametrize(
    ("sliders", "message"),
    [
        ({"step": [1, 3], "rate": [0.1]}, "moves step=2; there is step with .'1', '3'"),
        ({"epoch": [1], "rate": [0.1]}, "moves step=2; there is only .'epoch', 'rate'"),
    ],
)
def test_a_handle_of_what_there_is_not_is_found(static, sliders, message):
    def draw(epoch=1, rate=0.1):
        """Dots to be touched"""
        return dotted(epoch, rate)

    with pytest.raises(ValueError, match=message):
        explore(draw if "epoch" in sliders else dotted, **sliders)


def test_no_picture_is_smaller_than_another(static):
    def grows(side=1):
        """A growing figure"""
        drawn = [pyplot.figure(figsize=(1, side)) for _ in range(side)]
        return drawn, "grown"

    boxes = [
        re.findall('viewBox="([^"]+)"', f)
        for f in frames(explore(grows, side=[1, 3]).data)
    ]
    assert boxes == [["0 0 72 216"] * 3] * 2


def test_every_state_is_shipped_as_draw_made_it(data):
    drawn = [square(*state) for state in STATES]
    assert frames(data) == [picture for picture, _ in drawn]
    assert data["captions"] == [str(caption) for _, caption in drawn]


def test_what_the_captions_say_is_shipped_unrounded(data):
    assert data["numbers"] == [{"color": c, "area": s**2 / 3} for s, c in STATES]
    assert set(data["sentences"]) == {"A {color} square: {area:.1f}."}


def test_a_caption_without_say_has_no_numbers(static):
    def plain(side=1):
        """A picture"""
        return "<svg></svg>", "a caption"

    data = explore(plain, side=[1]).data
    assert data["captions"] == ["a caption"]
    assert data["sentences"] == [""]
    assert data["numbers"] == [{}]


def test_the_data_is_json_also_where_a_number_is_not_finite(static):
    def masked(side=1):
        """A picture"""
        scores = np.array([-math.inf, 1.5, math.nan])
        return "<svg></svg>", say("scores {scores:.1f}", scores=scores)

    data = explore(masked, side=[1]).data
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["numbers"] == [{"scores": ["-inf", 1.5, "nan"]}]
    assert data["captions"] == ["scores −∞, 1.5, nan"]


def test_figures_become_svg_and_are_closed(static):
    def line():
        figure, axes = pyplot.subplots(figsize=(2, 1))
        axes.plot([0, 1])
        return figure

    def lines(side=1):
        """Two lines"""
        return [line(), line()], "two"

    (frame,) = frames(explore(lines, side=[1]).data)
    assert frame == svg(line(), salt="lines0") + svg(line(), salt="lines1")
    pyplot.close("all")
    explore(lines, side=[1])
    assert not pyplot.get_fignums()


def test_numpy_values_reach_draw_and_read_like_pythons(static):
    seen = []

    def bound(eps=0.1):
        """A bound"""
        seen.append(eps)
        return "<svg></svg>", "bound"

    values = np.array([0.1, 0.2, 0.30000000000000004])
    data = explore(bound, eps=values).data
    assert data["sliders"][0]["values"] == ["0.1", "0.2", "0.3"]
    assert {type(eps) for eps in seen} == {float}


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


@pytest.mark.parametrize("mistake", [False, True])
def test_while_states_are_drawn_garbage_is_sought_among_new_objects(static, mistake):
    set_aside = []

    def draw(side=1):
        """A picture"""
        set_aside.append(gc.get_freeze_count())
        if mistake:
            raise ZeroDivisionError
        return "<svg></svg>", "a caption"

    if mistake:
        with pytest.raises(ZeroDivisionError):
            explore(draw, side=[1])
    else:
        explore(draw, side=[1])
    assert set_aside[0] > 10_000
    assert gc.get_freeze_count() < set_aside[0] / 10


def without_docstring(side=2):
    return "<svg></svg>", "caption"


def no_default(side):
    """A picture"""
    return "<svg></svg>", "caption"


@pytest.mark.parametrize(
    ("draw", "sliders", "message"),
    [
        (square, {"side": [], "color": ["red"]}, "side of square has no values"),
        (square, {"side": [2]}, r"takes \['side', 'color'\].*\['side'\]"),
        (square, {"side": [2], "colour": ["red"]}, "takes"),
        (square, {"side": [1, 3], "color": ["red"]}, "default for side .* '3'"),
        (square, {"side": [2, 2], "color": ["red"]}, "distinct"),
        (square, {"side": [2], "color": ["red", "a=b"]}, "without ',' or '='"),
        (square, {"side": [2], "color": ["red", "a,b"]}, "without ',' or '='"),
        (square, {"side": range(401), "color": ["red"]}, "401 states.*400"),
        (no_default, {"side": [1]}, "default for side"),
        (without_docstring, {"side": [2]}, "docstring"),
    ],
)
@pytest.mark.parametrize("where", ["static", "live"])
def test_bad_use_is_an_error_where_it_is_written(
    request, where, draw, sliders, message
):
    request.getfixturevalue(where)
    with pytest.raises(ValueError, match=message):
        explore(draw, **sliders)


def test_as_many_states_as_a_page_holds_are_drawn(static):
    data = explore(square, side=range(1, 401), color=["red"]).data
    assert len(data["frames"]) == len(data["captions"]) == 400


def controls(widget):
    return {w.description: w for w in widget.children if hasattr(w, "description")}


@pytest.fixture
def shown(live, monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", lambda output: shown.append(output.data))
    return shown


def test_in_a_live_kernel_the_sliders_show_what_draw_draws(shown):
    sliders = controls(explore(square, **SLIDERS))
    sliders["side"].value = 3
    sliders["color"].value = "light blue"
    states = [(2, "red"), (3, "red"), (3, "light blue")]
    assert len(shown) == len(states)
    for output, (side, color) in zip(shown, states, strict=True):
        picture, caption = square(side, color)
        assert picture in output
        assert html.escape(caption) in output
        assert f"More about it: side {side}, color {color}" in output


def test_a_live_picture_brings_its_paper_and_no_caption_can_end_it(shown):
    def nasty(side=1):
        """A "trap" of text"""
        return "<svg></svg>", "</p><script>"

    explore(nasty, side=[1])
    assert "background:white" in shown[0]
    assert "&lt;/p&gt;&lt;script&gt;" in shown[0]
    assert 'aria-label="A &quot;trap&quot; of text: side 1"' in shown[0]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.linspace(0.1, 0.5, 5), ipywidgets.FloatSlider),
        (np.geomspace(0.01, 1, 5), ipywidgets.FloatLogSlider),
        ([0.1, 0.2, 0.7], ipywidgets.SelectionSlider),
        ([0.5], ipywidgets.SelectionSlider),
        (range(1, 4), ipywidgets.SelectionSlider),
        (["zeros", "mean"], ipywidgets.Dropdown),
    ],
)
def test_a_live_slider_is_continuous_where_its_values_are(shown, values, kind):
    def draw(x=values[0]):
        """A picture"""
        return "<svg></svg>", f"x is {x}"

    slider = controls(explore(draw, x=values))["x"]
    assert type(slider) is kind
    assert slider.value == pytest.approx(values[0])


def test_a_continuous_slider_runs_from_the_first_value_to_the_last(shown):
    def draw(loss=0.5, rate=0.1):
        """A picture"""
        return "<svg></svg>", "a caption"

    even, log = controls(
        explore(draw, loss=[0.0, 0.5, 1.0], rate=[0.01, 0.1, 1.0])
    ).values()
    assert (even.min, even.max, even.step) == (0, 1, pytest.approx(0.05))
    assert (log.min, log.max, log.base) == (-2, 0, 10)


def test_a_choice_of_names_offers_each_of_them(shown):
    options = controls(explore(square, **SLIDERS))["color"].options
    assert [value for _, value in options] == SLIDERS["color"]


def test_a_mistake_in_draw_is_not_swallowed_in_a_live_kernel(live):
    def broken(x=1):
        """A mistake"""
        raise ZeroDivisionError(x)

    with pytest.raises(ZeroDivisionError):
        explore(broken, x=[1, 2])
