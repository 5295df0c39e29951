"""Captions of the explorers of dense to convolution against PyTorch."""

import itertools
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from tests.site.captions import each_state

PAGE = "chapters/p11_dense_to_convolution.html"


@each_state(PAGE, "layer-matrix")
def test_the_weights_are_those_that_pytorchs_layer_uses(state):
    layer, *sizes = state.values.values()
    k, s, n = map(int, sizes)
    convolution = torch.nn.Conv2d(1, 1, k, s, bias=False)
    torch.nn.init.ones_(convolution.weight)
    pixels = torch.zeros(1, 1, n, n)
    jacobian = torch.autograd.functional.jacobian(convolution, pixels)
    units = jacobian[0, 0, :, :, 0, 0].numel() // (n * n)
    there = int(jacobian.sum())
    if layer == "fully connected":
        there = torch.nn.Linear(n * n, units, bias=False).weight.numel()
    distinct = convolution.weight.numel() if layer == "convolution" else there
    assert state.numbers == {
        "layer": layer.capitalize(),
        "kernel_size": k,
        "stride": s,
        "image_size": n,
        "units": units,
        "noun": "unit" if units == 1 else "units",
        "there": there,
        "distinct": distinct,
        "empty": units * n * n - there,
        "cells": units * n * n,
    }
    assert ("no cell is empty" in state.caption) == (state.numbers["empty"] == 0)


KERNELS = {
    "vertical edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "outline": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
}
DIGITS = load_digits()
THREE = torch.tensor(DIGITS.images[(DIGITS.target == 3).nonzero()[0][1]])


@each_state(PAGE, "two-stories")
def test_neuron_and_filter_give_pytorchs_number(state):
    name, *place = state.values.values()
    row, column = map(int, place)
    kernel = torch.tensor(KERNELS[name], dtype=torch.float64)
    feature_map = torch.nn.functional.conv2d(THREE[None, None], kernel[None, None])
    products = (THREE[row : row + 3, column : column + 3] * kernel).flatten()
    visited = list(itertools.product(range(6), repeat=2))  # left to right, then down
    assert state.numbers == {
        "filter": name,
        "row": row,
        "column": column,
        "products": products.tolist(),
        "sizes": products.abs().tolist(),
        "total": feature_map[0, 0, row, column],
        "place": visited.index((row, column)) + 1,
        "places": feature_map.numel(),
        "written": feature_map[0, 0, row, column],
    }


@each_state(PAGE, "two-stories")
def test_the_signs_between_the_products_are_theirs(state):
    sum_of = state.caption.split("nine products: ")[1].split(" = ")[0]
    terms = sum_of.replace("+ ", "").replace("− ", "−").split()
    said = [float(term.replace("−", "-")) for term in terms]
    assert said == pytest.approx(state.numbers["products"])


UNKNOWNS = {"fully connected": 36, "locally connected": 9, "convolution": 1}


@cache
def missing_lengths(layer, examples):
    """Return the share that a layer misses in each of 100 trials, by least squares."""
    rng = np.random.default_rng(2)
    for n in [1, 2, 4, 6, 8, 9, 12, 18, 24, 30, 34, 36, 40]:
        draws = [
            (rng.normal(size=(3, 3)), rng.normal(size=(n, 6, 6))) for _ in range(100)
        ]
        if n == examples:
            return [missed(layer, kernel, images) for kernel, images in draws]
    raise AssertionError(examples)


PLACES = tuple(itertools.product(range(4), repeat=2))


def missed(layer, kernel, images, units=PLACES):
    """Return the mean share of their weights' squared length that these units miss."""
    numbers = torch.tensor(images)[:, None]
    fields = torch.nn.functional.unfold(numbers, 3).numpy()  # (N, 9, 16)
    if layer == "convolution":
        rows = fields.transpose(0, 2, 1).reshape(-1, 9)
        found = np.linalg.lstsq(rows, rows @ kernel.ravel(), rcond=None)[0]
        return ((found - kernel.ravel()) ** 2).sum() / (kernel**2).sum()
    shares = []
    for i, j in units:
        rows, truth = fields[:, :, 4 * i + j], kernel.ravel()
        if layer == "fully connected":
            rows = images.reshape(len(images), 36)
            truth = np.pad(kernel, ((i, 3 - i), (j, 3 - j))).ravel()
        found = np.linalg.lstsq(rows, rows @ truth, rcond=None)[0]
        shares.append(((found - truth) ** 2).sum() / (truth**2).sum())
    return np.mean(shares)


@each_state(PAGE, "imitation")
def test_what_a_layer_misses_is_what_least_squares_leave(state):
    layer, examples = state.values["layer"], int(state.values["examples"])
    shown = np.random.default_rng(8).normal(size=(40, 6, 6))[:examples]
    kernel = np.array(KERNELS["vertical edges"], dtype=float)
    shares = missing_lengths(layer, examples)
    assert state.numbers == {
        "layer": layer.capitalize(),
        "examples": examples,
        "noun": "example" if examples == 1 else "examples",
        "missing": pytest.approx(missed(layer, kernel, shown, [(1, 2)]), abs=1e-9),
        "trials": len(shares),
        "mean": pytest.approx(np.mean(shares), abs=1e-9),
        "error": pytest.approx(np.std(shares) / len(shares) ** 0.5, abs=1e-9),
        "formula": pytest.approx(max(0, 1 - examples / UNKNOWNS[layer])),
    }
