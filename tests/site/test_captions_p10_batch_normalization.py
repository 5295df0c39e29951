"""Captions of the explorers of batch normalization against independent computations."""

from functools import cache

import numpy as np
import pytest
import torch
from scipy.stats import chi2, norm
from sklearn.datasets import load_digits

from tests.site.captions import each_state

PAGE = "chapters/p10_batch_normalization.html"


@cache
def batches():
    """Return batches of each size, in spreads from the mean; the orange one first."""
    rng = np.random.default_rng(10)
    units = {n: rng.standard_normal((n, 2000)) for n in (2, 4, 16, 64, 256)}
    for unit in units.values():
        unit[0] = 1
    return units


def exact_moments(n, epsilon):
    """Mean, standard deviation and its error over 2,000 batches, by integration.

    epsilon is counted in squared spreads. The mean of the n - 1 others is normal, and
    their squared distances from it follow a chi-squared law, independent of the mean.
    """
    quantiles = (np.arange(400) + 0.5) / 400
    distance = (n - 1) / n * (1 - norm.ppf(quantiles) / (n - 1) ** 0.5)
    squares = chi2.ppf(quantiles, n - 2)[:, None] if n > 2 else np.zeros((1, 1))
    v = (squares + distance**2 * n / (n - 1)) / n
    output = distance / np.sqrt(v + epsilon)
    mean, deviation = output.mean(), output.std()
    fourth = ((output - mean) ** 4).mean()
    return mean, deviation, ((fourth - deviation**4) / 2000) ** 0.5 / 2 / deviation


@each_state(PAGE, "normalized-batch")
def test_the_outputs_are_those_of_pytorchs_layer(state):
    n, epsilon, spread = map(float, state.values.values())
    x = torch.tensor(3 + spread * batches()[n])  # batches are the channels
    y = torch.nn.functional.batch_norm(x, None, None, training=True, eps=epsilon)
    mean, deviation = y[0].mean().item(), y[0].std(correction=0).item()
    v = x[:, 0].var(correction=0).item()
    assert state.numbers == pytest.approx(
        {
            "batch_size": n,
            "epsilon": epsilon,
            "spread": spread,
            "v": v,
            "variance": v / (v + epsilon),
            "batches": 2000,
            "mean": mean,
            "deviation": deviation,
            "limit": (1 + epsilon / spread**2) ** -0.5,
        }
    )
    # The batches are fairly drawn.
    expected, deviation_expected, error = exact_moments(int(n), epsilon / spread**2)
    assert mean == pytest.approx(expected, abs=5 * deviation_expected / 2000**0.5)
    assert deviation == pytest.approx(deviation_expected, abs=5 * error)


@cache
def pixel():
    return load_digits().data.reshape(-1, 8, 8)[:, 3, 3]


@each_state(PAGE, "running-average")
def test_the_running_values_are_weighted_sums_of_the_batches(state):
    momentum, steps = float(state.values["momentum"]), int(state.values["step"])
    rows = np.random.default_rng(5).integers(0, len(pixel()), (300, 16))[:steps]
    seen, mu, variance = pixel()[rows], pixel().mean(), pixel().var()
    settled = momentum * (1 - momentum) ** np.arange(5000)
    weights = settled[:steps][::-1]
    start = 1 - weights.sum()
    numbers = dict(state.numbers)
    assert numbers.pop("means") == pytest.approx(
        [weights @ seen.mean(axis=1), weights.sum() * mu, mu]
    )
    assert numbers.pop("variances") == pytest.approx(
        [
            start + weights @ seen.var(axis=1, ddof=1),
            start + (1 - start) * variance,
            variance,
        ]
    )
    assert numbers == pytest.approx(
        {
            "momentum": momentum,
            "step": steps,
            "steps": "steps" if steps > 1 else "step",
            "start": start,
            "memory": settled @ np.arange(1, 5001),
            "batches": "batches" if momentum < 1 else "batch",
            "deviation": (variance / 16 * (settled**2).sum()) ** 0.5,
        }
    )
