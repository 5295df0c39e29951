"""Captions of the explorers of batch normalization against independent computations."""

from functools import cache

import numpy as np
import pytest
import torch
from scipy.stats import chi2, norm
from sklearn.datasets import load_digits

from tests.site.captions import check, states

PAGE = "chapters/p10_batch_normalization.html"
NORMALIZED = states(PAGE, "normalized-batch")
RUNNING = states(PAGE, "running-average")


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


@pytest.mark.parametrize(("values", "caption"), NORMALIZED)
def test_the_outputs_are_those_of_pytorchs_layer(values, caption):
    n, epsilon, spread = int(values[0]), float(values[1]), float(values[2])
    x = torch.tensor(3 + spread * batches()[n])  # batches are the channels
    y = torch.nn.functional.batch_norm(x, None, None, training=True, eps=epsilon)
    mean, deviation = y[0].mean().item(), y[0].std(correction=0).item()
    v = x[:, 0].var(correction=0).item()
    check(
        caption,
        f"Batch of {n}, ε = {values[1]}, spread {values[2]}: this batch has the "
        "variance v = #; its outputs have the variance v/(v + ε) = #. Over 2,000 "
        "batches the output of the orange example is # on average, with standard "
        "deviation #; in an infinite batch it would be #.",
        *(v, v / (v + epsilon), mean, deviation, (1 + epsilon / spread**2) ** -0.5),
    )
    # The batches are fairly drawn.
    expected, deviation_expected, error = exact_moments(n, epsilon / spread**2)
    assert mean == pytest.approx(expected, abs=5 * deviation_expected / 2000**0.5)
    assert deviation == pytest.approx(deviation_expected, abs=5 * error)


@cache
def pixel():
    return load_digits().data.reshape(-1, 8, 8)[:, 3, 3]


@pytest.mark.parametrize(("values", "caption"), RUNNING)
def test_the_running_values_are_weighted_sums_of_the_batches(values, caption):
    momentum, steps = float(values[0]), int(values[1])
    rows = np.random.default_rng(5).integers(0, len(pixel()), (300, 16))[:steps]
    seen, mu, variance = pixel()[rows], pixel().mean(), pixel().var()
    settled = momentum * (1 - momentum) ** np.arange(5000)
    weights = settled[:steps][::-1]
    start = 1 - weights.sum()
    memory = settled @ np.arange(1, 5001)
    noise = (variance / 16 * (settled**2).sum()) ** 0.5
    check(
        caption,
        f"Momentum α = {values[0]}, after {steps} step{'s' * (steps > 1)}: the start "
        f"weighs (1 - α)^{steps} = #. The running mean is # (expected #, truth #), the "
        "running variance # (expected #, truth #). Effective memory: # "
        f"batch{'es' * (momentum < 1)}; in the long run the running mean has the "
        "standard deviation #.",
        *(start, weights @ seen.mean(axis=1), weights.sum() * mu, mu),
        *(start + weights @ seen.var(axis=1, ddof=1), start + (1 - start) * variance),
        *(variance, memory, noise),
    )
