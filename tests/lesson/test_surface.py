"""The error surface of least squares, against PyTorch and the formula of the loss."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot
from textbook.lesson.panels import panel
from textbook.lesson.surface import bowl_lines, condition, curvatures, gradient

RNG = np.random.default_rng(4)
X, Y, W = RNG.normal(size=(20, 3)), RNG.normal(size=20), RNG.normal(size=3)


def loss(w):
    return ((torch.tensor(X) @ w - torch.tensor(Y)) ** 2).mean() / 2


def test_the_gradient_is_that_of_autograd():
    w = torch.tensor(W, requires_grad=True)
    loss(w).backward()
    assert np.allclose(gradient(W, X, Y), w.grad.numpy())


def test_the_curvatures_are_eigenvalues_of_the_hessian_of_autograd():
    H = torch.autograd.functional.hessian(loss, torch.tensor(W))
    assert np.allclose(curvatures(X), torch.linalg.eigvalsh(H).numpy())


def test_the_condition_number_is_that_of_the_hessian():
    assert condition(X) == pytest.approx(np.linalg.cond(X.T @ X / len(X)))
    assert condition(X[:, :1]) == 1


def test_on_each_line_the_loss_is_a_quarter_of_that_on_the_line_before():
    H, center = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([5.0, -1.0])
    _, axes = panel()
    bowl_lines(axes, center, H, level=8, count=3)
    for line, level in zip(axes.lines, (8, 2, 0.5), strict=True):
        e = line.get_xydata() - center
        assert ((e @ H) * e).sum(axis=1) / 2 == pytest.approx(level)
    pyplot.close("all")
