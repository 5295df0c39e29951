"""Attentions that give something up for cost that grows with n, not n^2.

The window gives up distant keys, the low rank single keys, the features the softmax.
Not here: masks other than the causal one, and how w, e and f are drawn or learned.
"""

import math

from array_api_compat import array_namespace, device

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.attention.dot_product import attention, check_attention, divide
from textbook.gradients import constant
from textbook.precision import sums_in_float32


@sums_in_float32
def local_attention(
    q: Array, k: Array, v: Array, window: int, causal: bool = False
) -> Array:
    """Compute attention where query i looks only at keys j with `|i - j| <= window`.

    Arguments and result as in attention, with n = m; time and memory grow with n *
    window. The sequence is cut into blocks of at least `window`: each meets itself and
    its two neighbors. Source: Beltagy, Peters & Cohan 2020, section 3.1.

    >>> import numpy as np
    >>> q, v = np.zeros((3, 1)), np.array([[0.0], [3.0], [6.0]])
    >>> local_attention(q, q, v, window=1)[:, 0]
    array([1.5, 3. , 4.5])
    """
    xp = check_attention(q, k, v, equal_lengths=True)
    window, n = integer("window", window, least=0), q.shape[-2]
    block = max(window, 32)

    def may_look(i, j):
        near = xp.abs(i - j) <= window
        return near & (j <= i) if causal else near

    if n <= 3 * block:  # three blocks meet in any case
        i = xp.arange(n, device=device(q))
        return attention(q, k, v, may_look(i[:, None], i[None, :]))
    count = -(-n // block)

    def neighbors(a):  # what each block meets: (batch, count, 3 * block, d)
        a = _blocks(a, block, before=1, count=count + 2)
        return xp.concat([a[:, i : i + count, ...] for i in range(3)], axis=2)

    i = xp.reshape(xp.arange(count * block, device=device(q)), (count, block, 1))
    j = i[:, :1, :] - block + xp.arange(3 * block, device=device(q))
    mask = may_look(i, j) & (j >= 0) & (j < n)
    q = _blocks(q, block, before=0, count=count)
    return _unblock(attention(q, neighbors(k), neighbors(v), mask), v.shape)


@sums_in_float32
def linear_attention(q: Array, k: Array, v: Array, causal: bool = False) -> Array:
    """Weight values by phi(q) phi(k)^T with phi = elu + 1, instead of exp(q k^T).

    Arguments and result as in attention; time and memory grow with n: phi(q) (phi(k)^T
    v) needs no n x n matrix. If causal, a query gets zeros, not a mean, where all keys
    up to it lie so far below later ones (87 in float32) that exp cannot hold both.
    Source: Katharopoulos et al. 2020, equations 5 to 9.

    >>> import numpy as np
    >>> linear_attention(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    xp = check_attention(q, k, v, equal_lengths=causal)

    def log_phi(x):  # phi(x) = elu(x) + 1: x + 1 above 0, exp(x) below
        return xp.where(x > 0, xp.log1p(xp.where(x > 0, x, xp.zeros_like(x))), x)

    return _feature_attention(log_phi(q), log_phi(k), v, causal)


@sums_in_float32
def random_feature_attention(
    q: Array, k: Array, v: Array, w: Array, causal: bool = False
) -> Array:
    """Estimate attention: E[phi(q) phi(k)^T] = exp(q k^T / sqrt(d)) for random phi > 0.

    Arguments and result as in attention; `w: (r, d)`, rows drawn from N(0, I), best
    orthogonal to each other; `phi(x) = exp(w x' - |x'|^2 / 2) / sqrt(r)` with
    `x' = x / d^(1/4)`. The error falls as r grows; time and memory grow with n. If
    causal, small keys before large ones get zeros as in linear_attention. Source:
    Choromanski et al. 2021, lemma 1.

    >>> import numpy as np
    >>> x, v = np.zeros((2, 1)), np.array([[1.0], [3.0]])
    >>> random_feature_attention(x, x, v, w=np.array([[0.5]]))[:, 0]
    array([2., 2.])
    """
    xp = check_attention(q, k, v, equal_lengths=causal)
    common_namespace(q=q, w=w)
    check_shape("w", w, ("r", q.shape[-1]))

    def log_phi(x):  # without 1 / sqrt(r), which cancels
        x = x / q.shape[-1] ** 0.25
        return x @ xp.matrix_transpose(w) - xp.sum(x * x, axis=-1, keepdims=True) / 2

    return _feature_attention(log_phi(q), log_phi(k), v, causal)


@sums_in_float32
def low_rank_attention(q: Array, k: Array, v: Array, e: Array, f: Array) -> Array:
    """Compress m keys and values into r before attending: attention(q, e k, f v).

    Arguments and result as in attention; `e, f: (r, m)`, learned. Time and memory grow
    with n * r. Source: Wang et al. 2020, equation 7.

    >>> import numpy as np
    >>> e = np.array([[0.5, 0.5]])
    >>> q, k, v = np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]])
    >>> low_rank_attention(q, k, v, e, e)
    array([[2.]])
    """
    check_attention(q, k, v)
    common_namespace(q=q, e=e, f=f)
    check_shape("e", e, ("r", k.shape[-2]))
    check_shape("f", f, e.shape)
    return attention(q, e @ k, f @ v)


def _feature_attention(log_q: Array, log_k: Array, v: Array, causal: bool) -> Array:
    """Return q k^T v for features q and k, each row divided by its weights' sum.

    The features come as logarithms: what a feature of all keys has in common goes over
    to the queries, where what a query has in common cancels. So exp stays in range.
    """
    xp, like = array_namespace(log_q, log_k, v), dict(dtype=v.dtype, device=device(v))
    if 0 in log_k.shape[-2:]:  # no key, or no feature
        return xp.zeros((*log_q.shape[:-1], v.shape[-1]), **like)
    common = constant(xp.max(log_k, axis=-2, keepdims=True))
    log_q = log_q + common
    q = xp.exp(log_q - constant(xp.max(log_q, axis=-1, keepdims=True)))
    k = xp.exp(log_k - common)
    p, ones = v.shape[-1], xp.ones((*v.shape[:-1], 1), **like)
    v = xp.concat([v, ones], axis=-1)  # the last column adds the weights up
    if not causal:
        y = q @ (xp.matrix_transpose(k) @ v)
        return divide(xp, y[..., :p], y[..., p:])
    count = -(-q.shape[-2] // 64)
    q, k, values = (_blocks(a, 64, before=0, count=count) for a in (q, k, v))
    sums = xp.matrix_transpose(k) @ values
    before = xp.cumulative_sum(sums, axis=1) - sums  # of all earlier blocks
    y = q @ before + xp.tril(q @ xp.matrix_transpose(k)) @ values
    y = _unblock(y, v.shape)
    return divide(xp, y[..., :p], y[..., p:])


def _blocks(x: Array, block: int, before: int, count: int) -> Array:
    """Cut (..., n, d) into (batch, count, block, d), `before` blocks of zeros first."""
    xp = array_namespace(x)
    n, d = x.shape[-2:]
    x = xp.reshape(x, (math.prod(x.shape[:-2]), n, d))
    front = xp.zeros((x.shape[0], before * block, d), dtype=x.dtype, device=device(x))
    rest = xp.zeros(
        (x.shape[0], (count - before) * block - n, d), dtype=x.dtype, device=device(x)
    )
    return xp.reshape(
        xp.concat([front, x, rest], axis=1), (x.shape[0], count, block, d)
    )


def _unblock(y: Array, shape: tuple[int, ...]) -> Array:
    """Join blocks to a sequence of the given shape (..., n, p) again."""
    xp = array_namespace(y)
    y = xp.reshape(y, (y.shape[0], y.shape[1] * y.shape[2], y.shape[3]))
    return xp.reshape(y[:, : shape[-2], :], shape)
