"""Captions on how a network learns, against PyTorch's autograd and optimizer."""

from functools import cache

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as entropy

from tests.site.captions import each_state
from tests.site.ink import balance

PAGE = "chapters/start_network.html"


@each_state(PAGE, "one-neuron")
def test_loss_and_gradient_of_a_neuron_are_pytorchs(state):
    first, second, bias = map(float, state.values.values())
    X, kinds = balance(6, 9)
    nine = torch.tensor(kinds == 9)
    w = torch.tensor([first, second], dtype=torch.float64, requires_grad=True)
    z = X @ w + bias
    loss = entropy(z, nine.double())
    loss.backward()
    assert state.numbers == {
        "weight_1": first,
        "weight_2": second,
        "bias": bias,
        "right": ((z > 0) == nine).sum().item(),
        "digits": 361,
        "loss": pytest.approx(loss.item()),
        "dw": pytest.approx(w.grad.tolist()),
    }


EXAMPLES = {"six": (-1.5, -0.5, 0), "zero": (0.0, -0.5, 1), "nine": (1.0, 1.0, 0)}


def start(units):
    """Return a network of PyTorch whose hidden units point around the circle."""
    network = torch.nn.Sequential(
        torch.nn.Linear(2, units), torch.nn.ReLU(), torch.nn.Linear(units, 1)
    ).double()
    turn = np.exp(2j * np.pi * (5 / 8 + np.arange(units) / units)) * 2**0.5
    hidden, _, output = network
    hidden.weight.data = torch.tensor(np.c_[turn.real, turn.imag])
    output.weight.data.fill_(-1)
    for layer in (hidden, output):
        layer.bias.data.zero_()
    return network


@each_state(PAGE, "network-drawn")
def test_the_step_on_one_example_is_pytorchs(state):
    *x, y = EXAMPLES[state.values["example"]]
    network = start(2)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    losses, shares = [], []
    for _ in range(int(state.values["round"]) + 1):
        optimizer.zero_grad()
        z = network(torch.tensor(x, dtype=torch.float64))
        loss = entropy(z, torch.tensor([float(y)]).double())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        shares.append(torch.sigmoid(z).item())
    said = [state.numbers[name] for name in ("loss", "next_loss", "q", "next_q")]
    assert said == pytest.approx([*losses[-2:], *shares[-2:]])


def test_the_first_network_has_the_weights_that_are_drawn():
    assert start(2)[0].weight.data.numpy() == pytest.approx(
        np.array([[-1, -1], [1, 1]])
    )


@cache
def trained(units):
    """Return loss, share right and held-out share of PyTorch's, after each step."""
    X, kinds = balance(0, 6, 9)
    zero = torch.tensor(kinds == 0)[:, None]
    order = np.random.default_rng(0).permutation(539)
    rows, others = order[:300], order[300:]
    network = start(units) if units else torch.nn.Linear(2, 1).double()
    if not units:
        for parameter in network.parameters():
            parameter.data.zero_()
    optimizer = torch.optim.SGD(network.parameters(), lr=1)
    seen = []
    for _ in range(501):
        optimizer.zero_grad()
        z = network(X)
        loss = entropy(z[rows], zero[rows].double())
        loss.backward()
        optimizer.step()
        right = ((z > 0) == zero).double()
        seen.append((loss.item(), right[rows].mean().item(), right[others].mean()))
    return seen


@each_state(PAGE, "border")
def test_the_trained_networks_are_pytorchs(state):
    units, steps = map(int, state.values.values())
    loss, share, held = trained(units)[steps]
    numbers = state.numbers
    assert numbers["loss"] == pytest.approx(loss, rel=1e-5)
    assert numbers["share"] == pytest.approx(share, abs=1 / 299)
    assert numbers["held"] == pytest.approx(held.item(), abs=1 / 238)
    assert numbers["word"] == ("step" if steps == 1 else "steps")
