"""Attention: a query takes the mean of the values, weighted by how well their keys fit.

`attention` is the readable form. The others either compute the same in less memory
(`chunked_attention`) or something cheaper (local, linear, random features, low rank).
Queries are (..., n, d), keys (..., m, d), values (..., m, p), the result (..., n, p);
leading axes, such as batch and heads, are equal. A mask is boolean, True where a query
may look; a query that may look nowhere gets zeros. "causal" lets query i look at keys j
<= i; it asks for n = m.

Every function raises ValueError if the shapes or dtypes of its arrays do not go
together.
"""

import math

import numpy
from array_api_compat import array_namespace, device

from textbook.arrays import Array, check_shape, common_namespace, constant, integer
from textbook.chunked import check_attention, chunked_attention, divide

__all__ = [
    "attention",
    "chunked_attention",
    "linear_attention",
    "local_attention",
    "low_rank_attention",
    "multi_head_attention",
    "random_feature_attention",
    "sinusoidal_positions",
    "softmax",
]


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
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"no axis {axis} in shape {tuple(x.shape)}")
    if x.shape[axis] == 0:
        return x
    largest = xp.max(constant(x), axis=axis, keepdims=True)
    e = xp.exp(x - xp.where(largest == -math.inf, xp.zeros_like(largest), largest))
    return divide(xp, e, xp.sum(e, axis=axis, keepdims=True))


