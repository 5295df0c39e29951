"""Captions on the facts about images, against least squares and SciPy's groups."""

from functools import cache

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage
from sklearn.datasets import load_sample_image

from tests.site.captions import each_state

PAGE = "chapters/p11_three_facts.html"


@cache
def halves(name):
    """Return the left and the right half of a photograph in grays."""
    return np.split(load_sample_image(f"{name}.jpg").mean(axis=2) / 255, 2, axis=1)


def asked(pixels, k):
    """Return the neighbors of every fourth pixel, with a 1, and the pixel."""
    around = sliding_window_view(pixels, (k, k))[::4, ::4].reshape(-1, k * k)
    middle = around[:, k * k // 2]
    others = np.delete(around, k * k // 2, axis=1)
    return np.column_stack([others, np.ones(len(others))]), middle


@each_state(PAGE, "guessed")
def test_the_guesses_are_off_as_least_squares_leave_them(state):
    photograph, window, source = state.values.values()
    left, right = halves(photograph)
    learned = left
    if source == "the other photograph":
        learned = halves("flower" if photograph == "china" else "china")[0]
    elif source == "scrambled pixels":
        order = np.random.default_rng(7).permutation(left.size)
        learned = left.ravel()[order].reshape(left.shape)
    weights = np.linalg.lstsq(*asked(learned, int(window)), rcond=None)[0]
    known, pixels = asked(right, int(window))
    assert state.numbers == {
        "photograph": photograph,
        "window": int(window),
        "weights": source,
        "error": pytest.approx(((known @ weights - pixels) ** 2).mean() ** 0.5),
    }


WHITE = [(2, 6), (3, 3), (3, 4), (4, 4), (5, 6), (6, 2)]
BLACK = [(1, 2), (2, 3), (2, 4), (3, 2), (3, 5), (4, 3), (5, 4)]


@cache
def board():
    """Return the position: 1 for a white stone, -1 for a black one, else 0."""
    points = np.zeros((9, 9), dtype=int)
    points[tuple(zip(*WHITE, strict=True))] = 1
    points[tuple(zip(*BLACK, strict=True))] = -1
    return points


@each_state(PAGE, "dropped")
def test_the_liberties_are_those_that_scipy_finds(state):
    every, row, column = map(int, state.values.values())
    points = board()[row::every, column::every]
    groups, count = ndimage.label(points == 1)
    free = [
        int((ndimage.binary_dilation(groups == g) & (points == 0)).sum())
        for g in range(1, count + 1)
    ]
    kept = len(range(row, 62, every)) * len(range(column, 62, every))
    assert state.numbers == {
        "every": every,
        "first_row": row,
        "first_column": column,
        "pixels": kept,
        "groups": count,
        "noun": "group" if count == 1 else "groups",
        "least": min(free, default=0),
        "liberties": "liberty" if min(free, default=0) == 1 else "liberties",
    }
    assert ("no white stone is left" in state.caption) == (count == 0)
