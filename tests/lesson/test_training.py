"""Training: the scale of first weights, Adam against its formulas, right answers."""

import math

import numpy as np
import pytest
import torch
from textbook.lesson.training import accuracy, he_normal, minimize


@pytest.mark.parametrize(
    "generator",
    [lambda: np.random.default_rng(0), lambda: torch.Generator().manual_seed(0)],
)
def test_he_weights_have_mean_zero_and_variance_two_over_inputs(generator):
    w = he_normal((100, 20, 5, 5), 20 * 25, generator()).numpy()
    assert w.shape == (100, 20, 5, 5)
    off = math.sqrt(2 / 500 / w.size)  # the standard error of the mean
    assert abs(w.mean()) < 4 * off
    assert w.var() == pytest.approx(2 / 500, rel=0.03)
    assert np.abs(w).max() > 3.5 * math.sqrt(2 / 500)  # normal, not uniform


def test_he_weights_keep_the_mean_square_through_relu():
    rng = np.random.default_rng(1)
    x = torch.tensor(rng.normal(size=(2000, 300)))
    for _ in range(5):
        x = torch.relu(x @ he_normal((300, 300), 300, rng))
    assert 2 * x.square().mean().item() == pytest.approx(2, rel=0.25)


def adam(x, rates, gradient):
    """Return x after steps of Adam, as Kingma and Ba (2015) write it."""
    m, v = 0.0, 0.0
    for t, rate in enumerate(rates, start=1):
        g = gradient(x, t - 1)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        x = x - rate * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return x


def test_the_steps_are_those_of_adam_and_the_loss_knows_the_step():
    w = torch.tensor([3.0], dtype=torch.float64, requires_grad=True)
    minimize(lambda step: (w**2).sum() * (1 + step), [w], steps=20, rate=0.1)
    expected = adam(3.0, 20 * [0.1], lambda x, step: 2 * x * (1 + step))
    assert w.item() == pytest.approx(expected, rel=1e-9)


def test_a_schedule_changes_the_rate_after_each_step():
    w = torch.tensor([3.0], dtype=torch.float64, requires_grad=True)
    halving = torch.optim.lr_scheduler.ExponentialLR
    minimize(lambda step: (w**2).sum(), [w], 5, 0.4, lambda o: halving(o, 0.5))
    expected = adam(3.0, [0.4, 0.2, 0.1, 0.05, 0.025], lambda x, step: 2 * x)
    assert w.item() == pytest.approx(expected, rel=1e-9)


def test_the_loss_is_asked_for_once_before_each_step():
    asked, w = [], torch.tensor([1.0], requires_grad=True)

    def loss(step):
        asked.append((step, w.item()))
        return w.sum()

    minimize(loss, [w], steps=3, rate=0.5)
    assert [step for step, _ in asked] == [0, 1, 2]
    assert [at for _, at in asked] == pytest.approx([1, 0.5, 0], abs=1e-5)


def test_accuracy_counts_the_right_answers_of_each_network():
    rng = np.random.default_rng(2)
    scores, labels = rng.normal(size=(3, 40, 5)), rng.integers(0, 5, 40)
    counted = [
        sum(int(max(range(5), key=lambda c: s[n, c]) == labels[n]) for n in range(40))
        for s in scores
    ]
    found = accuracy(torch.tensor(scores), torch.tensor(labels))
    assert found.dtype == torch.float64
    assert found.tolist() == [count / 40 for count in counted]
    assert accuracy(torch.tensor(scores[0]), torch.tensor(labels)) == counted[0] / 40
