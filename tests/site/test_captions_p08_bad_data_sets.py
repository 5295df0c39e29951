"""Captions of the explorers of bad data sets against an independent computation."""

import re
from decimal import ROUND_CEILING, Decimal, getcontext
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm

from tests.site.captions import said, states

getcontext().prec = 50
PAGE = "chapters/p08_bad_data_sets.html"
BAD_SETS = states(PAGE, "bad-sets")
PROMISE_COST = states(PAGE, "promise-cost")


def parsed(values):
    return int(values[0]), int(values[1]), float(values[2])


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_the_caption_names_the_settings(values, caption):
    hypotheses, n, epsilon = values
    assert caption.startswith(f"|H| = {int(hypotheses):,}, N = {n}, ε = {epsilon}: ")


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_the_bound_in_the_caption_is_the_formulas(values, caption):
    hypotheses, n, epsilon = parsed(values)
    bound = hypotheses * 2 * np.exp(-2 * n * epsilon**2)
    digits, power = re.search(
        r"bound is ([\d.,]+\d)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", caption
    ).groups()
    power = (power or "0").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    stated = Decimal(f"{digits.replace(',', '')}e{power}")
    half_a_digit = 0.5001 * 10.0 ** stated.as_tuple().exponent
    assert float(stated) == pytest.approx(bound, rel=0, abs=half_a_digit)
    assert ("no news" in caption) == (bound >= 1)


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_the_interval_in_the_caption_is_wilsons(values, caption):
    bad, share, *stated = said(
        r": # of 2,000 training sets are bad, P\(bad\) = # "
        r"\(95% interval # to #\); ",
        caption,
    )
    assert share == pytest.approx(bad / 2000)
    level = 1 - 2 * norm.sf(1.96)
    interval = binomtest(int(bad), 2000).proportion_ci(level, method="wilson")
    assert stated == pytest.approx(list(interval), rel=0, abs=5.001e-5)


@cache
def gaps_and_choices(n):
    """Largest gap and chosen threshold's excess in 2,000 sets of n, by number of rules.

    Draws the chapter's sets, and counts each class's mistakes by itself.
    """
    rng = np.random.default_rng(n)
    t = -3 + 6 * np.arange(10_000) / 10_000
    truth = 0.5 * norm.sf(t, loc=-1) + 0.5 * norm.cdf(t, loc=1)
    rules = {size: slice(0, None, 10_000 // size) for size in (10, 100, 1000, 10_000)}
    rules[1] = slice(5000, 5001)  # t = 0
    result = {size: [] for size in rules}
    for _ in range(8):
        labels = rng.integers(0, 2, (250, n))
        for x, y in zip(rng.normal(2 * labels - 1), labels, strict=True):
            zeros, ones = np.sort(x[y == 0]), np.sort(x[y == 1])
            wrong = np.searchsorted(ones, t) + len(zeros) - np.searchsorted(zeros, t)
            gap = np.abs(wrong / n - truth)
            for size, at in rules.items():
                chosen = truth[at][wrong[at].argmin()]
                result[size].append((gap[at].max(), chosen - truth[at].min()))
    return {size: np.transpose(pairs) for size, pairs in result.items()}


@pytest.mark.parametrize(("values", "caption"), BAD_SETS)
def test_bad_sets_and_the_worst_choice_are_those_counted_class_by_class(
    values, caption
):
    hypotheses, n, epsilon = parsed(values)
    gaps, excess = gaps_and_choices(n)[hypotheses]
    assert said(": # of 2,000 training sets", caption) == [(gaps > epsilon).sum()]
    good = excess[gaps <= epsilon]
    if not len(good):
        assert caption.endswith("No set was good, so nothing is promised.")
        return
    largest, promised = said(
        r"On the good sets, the true loss of the chosen threshold was at most # above "
        r"the best \(promised: 2ε = #\)\.$",
        caption,
    )
    assert largest == pytest.approx(good.max(), abs=0.00051)
    assert promised == pytest.approx(2 * epsilon)
    assert largest <= promised


@pytest.mark.parametrize(
    ("values", "caption"), [state for state in BAD_SETS if state[0][0] == "1"]
)
def test_a_single_threshold_is_as_often_bad_as_the_binomial_law_says(values, caption):
    _, n, epsilon = parsed(values)
    k, p = np.arange(n + 1), norm.cdf(-1)
    expected = binom.pmf(k, n, p)[abs(k / n - p) > epsilon].sum()
    error = (max(expected * (1 - expected), 1e-3) / 2000) ** 0.5
    assert said(r"P\(bad\) = # ", caption) == pytest.approx([expected], abs=4.5 * error)


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
    assert caption == (
        f"|H| = {hypotheses:,}, ε = {epsilon}, δ = {delta}: {need:,} examples are "
        f"enough. Ten times as many hypotheses would take {more:,} more; half the gap "
        f"ε would take {half:,} in all."
    )
