"""The block that transformers are stacked of, normalized first.

Not here: dropout, biases, and the order of the first transformer, which normalized
after each addition.
"""

from collections.abc import Sequence

from textbook.arrays import Array, check_shape, common_namespace
from textbook.attention.dot_product import multi_head_attention
from textbook.normalization import layer_norm
from textbook.precision import sums_in_float32


@sums_in_float32
def transformer_block(
    x: Array,
    attend: Sequence[Array],
    think: Sequence[Array],
    heads: int,
    mask: Array | None = None,
) -> Array:
    """Let each vector look at the others, then work on it alone; add both to x.

    x = x + attention(norm(x)), then x + relu(norm(x) w_1) w_2, each norm with a scale
    and a shift of its own. `x, result: (N, n, d)`; attend: gamma and beta of the first
    norm, `(d,)`, and w_q, w_k, w_v, w_o as in multi_head_attention; think: gamma and
    beta of the second, `w_1: (d, h)` and `w_2: (h, d)`; mask as there. Sources: Vaswani
    et al. 2017, section 3.1; normalized first: Xiong et al. 2020, figure 1(b).

    >>> import numpy as np
    >>> x, one, nil, w = np.ones((1, 3, 4)), np.ones(4), np.zeros(4), np.eye(4)
    >>> transformer_block(x, (one, nil, w, w, w, w), (one, nil, w, w), heads=2).shape
    (1, 3, 4)
    """
    (gamma_1, beta_1, *weights), (gamma_2, beta_2, w_1, w_2) = attend, think
    xp = common_namespace(x=x, w_1=w_1, w_2=w_2)
    check_shape("w_1", w_1, (x.shape[-1], "h"))
    check_shape("w_2", w_2, (w_1.shape[1], x.shape[-1]))
    z = layer_norm(x, gamma_1, beta_1)
    x = x + multi_head_attention(z, *weights, heads=heads, mask=mask)
    z = layer_norm(x, gamma_2, beta_2) @ w_1
    return x + xp.clip(z, 0) @ w_2  # the clip is ReLU
