"""A number for the reader to find: `asks(computed, …)` gives a field that checks it.

The cell computes what is right, so the page calls no number right that was only stated.
While the site is built the cell gives data, which book/extensions/exercises.py makes a
field of; in a notebook the field is an ipywidget.
"""

import math
import os
import re
from collections.abc import Mapping
from typing import Any

import ipywidgets

MIME = "application/vnd.textbook.number+json"
GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(,\d{3})+(?![\d,])")  # 20,000


class Number:
    """What is asked for: the `right` number, `within` which tolerance, its `unit`, and
    each usual `wrong` number with the reason why.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Give the data to the site."""
        return {MIME: self.data, "text/plain": "a number is asked for"}


def asks(
    right: float, wrong: Mapping[float, str], within: float = 0.0, unit: str = ""
) -> Number | ipywidgets.Widget:
    """Ask the reader for a number, in the exercise above.

    wrong: for each usual wrong number, why it isn't the one; within: how far off an
    answer may be, the same for right and wrong ones; unit: what is counted or measured,
    as it stands after the number.

    Raises ValueError if a number isn't finite, `within` is negative, or a wrong number
    is as near as a right one.
    """
    data = {
        "right": float(right),
        "within": float(within),
        "unit": unit,
        "wrong": [[float(value), why] for value, why in wrong.items()],
    }
    values = [data["right"], data["within"], *(value for value, _ in data["wrong"])]
    if not all(map(math.isfinite, values)) or within < 0:
        raise ValueError(f"expected finite numbers and within >= 0, got {values}")
    for value, why in data["wrong"]:
        if _near(value, data["right"], data):
            raise ValueError(f"{value} is within {within} of {right}, and {why!r}")
    return Number(data) if os.environ.get("TEXTBOOK_STATIC") else _field(data)


def reply(data: Mapping[str, Any], text: str) -> str:
    """Return what is to be said of an answer: a number, or a fraction such as 1/3.

    >>> half = {"right": 0.5, "within": 0.0, "wrong": [[2.0, "Turn it over."]]}
    >>> reply(half, "1/2"), reply(half, "2"), reply(half, "2,000")
    ('Right.', 'Not so. Turn it over.', 'Not so.')
    >>> reply(half, "0,5")
    'Write a number, such as 12, 0.5, 1/3 or 2e-3.'
    """
    answer = _number(text)
    if not math.isfinite(answer):
        return "Write a number, such as 12, 0.5, 1/3 or 2e-3."
    if _near(answer, data["right"], data):
        return "Right."
    reasons = [why for value, why in data["wrong"] if _near(answer, value, data)]
    return " ".join(["Not so.", *reasons[:1]])


def _number(text: str) -> float:
    """Return the number that a text means, NaN if none."""
    try:
        text = GROUPED.sub(lambda found: found[0].replace(",", ""), text)
        above, *rest = map(float, text.replace("−", "-").split("/"))
        (below,) = rest or [1.0]
        return above / below
    except (ValueError, ZeroDivisionError):
        return math.nan


def _near(answer: float, value: float, data: Mapping[str, Any]) -> bool:
    return abs(answer - value) <= data["within"] + 1e-9 * abs(value)


def _field(data: dict[str, Any]) -> ipywidgets.Widget:
    field = ipywidgets.Text(placeholder="your answer", continuous_update=False)
    said = ipywidgets.Label()

    def answer(change: dict[str, Any]) -> None:
        said.value = reply(data, change["new"])

    field.observe(answer, "value")
    return ipywidgets.HBox([field, ipywidgets.Label(data["unit"]), said])
