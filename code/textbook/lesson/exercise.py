"""Checks of answers: the reader's own, and those that the book calls right."""

from collections.abc import Callable, Iterable
from typing import Any


def check(answer: Callable, cases: Iterable[tuple[tuple, Any]]) -> None:
    """Print whether `answer(*arguments) == expected` for each (arguments, expected).

    Stops at the first case that fails and prints it, so that the reader can work on it.
    An array, NumPy's or torch's, counts as the list of its numbers.

    >>> check(abs, [((-2,), 2), ((3,), 3)])
    right: all 2 cases
    >>> check(abs, [((-2,), -2)])
    not yet: abs(-2) gave 2, expected -2
    """
    cases = list(cases)
    for arguments, expected in cases:
        result, expected = _list_of(answer(*arguments)), _list_of(expected)
        if result != expected:
            call = f"{answer.__name__}({', '.join(map(repr, arguments))})"
            print(f"not yet: {call} gave {result!r}, expected {expected!r}")
            return
    print(f"right: all {len(cases)} cases")


def _list_of(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def answered(question: str, right: int, holds: bool) -> None:
    """Assert that a question of the text has the answer that the page calls right.

    question: its label; right: the number of the right choice, from 1; holds: whether
    what was measured or computed says so. If not, AssertionError names the question.

    >>> answered("ask-two-squared", 2, 2**2 == 4)
    >>> answered("ask-two-squared", 1, 2**2 == 2)
    Traceback (most recent call last):
    AssertionError: ask-two-squared: choice 1 does not hold
    """
    if not holds:
        raise AssertionError(f"{question}: choice {right} does not hold")
