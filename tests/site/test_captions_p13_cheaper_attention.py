"""Captions of the chapter on cheaper attention, computed in another way."""

import re
from functools import cache

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.datasets import load_sample_image
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from tests.site.built import soup
from tests.site.captions import each_state

PAGE = "chapters/p13_cheaper_attention.html"


@cache
def tokens():
    """Queries and keys of the 32 squares: eight components, all of length sqrt(8)."""
    photo = load_sample_image("china.jpg")[:420] / 255
    squares = [
        [
            photo[r + u : r + u + 5, c + v : c + v + 5].mean(axis=(0, 1))
            for u in range(0, 20, 5)
            for v in range(0, 20, 5)
        ]
        for r in range(0, 420, 20)
        for c in range(0, 640, 20)
    ]
    squares = np.reshape(squares, (21 * 32, -1))
    components = PCA(8, whiten=True, svd_solver="full").fit_transform(squares)
    components *= np.sign([c[np.abs(c).argmax()] for c in components.T])
    return normalize(components)[9 * 32 : 10 * 32] * np.sqrt(8)


def imitated(method, x, r):
    """The weights, entry by entry from their definitions."""
    n, scores = 32, x @ x.T / np.sqrt(8)
    if method == "window":
        far = np.abs(np.subtract.outer(range(n), range(n))) > r // 2
        return softmax(np.where(far, -np.inf, scores), axis=1)
    if method == "low rank":
        groups = scores.reshape(n, r, n // r).mean(axis=2)
        return np.repeat(softmax(groups, axis=1), n // r, axis=1) * r / n
    if method == "linear":
        features = np.maximum(x, 0) + np.exp(np.minimum(x, 0))
    elif method == "random features":
        w = np.random.default_rng(0).normal(size=(r, 8))
        x = x / 8**0.25
        features = np.exp(x @ w.T - (x**2).sum(axis=1, keepdims=True) / 2)
    else:
        return softmax(scores, axis=1)
    products = features @ features.T
    return products / products.sum(axis=1, keepdims=True)


@each_state(PAGE, "weight-pattern")
def test_the_errors_of_the_imitated_weights(state):
    method, r = state.values["method"], int(state.values["size_r"])
    sharpness = float(state.values["sharpness"])
    x = tokens() * np.sqrt(sharpness)
    exact = softmax(x @ x.T / np.sqrt(8), axis=1)
    left, singular, right = np.linalg.svd(exact)
    closest = left[:, :r] * singular[:r] @ right[:r]
    size = np.linalg.norm(exact)
    estimate = imitated(method, x, r)
    off, best = (np.linalg.norm(a - exact) / size for a in (estimate, closest))
    in_window = (imitated("window", x, r) > 0).sum(axis=1).max()
    assert state.numbers == {
        "method": method.capitalize(),
        "size_r": r,
        "sharpness": sharpness,
        "error": pytest.approx(off, rel=1e-6, abs=1e-9),
        "best": pytest.approx(best, rel=1e-6),
        "seen": in_window,
        "tokens": 32,
        "group": 32 // r,
        "components": x.shape[1],
        "largest": pytest.approx(exact.max(axis=1).mean(), rel=1e-6),
    }
    notes = {
        "window": "Each token sees at most",
        "low rank": "each the mean of",
        "linear": "The features are",
        "random features": "the mean of ten",
        "chunks": "The exact weights, in blocks",
    }
    assert [m for m, note in notes.items() if note in state.caption] == [method]
    if method in ("low rank", "random features"):  # rank r: never below the best
        assert state.numbers["error"] >= state.numbers["best"] - 1e-9


def test_the_cost_figure_shows_powers_of_n_and_nothing_that_a_clock_measured():
    figure = soup(PAGE).select_one('[aria-label^="Peak memory and multiply"]')
    memory, work = (
        [text.text for text in panel.select("text")] for panel in figure.select("svg")
    )
    for method, power in (
        ("attention", 2.0),
        ("chunks", 2.0),
        ("window", 1.0),
        ("low rank", 1.0),
        ("linear", 1.0),
        ("random features", 1.0),
    ):
        assert f"{method}, {power}" in work
        stored = 2.0 if method == "attention" else 1.0
        (said,) = (t for t in memory if t.startswith(f"{method}, "))
        assert float(said.split(", ")[1]) == pytest.approx(stored, abs=0.15)
    assert not re.search("second|time", " ".join([*memory, *work]))
