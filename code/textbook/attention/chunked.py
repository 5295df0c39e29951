"""Exact attention in linear memory: the online softmax, forwards and backwards."""

import math
from types import ModuleType

from array_api_compat import array_namespace, device

from textbook.arrays import Array, integer, with_gradient
from textbook.attention.dot_product import check_attention, divide


def chunked_attention_gradient(
    dy: Array, q: Array, k: Array, v: Array, block: int, causal: bool = False
) -> tuple[Array, Array, Array]:
    """Derive chunked_attention, a block of queries and keys at a time.

    With the weights p: dv = p^T dy and, for the scores s, ds = p (dy v^T - sum_j p_j dy
    v_j^T). Result: dq, dk, dv. Source: Dao et al. 2022, appendix B.
    """
    xp = check_attention(q, k, v)
    root = math.sqrt(q.shape[-1])
    dq, dk, dv = xp.zeros_like(q), xp.zeros_like(k), xp.zeros_like(v)
    for rows in _blocks(q, block):
        y, m, z = _attend_in_blocks(q, k, v, rows, block, causal)
        dy_rows = dy[..., rows, :]
        correction = xp.sum(dy_rows * y, axis=-1, keepdims=True)
        for columns in _blocks(k, block):
            if causal and columns.start >= rows.stop:
                break
            p = xp.exp(_scores(xp, q, k, rows, columns, causal) - m) / z
            dp = dy_rows @ xp.matrix_transpose(v[..., columns, :])
            ds = p * (dp - correction) / root
            dq[..., rows, :] += ds @ k[..., columns, :]
            dk[..., columns, :] += xp.matrix_transpose(ds) @ q[..., rows, :]
            dv[..., columns, :] += xp.matrix_transpose(p) @ dy_rows
    return dq, dk, dv


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
    integer("block", block, least=1)
    if q.shape[-2] == 0:
        return xp.zeros((*q.shape[:-1], v.shape[-1]), dtype=q.dtype, device=device(q))
    parts = [
        _attend_in_blocks(q, k, v, rows, block, causal)[0] for rows in _blocks(q, block)
    ]
    return xp.concat(parts, axis=-2)


def _attend_in_blocks(
    q: Array, k: Array, v: Array, rows: slice, block: int, causal: bool
) -> tuple[Array, Array, Array]:
    """Return rows y of the attention, their largest scores m, z = sum exp(s - m)."""
    xp = array_namespace(q, k, v)
    shape = (*q.shape[:-2], rows.stop - rows.start)
    z = xp.zeros((*shape, 1), dtype=q.dtype, device=device(q))
    y = xp.zeros((*shape, v.shape[-1]), dtype=q.dtype, device=device(q))
    m = xp.full_like(z, -math.inf)
    for columns in _blocks(k, block):
        if causal and columns.start >= rows.stop:
            break
        s = _scores(xp, q, k, rows, columns, causal)
        larger = xp.maximum(m, xp.max(s, axis=-1, keepdims=True))
        e, rescale = xp.exp(s - larger), xp.exp(m - larger)
        z = z * rescale + xp.sum(e, axis=-1, keepdims=True)
        y = y * rescale + e @ v[..., columns, :]
        m = larger
    return divide(xp, y, z), m, z


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
