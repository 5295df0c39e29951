"""Captions on stride and padding, against PyTorch, SciPy and what NumPy pads."""

from functools import cache

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from sklearn.datasets import load_sample_image

from tests.site.captions import each_state

PAGE = "chapters/p11_stride_and_padding.html"


def last_pixel_read(k, s, p):
    """Return the last of the pixels that a window reads in a padded image of 6×6."""
    padded = torch.zeros(1, 1, 6 + 2 * p, 6 + 2 * p, requires_grad=True)
    torch.nn.functional.conv2d(
        padded, torch.ones(1, 1, k, k), stride=s
    ).sum().backward()
    return padded.grad[0, 0].sum(dim=0).nonzero().max().item()


@each_state(PAGE, "landing")
def test_the_size_and_the_rest_are_what_pytorch_gives_and_leaves(state):
    k, s, p = map(int, state.values.values())
    rest = 6 + 2 * p - 1 - last_pixel_read(k, s, p)
    assert state.numbers == {
        "image": 6,
        "kernel_size": k,
        "stride": s,
        "padding": p,
        "size": torch.nn.Conv2d(1, 1, k, s, p)(torch.zeros(1, 1, 6, 6)).shape[-1],
        "rest": rest,
        "rows": "row" if rest == 1 else "rows",
        "columns": "column" if rest == 1 else "columns",
    }
    assert ("nothing is left over" in state.caption) == (rest == 0)


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


@each_state(PAGE, "borders")
def test_the_error_at_the_border_is_scipys(state):
    mode, name = state.values.values()
    profile = {"blur": np.full(9, 1 / 9), "edges": np.repeat([-1, 0, 1], [4, 1, 4]) / 4}
    weights = np.outer(np.full(9, 1 / 9), profile[name])
    around = photograph()[54:90, 20:56]
    off = correlate2d(padded(around[4:-4, 4:-4], mode) - around, weights, "valid")
    off = abs(off)
    border = off.sum() - off[4:-4, 4:-4].sum()
    assert state.numbers["error"] == pytest.approx(border / (28**2 - 20**2))


@each_state(PAGE, "photograph")
def test_the_size_of_the_filtered_photograph_is_pytorchs(state):
    height, width = photograph().shape
    convolution = torch.nn.Conv2d(1, 1, 3, int(state.values["stride"]), 1)
    rows, columns = convolution(torch.zeros(1, 1, height, width)).shape[2:]
    size = {"height": height, "width": width, "rows": rows, "columns": columns}
    assert state.numbers == size | {
        "filter": state.values["filter"],
        "stride": int(state.values["stride"]),
    }
