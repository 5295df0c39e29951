"""Several networks of one kind trained side by side, each with its own start and data.

What the chapters on sets of vectors share: weights as one array for all networks, a
layer of attention on them, training, and what each network answers. Not here: the task.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.optim.lr_scheduler import LambdaLR

from textbook.attention import attention
from textbook.lesson.training import minimize

NETS, BATCH = 5, 32


def matrices(*shapes: tuple[int, int]) -> list[torch.Tensor]:
    """Draw weights to be trained, for each shape one array (NETS, rows, columns).

    Mean 0 and variance 1 / rows; the same on each call with the same shapes.

    >>> [w.shape for w in matrices((4, 8), (8, 2))]
    [torch.Size([5, 4, 8]), torch.Size([5, 8, 2])]
    """
    seed = torch.Generator().manual_seed(0)
    drawn = (torch.randn(NETS, *s, generator=seed) / s[0] ** 0.5 for s in shapes)
    return [w.requires_grad_() for w in drawn]


def times(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """Multiply each vector of x by the matrix of its network.

    `x: (NETS, ..., d)`; `w: (NETS, d, e)`; `result: (NETS, ..., e)`.

    >>> times(torch.ones(5, 2, 3, 4), torch.ones(5, 4, 8)).shape
    torch.Size([5, 2, 3, 8])
    """
    return (x.flatten(1, -2) @ w).unflatten(1, x.shape[1:-1])


def one_hot(numbers: ArrayLike, size: int) -> torch.Tensor:
    """Return a row of `size` numbers for each number n: 1 at place n, elsewhere 0.

    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    return torch.nn.functional.one_hot(torch.as_tensor(numbers), size).float()


def look(
    x: torch.Tensor,
    real: torch.Tensor,
    w_q: torch.Tensor,
    w_k: torch.Tensor,
    w_v: torch.Tensor,
    w_o: torch.Tensor,
) -> torch.Tensor:
    """Add to each vector a weighted mean of all: x_i + (sum_j a_ij x_j W_V) W_O.

    `x: (NETS, B, n, d)`; real: boolean (NETS, B, n), False after a sequence's end;
    weights: (NETS, d, d); the result has the shape of x.

    >>> x, w = torch.randn(5, 2, 3, 4), torch.randn(5, 4, 4)
    >>> look(x, torch.ones(5, 2, 3, dtype=torch.bool), w, w, w, 0 * w).equal(x)
    True
    """
    q, k, v = times(x, w_q), times(x, w_k), times(x, w_v)
    mean = attention(q, k, v, mask=real[:, :, None, :])
    return x + times(mean, w_o)


def fit(
    net: Callable[..., torch.Tensor],
    weights: Sequence[torch.Tensor],
    batch: Callable[[int, np.random.Generator], tuple],
    steps: int,
    rate: float,
) -> None:
    """Train all networks: minimize their cross-entropy by Adam; weights change.

    `net(*inputs)`: logits (NETS, BATCH, ..., classes); batch(count, rng): so many fresh
    examples, `(*inputs, labels)`. A label of -1 asks for nothing. The rate falls to 0
    over the second half of the steps.

    >>> (w,) = matrices((2, 2))
    >>> def same(count, rng):
    ...     bits = rng.integers(0, 2, count)
    ...     return bits, bits
    >>> net = lambda bits: times(one_hot(bits, 2), w)
    >>> fit(net, [w], same, steps=100, rate=0.1)
    >>> answers(net, np.array([0, 1])).tolist() == 5 * [[0, 1]]
    True
    """
    rng = np.random.default_rng(0)

    def loss(step: int) -> torch.Tensor:
        *inputs, labels = map(torch.as_tensor, batch(NETS * BATCH, rng))
        logits = net(*(x.unflatten(0, (NETS, BATCH)) for x in inputs))
        return torch.nn.functional.cross_entropy(
            logits.flatten(0, -2), labels.flatten(), ignore_index=-1
        )

    def falling(adam: torch.optim.Optimizer) -> LambdaLR:
        return LambdaLR(adam, lambda step: min(1, 2 - 2 * step / steps))

    minimize(loss, weights, steps, rate, falling)


@torch.no_grad()
def answers(net: Callable[..., torch.Tensor], *inputs: ArrayLike) -> np.ndarray:
    """Return what each network says about the same inputs, as one array (NETS, ...).

    >>> answers(lambda x: one_hot(x, 3), np.array([2, 1])).shape
    (5, 2)
    """
    inputs = map(torch.as_tensor, inputs)
    return net(*(x.expand(NETS, *x.shape) for x in inputs)).argmax(-1).numpy()
