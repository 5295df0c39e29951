"""Captions on effective fields, against gradients in PyTorch and the pictures."""

import itertools
import re
from functools import cache

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

from tests.site.captions import each_state, every_state

PAGE = "chapters/p11_effective_field.html"


def box_convolved(layers):
    """Return how many paths end at each column: ones, convolved with themselves."""
    paths = np.ones(1)
    for _ in range(layers):
        paths = np.convolve(paths, np.ones(3))
    return paths


@cache
def random_networks(layers, relu):
    """Return the squared gradients of 40 networks over the columns, by PyTorch."""
    profiles = []
    for seed in range(40):
        rng = np.random.default_rng(1000 * layers + seed)
        side = 2 * layers + 1
        x = torch.tensor(rng.normal(size=(1, 1, side, side)), requires_grad=True)
        y = x
        for i, (c, o) in enumerate(itertools.pairwise([1, *[8] * (layers - 1), 1])):
            w = (2 / (9 * c)) ** 0.5 * torch.tensor(rng.normal(size=(o, c, 3, 3)))
            y = conv2d(y.relu() if relu and i else y, w)
        y.backward()
        squares = x.grad[0, 0].numpy() ** 2
        profiles.append(squares.sum(axis=0) + squares.sum(axis=1))
    return np.array(profiles)


def bars(svg):
    """Return the heights of the blue bars in a picture, in points."""
    outline = re.search(r'<path d="([^"]*)"[^>]*tb-blue[^>]*opacity: 0.5', svg)[1]
    heights = np.array(re.findall(r"[\d.]+", outline)[1::2], float)
    bars = heights[0] - heights[1:-1:2]
    return np.where(bars < 0.06, 0, bars)  # the picture's coordinates have four digits


def spread(profile):
    """Return the standard deviation, and how many columns in the middle hold 95%."""
    place = np.arange(len(profile)) - len(profile) // 2
    shares = profile / profile.sum()
    held = (
        2 * n + 1 for n in place[place >= 0] if shares[abs(place) <= n].sum() > 0.95
    )
    return np.sqrt(shares @ place**2), next(held)


@each_state(PAGE, "effective-field")
def test_spread_of_the_gradient_is_that_of_pytorchs_networks(state):
    layers, weights = int(state.values["layers"]), state.values["weights"]
    profiles = box_convolved(layers)[None]
    if weights != "uniform":
        profiles = random_networks(layers, relu="ReLU" in weights)
    total, error = profiles.sum(axis=0), 0
    width, middle = spread(total)
    if weights != "uniform":  # the jackknife's error: leave one network out at a time
        error = 39**0.5 * np.std([spread(total - one)[0] for one in profiles])
    assert state.numbers == {
        "layers": layers,
        "noun": "layer" if layers == 1 else "layers",
        "side": 3,
        "weights": weights,
        "field": 2 * layers + 1,
        "width": pytest.approx(width),
        "error": pytest.approx(error),
        "networks": len(profiles),
        "predicted": pytest.approx(spread(box_convolved(layers))[0]),
        "middle": middle,
        "share": 0.95,
    }
    assert ("(40 networks)" in state.caption) == (weights != "uniform")


@each_state(PAGE, "effective-field")
def test_the_bars_spread_as_the_caption_says(state):
    width, middle = spread(bars(state.picture))
    rounding = 0.0003 * (1 + int(state.values["layers"]))
    assert state.numbers["width"] == pytest.approx(width, abs=rounding)
    assert state.numbers["middle"] == middle


@each_state(PAGE, "effective-field")
def test_random_weights_spread_as_the_paths_do(state):
    width, error = state.numbers["width"], state.numbers["error"]
    paths = spread(box_convolved(int(state.values["layers"])))[0]
    assert width == pytest.approx(paths, abs=3 * error + 1e-9)
    assert error == 0 or 0.005 < error / paths < 0.04


def test_random_weights_are_measured_at_every_depth():
    kinds = [tuple(s.values.values()) for s in every_state(PAGE, "effective-field")]
    depths = ["1", "2", "3", "5", "7", "11", "15", "21", "31"]
    weights = ["uniform", "random", "random + ReLU"]
    assert kinds == list(itertools.product(depths, weights))
