"""Drawing by hand: many lines as one path, cells, words at a point."""

import numpy as np
import pytest
from matplotlib import pyplot
from textbook.lesson.drawing import cell_lines, segments, write
from textbook.lesson.panels import blank_panel


@pytest.fixture
def axes():
    yield blank_panel((0, 10), (10, 0))[1]
    pyplot.close("all")


def pieces(x, y):
    """Return the set of lines ((x0, y0), (x1, y1)) of a path with gaps."""
    points = np.transpose([x, y])
    assert np.isnan(points[2::3]).all()
    return {tuple(map(tuple, points[i : i + 2].tolist())) for i in range(0, len(x), 3)}


def test_segments_join_nothing_but_their_two_ends():
    x, y = segments([0, 1, 2], [5, 6, 7], [0, 0, 0], [1, 2, 3])
    lines = {((0, 0), (5, 1)), ((1, 0), (6, 2)), ((2, 0), (7, 3))}
    assert pieces(x, y) == lines


def test_what_all_segments_share_is_given_once():
    assert pieces(*segments([1, 4], [1, 4], -1, 2)) == {
        ((1, -1), (1, 2)),
        ((4, -1), (4, 2)),
    }


def test_cell_lines_surround_every_cell_of_two_rows_and_three_columns(axes):
    cell_lines(axes, (1, 2), 2, 3, "black", side=2)
    (path,) = axes.lines
    down = {((x, 2), (x, 6)) for x in (1, 3, 5, 7)}
    across = {((1, y), (7, y)) for y in (2, 4, 6)}
    assert pieces(*path.get_data()) == down | across


def test_a_text_is_written_around_its_point(axes):
    write(axes, 3, 4, "7", size=12)
    write(axes, 3, 4, "left", ha="left", color="red")
    first, second = axes.texts
    assert first.get_position() == (3, 4)
    assert (first.get_ha(), first.get_va()) == ("center", "center_baseline")
    assert first.get_fontsize() == 12
    assert (second.get_ha(), second.get_color()) == ("left", "red")
    extent = first.get_window_extent()
    middle = axes.transData.transform((3, 4))
    assert extent.x0 < middle[0] < extent.x1
    assert extent.y0 < middle[1] < extent.y1
