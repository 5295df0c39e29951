"""Captions of the chapter on thresholds and losses against slower, plainer counts."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.site.captions import said, states

PAGE = "chapters/p08_threshold_and_loss.html"


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
    ties = rf" \({len(tied)} tie; the smallest is taken\)" if len(tied) > 1 else ""
    pattern = (
        "^Training set #, # examples. Threshold #: loss # on them, # on all digits. "
        f"Fitted threshold #{ties}: loss # on them, # on all digits, so generalization "
        "gap #. Best threshold for all digits #: #, so excess loss #.$"
    )
    expected = (
        *(number, n, threshold, on_examples[threshold], ON_ALL[threshold]),
        *(fitted, smallest, ON_ALL[fitted], ON_ALL[fitted] - smallest),
        *(best, ON_ALL[best], ON_ALL[fitted] - ON_ALL[best]),
    )
    assert said(pattern, caption) == pytest.approx(expected, abs=0.00051)


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
def test_the_numbers_of_the_bells_are_those_of_fits_class_by_class(values, caption):
    distance, n = float(values[0]), int(values[1])
    rng = np.random.default_rng((n, round(1000 * distance)))
    labels = rng.integers(0, 2, (1000, n))
    x = rng.normal(size=(1000, n))
    fits = [
        fit_by_class(row[y == 0], distance + row[y == 1])
        for row, y in zip(x, labels, strict=True)
    ]
    t, mistakes = np.transpose(fits)
    everywhere = [(1 - normal_cdf(at) + normal_cdf(at - distance)) / 2 for at in t]
    train, true = mistakes.mean() / n, np.mean(everywhere)
    best = normal_cdf(-distance / 2)
    *thresholds, a, a_error, b, b_error, optimum, gap, excess = said(
        f"^Distance {values[0]}, {n} examples, 1,000 draws: half of the fitted "
        f"thresholds lie between # and #, around the best, {distance / 2:g}. Mean loss "
        "on their own examples # ± #, on the population # ± #; the best is #. So the "
        "mean generalization gap is #, the mean excess loss #.$",
        caption,
    )
    assert thresholds == pytest.approx(np.percentile(t, (25, 75)), abs=0.005001)
    losses = (train, true, best, true - train, true - best)
    assert (a, b, optimum, gap, excess) == pytest.approx(losses, abs=0.000501)
    errors = (np.std(mistakes) / n / 1000**0.5, np.std(everywhere) / 1000**0.5)
    assert (a_error, b_error) == pytest.approx(errors, abs=0.0000501)
