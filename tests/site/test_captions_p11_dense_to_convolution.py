"""Captions of the explorers of dense to convolution against PyTorch."""

import itertools
import re

import pytest
import torch
from sklearn.datasets import load_digits

from tests.site.captions import states

PAGE = "chapters/p11_dense_to_convolution.html"
LAYER_MATRIX = states(PAGE, "layer-matrix")
TWO_STORIES = states(PAGE, "two-stories")


def numbers(text):
    """Return the whole numbers of a text, in order."""
    return [
        int(n.replace(",", "").replace("−", "-"))
        for n in re.findall(r"−?\d[\d,]*", text)
    ]


@pytest.mark.parametrize(("values", "caption"), LAYER_MATRIX)
def test_the_weights_in_the_caption_are_those_that_pytorchs_layer_uses(values, caption):
    layer, k, s, n = values[0], *map(int, values[1:])
    convolution = torch.nn.Conv2d(1, 1, k, s, bias=False)
    torch.nn.init.ones_(convolution.weight)
    pixels = torch.zeros(1, 1, n, n)
    jacobian = torch.autograd.functional.jacobian(convolution, pixels)
    units = jacobian[0, 0, :, :, 0, 0].numel() // (n * n)
    there = int(jacobian.sum())
    if layer == "fully connected":
        there = torch.nn.Linear(n * n, units, bias=False).weight.numel()
    distinct = convolution.weight.numel() if layer == "convolution" else there
    assert caption == (
        f"{layer.capitalize()}, {n}×{n} image, {units} unit{'s' * (units > 1)} at the "
        f"places of a {k}×{k} window with stride {s}: {there:,} weights in the matrix, "
        f"{distinct:,} different ones; {units * n * n - there:,} of {units * n * n:,} "
        "cells are empty."
    )


KERNELS = {
    "vertical edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "outline": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
}
DIGITS = load_digits()
THREE = torch.tensor(DIGITS.images[(DIGITS.target == 3).nonzero()[0][1]])


@pytest.mark.parametrize(("values", "caption"), TWO_STORIES)
def test_neuron_and_filter_give_pytorchs_number(values, caption):
    name, row, column = values[0], int(values[1]), int(values[2])
    kernel = torch.tensor(KERNELS[name], dtype=torch.float64)
    feature_map = torch.nn.functional.conv2d(THREE[None, None], kernel[None, None])
    expected = int(feature_map[0, 0, row, column])
    terms, total = re.search(r"products: (.*) = (−?\d+)\.", caption).groups()
    terms = numbers(terms.replace("− ", "−"))
    window = THREE[row : row + 3, column : column + 3]
    assert terms == (window * kernel).flatten().int().tolist()
    assert numbers(total) == [expected]
    visited = list(itertools.product(range(6), repeat=2))  # left to right, then down
    assert f"The filter, at place {visited.index((row, column)) + 1} of" in caption
    assert f" of {feature_map.numel()}, writes {total}." in caption
    assert caption.startswith(
        f"Filter {name}. The neuron at row {row}, column {column} adds its"
    )
