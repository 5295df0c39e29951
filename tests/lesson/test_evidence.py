"""A stated figure is printed only where the measurement agrees with it."""

import math

import pytest
from textbook.lesson.evidence import within


@pytest.mark.parametrize("measured", [0.95, 0.97, 0.99])
def test_a_figure_within_the_tolerance_is_stated(measured):
    assert within(measured, 0.97, 0.0201) == "0.97 (± 0.0201)"


@pytest.mark.parametrize("measured", [0.94, 1.0, math.nan, math.inf])
def test_a_figure_outside_the_tolerance_fails_and_says_what_came(measured):
    with pytest.raises(AssertionError, match=f"measured {measured:.6g}, stated 0.97"):
        within(measured, 0.97, 0.02)
