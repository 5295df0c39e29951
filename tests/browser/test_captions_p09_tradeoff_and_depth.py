"""Captions of the explorers of the trade-off and of depth, computed in another way."""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from test_captions import said, states

PAGE = "chapters/p09_tradeoff_and_depth.html"
JUMPS = [0.09, 0.21, 0.36, 0.44, 0.63, 0.71, 0.87]


def label_one(x):
    return np.where(np.searchsorted(JUMPS, x) % 2, 0.85, 0.15)


@cache
def learned(n, bins, draws=400):
    """Test losses and worst gaps of majority rules, from examples drawn one by one."""
    rng = np.random.default_rng(123)
    fine = label_one((np.arange(64_000) + 0.5) / 64_000)
    true_ones = fine.reshape(bins, -1).mean(axis=1) / bins
    tests, gaps = [], []
    for _ in range(draws):
        x = rng.random(n)
        y = rng.random(n) < label_one(x)
        place = (x * bins).astype(int)
        ones = np.bincount(place[y], minlength=bins) / n
        zeros = np.bincount(place[~y], minlength=bins) / n
        if_one, if_zero = zeros - (1 / bins - true_ones), ones - true_ones
        largest = np.maximum(if_one, if_zero).sum()
        smallest = np.minimum(if_one, if_zero).sum()
        gaps.append(max(largest, -smallest))
        tests.append(np.where(ones > zeros, 1 / bins - true_ones, true_ones).sum())
    ideal = np.minimum(true_ones, 1 / bins - true_ones).sum()
    return ideal, np.mean(tests), np.quantile(gaps, 0.95)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "bigger"))
def test_losses_gap_and_bound_of_bins(values, caption):
    bins, n = map(int, values)
    ideal, test, gap, bound = said(
        r"ideal loss #; test loss of the learned rule # on average; the worst gap is "
        r"below # in .* promises #\d*(?:\.|,)",
        caption,
    )
    right = learned(n, bins)
    assert ideal == pytest.approx(right[0], abs=1e-3)
    assert test == pytest.approx(right[1], abs=0.006)
    assert gap == pytest.approx(right[2], abs=0.03)
    below, above = (
        2**bins * 2 * math.exp(-2 * n * eps**2)
        for eps in (bound - 0.0006, bound + 0.0006)
    )
    assert below > 0.05 > above
    assert ("says nothing" in caption) == (bound > 1)


DIGITS = load_digits()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "descent"))
def test_losses_of_the_random_features(values, caption):
    n, noise = int(values[1]), int(values[2])
    p = round(float(values[0]) * n)
    trains, tests = [], []
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
    pattern = r"training loss #, test loss #; .* gap is #, its bound #\.$"
    train, test, gap, bound = said(pattern, caption)
    assert train == pytest.approx(np.mean(trains), abs=1e-3)
    assert test == pytest.approx(np.mean(tests), abs=2e-3)
    assert gap == pytest.approx(test - train, abs=2e-3)
    log_bound = math.log(2) + 640 * p * math.log(2) - 2 * n * bound**2
    assert log_bound == pytest.approx(math.log(0.05), abs=4 * n * bound * 0.06)


def switches(depth, gain):
    """The points inside (0, 1) at which some fold switches: where f^j(x) = 1/2."""
    level, found = {Fraction(1, 2)}, set()
    for _ in range(depth):
        found |= level
        level = {
            x
            for y in level
            if y <= gain / 2
            for x in (y / gain, 1 - y / gain)
            if 0 < x < 1
        }
    return found


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "sawtooth"))
def test_pieces_of_the_folded_line(values, caption):
    depth, gain = int(values[0]), Fraction(values[1])
    pieces = 1 + len(switches(depth, gain))
    pattern = (
        r": # pieces from # units and # parameters.* at most # .* for # .* least #"
    )
    units = 2 * depth
    parameters = 4 + 6 * (depth - 1) + 3
    expected = [pieces, units, parameters, units + 1, pieces, pieces - 1]
    assert said(pattern, caption) == expected
