"""The library behind an array, and the checks of a kernel's arguments.

A kernel is written once, against the Python array API standard; `array-api-compat`
gives NumPy and PyTorch that interface. Here a kernel asks whose arrays it was given,
and turns down what does not fit. Not here: what only one kind of layer checks, which
stands beside that layer.
"""

import operator
from types import ModuleType
from typing import Protocol

from array_api_compat import array_namespace


class Array(Protocol):
    """A NumPy array or a PyTorch tensor; the result of a kernel is of the same kind."""


def common_namespace(**arrays: Array) -> ModuleType:
    """Return the array library that the named arrays share.

    Raises ValueError unless all are floating-point arrays of one library and one dtype.

    >>> import numpy as np
    >>> common_namespace(x=np.zeros(2), w=np.ones(3)).__name__
    'array_api_compat.numpy'
    """
    try:
        xp = array_namespace(*arrays.values())
        dtypes = [a.dtype for a in arrays.values()]
    except (TypeError, AttributeError):  # the namespace overlooks None and numbers
        kinds = ", ".join(f"{name}: {type(a).__name__}" for name, a in arrays.items())
        raise ValueError(
            f"expected arrays of one library, NumPy or torch, got {kinds}"
        ) from None
    if any(dtype != dtypes[0] for dtype in dtypes) or not xp.isdtype(
        dtypes[0], "real floating"
    ):
        kinds = ", ".join(f"{name}: {a.dtype}" for name, a in arrays.items())
        raise ValueError(f"expected floating-point arrays of one dtype, got {kinds}")
    return xp


def check_shape(name: str, array: Array, expected: tuple[int | str, ...]) -> None:
    """Raise ValueError unless the array has this shape; a string stands for any size.

    >>> import numpy as np
    >>> check_shape("theta", np.zeros((5, 2, 3)), ("N", 2, 3))
    """
    shape = getattr(array, "shape", None)
    if (
        shape is None
        or len(shape) != len(expected)
        or any(s != e for s, e in zip(shape, expected, strict=True) if type(e) is int)
    ):
        wanted = ", ".join(map(str, expected)) + ("," if len(expected) == 1 else "")
        got = type(array).__name__ if shape is None else f"shape {tuple(shape)}"
        raise ValueError(f"expected {name} of shape ({wanted}), got {got}")


def integer(name: str, value: int, least: int) -> int:
    """Return value as an int; raise ValueError unless it is one of at least `least`.

    NumPy's integers are integers too; True and False are not.

    >>> import numpy as np
    >>> integer("groups", np.int64(2), least=1)
    2
    """
    try:
        number = least - 1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = least - 1
    if number < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {value!r}")
    return number
