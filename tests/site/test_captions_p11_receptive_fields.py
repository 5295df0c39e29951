"""Captions on receptive fields, against gradients in PyTorch and the pictures."""

import itertools
import re
from functools import cache

import numpy as np
import pytest
import torch
from torch.nn.functional import conv1d

from tests.site.captions import pictures, states

PAGE = "chapters/p11_receptive_fields.html"


@cache
def seen(layers, k, s, dilation):
    """Return a unit amid a long axis, and the pixels that it and the next one see."""
    x = torch.zeros((1, 1, 8192), dtype=torch.float64, requires_grad=True)
    y = x
    for i in range(layers):
        d = 2**i if dilation == "doubling" else int(dilation)
        ones = torch.ones((1, 1, k), dtype=torch.float64)
        y = conv1d(y, ones, stride=s, dilation=d, padding=d * (k - 1) // 2)
    unit = y.shape[2] // 2
    fields = [
        torch.autograd.grad(y[0, 0, i], x, retain_graph=True)[0][0, 0].nonzero()[:, 0]
        for i in (unit, unit + 1)
    ]
    return unit, *(field.tolist() for field in fields)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "field-growth"))
def test_size_holes_jump_and_start_of_the_field_are_the_gradients(values, caption):
    layers, k, s = map(int, values[:3])
    unit, ends, beside = seen(layers, k, s, values[3])
    size, jump = ends[-1] - ends[0] + 1, beside[0] - ends[0]
    start = f"{ends[0] - unit * jump}".replace("-", "−")
    holes = f"It reads only {len(ends)} of the {size} rows and columns."
    assert caption == (
        f"{layers} layer{'s' * (layers > 1)} of {k}×{k}, stride {s}, dilation "
        f"{values[3]}: one unit sees {size}×{size} pixels"
        f"{', more than the picture has' * (size > 129)}. "
        f"{holes if len(ends) < size else 'It reads every pixel of them.'} "
        f"The fields of neighboring units lie {jump} pixel{'s' * (jump > 1)} apart; "
        f"the first starts at pixel {start}."
    )


def box_convolved(layers):
    """Return how many paths end at each column: ones, convolved with themselves."""
    paths = np.ones(1)
    for _ in range(layers):
        paths = np.convolve(paths, np.ones(3))
    return paths


def bars(values):
    """Return the heights of the blue bars in the picture of a state, in points."""
    svg = pictures(PAGE, "effective-field")[tuple(values)]
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


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "effective-field"))
def test_spread_of_the_gradient_is_that_of_the_paths_and_of_the_bars(values, caption):
    layers, weights = int(values[0]), values[1]
    field, networks = 2 * layers + 1, r" ± ([\d.]+) pixels \(40 networks\)"
    said = re.fullmatch(
        rf"{layers} layer{'s' * (layers > 1)} of 3×3, weights {re.escape(weights)}: "
        rf"the field is {field} pixels wide\. Standard deviation over the columns "
        rf"([\d.]+){'( )pixels' if weights == 'uniform' else networks}, predicted "
        rf"([\d.]+)\. The middle (\d+) of {field} columns hold 95%\.",
        caption,
    )
    width, error, predicted, held = said.groups()
    path_width, path_held = spread(box_convolved(layers))
    bar_width, bar_held = spread(bars(values))
    assert float(predicted) == pytest.approx(path_width, abs=0.0051)
    assert float(width) == pytest.approx(bar_width, abs=0.0055 + 0.0002 * layers)
    assert int(held) == bar_held
    if weights == "uniform":
        assert float(width) == pytest.approx(path_width, abs=0.0051)
        assert int(held) == path_held
    else:
        assert float(width) == pytest.approx(path_width, abs=3 * float(error) + 0.02)
        assert 0.005 < float(error) / path_width < 0.04


def test_random_weights_are_measured_at_every_depth():
    kinds = [values[:2] for values, _ in states(PAGE, "effective-field")]
    depths = ["1", "2", "3", "5", "7", "11", "15", "21", "31"]
    weights = ["uniform", "random", "random + ReLU"]
    assert kinds == [list(pair) for pair in itertools.product(depths, weights)]
