"""Captions of the chapter on normalizations against PyTorch's own layers."""

import math
from statistics import mean, pvariance

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.site.captions import each_state

PAGE = "chapters/p10_normalization_family.html"


def block(change):
    """Return the block of activations (4, 4, 2, 2) with the change made."""
    a = torch.tensor(np.random.default_rng(5).integers(0, 10, (4, 4, 2, 2)))
    a = a.double()
    if change == "channel 1 × 3":
        a[:, 0] *= 3
    elif change == "image 1 × 3":
        a[0] *= 3
    elif change == "image 1 + 5":
        a[0] += 5
    return a


def as_pytorch(kind, a):
    """Normalize with PyTorch's functions; pixels as rows where it says per pixel."""
    pixels = a.permute(0, 2, 3, 1)
    if kind == "layer per pixel":
        return functional.layer_norm(pixels, (4,)).permute(0, 3, 1, 2)
    if kind == "RMS per pixel":
        return functional.rms_norm(pixels, (4,), eps=1e-5).permute(0, 3, 1, 2)
    return {
        "batch": lambda: functional.batch_norm(a, None, None, training=True),
        "layer": lambda: functional.layer_norm(a, (4, 2, 2)),
        "2 groups": lambda: functional.group_norm(a, 2),
        "instance": lambda: functional.instance_norm(a),
    }[kind]()


def neighbors(kind, p):
    """Return the entries whose change moves y at image p, channel p, pixel p."""
    a = torch.randn(4, 4, 2, 2, generator=torch.Generator().manual_seed(0))
    a = a.double().requires_grad_()
    as_pytorch(kind, a)[p, p, p // 2, p % 2].backward()
    return a.grad != 0


@each_state(PAGE, "shared-mean")
def test_the_set_is_what_the_output_of_pytorch_depends_on(state):
    kind, shaded, change = state.values.values()
    moved = as_pytorch(kind, block(change)) - as_pytorch(kind, block("nothing"))
    moved = moved.abs() > 0.005
    among = neighbors(kind, int(shaded) - 1)
    a = block(change)[among].tolist()
    if kind == "RMS per pixel":
        statistics = {"root": math.sqrt(mean(v * v for v in a))}
    else:
        statistics = {"mean": mean(a), "variance": pvariance(a)}
    assert state.numbers == pytest.approx(
        {
            "kind": kind,
            "sets": 64 // len(a),
            "size": len(a),
            "change": change,
            "first": moved[0].sum().item(),
            "others": moved[1:].sum().item(),
        }
        | statistics
    )


def changed_layer(change):
    """Return the input, the weights and the bias of the layer after a change."""
    rng = np.random.default_rng(3)
    x = torch.tensor(rng.normal(size=(4, 3, 2, 2)))
    w, b = torch.tensor(rng.normal(size=(4, 3))), torch.zeros(4, 4, 1, 1)
    if change == "one image × 3":
        x[0] *= 3
    elif change == "one pixel of it × 3":
        x[0, :, 0, 0] *= 3
    elif change == "its activations + 5":
        b[0] += 5
    elif change == "two of its channels + 5":
        b[0, :2] += 5
    elif change == "one of its channels + 5":
        b[0, 0] += 5
    elif change == "one channel of all + 5":
        b[:, 0] += 5
    elif change == "all weights × 3":
        w *= 3
    elif change == "one filter's weights × 3":
        w[0] *= 3
    elif change == "other images instead":
        x[1:] = 0.5 - x[1:]
    else:
        assert change == "none"
    return x, w, b


def after(method, x, w, b):
    """Return the layer's output (4, 4, 2, 2), normalized by the method."""
    if method == "weight":
        w = functional.normalize(w, dim=1)
    elif method == "spectral":
        w = w / torch.linalg.matrix_norm(w, 2)
    a = torch.einsum("oc,nchw->nohw", w, x) + b
    if method in ("none", "weight", "spectral"):
        return a
    a = a * 1000  # so that PyTorch's epsilon is too small to matter
    return as_pytorch({"two groups": "2 groups"}.get(method, method), a)


CHANGES = ["one image × 3", "one pixel of it × 3", "its activations + 5"]
CHANGES += ["two of its channels + 5", "one of its channels + 5"]
CHANGES += ["one channel of all + 5", "all weights × 3", "one filter's weights × 3"]
CHANGES += ["other images instead"]
METHODS = ["batch", "layer", "two groups", "instance", "layer per pixel"]
METHODS += ["RMS per pixel", "weight", "spectral"]


@each_state(PAGE, "forgotten")
def test_a_change_is_forgotten_where_pytorchs_output_stays(state):
    place = int(state.values["change"])
    change = CHANGES[place - 1]

    def moves(method):
        return after(method, *changed_layer(change)) - after(
            method, *changed_layer("none")
        )

    images = slice(1) if change == "other images instead" else slice(4)
    same = [m for m in METHODS if moves(m)[images].abs().max() < 1e-3]
    numbers = dict(state.numbers)
    assert numbers.pop("same", []) == same
    assert f"{numbers.pop('kind')} {numbers.pop('by')}" == change
    assert numbers == {
        "change": place,
        "moved": (moves("none").abs() > 1e-9).sum().item(),
        "all": 64,
    }
