"""Gradients written by hand: how PyTorch's autograd is told of them.

A kernel has one only where it is much faster than the gradient that autograd derives.
It is itself made of operations that PyTorch can differentiate and batch, so that
gradients of gradients, torch.func and torch.compile work. Not here: the gradients
themselves, which stand beside their kernels, and gradients for NumPy, whose readers
call them by name.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace, device, is_torch_array

from textbook.arrays import Array


def constant(x: Array) -> Array:
    """Return x as a value that no gradient flows into."""
    return x.detach() if is_torch_array(x) else x


def zeros_to_add(dy: Array, shape: tuple[int, ...]) -> Array:
    """Return zeros that parts of dy may be added to in place.

    Where torch.func.vmap makes dy a batch of arrays, so are they.
    """
    if is_torch_array(dy):
        return dy.new_zeros(shape)
    return array_namespace(dy).zeros(shape, dtype=dy.dtype, device=device(dy))


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

    def arguments(ctx: Any) -> list:
        both = zip(ctx.saved_tensors, ctx.options, strict=True)
        return [option if tensor is None else tensor for tensor, option in both]

    class WithGradient(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*args: Any) -> Any:
            result = kernel(*args)
            if isinstance(result, tuple):  # an argument that comes out again is a view
                return tuple(y.view_as(y) for y in result)
            return result

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple, output: Any) -> None:
            ctx.options = [None if is_torch_array(a) else a for a in inputs]
            tensors = [a if is_torch_array(a) else None for a in inputs]
            ctx.save_for_backward(*tensors)
            ctx.save_for_forward(*tensors)
            if isinstance(output, tuple):
                ctx.mark_non_differentiable(*output[1:])

        @staticmethod
        def backward(ctx: Any, dy: Any, *_: Any) -> tuple:
            gradients = gradient(dy, *arguments(ctx))
            return *gradients, *[None] * (len(ctx.options) - len(gradients))

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Any:  # forwards, PyTorch derives by itself
            args = arguments(ctx)
            moved = [i for i, tangent in enumerate(tangents) if tangent is not None]

            def move(*values: Any) -> Any:
                given = dict(enumerate(args)) | dict(zip(moved, values, strict=True))
                return kernel(*given.values())

            values, along = ([a[i] for i in moved] for a in (args, tangents))
            _, dy = torch.func.jvp(move, tuple(values), tuple(along))
            return (dy[0], *[None] * len(dy[1:])) if isinstance(dy, tuple) else dy

    return WithGradient
