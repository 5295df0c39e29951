"""Captions of the chapter on normalizing features, by closed forms and PyTorch."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.preprocessing import StandardScaler

from tests.site.captions import each_state

PAGE = "chapters/p10_normalizing_features.html"
DIABETES = load_diabetes(scaled=False)


@each_state(PAGE, "feature-offset")
def test_bias_and_weight_in_the_caption_are_those_of_a_matrix_power(state):
    m, steps = float(state.values["offset"]), int(state.values["steps"])
    start = np.array([float(state.values[f"start_{k}"]) for k in ("bias", "weight")])
    x, y = DIABETES.data[:, 3], DIABETES.target
    slope = np.cov(x, y, bias=True)[0, 1] / x.std()
    best = np.array([y.mean() - slope * m, slope])
    hessian = np.array([[1, m], [m, 1 + m**2]])
    high = (2 + m**2 + m * math.sqrt(m**2 + 4)) / 2
    step = np.eye(2) - hessian / high
    now = best + np.linalg.matrix_power(step, steps) @ (start - best)
    numbers = dict(state.numbers)
    assert numbers.pop("w") == pytest.approx(now)
    assert numbers.pop("best") == pytest.approx(best)
    assert numbers == pytest.approx(
        {
            "offset": m,
            "kappa": high**2,
            "steps": steps,
            "word": "step" if steps == 1 else "steps",
            "start_bias": start[0],
            "start_weight": start[1],
            "left": np.linalg.norm(now - best) / np.linalg.norm(start - best),
            "least": 0.001,
        },
    )
    assert ("Less than 0.1%" in state.caption) == (state.numbers["left"] < 0.001)


@cache
def trained():
    """Return the test patients, sick and healthy, and PyTorch's model of the others."""
    data = load_breast_cancer()
    order = np.random.default_rng(7).permutation(569)
    train, test = order[:284], order[284:]
    scaler = StandardScaler().fit(data.data[train])
    x = torch.tensor(scaler.transform(data.data[train]))
    x = torch.cat((torch.ones(284, 1), x), dim=1)
    y = torch.tensor(1.0 - data.target[train])
    rate = 8 / torch.linalg.eigvalsh(x.T @ x / 284)[-1]
    w = torch.zeros(31, dtype=x.dtype, requires_grad=True)
    for _ in range(500):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)
        (gradient,) = torch.autograd.grad(loss, w)
        w = (w - rate * gradient).detach().requires_grad_()
    sick, healthy = (data.data[test[data.target[test] == i]] for i in (0, 1))
    return sick, healthy, scaler, w.detach().numpy()


def is_right(patients, labels):
    """Say which answers are right, by the scaler's statistics and by each batch's."""
    *_, scaler, w = trained()
    fixed = (patients - scaler.mean_) / scaler.scale_
    columns = torch.tensor(patients).transpose(1, 2)  # (batches, 30, patients)
    own = torch.nn.functional.layer_norm(columns, columns.shape[2:], eps=1e-12)
    own = own.transpose(1, 2).numpy()
    return [(x @ w[1:] + w[0] > 0) == labels for x in (fixed, own)]


@each_state(PAGE, "own-statistics")
def test_the_shares_of_right_answers_are_those_of_pytorchs_model(state):
    size, share = state.values.values()
    size, share = int(size), float(share)
    sick, healthy, *_ = trained()
    rng = np.random.default_rng([size, round(100 * share)])
    labels = rng.random((6400 // size, size)) < share
    a, b = (rng.choice(group, labels.shape) for group in (sick, healthy))
    right = is_right(np.where(labels[..., None], a, b), labels)
    expected = [answers.mean() for answers in right]
    assert state.numbers == pytest.approx(
        {
            "batch_size": size,
            "malignant_share": share,
            "trained": expected[0],
            "batch": expected[1],
        }
    )
    # The draw is fair: other patients, one batch after the other, give about the same.
    rng = np.random.default_rng([size, 1])
    again = []
    for _ in range(max(60, 1000 // size)):
        labels = rng.random(size) < share
        batch = np.where(
            labels[:, None], rng.choice(sick, size), rng.choice(healthy, size)
        )
        again.append([r.mean() for r in is_right(batch[None], labels)])
    noise = np.std(again, axis=0) / math.sqrt(len(again)) + 0.005
    assert (abs(np.mean(again, axis=0) - expected) < 5 * noise).all()
