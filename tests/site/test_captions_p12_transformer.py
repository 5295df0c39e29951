"""Captions of the explorers of a transformer, computed a second time."""

import cmath
import re

import numpy as np
import pytest

from tests.site.captions import each_state, every_state, scale

PAGE = "chapters/p12_transformer.html"


def products(*shapes):
    """Return the multiplications of a product of matrices (a, b) and (b, c)."""
    (a, b), (other, c) = shapes
    assert b == other
    return a * b * c


@each_state(PAGE, "whole-block")
def test_the_block_costs_what_its_products_of_matrices_cost(state):
    n, d, h = (int(state.values[name]) for name in ("length", "width", "heads"))
    matrices = [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)]
    pairs = h * products((n, d // h), (d // h, n)) + h * products((n, n), (n, d // h))
    total = pairs + sum(products((n, rows), (rows, c)) for rows, c in matrices)
    assert state.numbers == {
        "length": n,
        "width": d,
        "heads": h,
        "heads_noun": "head" if h == 1 else "heads",
        "parameters": sum(rows * columns for rows, columns in matrices),
        "weights": sum(n * n for _ in range(h)),
        "total": total,
        "pairs": pytest.approx(pairs / total, rel=1e-12),
    }


@each_state(PAGE, "whole-block")
def test_the_shapes_at_the_arrows_fit_each_other(state):
    n, d, h = (int(state.values[name]) for name in ("length", "width", "heads"))
    shapes = re.findall(r">[^<]*?([\d,]+)×([\d,]+)</text>", state.picture)
    shapes = [tuple(int(side.replace(",", "")) for side in shape) for shape in shapes]
    row, pairs, head = (n, d), (n, n), (n, d // h)
    looking = [row, row, row, head, pairs, pairs, head, row]
    assert shapes == [*looking, row, row, (n, 4 * d), (n, 4 * d), row]


@each_state(PAGE, "place-clocks")
def test_hands_and_dot_product_are_those_of_complex_numbers(state):
    position, shift = map(int, state.values.values())
    speeds = [10000 ** (-i / 4) for i in range(4)]
    here = [cmath.exp(1j * w * position) for w in speeds]
    there = [cmath.exp(1j * w * (position + shift)) for w in speeds]
    product = sum((a * b.conjugate()).real for a, b in zip(here, there, strict=True))
    numbers = dict(state.numbers)
    assert numbers.pop("angles") == pytest.approx([w * shift for w in speeds])
    assert numbers == {
        "position": position,
        "other": position + shift,
        "product": pytest.approx(product, abs=1e-9),
    }


MEASURED = ("mirror", "accuracy", "one", "both")


@each_state(PAGE, "learned-looks")
def test_what_the_networks_do_is_possible(state):
    assert state.numbers == {k: int(v) for k, v in state.values.items()} | {
        name: state.numbers[name] for name in MEASURED
    }
    mirror, accuracy, one, both = (state.numbers[name] for name in MEASURED)
    for share in (accuracy, one, both):  # of 250 sequences of 8 letters
        assert share * 250 * 8 == pytest.approx(round(share * 250 * 8), abs=1e-6)
    assert 0 <= mirror <= 1
    assert max(accuracy, one, both) <= 1
    if state.values["step"] == "0":  # about chance, an eighth
        assert [mirror, accuracy, one, both] == pytest.approx([1 / 8] * 4, abs=0.03)
    if state.values["step"] == "250":
        assert accuracy > 0.98
        assert both <= accuracy + 0.02


@each_state(PAGE, "learned-looks")
def test_weight_and_accuracy_are_those_of_the_picture(state):
    _, _, chart = state.picture.split("<svg")
    # the two dots: blue for the weight, then dark for the accuracy
    heights = re.findall(r'<use [^>]*y="([\d.]+)" style="fill: var\(--tb-(?!m)', chart)
    shown = scale(chart)(np.array(heights, float)).tolist()
    # four digits of the heights are kept: 0.05 points, of which 0.001 takes 0.14
    said = [state.numbers["mirror"], state.numbers["accuracy"]]
    assert said == pytest.approx(shown, abs=0.0004)


@each_state(PAGE, "learned-looks")
def test_a_network_has_one_accuracy_and_a_layer_one_without_its_heads(state):
    said = state.numbers
    for other in (s.numbers for s in every_state(PAGE, "learned-looks")):
        if all(other[name] == said[name] for name in ("network", "step")):
            assert other["accuracy"] == said["accuracy"]
            assert other["both"] == said["both"] or other["layer"] != said["layer"]


def test_in_every_trained_network_some_layer_cannot_be_spared():
    last = [s.numbers for s in every_state(PAGE, "learned-looks")]
    last = [numbers for numbers in last if numbers["step"] == 250]
    for network in (0, 2, 4):
        assert min(n["both"] for n in last if n["network"] == network) < 0.75


def test_the_network_that_is_shown_first_looks_at_the_opposite_place():
    for said in (s.numbers for s in every_state(PAGE, "learned-looks")):
        if [said[name] for name in ("network", "step", "layer")] == [4, 250, 2]:
            assert said["mirror"] > 0.8