def attention(q: Array, k: Array, v: Array, mask: Array | None = None) -> Array:
    """Compute softmax(q k^T / sqrt(d)) v.

    q: (..., n, d); k: (..., m, d); v: (..., m, p); mask: boolean, broadcast to (..., n,
    m); result: (..., n, p). Source: Vaswani et al. 2017, equation 1.

    >>> import numpy as np
    >>> attention(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    xp = check_attention(q, k, v)
    scores = (q / math.sqrt(q.shape[-1])) @ xp.matrix_transpose(k)
    if mask is not None:
        _check_mask(mask, scores)
        scores = xp.where(mask, scores, xp.full_like(scores[..., :1], -math.inf))
    return softmax(scores) @ v


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

    x: (N, n, d); w_q, w_k: (d, heads * a); w_v: (d, heads * p); w_o: (heads * p, d');
    mask: boolean, broadcast to (N, heads, n, n); result: (N, n, d'). Raises ValueError
    unless heads divides the widths. Source: Vaswani et al. 2017, section 3.2.2.

    >>> import numpy as np
    >>> x, w = np.ones((1, 3, 4)), np.eye(4)
    >>> multi_head_attention(x, w, w, w, w, heads=2).shape
    (1, 3, 4)
    """
    xp = common_namespace(x=x, w_q=w_q, w_k=w_k, w_v=w_v, w_o=w_o)
    check_shape("x", x, ("N", "n", "d"))
    n, length, d = x.shape
    for name, w, rows in (("w_q", w_q, d), ("w_k", w_k, d), ("w_v", w_v, d)):
        check_shape(name, w, (rows, "width"))
        if w.shape[1] % integer("heads", heads, least=1):
            raise ValueError(
                f"heads must divide the width of {name}, {w.shape[1]}, got {heads}"
            )
    check_shape("w_k", w_k, w_q.shape)
    check_shape("w_o", w_o, (w_v.shape[1], "d'"))

    def split(a):  # (N, n, heads * a) to (N, heads, n, a)
        a = xp.reshape(a, (n, length, heads, a.shape[2] // heads))
        return xp.permute_dims(a, (0, 2, 1, 3))

    y = attention(split(x @ w_q), split(x @ w_k), split(x @ w_v), mask)
    return xp.reshape(xp.permute_dims(y, (0, 2, 1, 3)), (n, length, w_v.shape[1])) @ w_o


def local_attention(
    q: Array, k: Array, v: Array, window: int, causal: bool = False
) -> Array:
    """Compute attention where query i looks only at keys j with |i - j| <= window.

    Arguments and result as in attention, with n = m; time and memory grow with n *
    window. The sequence is cut into blocks of at least `window`: each meets itself and
    its two neighbors. Source: Beltagy, Peters & Cohan 2020, section 3.1.

    >>> import numpy as np
    >>> q, v = np.zeros((3, 1)), np.array([[0.0], [3.0], [6.0]])
    >>> local_attention(q, q, v, window=1)[:, 0]
    array([1.5, 3. , 4.5])
    """
    xp = check_attention(q, k, v, equal_lengths=True)
    n, block = q.shape[-2], max(integer("window", window, least=0), 32)
    count = -(-n // block)

    def neighbors(
        a,
    ):  # (batch, count, 3 * block, d): the keys or values that each block meets
        a = _blocks(a, block, before=1, count=count + 2)
        return xp.concat([a[:, i : i + count, ...] for i in range(3)], axis=2)

    i = xp.reshape(xp.arange(count * block, device=device(q)), (count, block, 1))
    j = i[:, :1, :] - block + xp.arange(3 * block, device=device(q))
    mask = (xp.abs(i - j) <= window) & (j >= 0) & (j < n)
    mask = mask & (j <= i) if causal else mask
    y = attention(
        _blocks(q, block, before=0, count=count), neighbors(k), neighbors(v), mask
    )
    return _unblock(y, v.shape)


def linear_attention(q: Array, k: Array, v: Array, causal: bool = False) -> Array:
    """Weight values by phi(q) phi(k)^T with phi = elu + 1, instead of exp(q k^T).

    Arguments and result as in attention; time and memory grow with n: phi(q) (phi(k)^T
    v) needs no n x n matrix. Source: Katharopoulos et al. 2020, equations 5 to 9.

    >>> import numpy as np
    >>> linear_attention(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    xp = check_attention(q, k, v, equal_lengths=causal)

    def phi(x):  # elu(x) + 1; exp sees no positive x, where it could overflow
        return xp.where(x > 0, x + 1, xp.exp(xp.where(x > 0, xp.zeros_like(x), x)))

    return _feature_attention(phi(q), phi(k), v, causal)


def random_feature_attention(
    q: Array, k: Array, v: Array, w: Array, causal: bool = False
) -> Array:
    """Estimate attention: E[phi(q) phi(k)^T] = exp(q k^T / sqrt(d)) for random phi > 0.

    Arguments and result as in attention; w: (r, d), rows drawn from N(0, I), best
    orthogonal to each other; phi(x) = exp(w x' - |x'|^2 / 2) / sqrt(r) with x' = x /
    d^(1/4). The error falls as r grows; time and memory grow with n. Source:
    Choromanski et al. 2021, lemma 1.

    >>> import numpy as np
    >>> x, v = np.zeros((2, 1)), np.array([[1.0], [3.0]])
    >>> random_feature_attention(x, x, v, w=np.array([[0.5]]))[:, 0]
    array([2., 2.])
    """
    xp = check_attention(q, k, v, equal_lengths=causal)
    common_namespace(q=q, w=w)
    check_shape("w", w, ("r", q.shape[-1]))
    if k.shape[-2] == 0:
        return attention(q, k, v)

    def phi(
        x, axis
    ):  # factors common to a query, or to all keys, cancel: they keep exp in range
        x = x / q.shape[-1] ** 0.25
        logits = x @ xp.matrix_transpose(w) - xp.sum(x * x, axis=-1, keepdims=True) / 2
        return xp.exp(logits - xp.max(constant(logits), axis=axis, keepdims=True))

    return _feature_attention(phi(q, -1), phi(k, (-2, -1)), v, causal)


def low_rank_attention(q: Array, k: Array, v: Array, e: Array, f: Array) -> Array:
    """Compress m keys and values into r before attending: attention(q, e k, f v).

    Arguments and result as in attention; e, f: (r, m), learned. Time and memory grow
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


def sinusoidal_positions(n: int, d: int) -> numpy.ndarray:
    """Encode positions 0 to n-1 by sines and cosines of falling frequency.

    Result: (n, d), NumPy float64; columns 2i and 2i+1 hold sin and cos of position /
    10000^(2i/d). Source: Vaswani et al. 2017, section 3.5.

    >>> sinusoidal_positions(2, 2).round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """
    position = numpy.arange(integer("n", n, least=0))[:, None]
    column = numpy.arange(integer("d", d, least=1))
    angle = position / 10000.0 ** (2 * (column // 2) / d)
    return numpy.where(column % 2 == 0, numpy.sin(angle), numpy.cos(angle))


def _feature_attention(q: Array, k: Array, v: Array, causal: bool) -> Array:
    """Return q k^T v for features q and k, each row divided by its weights' sum."""
    xp = array_namespace(q, k, v)
    p, ones = v.shape[-1], xp.ones((*v.shape[:-1], 1), dtype=v.dtype, device=device(v))
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
