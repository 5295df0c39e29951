"""Networks side by side: each is what it would be alone."""

import math

import numpy as np
import pytest
import torch
from textbook.lesson.side_by_side import (
    BATCH,
    NETS,
    answers,
    fit,
    look,
    matrices,
    one_hot,
    times,
)


def test_weights_have_variance_one_over_rows_and_differ_between_networks():
    (w,) = matrices((400, 300))
    assert w.requires_grad
    assert w.detach().var().item() == pytest.approx(1 / 400, rel=0.02)
    assert (w[0] - w[1]).abs().max() > 0.1
    assert matrices((400, 300))[0].equal(w)


def test_each_network_multiplies_by_its_own_matrix():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(NETS, 2, 3, 4)), rng.normal(size=(NETS, 4, 6))
    expected = np.einsum("abcd,ade->abce", x, w)
    assert np.allclose(times(torch.tensor(x), torch.tensor(w)).numpy(), expected)


def test_one_hot_is_a_row_of_the_identity():
    assert one_hot([3, 0, 3], 5).equal(torch.eye(5)[[3, 0, 3]])


def test_looking_adds_the_mean_that_plain_loops_give():
    rng = np.random.default_rng(1)
    x, real = rng.normal(size=(NETS, 1, 4, 3)), np.array([True, True, False, True])
    w = rng.normal(size=(4, NETS, 3, 3))
    mask = torch.tensor(real).expand(NETS, 1, 4)
    found = look(torch.tensor(x), mask, *map(torch.tensor, w)).numpy()
    for net, i in np.ndindex(NETS, 4):
        vectors, (w_q, w_k, w_v, w_o) = x[net, 0], w[:, net]
        scores = [
            vectors[i] @ w_q @ (vectors[j] @ w_k) / math.sqrt(3) for j in range(4)
        ]
        e = [math.exp(s) * r for s, r in zip(scores, real, strict=True)]
        mean = sum(a * v @ w_v for a, v in zip(e, vectors, strict=True)) / sum(e)
        assert np.allclose(found[net, 0, i], vectors[i] + mean @ w_o)


def test_fitting_gives_each_network_its_share_and_leaves_out_minus_one():
    asked = []

    def batch(count, rng):
        asked.append(count)
        bits = rng.integers(0, 2, count)
        return bits, np.where(bits == 0, 0, -1)  # the label of a 1 is never told

    (w,) = matrices((2, 3))
    before = w.detach().clone()
    fit(lambda bits: times(one_hot(bits, 2), w), [w], batch, steps=50, rate=0.1)
    assert asked == 50 * [NETS * BATCH]
    assert w[:, 1].equal(before[:, 1])
    assert (answers(lambda b: times(one_hot(b, 2), w), np.array([0])) == 0).all()
