"""Captions of the chapter on thresholds and losses against slower, plainer counts."""

import math
import re

import numpy as np
import pytest
from sklearn.datasets import load_digits
from test_captions import states

PAGE = "chapters/p08_threshold_and_loss.html"
NUMBER = r"(-?\d+\.\d+)"


def edges(image):
    """Count by a loop the neighbors of which one is bright and the other is not."""
    pixels = {(r, c): image[r, c] >= 8 for r in range(8) for c in range(8)}
    return sum(
        pixels[r, c] != pixels[neighbor]
        for r, c in pixels
        for neighbor in ((r + 1, c), (r, c + 1))
        if neighbor in pixels
    )


DIGITS = load_digits()
POPULATION = [
    (edges(image), digit == 9)
    for image, digit in zip(DIGITS.images, DIGITS.target, strict=True)
    if digit in (7, 9)
]
DRAWS = np.random.default_rng(19).integers(0, len(POPULATION), (5, 300))


def loss(threshold, examples):
    return sum((x >= threshold) != y for x, y in examples) / len(examples)


ON_ALL = {t: loss(t, POPULATION) for t in range(21, 47)}


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "seven-or-nine"))
def test_the_losses_and_gaps_of_the_digits_are_those_counted_by_a_loop(values, caption):
    threshold, n, number = map(int, values)
    examples = [POPULATION[i] for i in DRAWS[number - 1, :n]]
    on_examples = {t: loss(t, examples) for t in ON_ALL}
    smallest = min(on_examples.values())
    tied = [t for t in ON_ALL if on_examples[t] == smallest]
    fitted, best = tied[0], min(ON_ALL, key=ON_ALL.get)
    expected = (
        on_examples[threshold],
        ON_ALL[threshold],
        smallest,
        ON_ALL[fitted],
        ON_ALL[fitted] - smallest,
        ON_ALL[best],
        ON_ALL[fitted] - ON_ALL[best],
    )
    said = [float(text) for text in re.findall(NUMBER, caption)]
    assert said == pytest.approx(expected, abs=0.00051)
    assert f"Fitted threshold {fitted}" in caption
    assert f"Best threshold for all digits {best}:" in caption
    assert (f"({len(tied)} tie;" in caption) == (len(tied) > 1)


def normal_cdf(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def fit_by_class(zeros, ones):
    """Return the lowest threshold with the fewest mistakes, and their number.

    Counts each class by itself, at every example; the threshold lies halfway to the
    next lower example.
    """
    zeros, ones = np.sort(zeros), np.sort(ones)
    t = np.sort(np.concatenate([[-math.inf], zeros, ones, [math.inf]]))
    mistakes = np.searchsorted(ones, t) + len(zeros) - np.searchsorted(zeros, t)
    best = 1 + mistakes[1:].argmin()
    return (t[best - 1] + t[best]) / 2, mistakes[best]


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "bells"))
def test_the_mean_losses_of_the_bells_are_those_of_other_draws(values, caption):
    distance, n = float(values[0]), int(values[1])
    rng = np.random.default_rng(1)
    train, everywhere = [], []
    for _ in range(1000):
        ones = rng.binomial(n, 0.5)
        t, mistakes = fit_by_class(
            rng.normal(size=n - ones), rng.normal(distance, 1, ones)
        )
        train.append(mistakes / n)
        everywhere.append((1 - normal_cdf(t) + normal_cdf(t - distance)) / 2)
    a, a_error, b, b_error, best, gap, excess = (
        float(text) for text in re.findall(NUMBER, caption.split("Mean loss")[1])
    )
    for said, error, values in ((a, a_error, train), (b, b_error, everywhere)):
        both = math.hypot(error, np.std(values) / math.sqrt(1000))
        assert said == pytest.approx(np.mean(values), abs=4 * both + 0.0006)
    assert best == pytest.approx(normal_cdf(-distance / 2), abs=0.00051)
    assert (gap, excess) == pytest.approx((b - a, b - best), abs=0.0011)
    assert 0 <= excess <= gap
