"""Captions on stride and padding, against PyTorch, SciPy and what NumPy pads."""

from functools import cache

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from sklearn.datasets import load_sample_image

from tests.site.captions import said, states

PAGE = "chapters/p11_stride_and_padding.html"


def last_pixel_read(k, s, p):
    """Return the last of the pixels that a window reads in a padded image of 6×6."""
    padded = torch.zeros(1, 1, 6 + 2 * p, 6 + 2 * p, requires_grad=True)
    torch.nn.functional.conv2d(
        padded, torch.ones(1, 1, k, k), stride=s
    ).sum().backward()
    return padded.grad[0, 0].sum(dim=0).nonzero().max().item()


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "landing"))
def test_the_size_and_the_rest_are_what_pytorch_gives_and_leaves(values, caption):
    k, s, p = map(int, values)
    size = torch.nn.Conv2d(1, 1, k, s, p)(torch.zeros(1, 1, 6, 6)).shape[-1]
    rest = 6 + 2 * p - 1 - last_pixel_read(k, s, p)
    words = {
        0: "nothing is left over",
        1: "1 row and 1 column are left over",
    }.get(rest, f"{rest} rows and {rest} columns are left over")
    assert caption == (
        f"A 6×6 image, kernel size {k}, stride {s}, padding {p}: "
        f"⌊(6 + 2·{p} − {k}) / {s}⌋ + 1 = {size}, so the output is {size}×{size}; "
        f"{words} at the end."
    )


@cache
def photograph():
    """Return the temple in grays, means of 4×4 pixels, of shape (106, 160)."""
    china = load_sample_image("china.jpg").mean(axis=2) / 255
    return china[:424].reshape(106, 4, 160, 4).mean(axis=(1, 3))


NUMPYS = {"replicate": "edge", "reflect": "reflect", "circular": "wrap"}


def padded(piece, mode):
    """Return the piece with 4 pixels around it, as NumPy pads."""
    if mode in NUMPYS:
        return np.pad(piece, 4, mode=NUMPYS[mode])
    return np.pad(piece, 4, constant_values={"zeros": 0, "mean": piece.mean()}[mode])


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "borders"))
def test_the_error_at_the_border_is_scipys(values, caption):
    mode, name = values
    profile = {"blur": np.full(9, 1 / 9), "edges": np.repeat([-1, 0, 1], [4, 1, 4]) / 4}
    weights = np.outer(np.full(9, 1 / 9), profile[name])
    around = photograph()[54:90, 20:56]
    off = correlate2d(padded(around[4:-4, 4:-4], mode) - around, weights, "valid")
    off = abs(off)
    border = off.sum() - off[4:-4, 4:-4].sum()
    assert said("is off by # on average", caption) == [
        pytest.approx(border / (28**2 - 20**2), abs=0.00051)
    ]
    assert caption.startswith(f"Padding with {mode}, filter {name}: ")
    assert caption.endswith("(brightness runs from 0 to 1).")


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "photograph"))
def test_the_size_of_the_filtered_photograph_is_pytorchs(values, caption):
    name, stride = values[0], int(values[1])
    height, width = photograph().shape
    y = torch.nn.Conv2d(1, 1, 3, stride, 1)(torch.zeros(1, 1, height, width))
    assert caption == (
        f"Filter {name}, stride {stride}: the photograph of {height}×{width} pixels "
        f"becomes a map of {y.shape[2]}×{y.shape[3]}."
    )
