"""Numbers and nouns as a person writes them, in pictures and captions.

Captions put their numbers in by textbook.lesson.captions.say, which knows about signs.
"""

from collections.abc import Iterable


def number(value: float, spec: str = "g") -> str:
    """Return format(value, spec) with a true minus sign.

    >>> number(-2.5), number(-3.21, ".1f"), number(10_000, ",")
    ('−2.5', '−3.2', '10,000')
    """
    return format(value, spec).replace("-", "−")


def power_of_ten(value: float) -> str:
    """Return a positive number as people write it: three digits, or with a power of 10.

    >>> power_of_ten(0.0456), power_of_ten(12_345), power_of_ten(1.5e-7)
    ('0.0456', '12,345', '1.50·10⁻⁷')
    """
    if 0.001 <= value < 100:
        return f"{value:.3g}"
    if 100 <= value < 1e6:
        return f"{value:,.0f}"
    digits, power = f"{value:.2e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


def tick(value: float) -> str:
    """Return the label of a tick on a logarithmic axis.

    >>> [tick(v) for v in (0.01, 1.0, 1000, 10_000, 10**6, 1e-6)]
    ['0.01', '1', '1000', '10,000', '10⁶', '10⁻⁶']
    """
    if 0.001 <= value < 10_000:
        return f"{value:g}"
    if 10_000 <= value < 1e6:
        return f"{value:,.0f}"
    return power_of_ten(value).removeprefix("1.00·")


def setting(value: float | str) -> str:
    """Return what a slider is set to: a name, or a number with the digits it needs.

    >>> [setting(v) for v in ("zeros", -40, 0.0125, 1e-5, 10_000, 10**12, 2.5e6)]
    ['zeros', '−40', '0.0125', '10⁻⁵', '10,000', '10¹²', '2.5·10⁶']
    """
    if isinstance(value, str):
        return value
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return number(value, "," if abs(value) >= 10_000 else "g")
    digits, power = f"{value:e}".split("e")
    factor = number(float(digits)) + "·"
    factor = {"1·": "", "−1·": "−"}.get(factor, factor)
    return f"{factor}10{str(int(power)).translate(_RAISED)}"


def sum_of_products(
    weights: Iterable[float], values: Iterable[float], spec: str = "g"
) -> str:
    """Return a sum of weights times values as people write it, without weights of 0.

    spec: the format of the values.

    >>> sum_of_products([1, 0, -2, 0.5], [3, 5, -1, 4])
    '1·3 − 2·−1 + 0.5·4'
    """
    pairs = [pair for pair in zip(weights, values, strict=True) if pair[0]]
    if not pairs:
        return "0"
    terms = [
        f"{'−' if w < 0 else '+'} {abs(w):.2g}·{number(v, spec)}" for w, v in pairs
    ]
    text = " ".join(terms)
    return text.removeprefix("+ ") if text[0] == "+" else "−" + text[2:]


def plural(noun: str, count: float) -> str:
    """Return the noun as it stands after that number.

    >>> plural("step", 1), plural("batch", 2.5), plural("epoch", 0)
    ('step', 'batches', 'epochs')
    """
    if count == 1:
        return noun
    hisses = noun.endswith(("ch", "s", "sh", "x")) and noun != "epoch"
    return noun + ("es" if hisses else "s")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
