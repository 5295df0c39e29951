"""Captions on receptive fields, against gradients in PyTorch."""

from functools import cache

import torch
from torch.nn.functional import conv1d

from tests.site.captions import each_state

PAGE = "chapters/p11_receptive_fields.html"


@cache
def seen(layers, k, s, dilation):
    """Return a unit amid a long axis, and the pixels that it and the next one see."""
    x = torch.zeros((1, 1, 8192), dtype=torch.float64, requires_grad=True)
    y = x
    for i in range(layers):
        d = 2**i if dilation == "doubling" else int(dilation)
        ones = torch.ones((1, 1, k), dtype=torch.float64)
        y = conv1d(y, ones, stride=s, dilation=d, padding=d * (k - 1) // 2)
    unit = y.shape[2] // 2
    fields = [
        torch.autograd.grad(y[0, 0, i], x, retain_graph=True)[0][0, 0].nonzero()[:, 0]
        for i in (unit, unit + 1)
    ]
    return unit, *(field.tolist() for field in fields)


@each_state(PAGE, "field-growth")
def test_size_holes_jump_and_start_of_the_field_are_the_gradients(state):
    *sizes, dilation = state.values.values()
    layers, k, s = map(int, sizes)
    unit, ends, beside = seen(layers, k, s, dilation)
    size, jump = ends[-1] - ends[0] + 1, beside[0] - ends[0]
    assert state.numbers == {
        "layers": layers,
        "noun": "layer" if layers == 1 else "layers",
        "kernel_size": k,
        "stride": s,
        "dilation": dilation if dilation == "doubling" else int(dilation),
        "size": size,
        "read": len(ends),
        "jump": jump,
        "pixels": "pixel" if jump == 1 else "pixels",
        "start": ends[0] - unit * jump,
    }
    assert ("It reads every one of them." in state.caption) == (len(ends) == size)
    assert ("more than the picture has" in state.caption) == (size > 129)
