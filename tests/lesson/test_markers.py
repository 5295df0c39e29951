"""Markers that are texts."""

import numpy as np
from matplotlib import pyplot
from textbook.lesson.markers import glyph


def test_a_glyph_is_drawn_around_its_point_in_its_color():
    figure, axes = pyplot.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    axes.plot([0.5], [0.5], linestyle="", marker=glyph(9), markersize=60, color="red")
    figure.canvas.draw()  # which may move the axes
    place = axes.transData.transform((0.5, 0.5))
    picture = np.asarray(figure.canvas.buffer_rgba())[::-1]
    pyplot.close(figure)
    rows, columns = np.nonzero(picture[..., 1] < 128)
    assert abs((columns.min() + columns.max()) / 2 - place[0]) < 2
    assert abs((rows.min() + rows.max()) / 2 - place[1]) < 2
    assert 60 < np.ptp(rows) < 100  # 60 points are 83 pixels
    assert (picture[rows, columns, 0] > 200).all()
