"""Captions of the explorers of the attention formula, computed a second time."""

import cmath
import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import entropy
from test_captions import states

PAGE = "chapters/p12_attention.html"
FIVE_STEPS = states(PAGE, "five-steps")
WHY_ROOT_D = states(PAGE, "why-root-d")
PLACE_CLOCKS = states(PAGE, "place-clocks")
LEARNED_LOOKS = states(PAGE, "learned-looks")

WORDS = ["The", "cup", "fell", "it", "broke"]
ASKS = [(2, 0, 0, 0), (0, 1, 0, 2), (2, 0, 1, 0), (3, 0, -1, 0), (1, 0, 3, 0)]
KEYS = [(1, 0, 0, 2), (3, 0, 0, 0), (0, 3, 0, 0), (1, 0, 3, 0), (1, 3, 0, 0)]
VALUES = [(0, 0, 0), (1, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 0)]


def numbers(text):
    """Return all numbers of a text, minus signs and −∞ included."""
    found = re.findall(r"−?(?:\d+(?:\.\d+)?|∞)", text)
    return [float(f.replace("−", "-").replace("∞", "inf")) for f in found]


@pytest.mark.parametrize(("values", "caption"), FIVE_STEPS)
def test_the_steps_are_those_of_plain_loops(values, caption):
    step, query, mask = values
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
        "5 weighted sum": [
            sum(w * v[c] for w, v in zip(weights, VALUES, strict=True))
            for c in range(3)
        ],
    }[step]
    said = numbers(
        caption.split(": ", 1)[1].removeprefix("the products divided by √4 = 2")
    )
    said = said[-len(expected) :]
    assert said == pytest.approx(expected, abs=0.0051)


@cache
def random_queries(d):
    """Products of 300 random queries with 16 keys each, and the keys."""
    generator = torch.Generator().manual_seed(7 * d)
    q = torch.randn(300, d, generator=generator, dtype=torch.float64)
    k = torch.randn(300, 16, d, generator=generator, dtype=torch.float64)
    return q, k


@pytest.mark.parametrize(("values", "caption"), WHY_ROOT_D)
def test_scores_entropy_and_gradient_are_those_of_a_second_sample(values, caption):
    d = int(values[0])
    divisor = {"1": 1, "√d": d**0.5, "d": d}[values[1]]
    q, k = random_queries(d)
    scores = (k * q[:, None]).sum(dim=2) / divisor
    p = softmax(scores.numpy(), axis=1)
    spread, theory = re.search(
        r"deviation ([\d.e-]+) \(theory ([\d.e-]+)\)", caption
    ).groups()
    assert float(theory) == pytest.approx(d**0.5 / divisor, rel=0.006)
    assert float(spread) == pytest.approx(d**0.5 / divisor, rel=0.12)
    said = float(re.search(r"weights ([\d.]+) of", caption)[1])
    assert said == pytest.approx(entropy(p, axis=1).mean(), abs=0.15)
    said = float(re.search(r"weight ([\d.]+) on average", caption)[1])
    assert said == pytest.approx(p.max(axis=1).mean(), abs=0.06)
    # The gradient by autograd, for some of the queries; its median varies a lot
    # where the softmax is sure, so it is compared on a log scale.
    sizes = []
    for query, keys in list(zip(q, k, strict=True))[:150]:
        jacobian = torch.autograd.functional.jacobian(
            lambda x, keys=keys: torch.softmax(keys @ x / divisor, dim=0), query
        )
        sizes.append(jacobian.norm().item())
    said = float(re.search(r"∂a/∂q ([\d.e-]+\d)", caption)[1])
    tolerance = 0.25 if divisor > 1 else 2.5
    assert abs(math.log(said / np.median(sizes))) < tolerance


@pytest.mark.parametrize(("values", "caption"), PLACE_CLOCKS)
def test_hands_and_dot_product_are_those_of_complex_numbers(values, caption):
    position, shift = map(int, values)
    speeds = [10000 ** (-i / 4) for i in range(4)]
    here = [cmath.exp(1j * w * position) for w in speeds]
    there = [cmath.exp(1j * w * (position + shift)) for w in speeds]
    product = sum((a * b.conjugate()).real for a, b in zip(here, there, strict=True))
    assert f"position {position + shift}:" in caption
    turned = numbers(re.search(r"turn by (.*) radians", caption)[1])
    assert turned == pytest.approx([w * shift for w in speeds], rel=0.006)
    said = re.search(r"codes is (-?[\d.]+\d)", caption)[1]
    assert float(said) == pytest.approx(product, abs=6e-4)


@pytest.mark.parametrize(("values", "caption"), LEARNED_LOOKS)
def test_what_the_networks_do_is_possible(values, caption):
    step = int(values[3])
    said = r"([\d.]+\d) of the weight .* Accuracy ([\d.]+\d); .* cut ([\d.]+\d), .* cut"
    mirror, accuracy, one = map(float, re.search(said, caption).groups())
    both = float(re.search(r"cut ([\d.]+\d)\.$", caption)[1])
    assert 0 <= mirror <= 1
    if step == 0:  # no better than chance, an eighth
        assert max(accuracy, one, both) < 0.2
    if step == 250:
        assert accuracy > 0.98
        assert both <= accuracy + 0.02


def test_in_every_trained_network_some_layer_cannot_be_spared():
    for network in "024":
        last = [c for v, c in LEARNED_LOOKS if v[0] == network and v[3] == "250"]
        assert min(float(re.search(r"cut ([\d.]+\d)\.$", c)[1]) for c in last) < 0.75
