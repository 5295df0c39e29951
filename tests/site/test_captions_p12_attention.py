"""Captions of the explorers of the attention formula, computed a second time."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import entropy

from tests.site.captions import each_state

PAGE = "chapters/p12_attention.html"

WORDS = ["The", "cup", "fell", "it", "broke"]
ASKS = [(2, 0, 0, 0), (0, 1, 0, 2), (2, 0, 1, 0), (3, 0, -1, 0), (1, 0, 3, 0)]
KEYS = [(1, 0, 0, 2), (3, 0, 0, 0), (0, 3, 0, 0), (1, 0, 3, 0), (1, 3, 0, 0)]
VALUES = [(0, 0, 0), (1, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 0)]


@each_state(PAGE, "five-steps")
def test_the_steps_are_those_of_plain_loops(state):
    step, query, mask = state.values.values()
    i = WORDS.index(query)
    seen = range(i + 1) if mask == "causal" else range(5)
    products = [sum(a * b for a, b in zip(ASKS[i], k, strict=True)) for k in KEYS]
    scores = [product / 2 for product in products]
    total = sum(math.exp(scores[j]) for j in seen)
    weights = [math.exp(scores[j]) / total if j in seen else 0 for j in range(5)]
    expected = {
        "1 product": products,
        "2 scale": scores,
        "3 mask": [scores[j] if j in seen else -math.inf for j in range(5)],
        "4 softmax": weights,
        "5 sum": [
            sum(w * v[c] for w, v in zip(weights, VALUES, strict=True))
            for c in range(3)
        ],
    }[step]
    numbers = dict(state.numbers)
    assert numbers.pop("values") == pytest.approx(expected, rel=1e-12)
    assert numbers == state.values | {"size": 4, "root": 2, "total": 1}
    words = re.findall(rf"\b({'|'.join(WORDS)})\b", state.caption.rpartition(": ")[2])
    assert words == (WORDS if len(expected) == 5 else [])
    blocked = step[0] == "3" and len(seen) < 5
    assert ("blocked words" in state.caption) == blocked


@cache
def random_queries(d):
    """400 random queries with 16 keys each, drawn in the chapter's order."""
    generator = np.random.default_rng(d)
    q, k = generator.normal(size=(400, d)), generator.normal(size=(400, 16, d))
    return torch.tensor(q, requires_grad=True), torch.tensor(k)


@each_state(PAGE, "why-root-d")
def test_scores_entropy_and_gradient_are_scipys_and_autograds(state):
    d, name = int(state.values["components_d"]), state.values["divide_by"]
    divisor = {"1": 1, "√d": d**0.5, "d": d}[name]
    q, k = random_queries(d)
    scores = torch.einsum("nd,nkd->nk", q, k) / divisor
    weights = torch.softmax(scores, dim=1)
    square = torch.zeros(400, dtype=torch.float64)
    for weight in weights.unbind(dim=1):  # a query has no part in another's weights
        (row,) = torch.autograd.grad(weight.sum(), q, retain_graph=True)
        square += (row**2).sum(dim=1)
    a = softmax(scores.detach().numpy(), axis=1)
    assert state.numbers == {"divide_by": name} | {
        key: pytest.approx(value, rel=1e-6)
        for key, value in {
            "components_d": d,
            "spread": scores.std(correction=0).item(),
            "theory": d**0.5 / divisor,
            "entropy": entropy(a, axis=1).mean(),
            "most": entropy(np.ones(16)),
            "largest": np.sort(a)[:, -1].mean(),
            "slope": np.median(square.sqrt().numpy()),
        }.items()
    }
