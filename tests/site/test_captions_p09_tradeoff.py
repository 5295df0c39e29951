"""Captions of the explorers of the trade-off, computed in another way.

What a chapter simulates is drawn here from the same seeds, so that the numbers can be
compared as they are; they are computed by other formulas. What does not depend on the
draws is compared with exact values, or with other draws.
"""

import math
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.datasets import load_digits

from tests.site.captions import each_state

PAGE = "chapters/p09_tradeoff.html"
JUMPS = [0.09, 0.21, 0.36, 0.44, 0.63, 0.71, 0.87]


def chances(parts):
    """P(part and label 0), P(part and label 1): no jump lies inside a grid's cell."""
    grid = (np.arange(25_600) + 0.5) / 25_600
    ones = np.where(np.searchsorted(JUMPS, grid) % 2, 0.85, 0.15)
    ones = ones.reshape(parts, -1).mean(axis=1) / parts
    return np.stack([1 / parts - ones, ones])


@cache
def samples(seed=9):
    """The chapter's 1000 training sets of each size, as shares of 256 cells."""
    rng = np.random.default_rng(seed)
    p = chances(256).ravel()
    return {n: rng.multinomial(n, p, 1000) / n for n in (50, 100, 200, 500, 2000)}


def margins(shares, bins):
    """What label 1 has more than label 0 in each bin."""
    p = shares.reshape(-1, 2, bins, 256 // bins).sum(-1)
    return p[:, 1] - p[:, 0]


def expected_loss(n, p):
    """Expected loss of the majority rule: sum over what may fall into each bin."""
    inside, ones = p.sum(axis=0), p[1] / p.sum(axis=0)
    count = np.arange(n + 1)[:, None]
    more_ones = binom.sf(count // 2, count, ones)
    says_one = (binom.pmf(count, n, inside) * more_ones).sum(axis=0)
    return (p[0] * says_one + p[1] * (1 - says_one)).sum()


@each_state(PAGE, "bigger")
def test_losses_gap_and_bound_of_bins(state):
    bins, n = map(int, state.values.values())
    # A rule adds to its loss a margin of each bin, with one sign or the other.
    true, seen = margins(chances(256), bins), margins(samples()[n], bins)
    losses = (1 - np.where(seen > 0, true, -true).sum(axis=1)) / 2
    gaps = abs(seen - true).sum(axis=1) / 2
    bound = math.sqrt((bins + math.log2(2 / 0.05)) * math.log(2) / (2 * n))
    assert state.numbers == pytest.approx(
        {
            "bins": bins,
            "examples": n,
            "ideal": (1 - abs(true).sum()) / 2,
            "test": losses.mean(),
            "gap": np.quantile(gaps, 0.95),
            "sure": 95,
            "of": 100,
            "bound": bound,
        }
    )
    assert 2**bins * 2 * math.exp(-2 * n * bound**2) == pytest.approx(0.05)
    assert ("says nothing" in state.caption) == (bound > 1)
    error = max(losses.std(), 1e-3) / 1000**0.5  # not 0 where all sets agreed
    expected = expected_loss(n, chances(bins))
    assert state.numbers["test"] == pytest.approx(expected, abs=4.5 * error)


@each_state(PAGE, "bigger")
def test_the_gap_is_as_seldom_larger_in_other_training_sets(state):
    bins, n = map(int, state.values.values())
    true, seen = margins(chances(256), bins), margins(samples(seed=90)[n], bins)
    gaps = abs(seen - true).sum(axis=1) / 2
    error = (0.95 * 0.05 * (1 / 1000 + 1 / 1000)) ** 0.5
    gap = state.numbers["gap"]
    assert (gaps < gap - 1e-9).mean() < 0.95 + 4.5 * error
    assert (gaps < gap + 1e-9).mean() > 0.95 - 4.5 * error


DIGITS = load_digits()


@each_state(PAGE, "descent")
def test_losses_of_the_random_features(state):
    n, noise = int(state.values["examples"]), int(state.values["noise_percent"])
    p = round(float(state.values["features_per_example"]) * n)
    trains, tests, norms = [], [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        order = rng.permutation(1797)
        train, test, rest = order[:n], order[1000:], order[n:1000]
        clean = DIGITS.target[train]
        noisy = np.where(rng.random(n) < 0.2, rng.integers(0, 10, n), clean)
        y = noisy if noise else clean
        w = rng.normal(size=(64, 8 * n))[:, :p]
        x = DIGITS.data / 16 - DIGITS.data[rest].mean(axis=0) / 16
        features = np.clip(x @ w, 0, None)
        weights = np.linalg.pinv(features[train], rcond=1e-13) @ np.eye(10)[y]
        answers = (features @ weights).argmax(axis=1)
        trains.append((answers[train] != y).mean())
        tests.append((answers[test] != DIGITS.target[test]).mean())
        norms.append((p * (weights**2).sum()) ** 0.5)  # with features over √p
    numbers = dict(state.numbers)
    bound = numbers.pop("bound")
    assert numbers == pytest.approx(
        {
            "features": p,
            "examples": n,
            "noise_percent": noise,
            "train": np.mean(trains),
            "test": np.mean(tests),
            "norm": np.mean(norms),
            "gap": np.mean(tests) - np.mean(trains),
        }
    )
    log_bound = math.log(2) + 640 * p * math.log(2) - 2 * n * bound**2
    assert log_bound == pytest.approx(math.log(0.05), abs=1e-6)
