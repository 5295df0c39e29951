"""Captions of the chapter on a whole network against PyTorch's own layers."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_sample_image
from test_captions import states
from torch.nn import functional as F

PAGE = "chapters/p11_whole_network.html"
NUMBER = r"(-?\d+\.\d+)"


@cache
def pooling_input(name):
    china = load_sample_image("china.jpg").mean(axis=2) / 255
    china = torch.tensor(china)[None, None]
    small = F.avg_pool2d(china, 4)[:, :, 19:69, 30:80]
    if name == "photograph":
        return small[:, :, 1:-1, 1:-1]
    x = small[0, 0]
    slope = x[:, 2:] - x[:, :-2]  # the Sobel filter, taken apart
    edges = slope[:-2] + 2 * slope[1:-1] + slope[2:]
    return edges.clamp(0, 1)[None, None]


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "pool-window"))
def test_sizes_shares_and_means_of_pooling_are_those_of_pytorch(values, caption):
    name, pool, k, s = values[0], values[1], int(values[2]), int(values[3])
    x = pooling_input(name)
    y = (F.max_pool2d if pool == "max" else F.avg_pool2d)(x, k, s)
    counts = set()
    for i in range(0, 48 - k + 1, s):
        for j in range(0, 48 - k + 1, s):
            window = x[0, 0, i : i + k, j : j + k]
            chosen = window == window.max() if pool == "max" else window > -1
            if pool == "max":
                chosen &= window > 0
            counts |= {(i + u, j + v) for u, v in chosen.nonzero().tolist()}
    assert f"become {y.shape[2]}×{y.shape[3]}, {y.numel() / 2304:.1%} of" in caption
    share = float(re.search(r"([\d.]+)% of the pixels", caption)[1])
    assert share == pytest.approx(100 * len(counts) / 2304, abs=0.051)
    means = re.search(rf"from {NUMBER} to {NUMBER}", caption).groups()
    expected = [x.mean().item(), y.mean().item()]
    assert [float(mean) for mean in means] == pytest.approx(expected, abs=6e-4)


@cache
def trained_by_pytorch():
    """Train the same network with PyTorch's layers; accuracy by epoch."""
    torch.set_num_threads(1)
    digits = load_digits()
    x = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32)
    t = torch.tensor(digits.target)
    order = np.random.default_rng(0).permutation(1797)
    rows, validation = order[:1000], order[1000:1297]
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(64, 10),
    )
    rng = np.random.default_rng(100)
    for parameter in net.parameters():
        shape = tuple(parameter.shape)
        draw = torch.tensor(rng.standard_normal(shape), dtype=torch.float32)
        fan_in = math.prod(shape[1:])
        parameter.data = draw * math.sqrt(2 / fan_in) if shape[1:] else 0 * draw
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    history = []
    for epoch in range(21):
        with torch.no_grad():
            right = net(x).argmax(dim=1) == t
        history.append(
            [right[part].double().mean().item() for part in (rows, validation)]
        )
        if epoch == 20:
            return history
        permuted = rng.permutation(rows)
        for start in range(0, 1000, 100):
            batch = permuted[start : start + 100]
            adam.zero_grad()
            F.cross_entropy(net(x[batch]), t[batch]).backward()
            adam.step()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "learning"))
def test_the_accuracies_are_those_of_the_network_trained_by_pytorch(values, caption):
    said = re.findall(r"(\d\.\d\d) on the", caption)
    expected = trained_by_pytorch()[int(values[1])]
    assert [float(a) for a in said] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "learning"))
def test_the_verdict_agrees_with_the_label(values, caption):
    truth = load_digits().target[int(values[0])]
    said = int(re.search(r"“(\d)”", caption)[1])
    wrong = re.search(r"wrong, it is an? (\d)", caption)
    assert (wrong is None) == (said == truth)
    assert wrong is None or int(wrong[1]) == truth


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "temperature"))
def test_the_odds_of_two_digits_are_those_of_their_logits(values, caption):
    temperature = float(values[1])
    numbers = re.findall(NUMBER + r"(?! *:)", caption.split("“")[1])
    first, second, z_first, z_second = map(float, numbers)
    assert z_first >= z_second
    odds = math.exp((z_first - z_second) / temperature)
    assert second * odds == pytest.approx(first, abs=6e-4 * (1 + odds))
    assert first + second <= 1.001
    assert first >= 0.1
