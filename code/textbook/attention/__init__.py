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

from textbook.attention.block import transformer_block
from textbook.attention.chunked import chunked_attention
from textbook.attention.dot_product import attention, multi_head_attention, softmax
from textbook.attention.efficient import (
    linear_attention,
    local_attention,
    low_rank_attention,
    random_feature_attention,
)
from textbook.attention.positions import sinusoidal_positions

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
    "transformer_block",
]
