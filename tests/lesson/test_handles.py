"""Handles: what they say stands in the SVG, at the place where it is drawn."""

import math
import re

import pytest
from bs4 import BeautifulSoup
from matplotlib import pyplot
from matplotlib.axes import Axes
from textbook.lesson.figure import svg
from textbook.lesson.handles import area, reveals, sets, settings, slides, spot


@pytest.fixture
def axes():
    _, axes = pyplot.subplots(figsize=(4, 3))
    yield axes
    pyplot.close("all")


def drawn(axes: Axes) -> BeautifulSoup:
    return BeautifulSoup(svg(axes.figure, "salt"), "html.parser")


def box(part):
    """Return left, top, right, bottom of a drawn part, in points from above."""
    path = part if part.name == "path" else part.path
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path["d"])]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def place(axes, x, y):
    """Return where a point of the data is drawn, in points from above."""
    across, up = axes.transData.transform((x, y)) * 72 / axes.figure.dpi
    return across, 72 * axes.figure.get_figheight() - up


def test_a_part_says_what_it_sets(axes):
    sets(axes.text(0.5, 0.5, "it"), query="it", step=3, rate=0.1 + 0.2)
    assert (
        drawn(axes).select_one("[data-sets]")["data-sets"] == "query=it,step=3,rate=0.3"
    )


def test_a_part_may_set_and_reveal_at_once(axes):
    part = sets(axes.plot([0, 1])[0], step=3)
    other = axes.text(0.5, 0.5, "more")
    reveals(part, "the line", other, says='"1" < 2 & 1234.56789 + é')
    found = drawn(axes).select_one("[data-sets]")
    assert found["data-reveals"] == "the line"
    assert found["data-says"] == '"1" < 2 & 1234.56789 + é', (
        "nothing is rounded or lost"
    )
    revealed = drawn(axes).select_one("[data-revealed]")
    assert revealed.text.strip() == "more"
    assert revealed["visibility"] == "hidden", (
        "also where there is no style and no script"
    )
    assert not found.has_attr("visibility")


def test_one_part_is_revealed_by_several(axes):
    row = axes.plot([0, 1])[0]
    for name in ("first", "second"):
        reveals(axes.text(0, 0, name), name, row)
    assert drawn(axes).select_one("[data-revealed]")["data-revealed"] == "first;second"


def test_a_name_that_would_be_two_is_refused(axes):
    with pytest.raises(ValueError, match="no ';', got 'a;b'"):
        reveals(axes.text(0, 0, "a"), "a;b")


def test_the_strip_covers_the_axes_and_knows_their_limits_when_drawn(axes):
    slides(axes, x="threshold")
    axes.set(xlim=(-2, 6), ylim=(0, 1))
    found = drawn(axes).select_one("[data-x]")
    assert (found["data-x"], found["data-x-axis"]) == ("threshold", "-2 6 linear")
    assert not found.has_attr("data-y")
    left, top, right, bottom = box(found)
    assert (left, bottom) == pytest.approx(place(axes, -2, 0), abs=0.1)
    assert (right, top) == pytest.approx(place(axes, 6, 1), abs=0.1)


def test_a_share_of_the_strip_is_where_a_value_is_drawn_on_a_log_axis(axes):
    axes.set(xscale="log", xlim=(0.01, 100))
    slides(axes, x="rate", y="loss")
    found = drawn(axes).select_one("[data-x]")
    low, high, scale = found["data-x-axis"].split()
    assert scale == "log"
    assert found["data-y-axis"].endswith("linear")
    share = math.log(3 / float(low)) / math.log(float(high) / float(low))
    left, _, right, _ = box(found)
    assert left + share * (right - left) == pytest.approx(place(axes, 3, 0)[0], abs=0.1)


def test_a_slider_may_count_otherwise_than_the_axes(axes):
    axes.set(xlim=(0, 1), ylim=(0, 3))
    slides(axes, y="gain", ylim=(0, 6))
    found = drawn(axes).select_one("[data-y]")
    assert found["data-y-axis"] == "0 6 linear"
    left, top, right, bottom = box(found)
    assert (left, bottom) == pytest.approx(place(axes, 0, 0), abs=0.1)
    assert (right, top) == pytest.approx(place(axes, 1, 3), abs=0.1)
    assert axes.get_ylim() == (0, 3)


def test_an_angle_needs_no_limits(axes):
    slides(axes, angle="lamp")
    found = drawn(axes).select_one("[data-angle]")
    assert found["data-angle"] == "lamp"
    assert not found.has_attr("data-x-axis")


def test_a_spot_is_round_and_as_large_as_a_finger_needs(axes):
    axes.set(xlim=(0, 10), ylim=(0, 1))
    sets(spot(axes, 3, 0.25, size=12), step=3)
    left, top, right, bottom = box(drawn(axes).select_one("[data-sets]"))
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(
        place(axes, 3, 0.25), abs=0.2
    )
    assert (right - left, bottom - top) == pytest.approx((24, 24), abs=0.5)


def test_an_area_is_a_pixel_of_an_image(axes):
    axes.set(xlim=(-0.5, 5.5), ylim=(5.5, -0.5))
    sets(area(axes, 2, 4), column=2, row=4)
    left, top, right, bottom = box(drawn(axes).select_one("[data-sets]"))
    assert (left, top) == pytest.approx(place(axes, 1.5, 3.5), abs=0.1)
    assert (right, bottom) == pytest.approx(place(axes, 2.5, 4.5), abs=0.1)


def test_what_only_is_touched_is_not_seen(axes):
    sets(spot(axes, 0, 0), step=1)
    slides(axes, x="step")
    for part in drawn(axes).select("[data-sets] path, [data-x] path"):
        opacity = re.search(r"fill-opacity: ([\d.]+)", part["style"])[1]
        assert float(opacity) < 0.01
        assert "stroke:" not in part["style"]


def test_what_reaches_over_the_edge_of_the_drawing_stays_whole(axes):
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    sets(area(axes, 10, 10, 4, 4), step=1)
    part = drawn(axes).select_one("[data-sets] path")
    assert part["d"].count("M") == 1
    assert part["d"].strip().endswith("z")


def test_settings_are_those_of_every_kind_once():
    tags = [
        '<g data-sets="a=1,b=x &amp; y">',
        '<g data-angle="c">',
        '<g data-sets="a=1">',
    ]
    assert settings(tags) == [("a", "1"), ("b", "x & y"), ("c", None)]
