"""Captions that carry their numbers: the sentence for readers, the values for tests."""

import string
from typing import Any

from textbook.lesson.words import power_of_ten


class Caption(str):
    """A sentence with its `numbers`, unrounded, and the `sentence` they were put in."""

    sentence: str
    numbers: dict[str, Any]


def say(sentence: str, **numbers: Any) -> Caption:
    """Return the sentence with the numbers put in, as str.format does.

    The numbers are kept as they were measured, so that a test compares those, not what
    their rounding leaves. A number may be a word, an array (its numbers are said one
    after another), or Python's, NumPy's or torch's. A setting of a slider goes by the
    slider's name. A negative number gets a true minus sign.

    >>> caption = say("Stride {stride}: the loss is {loss:.2f}.", stride=2, loss=-0.123)
    >>> caption, caption.numbers
    ('Stride 2: the loss is −0.12.', {'stride': 2, 'loss': -0.123})
    >>> say("medians {medians:.1f}; last {medians[1]:.3f}", medians=[0.25, 0.5])
    'medians 0.2, 0.5; last 0.500'

    What is very small or large is said by a format of its own:

    >>> say("The bound is {bound:power_of_ten}.", bound=1.5e-7)
    'The bound is 1.50·10⁻⁷.'
    """
    numbers = {name: _plain(value) for name, value in numbers.items()}
    caption = Caption(_SAYING.vformat(sentence, (), numbers))
    caption.sentence, caption.numbers = sentence, numbers
    return caption


class _Saying(string.Formatter):
    """str.format, but for lists, powers of ten and the signs that people write."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list):
            return ", ".join(self.format_field(v, format_spec) for v in value)
        if format_spec == "power_of_ten":
            return power_of_ten(value)
        text = format(value, format_spec)
        if isinstance(value, str):
            return text
        return text.replace("-", "−").replace("inf", "∞")


_SAYING = _Saying()


def _plain(value: Any) -> Any:
    """Return the value with Python's own numbers, arrays as lists."""
    if hasattr(value, "tolist"):  # NumPy's and torch's arrays and numbers
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
