"""Every kernel with arguments that fit, for what must hold of them all."""

from collections.abc import Callable
from functools import partial

import numpy as np
from textbook import attention as att
from textbook import conv, normalization, spatial
from textbook.arrays import Array

from tests.kernels.drawn import normal


def batch_norm(x: Array, gamma: Array, beta: Array, training: bool) -> Array:
    """Normalize with running statistics that are not 0 and 1; return the images."""
    running = gamma * 0 + 0.5, gamma * 0 + 2
    return normalization.batch_norm(x, gamma, beta, *running, training)[0]


def group_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """Normalize two channels at a time."""
    return normalization.group_norm(x, 2, gamma, beta)


def multi_head_attention(*arrays: Array) -> Array:
    """Attend by two heads."""
    return att.multi_head_attention(*arrays, heads=2)


image, images, channels = (2, 2, 6, 5), (3, 4, 2, 2), [(4,), (4,)]
tokens = [(2, 5, 3), (2, 5, 3), (2, 5, 4)]
# The function, and the shapes of the arrays that it takes.
CALLS: dict[str, tuple[Callable[..., Array], list[tuple[int, ...]]]] = {
    "conv2d": (
        partial(conv.conv2d, stride=2, padding=(1, 2), dilation=(1, 2)),
        [image, (3, 2, 3, 2), (3,)],
    ),
    "conv2d_loop": (conv.conv2d_loop, [(1, 2, 3, 3), (2, 2, 2, 2)]),
    "windows": (partial(conv.windows, kernel_size=3, stride=(1, 2)), [image]),
    "pad2d": (partial(conv.pad2d, padding=2, mode="mean"), [image]),
    "max_pool2d": (
        partial(conv.max_pool2d, kernel_size=3, stride=2, padding=1),
        [image],
    ),
    "avg_pool2d": (
        partial(conv.avg_pool2d, kernel_size=3, stride=2, padding=(0, 1)),
        [image],
    ),
    "batch_norm": (partial(batch_norm, training=True), [images, *channels]),
    "batch_norm at evaluation": (
        partial(batch_norm, training=False),
        [images, *channels],
    ),
    "layer_norm": (normalization.layer_norm, [(3, 4), *channels]),
    "rms_norm": (normalization.rms_norm, [(3, 4), (4,)]),
    "group_norm": (group_norm, [images, *channels]),
    "instance_norm": (normalization.instance_norm, [images, *channels]),
    "standardize": (partial(normalization.standardize, axis=(0, 2)), [(3, 2, 4)]),
    "softmax": (partial(att.softmax, axis=0), [(3, 4)]),
    "attention": (att.attention, tokens),
    "multi_head_attention": (multi_head_attention, [(2, 5, 4), *[(4, 4)] * 4]),
    "transformer_block": (
        partial(att.transformer_block, heads=2),
        [(2, 5, 4), *channels, *[(4, 4)] * 4, *channels, (4, 6), (6, 4)],
    ),
    "chunked_attention": (partial(att.chunked_attention, block=2), tokens),
    "chunked_attention, causal": (
        partial(att.chunked_attention, block=2, causal=True),
        tokens,
    ),
    "local_attention": (partial(att.local_attention, window=1), tokens),
    "local_attention in blocks": (
        partial(att.local_attention, window=1),
        [(100, 3), (100, 3), (100, 2)],
    ),
    "linear_attention": (att.linear_attention, tokens),
    "linear_attention, causal": (
        partial(att.linear_attention, causal=True),
        tokens,
    ),
    "random_feature_attention": (att.random_feature_attention, [*tokens, (6, 3)]),
    "low_rank_attention": (
        att.low_rank_attention,
        [(5, 3), (5, 3), (5, 4), (2, 5), (2, 5)],
    ),
    "affine_grid": (partial(spatial.affine_grid, height=3, width=2), [(2, 2, 3)]),
    "grid_sample": (spatial.grid_sample, [image, (2, 3, 4, 2)]),
}


def arrays_for(name: str) -> list[np.ndarray]:
    """Draw the arrays that this kernel takes, in float64."""
    return [normal(i, *shape) for i, shape in enumerate(CALLS[name][1])]
