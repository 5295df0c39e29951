"""Captions of the chapter on the error surface against closed forms and plain loops."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.preprocessing import StandardScaler
from test_captions import states

PAGE = "chapters/p10_error_surface.html"
VALLEY = states(PAGE, "two-weight-valley")
OFFSET = states(PAGE, "feature-offset")
OWN = states(PAGE, "own-statistics")
NUMBER = r"(-?[\d,]+\.?\d*)"


def said(pattern, caption):
    """Return the number that stands in the place of # in the words of the pattern."""
    found = re.search(pattern.replace("#", NUMBER), caption.replace("−", "-"))
    return float(found[1].replace(",", ""))


DIABETES = load_diabetes(scaled=False)
RHO = np.corrcoef(DIABETES.data[:, 2], DIABETES.data[:, 3])[0, 1]


def modes(values):
    """Return the curvatures and the factors of a step, from trace and determinant."""
    ratio = 1.0 if values[2] == "yes" else float(values[0])
    trace, determinant = 1 + ratio**2, ratio**2 * (1 - RHO**2)
    root = math.sqrt(trace**2 / 4 - determinant)
    low, high = trace / 2 - root, trace / 2 + root
    rate = float(values[1]) * 2 / high
    return ratio, low, high, rate


@pytest.mark.parametrize(("values", "caption"), VALLEY)
def test_curvatures_and_factors_in_the_caption_are_the_closed_forms(values, caption):
    _, low, high, rate = modes(values)
    assert said("curvatures # and", caption) == pytest.approx(low, rel=6e-3)
    assert said(r"curvatures [\d.]+ and #,", caption) == pytest.approx(high, rel=6e-3)
    assert said("κ = #. Learn", caption) == pytest.approx(high / low, abs=0.051)
    assert said("Learning rate #,", caption) == pytest.approx(rate, rel=6e-3)
    steep, flat = 1 - rate * high, 1 - rate * low
    assert said("error by # in the steep", caption) == pytest.approx(steep, abs=6e-4)
    assert said("and by # in the flat", caption) == pytest.approx(flat, abs=6e-4)
    assert ("zigzagging" in caption) == (0.5 < float(values[1]) < 1)


@pytest.mark.parametrize(("values", "caption"), VALLEY)
def test_the_steps_in_the_caption_are_those_of_the_two_modes(values, caption):
    ratio, low, high, rate = modes(values)
    if float(values[1]) > 1:
        assert caption.endswith("diverges.")
        return
    # Along the axes of the ellipses the error is (1 - rate λ)^t of the first one.
    angle = math.atan2(high - 1, ratio * RHO)
    steep = np.array([math.cos(angle), math.sin(angle)])
    start = np.array([-0.9, 0.6])
    a, b = start @ steep, start @ [-steep[1], steep[0]]
    t = np.arange(3000)
    squared = a**2 * (1 - rate * high) ** (2 * t) + b**2 * (1 - rate * low) ** (2 * t)
    expected = int((squared <= 1e-4 * (a**2 + b**2)).argmax())
    assert said("one: # steps to 1%", caption) == expected


@pytest.mark.parametrize(("values", "caption"), OFFSET)
def test_bias_and_weight_in_the_caption_are_those_of_a_matrix_power(values, caption):
    m, steps = float(values[0]), int(values[1])
    x, y = DIABETES.data[:, 3], DIABETES.target
    slope = np.cov(x, y, bias=True)[0, 1] / x.std()
    best = np.array([y.mean() - slope * m, slope])
    hessian = np.array([[1, m], [m, 1 + m**2]])
    high = (2 + m**2 + m * math.sqrt(m**2 + 4)) / 2
    step = np.eye(2) - hessian / high
    now = best - np.linalg.matrix_power(step, steps) @ best
    assert said("κ = #. After", caption) == pytest.approx(high**2, rel=1e-3, abs=0.051)
    assert said("b = #,", caption) == pytest.approx(now[0], abs=0.051)
    assert said("w = #;", caption) == pytest.approx(now[1], abs=0.051)
    assert said("best are # and", caption) == pytest.approx(best[0], abs=0.051)
    left = 100 * np.linalg.norm(now - best) / np.linalg.norm(best)
    assert said("#% of the way", caption) == pytest.approx(left, abs=0.051)


@cache
def trained():
    """Return test features and labels, the scaler, and weights trained by PyTorch."""
    data = load_breast_cancer()
    order = np.random.default_rng(7).permutation(569)
    train, test = order[:284], order[284:]
    labels = 1.0 - data.target
    scaler = StandardScaler().fit(data.data[train])
    x = torch.tensor(scaler.transform(data.data[train]))
    x = torch.cat((torch.ones(284, 1), x), dim=1)
    y = torch.tensor(labels[train])
    rate = 8 / torch.linalg.eigvalsh(x.T @ x / 284)[-1]
    w = torch.zeros(31, dtype=x.dtype, requires_grad=True)
    for _ in range(500):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - rate * gradient).detach().requires_grad_()
    return data.data[test], labels[test], scaler, w.detach().numpy()


def right_by_batch(size, share):
    """Share of right answers in each batch, both ways, one batch after the other."""
    features, labels, scaler, w = trained()
    rng = np.random.default_rng([size, 1])
    theirs, own = [], []
    for _ in range(max(60, 2000 // size)):
        sick = rng.random(size) < share
        rows = [rng.choice(np.flatnonzero(labels == is_sick)) for is_sick in sick]
        batch = features[rows]
        for scaled, shares in (
            (scaler.transform(batch), theirs),
            (StandardScaler().fit_transform(batch), own),
        ):
            shares.append(((w[0] + scaled @ w[1:] > 0) == sick).mean())
    return theirs, own


@pytest.mark.parametrize(("values", "caption"), OWN)
def test_the_shares_of_right_answers_are_those_of_a_second_simulation(values, caption):
    simulated = right_by_batch(int(values[0]), float(values[1]))
    in_caption = (
        said(": #% right with the training", caption),
        said("statistics, #% with the statistics", caption),
    )
    for text, shares in zip(in_caption, simulated, strict=True):
        noise = np.std(shares) / math.sqrt(len(shares)) + 0.005
        assert text / 100 == pytest.approx(np.mean(shares), abs=5 * noise)
