"""Captions of the explorers of batch normalization against independent computations."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from test_captions import numbers, states

PAGE = "chapters/p10_batch_normalization.html"
NORMALIZED = states(PAGE, "normalized-batch")
RUNNING = states(PAGE, "running-average")


@pytest.mark.parametrize(("values", "caption"), NORMALIZED)
def test_the_variance_of_the_outputs_is_v_over_v_plus_eps(values, caption):
    v, out = numbers(r"variance v = ([\d.e-]+);.* v/\(v \+ ε\) = ([\d.]+)\.", caption)
    assert out == pytest.approx(v / (v + float(values[1])), abs=3e-3)


@pytest.mark.parametrize(("values", "caption"), NORMALIZED)
def test_the_orange_output_is_that_of_a_second_simulation(values, caption):
    n, epsilon, spread = int(values[0]), float(values[1]), float(values[2])
    rng = np.random.default_rng([n, 77])
    outputs = []
    for _ in range(4000):
        x = [spread, *(spread * rng.standard_normal(n - 1))]
        mean = sum(x) / n
        variance = sum((a - mean) ** 2 for a in x) / n
        outputs.append((spread - mean) / (variance + epsilon) ** 0.5)
    pattern = r"is (-?[\d.]+) on average, with standard deviation ([\d.]+);"
    mean, deviation = numbers(pattern, caption)
    expected = np.std(outputs)
    assert mean == pytest.approx(np.mean(outputs), abs=5 * expected / 1300**0.5 + 6e-4)
    assert deviation == pytest.approx(expected, rel=0.12, abs=6e-4)


@pytest.mark.parametrize(("values", "caption"), NORMALIZED)
def test_the_infinite_batch_gives_the_closed_form(values, caption):
    epsilon, spread = float(values[1]), float(values[2])
    (limit,) = numbers(r"infinite batch it would be ([\d.]+)\.$", caption)
    assert limit == pytest.approx((1 + epsilon / spread**2) ** -0.5, abs=6e-4)


@cache
def pixel():
    return load_digits().data.reshape(-1, 8, 8)[:, 3, 3]


@pytest.mark.parametrize(("values", "caption"), RUNNING)
def test_the_running_values_are_weighted_sums_of_the_batches(values, caption):
    momentum, step = float(values[0]), int(values[1])
    rows = np.random.default_rng(5).integers(0, len(pixel()), (300, 16))[:step]
    batches = pixel()[rows]
    weights = momentum * (1 - momentum) ** np.arange(step)[::-1]
    start = (1 - momentum) ** step
    mean = weights @ batches.mean(axis=1)
    variance = start + weights @ batches.var(axis=1, ddof=1)
    assert numbers(r"\^\d+ = ([\d.]+)\. ", caption)[0] == pytest.approx(start, abs=6e-4)
    pattern = r"mean is ([\d.]+) .* variance ([\d.]+) "
    assert numbers(pattern, caption) == pytest.approx([mean, variance], abs=6e-3)


@pytest.mark.parametrize(("values", "caption"), RUNNING)
def test_expectation_memory_and_noise_are_those_of_explicit_weights(values, caption):
    momentum, step = float(values[0]), int(values[1])
    mu, variance = pixel().mean(), pixel().var()
    weights = momentum * (1 - momentum) ** np.arange(step)
    expected = [weights.sum() * mu, weights.sum() * variance + 1 - weights.sum()]
    pattern = r"expected ([\d.]+), truth.*expected ([\d.]+), truth"
    assert numbers(pattern, caption) == pytest.approx(expected, abs=6e-3)
    pattern = r"truth ([\d.]+)\), .* truth ([\d.]+)\)"
    assert numbers(pattern, caption) == pytest.approx([mu, variance], abs=6e-3)
    settled = momentum * (1 - momentum) ** np.arange(5000)
    memory, noise = numbers(r"memory: ([\d.]+) batch.* deviation ([\d.]+)\.$", caption)
    assert memory == pytest.approx(settled @ np.arange(1, 5001), rel=6e-3)
    noise_expected = (variance / 16 * (settled**2).sum()) ** 0.5
    assert noise == pytest.approx(noise_expected, abs=6e-3)
