"""Captions of the chapter on probability against counts by loops, and other draws."""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_sample_image

from tests.site.captions import each_state

PAGE = "chapters/start_probability.html"
SAMPLES = 10_000


@each_state(PAGE, "lucky")
def test_the_binomial_tails_are_those_of_exact_fractions(state):
    p, n = Fraction(state.values["probability"]), int(state.values["tries"])
    good = math.ceil(Fraction(9, 10) * n)
    exactly = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    assert sum(exactly) == 1
    assert state.numbers == pytest.approx(
        {
            "probability": float(p),
            "tries": n,
            "good": good,
            "tail": float(sum(exactly[good:])),
            "rest": float(sum(exactly[: good + 1])),
        }
    )


DIGITS = load_digits()
MIDDLES = [
    (image[3][3] + image[3][4] + image[4][3] + image[4][4]) / 4
    for image in DIGITS.images.tolist()
]
RIGHT = [
    (middle >= 11) == (digit == 1)
    for middle, digit in zip(MIDDLES, DIGITS.target.tolist(), strict=True)
    if digit in (1, 2)
]
POPULATIONS = {
    "middle of a digit": MIDDLES,
    "right or wrong": list(map(float, RIGHT)),
    "spinner": [1.0, 2.0, 3.0],
    "lottery": [0.0] * 19 + [20.0],
}


@cache
def samples(population, n):
    """Return each sample of the chapter, with its draws one after another."""
    values, counts = np.unique(POPULATIONS[population], return_counts=True)
    drawn = np.random.default_rng(n).multinomial(n, counts / counts.sum(), SAMPLES)
    return [np.repeat(values, row) for row in drawn]


@cache
def means_and_deviations(population, n):
    drawn = np.stack(samples(population, n))
    return drawn.mean(axis=1), drawn.std(axis=1, ddof=1)


def share_that_holds(means, deviations, population, n):
    truth = np.mean(POPULATIONS[population])
    return np.mean(np.abs(means - truth) <= deviations / math.sqrt(n) + 1e-9)


@each_state(PAGE, "mean-of-draws")
def test_the_numbers_of_a_sample_and_of_all_are_those_of_its_single_draws(state):
    population, n = state.values["population"], int(state.values["draws"])
    number = int(state.values["sample"])
    means, deviations = means_and_deviations(population, n)
    mine = samples(population, n)[number - 1]
    s = math.sqrt(sum((x - mine.mean()) ** 2 for x in mine) / (n - 1))
    numbers = dict(state.numbers)
    assert numbers.pop("population") == population
    assert numbers == pytest.approx(
        {
            "sample": number,
            "draws": n,
            "mean": mine.mean(),
            "s": s,
            "error": s / math.sqrt(n),
            "truth": np.mean(POPULATIONS[population]),
            "samples": SAMPLES,
            "spread": means.std(),
            "formula": np.std(POPULATIONS[population]) / math.sqrt(n),
            "inside": share_that_holds(means, deviations, population, n),
        }
    )


@each_state(PAGE, "mean-of-draws")
def test_what_is_said_of_all_samples_holds_for_other_draws(state):
    population, n = state.values["population"], int(state.values["draws"])
    if state.values["sample"] == "1":  # it is the same for every sample
        others = np.random.default_rng(1).choice(POPULATIONS[population], (2000, n))
        inside = share_that_holds(
            others.mean(axis=1), others.std(axis=1, ddof=1), population, n
        )
        assert abs(inside - state.numbers["inside"]) < 4.5 * math.sqrt(0.25 / 2000)
        assert state.numbers["spread"] == pytest.approx(
            state.numbers["formula"], rel=0.05
        )


@each_state(PAGE, "dark-middle")
def test_the_conditional_probabilities_are_counted_by_a_loop(state):
    level, digit = map(int, state.values.values())
    pairs = list(zip(MIDDLES, DIGITS.target.tolist(), strict=True))
    of_digit = [middle for middle, label in pairs if label == digit]
    labels = [label for middle, label in pairs if middle <= level]
    both = sum(middle <= level for middle in of_digit)
    assert state.numbers == pytest.approx(
        {
            "gray_level": level,
            "digit": digit,
            "of_digit": len(of_digit),
            "both": both,
            "dark": len(labels),
            "forward": both / len(of_digit),
            "backward": both / len(labels),
        }
    )


def photograph():
    """Return the photograph, each pixel the mean of 4×4, without the last rows."""
    gray = load_sample_image("china.jpg").mean(axis=2) / 255
    return gray[:424].reshape(106, 4, 160, 4).mean(axis=(1, 3))


PHOTO = photograph()


@cache
def pixel_samples(pixels, how):
    """Return the brightness of the pixels of each sample, (samples, pixels)."""
    rng, side = np.random.default_rng(pixels), math.isqrt(pixels)
    if how == "scattered":
        return PHOTO.ravel()[rng.integers(0, PHOTO.size, (SAMPLES, pixels))]
    top = rng.integers(0, 106 - side + 1, SAMPLES)
    left = rng.integers(0, 160 - side + 1, SAMPLES)
    blocks = [PHOTO[r : r + side, c : c + side] for r, c in zip(top, left, strict=True)]
    return np.reshape(blocks, (SAMPLES, pixels))


@each_state(PAGE, "pixels-of-a-photo")
def test_promised_and_measured_errors_are_those_of_blocks_cut_one_by_one(state):
    pixels, how = int(state.values["pixels"]), state.values["how"]
    number = int(state.values["sample"])
    drawn = pixel_samples(pixels, how)
    mine, truth = drawn[number - 1], PHOTO.mean()
    squares = ((drawn - drawn.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    promised = math.sqrt(np.mean(squares / (pixels - 1) / pixels))
    measured = math.sqrt(np.mean((drawn.mean(axis=1) - truth) ** 2))
    numbers = dict(state.numbers)
    assert numbers.pop("how") == how
    assert numbers == pytest.approx(
        {
            "sample": number,
            "pixels": pixels,
            "mean": mine.mean(),
            "error": np.std(mine, ddof=1) / math.sqrt(pixels),
            "truth": truth,
            "samples": SAMPLES,
            "promised": promised,
            "measured": measured,
            "times": measured / promised,
        }
    )


@each_state(PAGE, "pixels-of-a-photo")
def test_the_error_of_a_mean_is_that_of_all_places_or_of_the_formula(state):
    pixels, side = int(state.values["pixels"]), math.isqrt(int(state.values["pixels"]))
    exact = PHOTO.std() / math.sqrt(pixels)
    if state.values["how"] == "block":
        blocks = np.lib.stride_tricks.sliding_window_view(PHOTO, (side, side))
        exact = math.sqrt(np.mean((blocks.mean(axis=(2, 3)) - PHOTO.mean()) ** 2))
    assert state.numbers["measured"] == pytest.approx(exact, rel=0.03)
