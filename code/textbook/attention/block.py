"""The block that transformers are stacked of, normalized first.

Not here: dropout, biases, and the order of the first transformer, which normalized
after each addition.
"""

from textbook.arrays import Array, check_shape, common_namespace
from textbook.attention.dot_product import multi_head_attention
from textbook.normalization import layer_norm
from textbook.precision import sums_in_float32


@sums_in_float32
def transformer_block(
    x: Array,
    gamma_1: Array,
    beta_1: Array,
    w_q: Array,
    w_k: Array,
    w_v: Array,
    w_o: Array,
    gamma_2: Array,
    beta_2: Array,
    w_1: Array,
    w_2: Array,
    heads: int,
    mask: Array | None = None,
) -> Array:
    """Let each vector look at the others, then work on it alone; add both to x.

    x = x + attention(norm(x)), then x + relu(norm(x) w_1) w_2, each norm with a gamma
    and a beta of its own. `x, result: (N, n, d)`; gammas and betas: `(d,)`; w_q, w_k,
    w_v, w_o, heads and mask as in multi_head_attention; `w_1: (d, h)`; `w_2: (h, d)`.
    Sources: Vaswani et al. 2017, section 3.1; normalized first: Xiong et al. 2020,
    figure 1(b).

    >>> import numpy as np
    >>> x, norm, w = np.ones((1, 3, 4)), (np.ones(4), np.zeros(4)), np.eye(4)
    >>> transformer_block(x, *norm, w, w, w, w, *norm, w, w, heads=2).shape
    (1, 3, 4)
    """
    xp = common_namespace(x=x, w_1=w_1, w_2=w_2)
    check_shape("x", x, ("N", "n", "d"))
    check_shape("w_1", w_1, (x.shape[-1], "h"))
    check_shape("w_2", w_2, (w_1.shape[1], x.shape[-1]))
    z = layer_norm(x, gamma_1, beta_1)
    x = x + multi_head_attention(z, w_q, w_k, w_v, w_o, heads, mask)
    z = layer_norm(x, gamma_2, beta_2) @ w_1
    return x + xp.clip(z, 0) @ w_2  # the clip is ReLU
