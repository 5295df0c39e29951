"""Work in slabs: a batch, a few entries at a time, so that they stay in the cache.

This is about speed alone: the result is that of one piece. Not here: what is computed
in a slab, nor any work in parallel.
"""

from collections.abc import Callable

from array_api_compat import array_namespace, is_numpy_array, is_torch_array

from textbook.arrays import Array

# Numbers at hand at a time, 4 MiB of float32: about a core's share of the cache.
SLAB = 1 << 20


def in_slabs(f: Callable[..., Array], *arrays: Array, numbers: int) -> Array:
    """Compute `f(*arrays)`, a few entries of the first axis at a time, in the cache.

    f must treat the entries of the first axis independently; `numbers` says how many
    numbers it needs at hand for one entry.

    >>> import numpy as np
    >>> in_slabs(lambda x: 2 * x, np.arange(3.0), numbers=SLAB)
    array([0., 2., 4.])
    """
    n, step = arrays[0].shape[0], max(1, SLAB // max(1, numbers))
    if n <= step:
        return f(*arrays)
    parts = map(f, *(_split(array, step) for array in arrays))
    first = next(parts)
    shape = (n, *first.shape[1:])
    # Written where it belongs, the result costs one pass over fresh memory, not two.
    if is_torch_array(first) and not first.requires_grad:
        result = first.new_empty(shape)  # of the first: a batch in vmap stays one
    elif is_numpy_array(first):
        result = array_namespace(first).empty(shape, dtype=first.dtype)
    else:
        return array_namespace(first).concat([first, *parts])
    result[:step, ...] = first
    for start, part in zip(range(step, n, step), parts, strict=True):
        result[start : start + step, ...] = part
    return result


def _split(x: Array, step: int) -> list[Array]:
    if is_torch_array(x):  # one node for autograd; a slice each would be quadratic
        return list(x.split(step))
    n = x.shape[0]
    return [x[start : min(start + step, n), ...] for start in range(0, n, step)]
