"""What is printed is what was measured; what the text says must agree with it."""

import math
import re

import numpy as np
import pytest
from scipy import stats
from textbook.lesson.evidence import (
    mean_and_error,
    middle_and_range,
    plus_minus,
    told,
)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.62249, 0.0221, "0.62 ± 0.02"),
        (0.62249, 0.0019, "0.6225 ± 0.0019"),
        (0.62249, 0.00196, "0.622 ± 0.002"),  # 0.0020, whose first digit is a 2
        (0.5, 0.0, "0.500 ± 0.000"),
        (0.4375, 1.7e-18, "0.438 ± 0.000"),
        (0.0, 0.0, "0.000 ± 0.000"),
        (0.5, math.inf, "0.500 ± inf"),
        (-0.0001, 0.02, "0.00 ± 0.02"),
        (-1.26, 0.3, "−1.3 ± 0.3"),
        (1234.5, 98.0, "1234 ± 98"),
    ],
)
def test_a_value_is_rounded_to_what_its_error_leaves_certain(value, error, text):
    assert plus_minus(value, error) == text


@pytest.mark.parametrize("error", [-0.1, math.nan])
def test_no_error_is_negative_or_missing(error):
    with pytest.raises(ValueError, match="at least 0, got"):
        plus_minus(1.0, error)


def test_the_error_of_a_mean_is_that_of_scipy():
    samples = np.random.default_rng(0).normal(3, 2, 50)
    mean, error = mean_and_error(samples)
    assert mean == pytest.approx(np.mean(samples))
    assert error == pytest.approx(stats.sem(samples))


@pytest.mark.parametrize("samples", [[1.0], [], [[1.0, 2.0]], 3.0])
def test_one_draw_has_no_spread(samples):
    with pytest.raises(ValueError, match="two or more draws"):
        mean_and_error(samples)


def test_the_median_of_an_even_number_is_between_the_two_middle_ones():
    assert middle_and_range([1, 2, 4, 9], places=1) == "3.0 [1.0 to 9.0]"
    assert middle_and_range([-0.5, -0.001], places=2) == "−0.25 [−0.50 to 0.00]"


@pytest.mark.parametrize("measured", [0.95, 0.97, 0.99])
def test_a_number_within_the_tolerance_may_be_told(measured):
    told("0.97", measured, tolerance=0.0201)


@pytest.mark.parametrize("measured", [0.94, 1.0, math.nan, math.inf])
def test_a_number_outside_the_tolerance_fails_and_says_what_came(measured):
    message = f"says 0.97, measured {measured:.6g}: not within 0.02"
    with pytest.raises(AssertionError, match=re.escape(message)):
        told("0.97", measured, tolerance=0.02)


def test_each_of_several_numbers_is_held():
    told("0.1 −0.2 1,000", [0.1, -0.2, 1000], tolerance=0.001)
    with pytest.raises(AssertionError, match=r"says −0\.2, measured -0\.3"):
        told("0.1 −0.2", np.array([0.1, -0.3]), tolerance=0.001)
    with pytest.raises(ValueError, match="2 numbers are told, 1 were measured"):
        told("0.1 0.2", 0.1, tolerance=1)
