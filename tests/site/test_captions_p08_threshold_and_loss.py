"""Captions of the chapter on thresholds and losses against slower, plainer counts."""

import math
from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.site.captions import each_state

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


@each_state(PAGE, "seven-or-nine")
def test_the_losses_and_gaps_of_the_digits_are_those_counted_by_a_loop(state):
    threshold, n, number = map(int, state.values.values())
    examples = [POPULATION[i] for i in DRAWS[number - 1, :n]]
    on_examples = {t: loss(t, examples) for t in ON_ALL}
    smallest = min(on_examples.values())
    tied = [t for t in ON_ALL if on_examples[t] == smallest]
    fitted, best = tied[0], min(ON_ALL, key=ON_ALL.get)
    assert state.numbers == pytest.approx(
        {
            "threshold": threshold,
            "examples": n,
            "training_set": number,
            "loss": on_examples[threshold],
            "loss_on_all": ON_ALL[threshold],
            "fitted": fitted,
            "ties": len(tied),
            "fitted_loss": smallest,
            "fitted_on_all": ON_ALL[fitted],
            "gap": ON_ALL[fitted] - smallest,
            "best": best,
            "best_on_all": ON_ALL[best],
            "excess": ON_ALL[fitted] - ON_ALL[best],
        }
    )
    assert ("tie; the smallest is taken" in state.caption) == (len(tied) > 1)


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


@cache
def fits(distance, n, seed):
    """Return threshold, training loss and true loss, for 1,000 draws of n examples."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, (1000, n))
    x = rng.normal(size=(1000, n))
    t, mistakes = np.transpose(
        [
            fit_by_class(row[y == 0], distance + row[y == 1])
            for row, y in zip(x, labels, strict=True)
        ]
    )
    true = [(1 - normal_cdf(at) + normal_cdf(at - distance)) / 2 for at in t]
    return t, mistakes / n, np.array(true)


@each_state(PAGE, "bells")
def test_the_numbers_of_the_bells_are_those_of_fits_class_by_class(state):
    distance, n = float(state.values["distance"]), int(state.values["examples"])
    t, train, true = fits(distance, n, (n, round(1000 * distance)))
    best = normal_cdf(-distance / 2)
    means_with_errors = {
        name: [losses.mean(), losses.std(ddof=1) / 1000**0.5]
        for name, losses in (("train", train), ("everywhere", true))
    }
    numbers = dict(state.numbers)
    for name, expected in means_with_errors.items():
        assert numbers.pop(name) == pytest.approx(expected)
    assert numbers == pytest.approx(
        {
            "distance": distance,
            "examples": n,
            "draws": 1000,
            "low": np.percentile(t, 25),
            "high": np.percentile(t, 75),
            "best_threshold": distance / 2,
            "best": best,
            "gap": (true - train).mean(),
            "excess": (true - best).mean(),
        }
    )


@each_state(PAGE, "bells")
def test_the_mean_losses_of_the_bells_are_those_of_other_draws(state):
    distance, n = float(state.values["distance"]), int(state.values["examples"])
    _, train, true = fits(distance, n, (n, round(1000 * distance), 1))
    for losses, name in ((train, "train"), (true, "everywhere")):
        mean, error = state.numbers[name]
        off = losses.mean() - mean
        assert abs(off) < 4.5 * math.hypot(error, losses.std() / 1000**0.5)
