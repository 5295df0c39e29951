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
    return normalized(positive(x / 8**0.25, np.random.default_rng(0), r))


def positive(x, generator, r):
    """Positive random features of the rows of x."""
    w = generator.normal(size=(r, x.shape[1]))
    return np.exp(x @ w.T - (x**2).sum(axis=1, keepdims=True) / 2)


def normalized(features):
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
        "token": int(state.values["token"]),
        "largest": pytest.approx(exact[int(state.values["token"]) - 1].max(), rel=1e-6),
    }
    notes = {
        "window": "Each token sees at most",
        "low rank": "each the mean of",
        "random features": "the mean of ten",
    }
    assert [m for m, note in notes.items() if note in state.caption] == [method]
    if method in ("low rank", "random features"):  # rank r: never below the best
        assert state.numbers["error"] >= state.numbers["best"] - 1e-9


@each_state(PAGE, "around-the-query")
def test_the_weights_of_the_key_that_equals_the_query(state):
    sharpness, features = map(float, state.values.values())
    features = int(features)
    turns = np.exp(1j * np.deg2rad(np.arange(-180, 180, 15)))
    x = np.sqrt(sharpness) * np.stack([turns.real, turns.imag], axis=1)
    unscaled = x * 2**0.25
    elu = np.maximum(unscaled, 0) + np.exp(np.minimum(unscaled, 0))
    drawn = normalized(positive(x, np.random.default_rng(0), features))
    generator, tried = np.random.default_rng(1), {}
    for r in (8, 32, 128, 512):
        w = generator.normal(size=(40, r))
        tried[r] = np.exp(2 * np.sqrt(sharpness) * w - sharpness).mean(axis=1)
    middle = 12  # the key at angle 0
    assert state.numbers == {
        "sharpness": sharpness,
        "features": features,
        "exact": pytest.approx(softmax(x @ x.T, axis=1)[middle, middle]),
        "linear": pytest.approx(normalized(elu)[middle, middle]),
        "random": pytest.approx(drawn[middle, middle]),
        "draws": 40,
        "low": (tried[features] < np.exp(sharpness) / 2).sum(),
        "spread": pytest.approx(np.sqrt((np.exp(4 * sharpness) - 1) / features)),
    }


ARENA = """ListOps Text Retrieval Image Pathfinder
10 50 50 10 50
Local 15.82 52.98 53.39 41.46 66.63
Linear 16.13 65.9 53.09 42.34 75.3
Reformer 37.27 56.1 53.4 38.07 68.5
Sparse 17.07 63.58 59.59 44.24 71.71
Sinkhorn 33.67 61.2 53.83 41.23 67.45
Linformer 35.7 53.94 52.27 38.56 76.34
Performer 18.01 65.4 53.82 42.77 77.05
Synthesizer 36.99 61.68 54.67 41.61 69.45
Longformer 35.63 62.85 56.89 42.22 69.71
Transformer 36.37 64.27 57.46 42.44 71.4
BigBird 36.05 64.02 59.29 40.83 74.87"""


@each_state(PAGE, "arena")
def test_the_places_in_the_arena(state):
    tasks, chance, *rows = (row.split() for row in ARENA.splitlines())
    column = tasks.index(state.values["task"])
    here = sorted(rows, key=lambda row: -float(row[column + 1]))
    on_average = sorted(rows, key=lambda row: -sum(map(float, row[1:])))
    best, top = here[0], on_average[0]
    assert state.numbers == {
        "task": tasks[column],
        "best": best[0],
        "score": float(best[column + 1]),
        "chance": int(chance[column]),
        "place": on_average.index(best) + 1,
        "models": len(rows),
        "top": top[0],
        "mean": pytest.approx(sum(map(float, top[1:])) / 5),
        "here": here.index(top) + 1,
    }


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
