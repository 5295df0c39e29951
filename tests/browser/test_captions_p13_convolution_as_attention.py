"""Captions of the explorers of attention as convolution, computed another way."""

import re
from collections import deque

import numpy as np
import pytest
from scipy.ndimage import sobel
from scipy.special import softmax
from sklearn.datasets import load_digits
from test_captions import states

PAGE = "chapters/p13_convolution_as_attention.html"
DIGIT = load_digits().images[13] / 16
QUERIES = {"inside": (3, 4), "edge": (0, 4), "corner": (0, 0)}


def one_axis(size, alpha, shift):
    """Weights (size, size) of a softmax over one axis: they multiply to the heads'."""
    at = np.arange(size)
    return softmax(-alpha * (at[None] - at[:, None] - shift) ** 2.0, axis=1)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "nine-heads"))
def test_weights_and_errors_of_the_nine_heads(values, caption):
    alpha, query, frame = float(values[0]), QUERIES[values[1]], values[2] == "zeros"
    image = np.pad(DIGIT, 1) if frame else DIGIT
    axes = [one_axis(len(image), alpha, shift) for shift in (-1, 0, 1)]
    row, column = (place + frame for place in query)
    least = min(a[row].max() * b[column].max() for a in axes for b in axes)
    said = re.search(r"at least ([\d.]+\d) of its weight", caption)
    assert float(said[1]) == pytest.approx(least, abs=6e-4)

    smooth = axes[0] @ image + 2 * axes[1] @ image + axes[2] @ image
    heads = smooth @ (axes[2] - axes[0]).T / 4
    heads = heads[1:-1, 1:-1] if frame else heads
    inner = slice(1, -1)
    replicated = sobel(DIGIT, axis=1, mode="nearest") / 4
    zeros = sobel(np.pad(DIGIT, 1), axis=1, mode="constant")[inner, inner] / 4
    own, other = (zeros, replicated) if frame else (replicated, zeros)
    pattern = r"off by (?:at most )?(.+); with padding (\w+), by ([\d.]+\d)\.$"
    error, mode, far = re.search(pattern, caption).groups()
    assert mode == ("replicate" if frame else "zeros")
    assert float(far) == pytest.approx(np.abs(heads - other).max(), abs=6e-3)
    measured = np.abs(heads - own).max()
    if "rounding" in error:
        assert measured < 2e-12
    else:
        assert float(error) == pytest.approx(measured, rel=0.06)


EDGES = """1-2 1-3 1-4 1-5 1-6 1-7 1-8 1-9 1-11 1-12 1-13 1-14 1-18 1-20 1-22 1-32 2-3
2-4
2-8 2-14 2-18 2-20 2-22 2-31 3-4 3-8 3-9 3-10 3-14 3-28 3-29 3-33 4-8 4-13 4-14 5-7 5-11
6-7 6-11 6-17 7-17 9-31 9-33 9-34 10-34 14-34 15-33 15-34 16-33 16-34 19-33 19-34 20-34
21-33 21-34 23-33 23-34 24-26 24-28 24-30 24-33 24-34 25-26 25-28 25-32 26-32 27-30
27-34
28-34 29-32 29-34 30-33 30-34 31-33 31-34 32-33 32-34 33-34"""
FRIENDS = {member: {member} for member in range(1, 35)}
for edge in EDGES.split():
    a, b = map(int, edge.split("-"))
    FRIENDS[a].add(b)
    FRIENDS[b].add(a)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "hops"))
def test_reach_and_share_in_the_karate_club(values, caption):
    layers, member = map(int, values)
    far, queue = {member: 0}, deque([member])
    while queue:
        one = queue.popleft()
        for other in FRIENDS[one] - far.keys():
            far[other] = far[one] + 1
            queue.append(other)
    known = sum(distance <= layers for distance in far.values())
    assert f", {known} of 34 members hold something of member {member};" in caption
    assert ("has not heard" in caption) == (far[34] > layers)
    holds = {m: float(m == member) for m in FRIENDS}
    for _ in range(layers):
        holds = {m: np.mean([holds[f] for f in FRIENDS[m]]) for m in FRIENDS}
    said = re.search(r"a share of ([\d.]+\d)\.$", caption)
    assert float(said[1]) == pytest.approx(holds[34], abs=6e-4)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "crossing"))
def test_networks_are_as_good_as_the_chapter_says(values, caption):
    # Trained networks differ a little between machines; what is proved does not.
    shares = {
        name: re.search(rf"{name} ([\d., ]+\d)", caption)[1].split(", ")
        for name in ("convolution", "attention", "hybrid")
    }
    last = {name: float(every[-1]) for name, every in shares.items()}
    ceiling = {"near": 1.0, "far": 0.75, "both": 0.875}[values[0]]
    assert last["convolution"] <= ceiling + 0.05
    assert min(last["attention"], last["hybrid"]) > 0.85
