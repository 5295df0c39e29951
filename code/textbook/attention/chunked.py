"""Exact attention in linear memory: the online softmax, forwards and backwards.

Not here: masks other than the causal one, and a cheaper approximation: every score is
still formed.
"""

import math
from types import ModuleType

from array_api_compat import device

from textbook.arrays import Array, check_shape, common_namespace, integer
from textbook.attention.dot_product import check_attention, divide, softmax
from textbook.gradients import with_gradient, zeros_to_add
from textbook.precision import sums_in_float32


@sums_in_float32
def chunked_attention_gradient(
    dy: Array, q: Array, k: Array, v: Array, block: int, causal: bool = False
) -> tuple[Array, Array, Array]:
    """Derive chunked_attention, a block of queries at a time.

    `dy: (..., n, p)`, as its result; the others, and the ValueErrors, as there. With
    the weights p = softmax(s) of the scores s: dv = p^T dy, dp = dy v^T and ds = p (dp
    - sum_j p_j dp_j). Result: dq, dk, dv. Source: Dao et al. 2022, appendix B.
    """
    xp = check_attention(q, k, v, equal_lengths=causal)
    common_namespace(dy=dy, q=q)
    check_shape("dy", dy, (*q.shape[:-1], v.shape[-1]))
    root, keys = math.sqrt(q.shape[-1]), k.shape[-2]
    dq, dk, dv = (zeros_to_add(dy, a.shape) for a in (q, k, v))
    for rows in _blocks(q, integer("block", block, least=1)):
        seen = slice(0, rows.stop if causal else keys)
        p = softmax(_scores(xp, q, k, rows, seen, causal))
        dp = dy[..., rows, :] @ xp.matrix_transpose(v[..., seen, :])
        ds = p * (dp - xp.sum(p * dp, axis=-1, keepdims=True)) / root
        dq[..., rows, :] += ds @ k[..., seen, :]
        dk[..., seen, :] += xp.matrix_transpose(ds) @ q[..., rows, :]
        dv[..., seen, :] += xp.matrix_transpose(p) @ dy[..., rows, :]
    return dq, dk, dv


@sums_in_float32
@with_gradient(chunked_attention_gradient)
def chunked_attention(
    q: Array, k: Array, v: Array, block: int, causal: bool = False
) -> Array:
    """Compute attention exactly in memory that grows with n, not n^2.

    Arguments and result as in attention; block: how many queries and keys meet at a
    time (512 is fast). Keys come in blocks: the running sums z = sum exp(s - m) and y =
    sum exp(s - m) v are rescaled whenever the running maximum m grows, so that only y /
    z is kept in the end (the online softmax). Its gradient is taken in blocks too.
    Raises ValueError if causal and n differs from m. Source: Milakov & Gimelshein 2018;
    Rabe & Staats 2021; Dao et al. 2022.

    >>> import numpy as np
    >>> q, k, v = np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]])
    >>> chunked_attention(q, k, v, block=1)
    array([[2.]])
    """
    xp = check_attention(q, k, v, equal_lengths=causal)
    block, like = integer("block", block, 1), dict(dtype=q.dtype, device=device(q))

    def attend(rows):
        z = y = xp.zeros((*q.shape[:-2], rows.stop - rows.start, 1), **like)
        m = xp.full_like(z, xp.finfo(q.dtype).min)  # from -inf, -inf - -inf is NaN
        for columns in _blocks(k, block):
            if causal and columns.start >= rows.stop:
                break
            s = _scores(xp, q, k, rows, columns, causal)
            larger = xp.maximum(m, xp.max(s, axis=-1, keepdims=True))
            e, rescale = xp.exp(s - larger), xp.exp(m - larger)
            z = z * rescale + xp.sum(e, axis=-1, keepdims=True)
            y = y * rescale + e @ v[..., columns, :]
            m = larger
        return divide(xp, y, z)

    if 0 in (q.shape[-2], k.shape[-2]):
        return xp.zeros((*q.shape[:-1], v.shape[-1]), **like)
    return xp.concat([attend(rows) for rows in _blocks(q, block)], axis=-2)


def _scores(
    xp: ModuleType, q: Array, k: Array, rows: slice, columns: slice, causal: bool
) -> Array:
    """Return q k^T / sqrt(d) of one block, -inf where a query may not look."""
    keys = xp.matrix_transpose(k[..., columns, :])
    s = (q[..., rows, :] / math.sqrt(q.shape[-1])) @ keys
    if causal and columns.stop > rows.start + 1:
        i = xp.arange(rows.start, rows.stop, device=device(q))
        j = xp.arange(columns.start, columns.stop, device=device(q))
        s = xp.where(i[:, None] >= j[None, :], s, xp.full_like(s, -math.inf))
    return s


def _blocks(x: Array, block: int) -> list[slice]:
    n = x.shape[-2]
    return [slice(start, min(start + block, n)) for start in range(0, n, block)]
