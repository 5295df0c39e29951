"""What all kernels share: library, input checks, work in slabs, gradients by hand.

A kernel is written once, against the Python array API standard; `array-api-compat`
gives NumPy and PyTorch that interface. The few places where the libraries must be told
apart are here. Nothing here computes what a chapter explains.
"""

import functools
import inspect
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from array_api_compat import array_namespace, device, is_numpy_array, is_torch_array

Pair = int | tuple[int, int]


class Array(Protocol):
    """A NumPy array or a PyTorch tensor; the result of a kernel is of the same kind."""


# Numbers at hand at a time, 4 MiB of float32: about a core's share of the cache.
SLAB = 1 << 20


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
            f"expected arrays of one library, NumPy or torch, got {kinds}"
        ) from None
    dtypes = [a.dtype for a in arrays.values()]
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
    shape = tuple(array.shape)
    if len(shape) != len(expected) or any(
        isinstance(e, int) and e != s for e, s in zip(expected, shape, strict=True)
    ):
        wanted = ", ".join(map(str, expected)) + ("," if len(expected) == 1 else "")
        raise ValueError(f"expected {name} of shape ({wanted}), got shape {shape}")


def check_channels(x: Array, **per_channel: Array) -> None:
    """Raise ValueError unless x is (N, C, ...) and the named arrays are (C,)."""
    if x.ndim < 2:
        raise ValueError(f"expected x of shape (N, C, ...), got shape {tuple(x.shape)}")
    for name, array in per_channel.items():
        check_shape(name, array, (x.shape[1],))


def integer(name: str, value: int, least: int) -> int:
    """Return value; raise ValueError unless it is an integer of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {value!r}")
    return value


def pair(name: str, value: Pair, least: int) -> tuple[int, int]:
    """Return value as (vertical, horizontal), each an integer of at least `least`.

    >>> pair("stride", 2, least=1)
    (2, 2)
    """
    both = value if isinstance(value, tuple) else (value, value)
    if len(both) != 2:
        raise ValueError(
            f"{name} must be an integer or a pair of integers, got {value!r}"
        )
    return integer(name, both[0], least), integer(name, both[1], least)


def constant(x: Array) -> Array:
    """Return x as a value that no gradient flows into."""
    return x.detach() if is_torch_array(x) else x


def mean_square(x: Array, axis: int | tuple[int, ...]) -> Array:
    """Return the mean of x^2 over `axis`, kept as length 1, in one pass over x.

    >>> import numpy as np
    >>> mean_square(np.array([3.0, 4.0]), axis=0)
    array([12.5])
    """
    norm = array_namespace(x).linalg.vector_norm(x, axis=axis, keepdims=True)
    return norm * norm * (math.prod(norm.shape) / max(1, math.prod(x.shape)))


def scale_and_shift(x: Array, scale: Array, shift: Array) -> Array:
    """Return x * scale + shift, in one pass where the library has one."""
    return shift.addcmul(x, scale) if is_torch_array(x) else x * scale + shift


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
    xp = array_namespace(first)
    if not (
        is_numpy_array(first) or (is_torch_array(first) and not first.requires_grad)
    ):
        return xp.concat([first, *parts])
    # Written where it belongs, the result costs one pass over fresh memory, not two.
    result = xp.empty((n, *first.shape[1:]), dtype=first.dtype, device=device(first))
    result[:step, ...] = first
    for start, part in zip(range(step, n, step), parts, strict=True):
        result[start : start + step, ...] = part
    return result


def _split(x: Array, step: int) -> list[Array]:
    if is_torch_array(x):  # one node for autograd; a slice each would be quadratic
        return list(x.split(step))
    n = x.shape[0]
    return [x[start : min(start + step, n), ...] for start in range(0, n, step)]


def with_gradient(
    gradient: Callable[..., tuple[Array, ...]],
) -> Callable[[Callable], Callable]:
    """Give a kernel a gradient written by hand, which PyTorch's autograd then uses.

    `gradient(dy, *arguments of the kernel)` returns one array for each of the first
    arguments, dy being the gradient of the kernel's result, or of the first of several:
    no gradient flows back through the others. Without autograd the kernel runs as it
    stands.
    """

    def decorate(kernel: Callable) -> Callable:
        signature = inspect.signature(kernel)

        @functools.wraps(kernel)
        def call(*args: Any, **options: Any) -> Any:
            given = (*args, *options.values())
            if not any(is_torch_array(a) and a.requires_grad for a in given):
                return kernel(*args, **options)
            bound = signature.bind(*args, **options)
            bound.apply_defaults()
            return _autograd_function(kernel, gradient).apply(*bound.args)

        return call

    return decorate


@functools.cache
def _autograd_function(kernel: Callable, gradient: Callable) -> Any:
    import torch  # here, so that NumPy's readers need no torch

    class WithGradient(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *args: Any) -> Any:
            ctx.options = [None if is_torch_array(a) else a for a in args]
            ctx.save_for_backward(*(a if is_torch_array(a) else None for a in args))
            result = kernel(*args)
            if isinstance(result, tuple):
                ctx.mark_non_differentiable(*result[1:])
            return result

        @staticmethod
        def backward(ctx: Any, dy: Any, *_: Any) -> tuple:
            arrays = zip(ctx.saved_tensors, ctx.options, strict=True)
            gradients = gradient(
                dy, *(a if a is not None else option for a, option in arrays)
            )
            return *gradients, *[None] * (len(ctx.options) - len(gradients))

    return WithGradient
