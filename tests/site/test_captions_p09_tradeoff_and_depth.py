"""Captions of the explorers of the trade-off and of depth, computed in another way.

What a chapter simulates is drawn here from the same seeds, so that every digit can be
compared; the numbers are then computed by other formulas.
"""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.datasets import load_digits

from tests.site.captions import said, states

PAGE = "chapters/p09_tradeoff_and_depth.html"
JUMPS = [0.09, 0.21, 0.36, 0.44, 0.63, 0.71, 0.87]
HALF = 5.01e-4  # half of the last of three digits, and what a machine rounds


def chances(parts):
    """P(part and label 0), P(part and label 1): no jump lies inside a grid's cell."""
    grid = (np.arange(25_600) + 0.5) / 25_600
    ones = np.where(np.searchsorted(JUMPS, grid) % 2, 0.85, 0.15)
    ones = ones.reshape(parts, -1).mean(axis=1) / parts
    return np.stack([1 / parts - ones, ones])


@cache
def samples():
    """The chapter's 1000 training sets of each size, as shares of 256 cells."""
    rng = np.random.default_rng(9)
    p = chances(256).ravel()
    return {n: rng.multinomial(n, p, 1000) / n for n in (50, 100, 200, 500, 2000)}


def expected_loss(n, p):
    """Expected loss of the majority rule: sum over what may fall into each bin."""
    inside, ones = p.sum(axis=0), p[1] / p.sum(axis=0)
    count = np.arange(n + 1)[:, None]
    more_ones = binom.sf(count // 2, count, ones)
    says_one = (binom.pmf(count, n, inside) * more_ones).sum(axis=0)
    return (p[0] * says_one + p[1] * (1 - says_one)).sum()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "bigger"))
def test_losses_gap_and_bound_of_bins(values, caption):
    bins, n = map(int, values)
    b, power, size, ideal, test, gap, bound = said(
        r"^B = #, so 2\^# rules, and N = #: ideal loss #; test loss of the learned "
        r"rule # on average; the worst gap is below # in 95 of 100 training sets, and "
        r"the bound promises #(?:\.|, which says nothing\.)$",
        caption,
    )
    assert (b, power, size) == (bins, bins, n)
    # A rule adds to its loss a margin of each bin, with one sign or the other.
    p, t = (
        a.reshape(-1, 2, bins, 256 // bins).sum(-1)
        for a in (chances(256), samples()[n])
    )
    true, seen = p[:, 1] - p[:, 0], t[:, 1] - t[:, 0]
    losses = (1 - np.where(seen > 0, true, -true).sum(axis=1)) / 2
    assert ideal == pytest.approx((1 - abs(true).sum()) / 2, abs=HALF)
    assert test == pytest.approx(losses.mean(), abs=HALF)
    gaps = abs(seen - true).sum(axis=1) / 2
    assert gap == pytest.approx(np.quantile(gaps, 0.95), abs=HALF)
    again = expected_loss(n, chances(bins))
    assert test == pytest.approx(again, abs=4.5 * losses.std() / 1000**0.5 + HALF)
    below, above = (
        2**bins * 2 * math.exp(-2 * n * eps**2) for eps in (bound - HALF, bound + HALF)
    )
    assert below > 0.05 > above
    assert ("says nothing" in caption) == (bound > 1)


DIGITS = load_digits()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "descent"))
def test_losses_of_the_random_features(values, caption):
    n, noise = int(values[1]), int(values[2])
    p = round(float(values[0]) * n)
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
        norms.append((weights**2).sum() ** 0.5)
    pattern = (
        r"^p = # features, N = # examples, #% label noise: training loss #, test loss "
        r"#; norm of the weights #; the gap is #, its bound #\.$"
    )
    *named, train, test, norm, gap, bound = said(pattern, caption)
    assert named == [p, n, noise]
    assert train == pytest.approx(np.mean(trains), abs=HALF)
    assert test == pytest.approx(np.mean(tests), abs=HALF)
    assert norm == float(f"{np.mean(norms):.2g}")
    assert gap == pytest.approx(np.mean(tests) - np.mean(trains), abs=HALF)
    log_bound = math.log(2) + 640 * p * math.log(2) - 2 * n * bound**2
    assert log_bound == pytest.approx(math.log(0.05), abs=4 * n * bound * 0.051)


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
        r"^Depth #, gain #: # pieces from # units and # parameters\. One hidden layer "
        r"of # units has at most # pieces; for # it needs at least # units?\.$"
    )
    units = 2 * depth
    parameters = 4 + 6 * (depth - 1) + 3
    deep = [depth, gain, pieces, units, parameters]
    assert said(pattern, caption) == [*deep, units, units + 1, pieces, pieces - 1]
