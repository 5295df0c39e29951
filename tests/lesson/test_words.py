"""Numbers and nouns as a person writes them."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textbook.lesson.words import (
    number,
    plural,
    power_of_ten,
    setting,
    sum_of_products,
    tick,
)


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (-1.25, ".1f", "−1.2"),
        (1.25, ".1f", "1.2"),
        (-0.001, "z.1f", "0.0"),
        (-3, "g", "−3"),
    ],
)
def test_a_number_has_a_true_minus(value, spec, text):
    assert number(value, spec) == text


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def value_of(text):
    """Read a number such as 1.50·10⁻⁷."""
    text = text.replace(",", "")
    digits, _, power = text.rpartition("10") if "10" in text else (text, "", "")
    if not re.search("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", power):
        return float(text)
    factor = float(digits.removesuffix("·")) if digits else 1
    return factor * 10.0 ** int(power.translate(RAISED))


@pytest.mark.parametrize("value", np.geomspace(1e-12, 1e12, 49).tolist())
def test_a_power_of_ten_reads_back_as_the_number(value):
    assert value_of(power_of_ten(value)) == pytest.approx(value, rel=0.006)


@pytest.mark.parametrize("value", [100.0, 1234.5, 99_999.0, 987_654.0])
def test_numbers_below_a_million_are_written_out(value):
    assert power_of_ten(value) == f"{value:,.0f}"


@pytest.mark.parametrize("exponent", range(-12, 13))
def test_a_tick_at_a_power_of_ten_says_it_exactly_and_shortly(exponent):
    text = tick(10.0**exponent)
    assert value_of(text) == pytest.approx(10.0**exponent)
    assert len(text) <= 7


@pytest.mark.parametrize(
    ("noun", "count", "said"),
    [
        ("layer", 1, "layer"),
        ("layer", 2, "layers"),
        ("layer", 0, "layers"),
        ("batch", 1.0, "batch"),
        ("batch", 33.3, "batches"),
        ("box", 2, "boxes"),
        ("mesh", 2, "meshes"),
        ("class", 2, "classes"),
    ],
)
def test_a_noun_follows_its_number(noun, count, said):
    assert plural(noun, count) == said


@pytest.mark.parametrize("value", [1, 999, 12_345, 10**12, 2.5e6, 0.0125, 1e-5, 3e-7])
def test_a_setting_says_its_whole_value(value):
    assert value_of(setting(value)) == pytest.approx(value, rel=1e-12)
    assert setting(-value) == f"−{setting(value)}"


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1))
@example([(0, 3), (0, -1)])
def test_a_sum_of_products_is_the_sum_that_it_says(pairs):
    weights, values = zip(*pairs, strict=True)
    text = sum_of_products(weights, values)
    said = eval(text.replace("·", "*").replace("−", "-"))
    assert said == np.dot(weights, values)
    assert "0·" not in text.replace("10·", "")


def test_a_setting_of_nothing_and_a_name_stay():
    assert (setting(0), setting(0.0), setting("zeros")) == ("0", "0", "zeros")
