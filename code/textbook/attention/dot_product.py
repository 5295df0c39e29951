"""Scaled dot-product attention, by one head and by several.

The readable form: it holds all n x m weights at once. Not here: dropout, biases, a
cache of keys, and attention in less memory.
"""

import math
from types import ModuleType

import numpy
from array_api_compat import array_namespace, device

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.gradients import constant
from textbook.precision import sums_in_float32


@sums_in_float32
def softmax(x: Array, axis: int = -1) -> Array:
    """Turn logits into weights that sum to 1: exp(x) / sum exp(x).

    The result has the shape of x. Logits of -inf get weight 0, and all weights are 0
    where all logits are -inf. The largest logit is subtracted first: it cancels, and
    exp cannot overflow.

    >>> import numpy as np
    >>> softmax(np.array([0.0, np.log(3.0), -np.inf]))
    array([0.25, 0.75, 0.  ])
    """
    xp = common_namespace(x=x)
    if axis not in range(-x.ndim, x.ndim):
        raise ValueError(f"no axis {axis} in shape {tuple(x.shape)}")
    if x.shape[axis] == 0:
        return x
    largest = xp.max(constant(x), axis=axis, keepdims=True)
    e = xp.exp(x - xp.where(largest == -math.inf, xp.zeros_like(largest), largest))
    return divide(xp, e, xp.sum(e, axis=axis, keepdims=True))


@sums_in_float32
def attention(q: Array, k: Array, v: Array, mask: Array | None = None) -> Array:
    """Compute softmax(q k^T / sqrt(d)) v.

    `q: (..., n, d)`; `k: (..., m, d)`; `v: (..., m, p)`; mask: boolean, broadcast to
    (..., n, m); `result: (..., n, p)`. Source: Vaswani et al. 2017, equation 1.

    >>> import numpy as np
    >>> attention(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    xp = check_attention(q, k, v)
    scores = (q / math.sqrt(q.shape[-1])) @ xp.matrix_transpose(k)
    if mask is not None:
        _check_mask(mask, scores)
        blocked = xp.full((1,), -math.inf, dtype=scores.dtype, device=device(scores))
        scores = xp.where(mask, scores, blocked)
    return softmax(scores) @ v


@sums_in_float32
def multi_head_attention(
    x: Array,
    w_q: Array,
    w_k: Array,
    w_v: Array,
    w_o: Array,
    heads: int,
    mask: Array | None = None,
) -> Array:
    """Let `heads` attentions look at x, each in its own features: concat(heads) w_o.

    `x: (N, n, d)`; `w_q, w_k: (d, heads * a)`; `w_v: (d, heads * p)`;
    `w_o: (heads * p, d')`; mask: boolean, (n, n) or broadcast to (N, heads, n, n);
    `result: (N, n, d')`. Raises ValueError unless heads divides the widths, and for a
    mask of three axes: the first could be that of the examples, then give (N, 1, n, n),
    or that of the heads, (1, heads, n, n). Source: Vaswani et al. 2017, section 3.2.2.

    >>> import numpy as np
    >>> x, w = np.ones((1, 3, 4)), np.eye(4)
    >>> multi_head_attention(x, w, w, w, w, heads=2).shape
    (1, 3, 4)
    """
    xp = common_namespace(x=x, w_q=w_q, w_k=w_k, w_v=w_v, w_o=w_o)
    check_shape("x", x, ("N", "n", "d"))
    (n, length, d), heads = x.shape, integer("heads", heads, least=1)
    for name, w in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v)):
        check_shape(name, w, (d, "width"))
        if w.shape[1] % heads:
            raise ValueError(
                f"heads must divide the width of {name}, {w.shape[1]}, got {heads}"
            )
    check_shape("w_k", w_k, w_q.shape)
    check_shape("w_o", w_o, (w_v.shape[1], "d'"))
    if getattr(mask, "ndim", 2) == 3:
        raise ValueError(
            "expected a mask of shape (n, n), (N, 1, n, n), (1, heads, n, n) or (N, "
            f"heads, n, n), got shape {tuple(mask.shape)}: examples, or heads?"
        )

    def split(a):  # (N, n, heads * a) to (N, heads, n, a)
        a = xp.reshape(a, (n, length, heads, a.shape[2] // heads))
        return xp.permute_dims(a, (0, 2, 1, 3))

    y = attention(split(x @ w_q), split(x @ w_k), split(x @ w_v), mask)
    return xp.reshape(xp.permute_dims(y, (0, 2, 1, 3)), (n, length, w_v.shape[1])) @ w_o


def divide(xp: ModuleType, y: Array, z: Array) -> Array:
    """Return y / z, and 0 where z is 0: the mean of nothing."""
    return y / xp.where(z == 0, xp.ones_like(z), z)


def check_attention(
    q: Array, k: Array, v: Array, equal_lengths: bool = False
) -> ModuleType:
    """Return the library; raise ValueError unless queries, keys and values fit."""
    xp = common_namespace(q=q, k=k, v=v)
    shapes = [tuple(a.shape) for a in (q, k, v)]
    fits = (
        min(map(len, shapes)) >= 2
        and shapes[0][:-2] == shapes[1][:-2] == shapes[2][:-2]
        and shapes[0][-1] == shapes[1][-1] >= 1
        and shapes[1][-2] == shapes[2][-2]
    )
    if not fits:
        raise ValueError(
            "expected queries (..., n, d), keys (..., m, d) and values (..., m, p) "
            f"with d >= 1, got shapes {shapes[0]}, {shapes[1]} and {shapes[2]}"
        )
    if equal_lengths and q.shape[-2] != k.shape[-2]:
        raise ValueError(
            f"expected as many queries as keys, got {q.shape[-2]} and {k.shape[-2]}"
        )
    return xp


def _check_mask(mask: Array, scores: Array) -> None:
    try:
        xp = array_namespace(mask, scores)
        fits = numpy.broadcast_shapes(mask.shape, scores.shape) == tuple(scores.shape)
        fits = fits and xp.isdtype(mask.dtype, "bool")
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(
            f"expected a boolean mask that broadcasts to {tuple(scores.shape)}, got "
            f"{type(mask).__name__} of {getattr(mask, 'dtype', None)} and shape "
            f"{tuple(getattr(mask, 'shape', ()))}"
        )
