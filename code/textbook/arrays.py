"""What all kernels share: finding the array library that they are called with, and checking input.

A kernel is written once, against the Python array API standard; `array-api-compat` gives NumPy and
PyTorch that interface. Nothing here computes.
"""

from types import ModuleType
from typing import Any

from array_api_compat import array_namespace

Array = Any  # a NumPy array or a PyTorch tensor; the result of a kernel is of the same kind
Pair = int | tuple[int, int]


def common_namespace(**arrays: Array) -> ModuleType:
    """Return the array library that the named arrays share.

    Raises ValueError unless all are floating-point arrays of one library and one dtype.

    >>> import numpy as np
    >>> common_namespace(x=np.zeros(2), w=np.ones(3)).__name__
    'array_api_compat.numpy'
    """
    try:
        xp = array_namespace(*arrays.values())
    except TypeError:
        kinds = ", ".join(f"{name}: {type(a).__name__}" for name, a in arrays.items())
        raise ValueError(
            f"expected arrays of one library (all NumPy or all torch), got {kinds}"
        ) from None
    dtypes = {name: a.dtype for name, a in arrays.items()}
    if len(set(dtypes.values())) > 1 or not xp.isdtype(
        next(iter(dtypes.values())), "real floating"
    ):
        kinds = ", ".join(f"{name}: {dtype}" for name, dtype in dtypes.items())
        raise ValueError(f"expected floating-point arrays of one dtype, got {kinds}")
    return xp


def pair(name: str, value: Pair, least: int) -> tuple[int, int]:
    """Return value as (vertical, horizontal), each an integer of at least `least`.

    >>> pair("stride", 2, least=1)
    (2, 2)
    """
    both = value if isinstance(value, tuple) else (value, value)
    if len(both) != 2 or not all(
        isinstance(v, int) and not isinstance(v, bool) and v >= least for v in both
    ):
        raise ValueError(f"{name} must be an integer >= {least} or a pair of them, got {value!r}")
    return both
