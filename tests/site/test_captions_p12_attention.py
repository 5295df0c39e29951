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

from tests.site.captions import pictures, scale, states

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
    what = {
        "1 product": "products of its query with the five keys: ",
        "2 scale": "the products divided by √4 = 2: ",
        "3 mask": "blocked words get −∞: " if mask == "causal" else "none blocked: ",
        "4 softmax": "weights that sum to 1: ",
        "5 weighted sum": "its new vector (thing, event, fragile) is ",
    }[step]
    start = f"Query “{query}”, mask {mask}, step {step}: {what}"
    assert caption.startswith(start)
    said = caption.removeprefix(start)
    assert numbers(said) == [round(value, 2) for value in expected]
    assert re.findall("[A-Za-z]+", said) == (WORDS if len(expected) == 5 else [])


@cache
def random_queries(d):
    """400 random queries with 16 keys each, drawn in the chapter's order."""
    generator = np.random.default_rng(d)
    q, k = generator.normal(size=(400, d)), generator.normal(size=(400, 16, d))
    return torch.tensor(q, requires_grad=True), torch.tensor(k)


@pytest.mark.parametrize(("values", "caption"), WHY_ROOT_D)
def test_scores_entropy_and_gradient_are_scipys_and_autograds(values, caption):
    d, name = int(values[0]), values[1]
    divisor = {"1": 1, "√d": d**0.5, "d": d}[name]
    q, k = random_queries(d)
    scores = torch.einsum("nd,nkd->nk", q, k) / divisor
    weights = torch.softmax(scores, dim=1)
    square = torch.zeros(400, dtype=torch.float64)
    for weight in weights.unbind(dim=1):  # a query has no part in another's weights
        (row,) = torch.autograd.grad(weight.sum(), q, retain_graph=True)
        square += (row**2).sum(dim=1)
    a = softmax(scores.detach().numpy(), axis=1)
    size = np.median(square.sqrt().numpy())
    assert caption == (
        f"d = {d}, divided by {name}: the scores have standard deviation "
        f"{scores.std(correction=0):.3g} (theory {d**0.5 / divisor:.3g}); entropy of "
        f"the weights {entropy(a, axis=1).mean():.2f} of at most "
        f"{entropy(np.ones(16)):.2f}, largest weight {np.sort(a)[:, -1].mean():.2f} on "
        f"average; median size of ∂a/∂q {size:.2g}."
    )


@pytest.mark.parametrize(("values", "caption"), PLACE_CLOCKS)
def test_hands_and_dot_product_are_those_of_complex_numbers(values, caption):
    position, shift = map(int, values)
    speeds = [10000 ** (-i / 4) for i in range(4)]
    here = [cmath.exp(1j * w * position) for w in speeds]
    there = [cmath.exp(1j * w * (position + shift)) for w in speeds]
    product = sum((a * b.conjugate()).real for a, b in zip(here, there, strict=True))
    assert caption == (
        f"Position {position} and position {position + shift}: the hands turn by "
        + ", ".join(f"{w * shift:.3g}" for w in speeds)
        + f" radians; the dot product of the two codes is {product:.3f}."
    )


def accuracies(values, caption):
    """Return the four numbers of a caption that states the right names."""
    network, layer, head, step = values
    number = r"([01]\.\d+)"
    return map(
        float,
        re.fullmatch(
            rf"Network {network} after {step} steps, layer {layer}, head {head}: "
            rf"{number} of the weight lies on the opposite place\. Accuracy {number}; "
            rf"with this head cut {number}, with both heads of layer {layer} cut "
            rf"{number}\.",
            caption,
        ).groups(),
    )


@pytest.mark.parametrize(("values", "caption"), LEARNED_LOOKS)
def test_what_the_networks_do_is_possible(values, caption):
    mirror, accuracy, one, both = accuracies(values, caption)
    assert max(mirror, accuracy, one, both) <= 1
    if values[3] == "0":  # about chance, an eighth
        assert [mirror, accuracy, one, both] == pytest.approx([1 / 8] * 4, abs=0.03)
    if values[3] == "250":
        assert accuracy > 0.98
        assert both <= accuracy + 0.02


@pytest.mark.parametrize(("values", "caption"), LEARNED_LOOKS)
def test_weight_and_accuracy_are_those_of_the_picture(values, caption):
    mirror, accuracy, _, _ = accuracies(values, caption)
    _, _, chart = pictures(PAGE, "learned-looks")[tuple(values)].split("<svg")
    # the two dots: blue for the weight, then dark for the accuracy
    heights = re.findall(r'<use [^>]*y="([\d.]+)" style="fill: var\(--tb-(?!m)', chart)
    shown = scale(chart)(np.array(heights, float))
    # four digits of the heights are kept: 0.05 points, of which 0.001 takes 0.14
    assert mirror == pytest.approx(shown[0], abs=0.005 + 0.0004)
    assert accuracy == pytest.approx(shown[1], abs=0.0005 + 0.0004)


@pytest.mark.parametrize(("values", "caption"), LEARNED_LOOKS)
def test_a_network_has_one_accuracy_and_a_layer_one_without_its_heads(values, caption):
    network, layer, _, step = values
    _, accuracy, _, both = accuracies(values, caption)
    for other, text in LEARNED_LOOKS:
        if (other[0], other[3]) == (network, step) and text != caption:
            _, the_same, _, cut = accuracies(other, text)
            assert the_same == accuracy
            assert cut == both or other[1] != layer


def test_in_every_trained_network_some_layer_cannot_be_spared():
    for network in "024":
        last = [s for s in LEARNED_LOOKS if s[0][0] == network and s[0][3] == "250"]
        assert min(list(accuracies(*state))[3] for state in last) < 0.75
