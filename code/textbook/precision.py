"""Sums of half precision, taken in float32.

float16 has 11 bits and ends at 65,504, bfloat16 has 8 bits: a sum of squares overflows
early, and a sum of hundreds stops to grow. So a kernel that adds numbers up computes in
float32 and rounds its result once. This is about right results, not about speed: the
arrays are copied. Not here: a wider sum for float32 or float64, whose own errors are of
a few units in the last place.
"""

import functools
from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace

HALF = ({"float16"}, {"torch.float16"}, {"bfloat16"}, {"torch.bfloat16"})


def sums_in_float32(kernel: Callable) -> Callable:
    """Let a kernel compute in float32 if all its arrays are of one half precision.

    Its results, and their gradients, are rounded to half precision again. Other arrays
    reach the kernel as they are, and so do mixed ones, for it to turn down.

    >>> import numpy as np
    >>> mean_square = sums_in_float32(lambda x: np.mean(x * x, keepdims=True))
    >>> mean_square(np.array([120.0, 280.0], dtype="float16")).tolist()
    [46400.0]
    """

    @functools.wraps(kernel)
    def call(*args: Any, **options: Any) -> Any:
        given = (*args, *options.values())
        if not any(getattr(a, "itemsize", 0) == 2 for a in given):  # a quick look first
            return kernel(*args, **options)
        dtypes = {_dtype(a) for a in given} - {"", "bool", "torch.bool"}
        if dtypes not in HALF:
            return kernel(*args, **options)
        half = next(a for a in given if _dtype(a) in dtypes)
        xp = array_namespace(half)

        def widened(a: Any) -> Any:
            return xp.astype(a, xp.float32) if _dtype(a) in dtypes else a

        result = kernel(
            *map(widened, args), **{name: widened(a) for name, a in options.items()}
        )
        if isinstance(result, tuple):
            return tuple(xp.astype(y, half.dtype) for y in result)
        return xp.astype(result, half.dtype)

    return call


def _dtype(a: Any) -> str:
    return str(getattr(a, "dtype", ""))
