"""Captions of the chapter on normalizations against PyTorch's own layers."""

import itertools
import math
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from test_captions import numbers, states
from torch.nn import functional

PAGE = "chapters/p10_normalization_family.html"
SHARED_MEAN = states(PAGE, "shared-mean")
NOISY_TRAINING = states(PAGE, "noisy-training")


def block(change):
    """Return the block of activations (4, 4, 2, 2) with the change made."""
    a = torch.tensor(np.random.default_rng(5).integers(0, 10, (4, 4, 2, 2)))
    a = a.double()
    if change == "channel 1 × 3":
        a[:, 0] *= 3
    elif change == "image 1 × 3":
        a[0] *= 3
    elif change == "image 1 + 5":
        a[0] += 5
    return a


def as_pytorch(kind, a):
    """Normalize with PyTorch's functions; pixels as rows where it says per pixel."""
    pixels = a.permute(0, 2, 3, 1)
    if kind == "layer per pixel":
        return functional.layer_norm(pixels, (4,)).permute(0, 3, 1, 2)
    if kind == "RMS per pixel":
        return functional.rms_norm(pixels, (4,), eps=1e-5).permute(0, 3, 1, 2)
    return {
        "batch": lambda: functional.batch_norm(a, None, None, training=True),
        "layer": lambda: functional.layer_norm(a, (4, 2, 2)),
        "2 groups": lambda: functional.group_norm(a, 2),
        "instance": lambda: functional.instance_norm(a),
    }[kind]()


def neighbors(kind, p):
    """Return the entries whose change moves y at image p, channel p, pixel p."""
    a = torch.randn(4, 4, 2, 2, generator=torch.Generator().manual_seed(0))
    a = a.double().requires_grad_()
    as_pytorch(kind, a)[p, p, p // 2, p % 2].backward()
    return a.grad != 0


@pytest.mark.parametrize(("values", "caption"), SHARED_MEAN)
def test_the_numbers_that_differ_are_those_of_pytorch(values, caption):
    kind, _, change = values
    moved = as_pytorch(kind, block(change)) - as_pytorch(kind, block("nothing"))
    moved = moved.abs() > 0.005
    counts = numbers(r"output (\d+) numbers in image 1 and (\d+) in the", caption)
    assert counts == [moved[0].sum(), moved[1:].sum()]


@pytest.mark.parametrize(("values", "caption"), SHARED_MEAN)
def test_the_set_is_what_the_output_depends_on(values, caption):
    kind, shaded, change = values
    among = neighbors(kind, int(shaded) - 1)
    count, size = numbers(r"(\d+) sets of (\d+) numbers", caption)
    assert count * size == 64
    assert size == among.sum()
    a = block(change)[among]
    if kind == "RMS per pixel":
        said = numbers(r"square is ([\d.]+\d)\.", caption)
        expected = [math.sqrt((a**2).mean())]
    else:
        said = numbers(r"mean is ([\d.]+\d) and the variance ([\d.]+\d)\.", caption)
        expected = [a.mean(), a.var(correction=0)]
    assert said == pytest.approx([float(v) for v in expected], abs=0.006)


@cache
def retrained(normalized, rate):
    """Train six networks without noise, one by one; losses at the steps 0, 10, 50."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(1797)
    images = torch.tensor(digits.data[order] / 16, dtype=torch.float32)
    images -= images[:1400].mean(0)
    labels = torch.tensor(digits.target[order])
    sizes = [64, *[32] * 8, 10]
    batches = torch.Generator().manual_seed(2)
    batches = [torch.randint(1400, (6, 32), generator=batches) for _ in range(50)]

    def scores(layers, x):
        for i, (w, b, gamma) in enumerate(layers):
            x = x @ w
            if i == 8:
                return x + b
            if normalized:
                x = functional.batch_norm(x, None, None, gamma, None, training=True)
            x = functional.relu(x + b)
        return x

    def probe(layers):
        x, y = images[:100], labels[:100]
        return functional.cross_entropy(scores(layers, x), y).item()

    found = []
    for seed in range(6):
        layers = []
        for i, (m, n) in enumerate(itertools.pairwise(sizes)):
            generator = torch.Generator().manual_seed(1000 * seed + i)
            w = torch.randn(m, n, generator=generator) * math.sqrt(2 / m)
            layers.append([w, torch.zeros(n), torch.ones(n)])
        parameters = [p.requires_grad_() for layer in layers for p in layer]
        optimizer = torch.optim.SGD(parameters, lr=rate)
        start = [probe(layers)]
        for step, batch in enumerate(batches, start=1):
            optimizer.zero_grad()
            x, y = images[batch[seed]], labels[batch[seed]]
            functional.cross_entropy(scores(layers, x), y).backward()
            optimizer.step()
            if step in (10, 50):
                start.append(probe(layers))
        found.append(start)
    return np.median(found, axis=0)


# Later, and at larger rates, rounding alone leads the two trainings apart.
@pytest.mark.parametrize("name", ["plain", "batch norm"])
@pytest.mark.parametrize(
    ("values", "caption"),
    [s for s in NOISY_TRAINING if s[0][0] == "0.1" and s[0][2] in ("0", "10", "50")],
)
def test_losses_without_noise_are_those_of_a_plain_training_loop(values, caption, name):
    torch.set_num_threads(1)
    at = ["0", "10", "50"].index(values[2])
    (said,) = numbers(rf"{name}: loss ([\d.]+\d), range", caption)
    assert said == pytest.approx(retrained(name != "plain", 0.1)[at], abs=0.03)


@pytest.mark.parametrize(("values", "caption"), NOISY_TRAINING)
def test_noise_shifts_more_where_it_is_stronger(values, caption):
    # The mean of a ReLU's input moves by the difference of two uniform numbers in
    # [-k/2, k/2], k/3 on average, in units of a spread that grows with the noise.
    noise = int(values[1])
    shift = numbers(r"with noise: .*?shift ([\d.]+\d)", caption)[0]
    assert 0.6 * noise / 3 / math.sqrt(1 + noise**2 / 12) < shift < 1.3 * noise / 3
    (without,) = numbers(r"batch norm: .*?shift ([\d.]+\d)", caption)
    assert without < 0.1
