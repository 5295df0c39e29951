"""Captions of the explorers of bad data sets against an independent computation."""

import re
from decimal import ROUND_CEILING, Decimal, getcontext
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm
from test_captions import states

getcontext().prec = 50
PAGE = "chapters/p08_bad_data_sets.html"
BAD_SETS = states(PAGE, "bad-sets")
PROMISE_COST = states(PAGE, "promise-cost")


def said(pattern, caption):
    """Return the number that follows or precedes the words of the pattern."""
    return float(re.search(pattern, caption)[1].replace(",", ""))


def parsed(values):
    return int(values[0]), int(values[1]), float(values[2])


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_the_bound_in_the_caption_is_the_formulas(values, caption):
    hypotheses, n, epsilon = parsed(values)
    bound = hypotheses * 2 * np.exp(-2 * n * epsilon**2)
    written = re.search(r"bound is ([\d.,]+\d)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", caption)
    power = (written[2] or "0").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    stated = float(f"{written[1].replace(',', '')}e{power}")
    assert stated == pytest.approx(bound, rel=6e-3)
    assert ("no news" in caption) == (bound >= 1)


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_the_interval_in_the_caption_is_wilsons(values, caption):
    bad = int(said(r": ([\d,]+) of 2,000", caption))
    assert said(r"P\(bad\) = ([\d.]+\d)", caption) == pytest.approx(bad / 2000)
    interval = binomtest(bad, 2000).proportion_ci(method="wilson")
    low, high = re.search(r"interval ([\d.]+) to ([\d.]+)\)", caption).groups()
    assert [float(low), float(high)] == pytest.approx(list(interval), abs=1e-4)


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_good_sets_keep_the_promise(values, caption):
    if "No set was good" in caption:
        assert ": 2,000 of 2,000" in caption
    else:
        assert said(r"at most ([\d.]+) above", caption) <= 2 * float(values[2])


@cache
def largest_gaps(hypotheses, n, sets=1000):
    """Largest gap in each set, by comparing every example with every threshold."""
    rng = np.random.default_rng([hypotheses, n, 99])
    width = 6 / hypotheses
    t = np.arange(hypotheses) * width - 3 if hypotheses > 1 else np.zeros(1)
    truth = 0.5 * norm.sf(t, loc=-1) + 0.5 * norm.cdf(t, loc=1)
    gaps = []
    for _ in range(sets):
        y = rng.random(n) < 0.5
        x = rng.standard_normal(n) + np.where(y, 1, -1)
        wrong = (x[:, None] >= t) != y[:, None]
        gaps.append(np.abs(wrong.mean(axis=0) - truth).max())
    return np.array(gaps)


# With more hypotheses, comparing every example with every threshold takes too long.
@pytest.mark.parametrize(
    ("values", "caption"), [state for state in BAD_SETS if int(state[0][0]) <= 100]
)
def test_the_share_of_bad_sets_is_that_of_a_second_simulation(values, caption):
    hypotheses, n, epsilon = parsed(values)
    share = said(r"P\(bad\) = ([\d.]+\d)", caption)
    if hypotheses == 1:  # one threshold: exactly binomial
        k = np.arange(n + 1)
        expected = binom.pmf(k, n, norm.cdf(-1))[abs(k / n - norm.cdf(-1)) > epsilon]
        expected, noise = expected.sum(), 0
    else:
        expected = (largest_gaps(hypotheses, n) > epsilon).mean()
        noise = max(expected * (1 - expected), 1e-3) / 1000
    error = (max(expected * (1 - expected), 1e-3) / 2000 + noise) ** 0.5
    assert abs(share - expected) <= 4.5 * error


def enough(hypotheses, epsilon, delta):
    """Count the examples needed, with 50 digits."""
    need = (2 * hypotheses / Decimal(delta)).ln() / (2 * Decimal(epsilon) ** 2)
    return int(need.to_integral_value(ROUND_CEILING))


@pytest.mark.parametrize(("values", "caption"), PROMISE_COST)
def test_the_numbers_of_examples_are_those_of_exact_arithmetic(values, caption):
    hypotheses, epsilon, delta = int(values[0]), values[1], values[2]
    need = enough(hypotheses, epsilon, delta)
    more = enough(10 * hypotheses, epsilon, delta) - need
    half = enough(hypotheses, Decimal(epsilon) / 2, delta)
    assert f"{need:,} examples are enough" in caption
    assert f"would take {more:,} more" in caption
    assert f"would take {half:,} in all" in caption
