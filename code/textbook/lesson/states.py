"""The states of an explorer: all choices of its sliders' values, in one fixed order.

The order is that of itertools.product: the last slider moves fastest. Here and in
book/static/explorer.js are the only places that rely on it. Nothing is drawn here.
"""

import itertools
import math
from typing import Any

Choices = dict[str, list]  # the values of each slider
State = dict[str, Any]  # one value of each slider


def states(choices: Choices) -> list[State]:
    """Return every state, the last slider moving fastest.

    >>> states({"side": [1, 2], "color": ["red"]})
    [{'side': 1, 'color': 'red'}, {'side': 2, 'color': 'red'}]
    """
    return [
        dict(zip(choices, values, strict=True))
        for values in itertools.product(*choices.values())
    ]


def text_of(value: Any) -> str:
    """Return a slider's value as it stands in the address of a state.

    >>> text_of(0.1 + 0.2), text_of(3), text_of("zeros")
    ('0.3', '3', 'zeros')
    """
    value = value.item() if hasattr(value, "item") else value
    return f"{value:g}" if isinstance(value, float) else str(value)


def label_of(name: str, label: str = "") -> str:
    """Return a slider's label: its name as a person reads it, unless one is given.

    >>> label_of("kernel_size"), label_of("step", "training step")
    ('kernel size', 'training step')
    """
    return label or name.replace("_", " ")


def alternative_text(description: str, told: dict[str, str]) -> str:
    """Describe the picture of one state for readers who don't see it.

    told: the text of the value that each label stands at.

    >>> alternative_text("A square", {"side": "2 cm"})
    'A square: side 2 cm'
    """
    words = ", ".join(f"{label} {text}" for label, text in told.items())
    return f"{description}: {words}"


def spacing(values: list) -> str:
    """Return how the floats of a live slider are spaced: "even" or "log".

    "" for all others, floats that fall among them: a slider steps through those.

    >>> spacing([0.0, 0.5, 1.0]), spacing([0.1, 1.0, 10.0]), spacing([1, 2, 3])
    ('even', 'log', '')
    """
    low, high, steps = values[0], values[-1], len(values) - 1
    if not all(isinstance(v, float) for v in values) or low >= high:
        return ""
    step = (high - low) / steps
    if all(math.isclose(v, low + i * step) for i, v in enumerate(values)):
        return "even"
    ratio = (high / low) ** (1 / steps) if low > 0 else math.nan
    if all(math.isclose(v, low * ratio**i) for i, v in enumerate(values)):
        return "log"
    return ""
