"""Captions of the explorers of receptive fields, computed by gradients in PyTorch."""

import itertools
import re
from functools import cache

import numpy as np
import pytest
import torch
from test_captions import states
from torch.nn.functional import conv1d

PAGE = "chapters/p11_receptive_fields.html"


@cache
def seen(layers, k, s, dilation, unit, n):
    """Pixels of n, along one axis, on which a unit of padded layers depends."""
    x = torch.zeros((1, 1, n), dtype=torch.float64, requires_grad=True)
    y = x
    for i in range(layers):
        d = 2**i if dilation == "doubling" else int(dilation)
        ones = torch.ones((1, 1, k), dtype=torch.float64)
        y = conv1d(y, ones, stride=s, dilation=d, padding=d * (k - 1) // 2)
    y[0, 0, unit].backward()
    return x.grad[0, 0].nonzero()[:, 0].tolist()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "field-growth"))
def test_size_holes_jump_and_start_of_the_field_are_the_gradients(values, caption):
    layers, k, s = map(int, values[:3])
    size = int(re.search(r"one unit sees (\d+)×\1 pixels", caption)[1])
    jump = int(re.search(r"lie (\d+) pixel", caption)[1])
    start = int(re.search(r"starts at pixel (−?\d+)\.", caption)[1].replace("−", "-"))
    unit = -(start // jump)  # the first whose field lies inside the image
    ends = seen(layers, k, s, values[3], unit, size + 3 * jump)
    beside = seen(layers, k, s, values[3], unit + 1, size + 3 * jump)
    assert ends[-1] - ends[0] + 1 == size
    assert beside[0] - ends[0] == jump
    assert ends[0] == start + unit * jump
    read = size if "every pixel" in caption else re.search(r"only (\d+) of", caption)[1]
    assert int(read) == len(ends)
    assert ("more than the picture has" in caption) == (size > 129)


def box_convolved(layers):
    """How many paths end at each column: ones, convolved with themselves."""
    paths = np.ones(1)
    for _ in range(layers):
        paths = np.convolve(paths, np.ones(3))
    return paths / paths.sum()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "effective-field"))
def test_spread_of_the_gradient_is_that_of_the_paths(values, caption):
    layers, uniform = int(values[0]), values[1] == "uniform"
    profile = box_convolved(layers)
    place = np.arange(len(profile)) - layers
    right = np.sqrt(profile @ place**2)
    numbers = r"columns ([\d.]+)(?: ± ([\d.]+))? pixels.*, predicted ([\d.]+)\."
    width, error, predicted = re.search(numbers, caption).groups()
    assert float(predicted) == pytest.approx(right, abs=0.0051)
    allowed = 0.0051 if uniform else 4 * float(error) + 0.005
    assert float(width) == pytest.approx(right, abs=allowed)
    assert f"the field is {2 * layers + 1} pixels wide" in caption
    held = int(re.search(r"middle (\d+) of", caption)[1])
    central = [profile[abs(place) <= n].sum() for n in range(layers + 1)]
    expected = 2 * next(n for n, share in enumerate(central) if share > 0.95) + 1
    assert abs(held - expected) <= (0 if uniform else 2)


def test_random_weights_are_measured_at_every_depth():
    kinds = [values[:2] for values, _ in states(PAGE, "effective-field")]
    depths = ["1", "2", "3", "5", "7", "11", "15", "21", "31"]
    weights = ["uniform", "random", "random + ReLU"]
    assert kinds == [list(pair) for pair in itertools.product(depths, weights)]
