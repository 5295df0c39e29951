"""Measured numbers: how they are printed, and how the text's own are checked.

What is printed is what was measured. What differs between machines is compared with the
text within a tolerance, which stands in the code and in no sentence.
"""

import math
from collections.abc import Sequence

import numpy as np

from textbook.lesson.words import number


def plus_minus(value: float, standard_error: float) -> str:
    """Return a measured value with its standard error, rounded to what is certain.

    The error keeps one digit, two where the first is a 1, and all before the point; the
    value keeps as many decimal places. An error of 0 (but for rounding, all draws were
    equal) is no evidence of certainty: it is printed as it is, beside three decimals.

    >>> plus_minus(0.62249, 0.0221)
    '0.62 ± 0.02'
    >>> plus_minus(-0.01382, 0.0013)
    '−0.0138 ± 0.0013'
    """
    if not standard_error >= 0:
        raise ValueError(f"a standard error is at least 0, got {standard_error}")
    places = 3
    if standard_error <= 1e-12 * abs(value):
        standard_error = 0.0
    elif standard_error < math.inf:
        mantissa, exponent = f"{standard_error:.1e}".split("e")
        places = max(0, -int(exponent) + (mantissa < "2"))
    return f"{_rounded(value, places)} ± {_rounded(standard_error, places)}"


def mean_and_error(samples: Sequence[float]) -> tuple[float, float]:
    """Return the mean of independent draws, at least two, and its standard error.

    The standard error is s/√n, with s² = Σ(x − mean)²/(n − 1).

    >>> mean_and_error([1.0, 2.0, 3.0])
    (2.0, 0.5773502691896258)
    """
    samples = np.asarray(samples, dtype=float)
    if samples.ndim != 1 or len(samples) < 2:
        raise ValueError(f"expected a row of two or more draws, got {samples.shape}")
    return float(samples.mean()), float(samples.std(ddof=1) / math.sqrt(len(samples)))


def middle_and_range(samples: Sequence[float], places: int) -> str:
    """Return the median, and the lowest and the highest in brackets, as text.

    places: how many digits are kept after the point.

    >>> middle_and_range([0.313, 0.24, 0.356, 0.33], places=2)
    '0.32 [0.24 to 0.36]'
    """
    samples = np.asarray(samples, dtype=float)
    figures = np.median(samples), samples.min(), samples.max()
    middle, low, high = (_rounded(figure, places) for figure in figures)
    return f"{middle} [{low} to {high}]"


def _rounded(value: float, places: int) -> str:
    """Return the value with so many decimal places, and no minus before a zero."""
    return number(round(value, places) + 0.0, f".{places}f")


def told(numbers: str, measured: float | Sequence[float], tolerance: float) -> None:
    """Assert that the numbers in the text are those that were measured.

    numbers: as the text has them, separated by spaces. measured: one for each, in the
    same order. tolerance: how far a measured number may be from the one told: what
    other seeds and other machines give. One that is farther off raises AssertionError.

    >>> told("0.97", 0.9683, tolerance=0.005)
    >>> told("0.87 −0.45", [0.871, -0.449], tolerance=0.02)
    >>> told("0.97", 0.912, tolerance=0.02)
    Traceback (most recent call last):
    AssertionError: the text says 0.97, measured 0.912: not within 0.02
    """
    texts = numbers.split()
    values = np.asarray(measured, dtype=float).ravel()
    if len(texts) != len(values):
        raise ValueError(f"{len(texts)} numbers are told, {len(values)} were measured")
    for text, value in zip(texts, values, strict=True):
        stated = float(text.replace("−", "-").replace(",", ""))
        if not abs(value - stated) <= tolerance:  # so written, NaN fails too
            raise AssertionError(
                f"the text says {text}, measured {value:.6g}: not within {tolerance:g}"
            )
