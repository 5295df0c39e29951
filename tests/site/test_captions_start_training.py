"""Captions on training in practice, against PyTorch's layers and optimizers."""

from functools import cache

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as entropy

from tests.site.captions import each_state
from tests.site.ink import balance

PAGE = "chapters/start_training.html"
OPTIMIZERS = {
    "descent": torch.optim.SGD,
    "momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr, momentum=0.9),
    "Adam": torch.optim.Adam,
}


@cache
def data():
    """Return features, labels, the 300 rows for training and the 239 held out."""
    X, kinds = balance(0, 6, 9)
    order = np.random.default_rng(0).permutation(539)
    return X, torch.tensor(kinds == 0)[:, None].double(), order[:300], order[300:]


def random_network(seed, networks, units):
    """Return the first of so many networks drawn together, as PyTorch's."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((networks, 2, units))[0]
    v = rng.standard_normal((networks, units, 1))[0] * (2 / units) ** 0.5
    network = torch.nn.Sequential(
        torch.nn.Linear(2, units), torch.nn.ReLU(), torch.nn.Linear(units, 1)
    ).double()
    for layer, weights in ((network[0], W), (network[2], v)):
        layer.weight.data = torch.tensor(weights.T.copy())
        layer.bias.data.zero_()
    return network


def epoch(network, optimizer, order, batch):
    X, y, *_ = data()
    for part in torch.tensor(order).split(batch):
        optimizer.zero_grad()
        entropy(network(X[part]), y[part]).backward()
        optimizer.step()


def loss(network, rows):
    X, y, *_ = data()
    with torch.no_grad():
        return entropy(network(X[rows]), y[rows]).item()


@cache
def run(method, rate, batch):
    """Return PyTorch's loss before the run, and after each of its twenty epochs."""
    rows, network, rng = data()[2], random_network(1, 1, 8), np.random.default_rng(7)
    optimizer = OPTIMIZERS[method](network.parameters(), lr=rate)
    seen = [loss(network, rows)]
    for _ in range(20):
        epoch(network, optimizer, rng.permutation(rows), batch)
        seen.append(loss(network, rows))
    return seen


@each_state(PAGE, "training-run")
def test_a_run_is_that_of_pytorchs_optimizer(state):
    method, rate, batch, at = state.values.values()
    numbers, losses = state.numbers, run(method, float(rate), int(batch))
    assert numbers["first"] == pytest.approx(losses[1], rel=1e-4)
    if float(rate) < 1:  # longer steps make rounding errors grow
        assert numbers["end"] == pytest.approx(losses[20], rel=1e-3)
        assert numbers["now"] == pytest.approx(losses[int(at)], rel=1e-3)
    assert numbers["epoch"] == int(at)
    assert numbers["steps"] == 300 // int(batch)
    assert numbers["word"] == ("step" if batch == "300" else "steps")
    assert numbers["epochs"] == 20


@cache
def overfitted(units):
    """Return the losses on the 40 and on the others, after each step of PyTorch's."""
    *_, rows, others = data()
    network = random_network(10, 10, units)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    seen = []
    for _ in range(1001):
        seen.append((loss(network, rows[:40]), loss(network, others)))
        epoch(network, optimizer, rows[:40], 40)
    return seen


@each_state(PAGE, "overfitting")
def test_the_losses_on_forty_and_on_the_others_are_pytorchs(state):
    units, steps = map(int, state.values.values())
    on_train, on_held = overfitted(units)[steps]
    assert state.numbers["on_train"] == pytest.approx(on_train, rel=1e-3, abs=1e-6)
    assert state.numbers["on_held"] == pytest.approx(on_held, rel=1e-3)
    assert (state.numbers["few"], state.numbers["others"]) == (40, 239)
