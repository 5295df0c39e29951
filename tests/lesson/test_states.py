"""States and how they are read: order, texts, labels, spacing."""

import itertools

import numpy as np
import pytest
from textbook.lesson.states import alternative_text, label_of, spacing, states, text_of


def test_the_last_slider_moves_fastest():
    choices = {"a": [1, 2], "b": ["x", "y", "z"], "c": [0.5]}
    every = [tuple(state.values()) for state in states(choices)]
    assert every == list(itertools.product([1, 2], "xyz", [0.5]))
    assert all(list(state) == ["a", "b", "c"] for state in states(choices))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.30000000000000004, "0.3"), (2.0, "2"), (1e-5, "1e-05"), (10_000, "10000")],
)
def test_a_value_reads_as_a_person_writes_it(value, text):
    assert text_of(value) == text


def test_the_alternative_text_names_every_slider_and_its_value():
    assert label_of("kernel_size") == "kernel size"
    assert label_of("kernel_size", "width of the window") == "width of the window"
    told = {"kernel size": "3", "angle": "−40°"}
    assert alternative_text("A map", told) == "A map: kernel size 3, angle −40°"


@pytest.mark.parametrize(
    ("values", "how"),
    [
        (np.linspace(-1, 1, 9).tolist(), "even"),
        (np.geomspace(1e-3, 10, 5).tolist(), "log"),
        ([1.0, 2.0], "even"),  # both; even comes first
        ([-1.0, 1.0, 1.0], ""),
        ([0.0, 1.0, 10.0], ""),
        ([0.1, 0.2, 0.4, 0.9], ""),
        ([1, 2, 3], ""),
        ([1.0, 2.0, 3], ""),
        ([1.0], ""),
        ([1.0, 0.5, 0.0], ""),
        ([10.0, 1.0, 0.1], ""),
        (["a", "b"], ""),
    ],
)
def test_rising_floats_are_spaced_evenly_or_on_a_log_scale_or_not(values, how):
    assert spacing(values) == how
