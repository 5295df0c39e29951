"""How far the loss on the training data may lie from the loss on all data.

All bounds hold for losses in [0, 1] and independent examples. Arguments are numbers or
arrays (NumPy or torch, which broadcast); the result is a float, or an array of the same
kind. A number of hypotheses may be a Python integer of any size: only its logarithm is
needed. Not here: bounds that look at the data, the loss, or the rule that was chosen.
"""

import math
from types import ModuleType

import numpy
from array_api_compat import array_namespace, device, is_array_api_obj, is_numpy_array

from textbook.arrays import Array

Number = float | Array


def hoeffding(n: Number, eps: Number) -> Number:
    """Bound `P(|mean of n losses - expected loss| > eps)` by `2 exp(-2 n eps^2)`.

    n: number of examples, >= 0; eps: the gap, > 0. Source: Hoeffding 1963, theorem 2.

    >>> round(hoeffding(100, 0.1), 4)
    0.2707
    """
    xp, (n, eps) = _numbers(n, eps)
    _require(xp, "n", ">= 0", n, n >= 0)
    _require(xp, "eps", "> 0", eps, eps > 0)
    return _plain(2 * xp.exp(-2 * n * eps**2))


def bad_data_bound(hypotheses: Number, n: Number, eps: Number) -> Number:
    """Bound P(some hypothesis has a gap over eps) by `|H| 2 exp(-2 n eps^2)`.

    hypotheses: their number `|H|`, >= 1; n, eps: as in hoeffding. A bound over 1 says
    nothing.

    >>> round(bad_data_bound(10_000, 500, 0.1), 3)
    0.908
    """
    xp, (log_h, n, eps) = _numbers(_log(hypotheses), n, eps)
    _require(xp, "hypotheses", ">= 1", hypotheses, log_h >= 0)
    _require(xp, "n", ">= 0", n, n >= 0)
    _require(xp, "eps", "> 0", eps, eps > 0)
    return _plain(xp.exp(math.log(2) + log_h - 2 * n * eps**2))


def sample_size(hypotheses: Number, eps: Number, delta: Number) -> Number:
    """Count the examples for a bad_data_bound of delta: `ln(2|H|/delta) / (2 eps^2)`.

    hypotheses, eps: as in bad_data_bound; delta: a probability, 0 < delta < 1. The
    result is rounded up to a whole number: an int, or an array of floats.

    >>> sample_size(10_000, 0.1, 0.1), sample_size(1000**10, 0.1, 0.1)
    (611, 3604)
    """
    xp, (log_h, eps, delta) = _numbers(_log(hypotheses), eps, delta)
    _require(xp, "hypotheses", ">= 1", hypotheses, log_h >= 0)
    _require(xp, "hypotheses", "finite", hypotheses, log_h < math.inf)
    _require(xp, "eps", "> 0", eps, eps > 0)
    _require(xp, "delta", "between 0 and 1", delta, (delta > 0) & (delta < 1))
    _require(xp, "eps", "> 1e-150, or no float holds the count", eps, eps > 1e-150)
    n = xp.ceil((math.log(2) + log_h - xp.log(delta)) / (2 * eps**2))
    return int(n) if is_numpy_array(n) and n.ndim == 0 else n


def gap_bound(hypotheses: Number, n: Number, delta: Number) -> Number:
    """Return the gap at which bad_data_bound is delta: `sqrt(ln(2|H|/delta) / (2n))`.

    hypotheses: as in bad_data_bound; n: number of examples, > 0; delta: a probability,
    0 < delta < 1. With probability 1 - delta or more, no hypothesis has a larger gap.

    >>> round(gap_bound(2**4, 200, 0.05), 3)
    0.127
    """
    xp, (log_h, n, delta) = _numbers(_log(hypotheses), n, delta)
    _require(xp, "hypotheses", ">= 1", hypotheses, log_h >= 0)
    _require(xp, "n", "> 0", n, n > 0)
    _require(xp, "delta", "between 0 and 1", delta, (delta > 0) & (delta < 1))
    return _plain(xp.sqrt((math.log(2) + log_h - xp.log(delta)) / (2 * n)))


def growth_function_bound(n: Number, vc_dimension: Number) -> Number:
    """Bound the labelings of n examples by sum_{i=0}^{d} (n choose i).

    n, vc_dimension d: whole numbers >= 0. Up to n = d the sum is 2^n; then it grows
    like n^d. It is added up in float64: exact below 2^50, inf where it is too large.
    Source: Sauer 1972, Shelah 1972.

    >>> growth_function_bound(10, 1), growth_function_bound(3, 5)
    (11.0, 8.0)
    """
    xp, (n, d) = _numbers(n, vc_dimension)
    for name, value in (("n", n), ("vc_dimension", d)):
        whole = (value >= 0) & (xp.floor(value) == value)
        _require(xp, name, "a whole number >= 0", value, whole)
    last = xp.where(n < d, n, d)
    term = total = xp.ones_like(last)
    i = 0
    while bool(xp.any(growing := (i < last) & (total < math.inf))):
        term = term * (n - i) / (i + 1)  # n choose i + 1
        total = xp.where(growing, total + term, total)
        i += 1
    return _plain(total)


def _log(hypotheses: Number) -> Number:
    """Take the logarithm of an array, or of an integer too large for a float."""
    if is_array_api_obj(hypotheses):
        xp = array_namespace(hypotheses)
        return xp.log(xp.astype(hypotheses, xp.float64))
    return math.log(hypotheses) if hypotheses > 0 else -math.inf


def _numbers(*values: Number) -> tuple[ModuleType, list[Array]]:
    """Return the values' library, NumPy if none is an array, and all as float64."""
    arrays = [value for value in values if is_array_api_obj(value)] or [
        numpy.float64(0)
    ]
    xp, place = array_namespace(*arrays), device(arrays[0])
    return xp, [
        xp.astype(value, xp.float64)
        if is_array_api_obj(value)
        else xp.asarray(value, dtype=xp.float64, device=place)
        for value in values
    ]


def _require(
    xp: ModuleType, name: str, wanted: str, value: Number, holds: Array
) -> None:
    if not bool(xp.all(holds)):
        raise ValueError(f"{name} must be {wanted}, got {value}")


def _plain(result: Array) -> Number:
    """Return a lone NumPy number as a float, anything else as it is."""
    return float(result) if is_numpy_array(result) and result.ndim == 0 else result
