"""Panels: half the page wide, with the axes that were asked for."""

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex
from textbook.lesson.figure import BLUE, ORANGE, svg
from textbook.lesson.panels import blank_panel, key, log_ticks, panel


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def test_a_panel_has_the_size_the_box_and_the_settings_asked_for():
    figure, axes = panel((0.2, 0.1, 0.7, 0.8), 3, xlim=(1, 5), title="loss")
    assert figure.get_size_inches().tolist() == [3.5, 3]
    assert np.allclose(axes.get_position().bounds, (0.2, 0.1, 0.7, 0.8))
    assert axes.get_xlim() == (1, 5)
    assert axes.get_title() == "loss"
    figure.draw_without_rendering()  # no layout moves the box
    assert np.allclose(axes.get_position().bounds, (0.2, 0.1, 0.7, 0.8))


def test_axes_without_a_box_stand_whole_in_the_panel():
    left, bottom, right, top = panel()[1].get_position().extents
    assert 0.1 < left < right < 1
    assert 0.1 < bottom < top < 1


def test_two_panels_are_as_wide_as_two_images():
    from textbook.lesson.figure import gray

    image = gray(np.zeros((4, 4)), 0, 1)
    assert image.get_size_inches()[0] == panel()[0].get_size_inches()[0]


def test_a_blank_panel_shows_nothing_but_what_is_drawn():
    figure, axes = blank_panel((0, 7), (4, 0), height=2)
    assert np.allclose(axes.get_position().bounds, (0, 0, 1, 1))
    assert axes.transData.transform((3.5, 1)).tolist() == pytest.approx(
        figure.transFigure.transform((0.5, 0.75)).tolist()
    )
    text = svg(figure, "salt")
    assert "<text" not in text
    assert text.count("<path") == text.count('style="fill: none"') == 1  # the figure


def test_log_ticks_stand_where_they_are_asked_for_and_nowhere_else():
    _, axes = panel()
    log_ticks(axes, x=[1, 10, 1000], y=[0.01, 0.5])
    for axis, ticks in ((axes.xaxis, [1, 10, 1000]), (axes.yaxis, [0.01, 0.5])):
        assert axis.get_scale() == "log"
        assert axis.get_majorticklocs().tolist() == ticks
        assert not len(axis.get_minorticklocs())
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1", "10", "1000"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0.01", "0.5"]


def test_log_ticks_leave_the_other_axis_alone():
    _, axes = panel()
    log_ticks(axes, y=[1, 10])
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")


def test_a_key_names_each_color_below_the_one_before():
    figure, axes = panel()
    key(axes, (0.25, 0.9), {"loss": BLUE, "bound": ORANGE}, linewidth=3)
    figure.draw_without_rendering()
    legend = axes.get_legend()
    colors = [to_hex(line.get_color()) for line in legend.get_lines()]
    assert colors == [BLUE, ORANGE]
    assert {line.get_linewidth() for line in legend.get_lines()} == {3}
    first, second = (t.get_window_extent() for t in legend.get_texts())
    assert first.y0 > second.y1
    box = legend.get_window_extent().transformed(axes.transAxes.inverted())
    assert (box.x0, box.y1) == pytest.approx((0.25, 0.9), abs=0.01)
    assert not legend.get_frame_on()
