"""Captions that carry their numbers: the sentence for readers, the values for tests."""

from typing import Any


class Caption(str):
    """A sentence, and under `numbers` the unrounded values that stand in it."""

    numbers: dict[str, Any]


def say(sentence: str, **numbers: Any) -> Caption:
    """Return the sentence with the numbers put in, as str.format does.

    The numbers are kept as they were measured, so that a test compares those, not what
    their rounding leaves. A negative number gets a true minus sign.

    >>> caption = say("The loss is {loss:.2f}.", loss=0.123)
    >>> caption, caption.numbers
    ('The loss is 0.12.', {'loss': 0.123})
    """
    caption = Caption(sentence.format(**numbers))
    caption.numbers = numbers
    return caption
