"""Captions of the explorers of batch normalization against independent computations."""

import copy
import itertools
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


@cache
def digits_of_the_chapter():
    """Return normalized pixels (1797, 64) and labels; the first 1,297 are for training.

    The chapter's pixels run from 0 to 16, as scikit-learn gives them.
    """
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    pixels = torch.tensor(load_digits().data, dtype=torch.float32)[order]
    seen = pixels[:1297]
    pixels = (pixels - seen.mean(0)) / (seen.var(0) + 1).sqrt()
    return pixels, torch.tensor(load_digits().target)[order]


@cache
def networks(mode):
    """Train ten networks of PyTorch's own layers, in training or evaluation mode."""
    torch.set_num_threads(1)
    pixels, labels = digits_of_the_chapter()
    made = []
    for seed in range(10):
        generator = torch.Generator().manual_seed(seed)
        layers = []
        for a, b in itertools.pairwise([64, 32, 32, 32, 10]):
            layers.append(torch.nn.Linear(a, b, bias=b == 10))
            with torch.no_grad():
                w = torch.randn((a, b), generator=generator)
                layers[-1].weight[:] = (w * (2 / a) ** 0.5).T
            if b == 10:
                torch.nn.init.zeros_(layers[-1].bias)
            else:
                layers += [torch.nn.BatchNorm1d(b), torch.nn.ReLU()]
        network = torch.nn.Sequential(*layers).train(mode == "training mode")
        optimizer = torch.optim.SGD(network.parameters(), lr=0.3)
        for _ in range(200):
            rows = torch.randint(0, 1297, (64,), generator=generator)
            optimizer.zero_grad()
            scores = network(pixels[rows])
            torch.nn.functional.cross_entropy(scores, labels[rows]).backward()
            optimizer.step()
        made.append(network)
    return made


@cache
def answers(trained_in, tested_in, size, order):
    """Return which test images each network gets right, in that order: (10, 500)."""
    pixels, labels = (part[1297:] for part in digits_of_the_chapter())
    rows = torch.randperm(500, generator=torch.Generator().manual_seed(1))
    if order == "sorted by class":
        rows = torch.tensor(np.argsort(labels.numpy(), kind="stable"))
    right = []
    for trained in networks(trained_in):
        network = copy.deepcopy(trained).train(tested_in == "training mode")
        with torch.no_grad():
            scores = [network(pixels[batch]) for batch in rows.split(size)]
        right.append(torch.cat(scores).argmax(1) == labels[rows])
    return torch.stack(right).double().numpy()


@each_state(PAGE, "wrong-mode")
def test_the_accuracies_are_those_of_pytorchs_layers_in_either_mode(state):
    trained_in, tested_in, size, order = state.values.values()
    right = answers(trained_in, tested_in, int(size), order)
    proper = answers("training mode", "evaluation mode", 500, "shuffled")
    numbers = dict(state.numbers)
    # Rounding leads two trainings apart, by a few test images.
    assert numbers.pop("accuracy") == pytest.approx(np.median(right.mean(1)), abs=0.02)
    assert numbers.pop("proper") == pytest.approx(np.median(proper.mean(1)), abs=0.01)
    assert abs(numbers.pop("right") - right[0, :10].sum()) <= 1
    assert numbers == {
        "trained_in": trained_in,
        "tested_in": tested_in,
        "test_batch": int(size),
        "order": order,
        "shown": 10,
        "all": 500,
        "networks": 10,
    }
