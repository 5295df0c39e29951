"""Captions on stride and padding, against PyTorch, SciPy and what NumPy pads."""

from functools import cache

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from sklearn.datasets import load_sample_image

from tests.site.captions import each_state

PAGE = "chapters/p11_stride_and_padding.html"


def rows_read(k, s, p, d):
    """Return the rows that a window reads of a padded image of 6×6, by PyTorch."""
    padded = torch.zeros(1, 1, 6 + 2 * p, 6 + 2 * p, requires_grad=True)
    ones = torch.ones(1, 1, k, k)
    torch.nn.functional.conv2d(padded, ones, stride=s, dilation=d).sum().backward()
    return padded.grad[0, 0].sum(dim=1).nonzero()[:, 0]


@each_state(PAGE, "landing")
def test_the_size_and_the_rest_are_what_pytorch_gives_and_leaves(state):
    k, s, p, d = map(int, state.values.values())
    padded, span = 6 + 2 * p, len(range(0, d * k, d)) + (d - 1) * (k - 1)
    size, read, rest = 0, [], padded
    if span <= padded:
        layer = torch.nn.Conv2d(1, 1, k, s, p, d)
        size, read = layer(torch.zeros(1, 1, 6, 6)).shape[-1], rows_read(k, s, p, d)
        rest = padded - 1 - read.max().item()
    else:
        with pytest.raises(RuntimeError):
            rows_read(k, s, p, d)
    assert state.numbers == {
        "image": 6,
        "kernel_size": k,
        "stride": s,
        "padding": p,
        "dilation": d,
        "span": span,
        "padded": padded,
        "size": size,
        "read": len(read),
        "rest": rest,
    }
    assert ("does not fit" in state.caption) == (size == 0)


SMALL = torch.tensor([[1.0, 0, 2, 1], [3, 1, 0, 2], [0, 2, 1, 1], [2, 0, 1, 3]])
FILTERS = torch.tensor([[[1.0, -1], [0, 2]], [[0, 1], [1, 0]]])


@each_state(PAGE, "unrolled")
def test_row_times_column_is_pytorchs_number(state):
    row, column, chosen = map(int, state.values.values())
    unfolded = torch.nn.functional.unfold(SMALL[None, None], 2)[0]  # (4, 9)
    y = torch.nn.functional.conv2d(SMALL[None, None], FILTERS[:, None])[0]
    place = [(i, j) for i in range(3) for j in range(3)].index((row, column))
    assert state.numbers == {
        "row": row,
        "column": column,
        "filter": chosen,
        "pixels": unfolded[:, place].tolist(),
        "place": place + 1,
        "places": unfolded.shape[1],
        "weights": FILTERS[chosen - 1].flatten().tolist(),
        "total": y[chosen - 1, row, column].item(),
    }


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
