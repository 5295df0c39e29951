"""Captions of the explorers of dense to convolution against PyTorch."""

import itertools

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
