"""Captions of the explorers of bad data sets against an independent computation."""

from decimal import ROUND_CEILING, Decimal, getcontext
from functools import cache
from math import comb

import numpy as np
import pytest
from scipy.stats import binom, binomtest, norm

from tests.site.captions import each_state, every_state

getcontext().prec = 50
PAGE = "chapters/p08_bad_data_sets.html"


def settings(state):
    hypotheses, n, epsilon = state.values.values()
    return int(hypotheses), int(n), float(epsilon)


@each_state(PAGE, "bad-sets")
def test_the_bound_is_the_formulas(state):
    hypotheses, n, epsilon = settings(state)
    bound = hypotheses * 2 * np.exp(-2 * n * epsilon**2)
    assert state.numbers["bound"] == pytest.approx(bound, rel=1e-9, abs=0)
    assert ("says nothing" in state.caption) == (bound >= 1)


@each_state(PAGE, "bad-sets")
def test_the_interval_is_wilsons(state):
    level = 1 - 2 * norm.sf(1.96)
    sets = binomtest(state.numbers["bad"], 2000)
    low, high = sets.proportion_ci(level, method="wilson")
    assert state.numbers["low"] == pytest.approx(low)
    assert state.numbers["high"] == pytest.approx(high)
    assert state.numbers["confidence"] == pytest.approx(level, abs=1e-5)


@cache
def gaps_and_choices(n, seed, sets=2000):
    """Largest gap and chosen threshold's excess in sets of n, by number of rules.

    Counts each class's mistakes by itself. The chapter's seed is n.
    """
    rng = np.random.default_rng(seed)
    t = -3 + 6 * np.arange(10_000) / 10_000
    truth = 0.5 * norm.sf(t, loc=-1) + 0.5 * norm.cdf(t, loc=1)
    rules = {size: slice(0, None, 10_000 // size) for size in (10, 100, 1000, 10_000)}
    rules[1] = slice(5000, 5001)  # t = 0
    result = {size: [] for size in rules}
    for _ in range(sets // 250):
        labels = rng.integers(0, 2, (250, n))
        for x, y in zip(rng.normal(2 * labels - 1), labels, strict=True):
            zeros, ones = np.sort(x[y == 0]), np.sort(x[y == 1])
            wrong = np.searchsorted(ones, t) + len(zeros) - np.searchsorted(zeros, t)
            gap = np.abs(wrong / n - truth)
            for size, at in rules.items():
                chosen = truth[at][wrong[at].argmin()]
                result[size].append((gap[at].max(), chosen - truth[at].min()))
    return {size: np.transpose(pairs) for size, pairs in result.items()}


@each_state(PAGE, "bad-sets")
def test_bad_sets_and_the_worst_choice_are_those_counted_class_by_class(state):
    hypotheses, n, epsilon = settings(state)
    gaps, excess = gaps_and_choices(n, n)[hypotheses]
    good = excess[gaps <= epsilon]
    counted = {
        "hypotheses": hypotheses,
        "examples": n,
        "allowed_gap": epsilon,
        "bad": (gaps > epsilon).sum(),
        "sets": 2000,
        "share": (gaps > epsilon).mean(),
        "worst": max(good, default=0),
        "promised": 2 * epsilon,
    }
    tested_above = ("bound", "low", "high", "confidence")
    others = {k: v for k, v in state.numbers.items() if k not in tested_above}
    assert others == pytest.approx(counted)
    assert counted["worst"] <= counted["promised"]
    assert ("No set was good" in state.caption) == (not len(good))


@each_state(PAGE, "bad-sets")
def test_as_large_a_share_of_other_sets_is_bad(state):
    hypotheses, n, epsilon = settings(state)
    gaps, _ = gaps_and_choices(n, (n, 1), sets=500)[hypotheses]
    share, measured = (gaps > epsilon).mean(), state.numbers["share"]
    p = (500 * share + 2000 * measured) / 2500
    error = (max(p * (1 - p), 1e-3) * (1 / 500 + 1 / 2000)) ** 0.5
    assert share == pytest.approx(measured, abs=4.5 * error)


@pytest.mark.parametrize("n", [25, 50, 100, 200, 500, 1000, 2000])
@pytest.mark.parametrize("epsilon", [0.05, 0.1, 0.15, 0.2])
def test_a_single_threshold_is_as_often_bad_as_the_binomial_law_says(n, epsilon):
    settings = {"hypotheses": "1", "examples": str(n), "allowed_gap": str(epsilon)}
    (state,) = (s for s in every_state(PAGE, "bad-sets") if s.values == settings)
    k, p = np.arange(n + 1), norm.cdf(-1)
    expected = binom.pmf(k, n, p)[abs(k / n - p) > epsilon].sum()
    error = (max(expected * (1 - expected), 1e-3) / 2000) ** 0.5
    assert state.numbers["share"] == pytest.approx(expected, abs=4.5 * error)


@each_state(PAGE, "exponential-over-step")
def test_the_bounds_by_an_exponential_are_sums_over_all_outcomes(state):
    steepness, n = float(state.values["steepness"]), int(state.values["examples"])
    epsilon = Decimal("0.1")
    errors = [Decimal(k) / n - Decimal("0.5") for k in range(n + 1)]
    chance = [Decimal(comb(n, k)) / 2**n for k in range(n + 1)]
    power = Decimal(state.values["steepness"]) * n
    fair = sum(
        p * (power * (z - epsilon)).exp() for p, z in zip(chance, errors, strict=True)
    )
    tail = sum(p for p, z in zip(chance, errors, strict=True) if z > epsilon)
    # The lemma: each of n losses adds a factor of at most exp(steepness^2 / 8).
    lemma = np.exp(-steepness * 0.1) ** n * np.exp(steepness**2 / 8) ** n
    assert state.numbers == pytest.approx(
        {
            "steepness": steepness,
            "examples": n,
            "step": 0.1,
            "tail": float(tail),
            "fair": float(fair),
            "lemma": lemma,
        },
        abs=0,
        rel=1e-9,
    )
    assert tail <= fair <= Decimal(lemma)


def enough(hypotheses, epsilon, delta):
    """Count the examples needed, with 50 digits."""
    need = (2 * hypotheses / Decimal(delta)).ln() / (2 * Decimal(epsilon) ** 2)
    return int(need.to_integral_value(ROUND_CEILING))


@each_state(PAGE, "promise-cost")
def test_the_numbers_of_examples_are_those_of_exact_arithmetic(state):
    hypotheses, epsilon, delta = state.values.values()
    need = enough(int(hypotheses), epsilon, delta)
    assert state.numbers == {
        "hypotheses": int(hypotheses),
        "gap": float(epsilon),
        "risk": float(delta),
        "need": need,
        "more": enough(10 * int(hypotheses), epsilon, delta) - need,
        "for_half": enough(int(hypotheses), Decimal(epsilon) / 2, delta),
    }
