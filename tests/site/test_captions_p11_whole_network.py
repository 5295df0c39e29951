"""Captions of the chapter on a whole network against PyTorch's own layers."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.datasets import load_digits, load_sample_image
from torch.nn import functional as F

from tests.site.captions import each_state

PAGE = "chapters/p11_whole_network.html"


@cache
def pooling_input(name):
    china = load_sample_image("china.jpg").mean(axis=2) / 255
    china = torch.tensor(china)[None, None]
    small = F.avg_pool2d(china, 4)[:, :, 19:61, 38:80]
    if name == "photograph":
        return small[:, :, 1:-1, 1:-1]
    x = small[0, 0]
    slope = x[:, 2:] - x[:, :-2]  # the Sobel filter, taken apart
    edges = slope[:-2] + 2 * slope[1:-1] + slope[2:]
    return edges.clamp(0, 1)[None, None]


@each_state(PAGE, "pool-window")
def test_sizes_shares_and_means_of_pooling_are_those_of_pytorch(state):
    name, pool, *sizes = state.values.values()
    k, s = map(int, sizes)
    x = pooling_input(name)
    y = (F.max_pool2d if pool == "max" else F.avg_pool2d)(x, k, s)
    counts = set()
    for i in range(0, 40 - k + 1, s):
        for j in range(0, 40 - k + 1, s):
            window = x[0, 0, i : i + k, j : j + k]
            chosen = window == window.max() if pool == "max" else window > -1
            if pool == "max":
                chosen &= window > 0
            counts |= {(i + u, j + v) for u, v in chosen.nonzero().tolist()}
    assert state.numbers == {
        "pool": pool.capitalize(),
        "input": name,
        "window": k,
        "stride": s,
        "side": 40,
        "rows": y.shape[2],
        "columns": y.shape[3],
        "kept": pytest.approx(y.numel() / x.numel()),
        "counted": pytest.approx(len(counts) / x.numel()),
        "do": "get through" if pool == "max" else "count",
        "before": pytest.approx(x.mean().item()),
        "after": pytest.approx(y.mean().item()),
    }


@cache
def trained_by_pytorch():
    """Train the same network with PyTorch's layers; it, and all logits by epoch.

    Rounding changes little here: 64 bits in place of 32, or first weights that are off
    by 1e-7, move the last logits of the five digits by at most 1e-4.
    """
    torch.set_num_threads(1)
    digits = load_digits()
    x = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32)
    t = torch.tensor(digits.target)
    order = np.random.default_rng(0).permutation(1797)
    rows = order[:1000]
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
            history.append(net(x).double().numpy())
        if epoch == 20:
            return net, history
        permuted = rng.permutation(rows)
        for start in range(0, 1000, 100):
            batch = permuted[start : start + 100]
            adam.zero_grad()
            F.cross_entropy(net(x[batch]), t[batch]).backward()
            adam.step()


def article(digit):
    return "an" if digit == 8 else "a"


@each_state(PAGE, "learning")
def test_answer_and_accuracies_are_those_of_the_network_trained_by_pytorch(state):
    image, epoch = map(int, state.values.values())
    logits, labels = trained_by_pytorch()[1][epoch], load_digits().target
    q, right = softmax(logits[image]), logits.argmax(axis=1) == labels
    order = np.random.default_rng(0).permutation(1797)
    one = 1.1  # image may be read otherwise
    assert state.numbers == {
        "image": image,
        "epoch": epoch,
        "best": q.argmax(),
        "sure": pytest.approx(q.max(), abs=1e-4),
        "article": article(labels[image]),
        "truth": labels[image],
        "training": pytest.approx(right[order[:1000]].mean(), abs=one / 1000),
        "validation": pytest.approx(right[order[1000:1297]].mean(), abs=one / 297),
    }
    verdict = "right" if q.argmax() == labels[image] else "wrong: it is"
    assert f" sure. That is {verdict}" in state.caption


@each_state(PAGE, "learning")
def test_the_accuracies_are_shares_of_the_training_and_the_validation_images(state):
    for name, count in (("training", 1000), ("validation", 297)):
        right = state.numbers[name] * count
        assert right == pytest.approx(round(right))
