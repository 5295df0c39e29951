"""Reverse-mode automatic differentiation: what a backward pass needs, and no more.

A `Value` is an array that remembers what it was made from; `gradients` walks back from
a loss to any values behind it and applies the chain rule at each on the way. With sums,
products, `relu` and `cross_entropy` this trains a network of dense layers. It is the
one class among the kernels: an array has nowhere else to keep its history. Not here:
other operations, gradients of gradients, and thrift (every array on the way is kept).
Source: Rumelhart, Hinton and Williams 1986; Baydin et al. 2018, section 3.2.
"""

from collections.abc import Callable, Sequence

import numpy
from array_api_compat import array_namespace

from textbook.arrays import Array, common_namespace

History = Sequence[tuple["Value", Callable[[Array], Array]]]


class Value:
    """An array that remembers what it was made from.

    array: of any shape; made_from: pairs of a Value and the function that turns dy, the
    gradient of the loss with respect to this array, into that Value's share. What a
    reader makes by `Value(array)` was made from nothing. Values are added, multiplied
    entry by entry and as matrices with `+`, `*` and `@`, and broadcast as arrays do.

    >>> import numpy as np
    >>> x, w = Value(np.array([[2.0, 3.0]])), Value(np.array([[5.0], [7.0]]))
    >>> (x @ w).array
    array([[31.]])
    """

    def __init__(self, array: Array, made_from: History = ()) -> None:
        common_namespace(array=array)
        self.array, self.made_from = array, made_from
        self.depth = 1 + max((value.depth for value, _ in made_from), default=0)

    def __add__(self, other: "Value") -> "Value":
        a, b = _pair("+", self, other)
        return Value(a + b, [(self, lambda dy: dy), (other, lambda dy: dy)])

    def __mul__(self, other: "Value") -> "Value":
        a, b = _pair("*", self, other)
        return Value(a * b, [(self, lambda dy: dy * b), (other, lambda dy: dy * a)])

    def __matmul__(self, other: "Value") -> "Value":
        a, b = _pair("@", self, other)
        to_a, to_b = (lambda dy: dy @ b.mT), (lambda dy: a.mT @ dy)
        return Value(a @ b, [(self, to_a), (other, to_b)])


def relu(value: Value) -> Value:
    """Return max(0, z) for every z of the value; the slope at 0 is taken to be 0.

    >>> import numpy as np
    >>> relu(Value(np.array([-2.0, 3.0]))).array
    array([0., 3.])
    """
    z = _array(value)
    xp = array_namespace(z)
    active = xp.astype(z > 0, z.dtype)
    return Value(xp.clip(z, min=0), [(value, lambda dy: dy * active)])


def cross_entropy(value: Value, y: Array) -> Value:
    """Return the mean over N examples of `-ln(probability given to the label)`.

    value: a logit z for each, `(..., N, 1)`; y: labels 0 and 1, `(N, 1)`; the result is
    of shape `(...)`. The probability of the label 1 is `q = 1 / (1 + exp(-z))`, and the
    derivative of the mean is `(q - y) / N`.

    >>> import numpy as np
    >>> cross_entropy(Value(np.zeros((2, 1))), np.array([[0.0], [1.0]])).array.round(4)
    np.float64(0.6931)
    """
    z = _array(value)
    xp = common_namespace(z=z, y=y)
    if y.ndim != 2 or y.shape[1] != 1 or tuple(z.shape[-2:]) != tuple(y.shape):
        raise ValueError(
            "expected logits of shape (..., N, 1) and labels of shape (N, 1), got "
            f"{tuple(z.shape)} and {tuple(y.shape)}"
        )
    small = xp.exp(-xp.abs(z))  # so that no exponential overflows
    q = xp.where(z > 0, xp.ones_like(z), small) / (1 + small)
    loss = xp.log1p(small) + xp.clip(z, min=0) - y * z
    return Value(
        xp.mean(loss, axis=(-2, -1)),
        [(value, lambda dy: dy[..., None, None] * (q - y) / y.shape[0])],
    )


def gradients(loss: Value, values: Sequence[Value]) -> list[Array]:
    """Return the gradient of the loss with respect to each of the values.

    Each array has the shape of its value; it is zero where the loss does not depend on
    it. If the loss is an array, what is differentiated is the sum of its numbers.

    >>> import numpy as np
    >>> w = Value(np.array(3.0))
    >>> gradients(w * w + w, [w])
    [array(7.)]
    """
    xp = array_namespace(_array(loss))
    found = [loss]
    for value in found:  # grows to all that the loss was made from, each once
        for source, _ in value.made_from:
            if source not in found:
                found.append(source)
    gradient = {v: xp.zeros_like(_array(v)) for v in [*found, *values]}
    gradient[loss] = gradient[loss] + 1
    for value in sorted(found, key=lambda v: -v.depth):  # each before its sources
        for source, share in value.made_from:
            gradient[source] += _fit(share(gradient[value]), source.array)
    return [gradient[value] for value in values]


def _array(value: Value) -> Array:
    """Return the array of a value; ValueError for anything else."""
    if not isinstance(value, Value):
        raise ValueError(f"expected a Value, got {type(value).__name__}")
    return value.array


def _pair(sign: str, a: Value, b: Value) -> tuple[Array, Array]:
    """Return the arrays of two values; ValueError unless the operation takes them."""
    if not isinstance(b, Value):
        kind = type(b).__name__
        raise ValueError(f"expected a Value on each side of {sign}, got {kind}")
    common_namespace(left=a.array, right=b.array)
    shapes = tuple(a.array.shape), tuple(b.array.shape)
    fits = sign != "@" or (min(map(len, shapes)) > 1 and shapes[0][-1] == shapes[1][-2])
    try:
        numpy.broadcast_shapes(*(s[:-2] if sign == "@" else s for s in shapes))
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"shapes {shapes[0]} and {shapes[1]} do not fit for {sign}")
    return a.array, b.array


def _fit(dy: Array, a: Array) -> Array:
    """Sum dy over the axes along which a was broadcast."""
    xp = array_namespace(dy, a)
    dy = xp.sum(dy, axis=tuple(range(dy.ndim - a.ndim)))
    stretched = tuple(i for i, n in enumerate(a.shape) if n == 1 != dy.shape[i])
    return xp.sum(dy, axis=stretched, keepdims=True)
