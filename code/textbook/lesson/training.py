"""Training: how weights start, a loop that lowers a loss, the share of right ones."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import torch
from torch.optim.lr_scheduler import LRScheduler


def he_normal(
    shape: tuple[int, ...],
    inputs: int,
    generator: np.random.Generator | torch.Generator,
) -> torch.Tensor:
    """Draw weights with mean 0 and variance 2 / inputs, so that ReLU keeps the scale.

    shape: of the weights; inputs: how many numbers each unit adds up; generator: one of
    NumPy gives float64, one of torch float32. Source: He et al. 2015, section 2.2.

    >>> w = he_normal((16, 8, 3, 3), inputs=8 * 3 * 3, generator=torch.Generator())
    >>> w.shape
    torch.Size([16, 8, 3, 3])
    """
    if isinstance(generator, torch.Generator):
        noise = torch.randn(shape, generator=generator)
    else:
        noise = torch.tensor(generator.standard_normal(shape))
    return math.sqrt(2 / inputs) * noise


def minimize(
    loss: Callable[[int], torch.Tensor],
    parameters: Iterable[torch.Tensor],
    steps: int,
    rate: float,
    schedule: Callable[[torch.optim.Optimizer], LRScheduler] | None = None,
) -> None:
    """Take that many steps of Adam (Kingma & Ba 2015); the parameters change in place.

    loss(step): the loss before that step, from 0 on, on whatever batch it chooses; what
    a chapter looks at on the way, it looks at there. rate: the learning rate; schedule:
    one of torch.optim.lr_scheduler, given the optimizer, changes it after each step.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> minimize(lambda step: (w**2).sum(), [w], steps=200, rate=0.1)
    >>> bool(abs(w) < 0.01)
    True
    """
    optimizer = torch.optim.Adam(parameters, lr=rate)
    scheduler = schedule(optimizer) if schedule else None
    for step in range(steps):
        optimizer.zero_grad()
        loss(step).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()


def accuracy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the share of examples whose largest score is that of their label.

    scores: (..., N, classes); labels: (..., N); the result is of shape (...), float64.

    >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0])).item()
    0.5
    """
    return (scores.argmax(dim=-1) == labels).double().mean(dim=-1)
