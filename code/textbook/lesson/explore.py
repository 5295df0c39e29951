"""Sliders that work on the static page and in a live kernel, from one call.

`explore(draw, **sliders)` shows what `draw` returns for the values that the sliders
stand at. While the site is built, every state is drawn and the cell gives them as data,
which book/extensions/explorers.py writes into the page. In a live kernel the sliders
are ipywidgets that call `draw`. No HTML of a page is made here.
"""

import gc
import html
import inspect
import math
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets
from IPython.display import HTML, display
from matplotlib import pyplot
from matplotlib.figure import Figure

from textbook.lesson.figure import svg
from textbook.lesson.frames import pack
from textbook.lesson.states import (
    Choices,
    State,
    alternative_text,
    label,
    states,
    text_of,
)

MIME = "application/vnd.textbook.explorer+json"
MOST_STATES = 400

Draw = Callable[..., tuple[Figure | str | list, str]]


class Explorer:
    """All states of an explorer, as a cell shows them while the site is built.

    data holds: `name`, its id in the page; `description` of the picture; `sliders`, a
    list of {`name`, `values`: texts, `start`: which comes first}; `tags` and `frames`,
    the pictures (textbook.lesson.frames); `captions`, and under `numbers` the values
    that stand in each. Frames, captions and numbers are in the order of
    textbook.lesson.states.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        """Keep the data."""
        self.data = data

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {MIME: self.data, "text/plain": f"explorer {self.data['name']}"}


def explore(draw: Draw, /, **sliders: Iterable) -> Explorer | ipywidgets.Widget:
    """Let a reader drag the arguments of `draw`.

    `draw(**values)` returns a picture and a caption. The picture is a Matplotlib
    figure, an SVG string, or a list of them (side by side, below each other on a narrow
    screen); the caption says the result in words. The first line of draw's docstring
    describes the picture for readers who don't see it, its name is the explorer's id,
    and its default arguments are the state shown first.

    sliders maps each argument of draw to its values, in order. Floats that are evenly
    spaced, also on a log scale, are continuous: a live kernel offers the values between
    them too, and the static page is not made if draw fails there.

    Raises ValueError, where it is written, for a slider without values, values that
    draw does not take, a missing description, or more than 400 states.

    >>> def square(side=2):
    ...     '''A square'''
    ...     return f"<svg><rect width='{side}'/></svg>", f"side {side}: area {side**2}"
    >>> explore(square, side=[])
    Traceback (most recent call last):
    ValueError: slider side of square has no values
    """
    choices = {name: [_plain(v) for v in values] for name, values in sliders.items()}
    start = _check(draw, choices)
    if os.environ.get("TEXTBOOK_STATIC"):
        return _static(draw, choices, start)
    return _live(draw, choices, start)


def _check(draw: Draw, choices: Choices) -> State:
    """Raise ValueError if draw and its sliders don't fit; return the first state."""
    name, parameters = draw.__name__, inspect.signature(draw).parameters
    if list(choices) != list(parameters):
        raise ValueError(
            f"{name} takes {list(parameters)}, but the sliders are {list(choices)}"
        )
    for slider, values in choices.items():
        texts = [text_of(v) for v in values]
        if not values:
            raise ValueError(f"slider {slider} of {name} has no values")
        if len(set(texts)) < len(texts) or any(set(text) & set(",=") for text in texts):
            raise ValueError(
                f"slider {slider} of {name} needs distinct values without ',' or '=', "
                f"got {texts}"
            )
        if parameters[slider].default not in values:
            raise ValueError(
                f"{name} needs a default for {slider} that is one of {texts}, "
                f"got {parameters[slider]}"
            )
    if not inspect.getdoc(draw):
        raise ValueError(f"{name} needs a docstring: it describes the picture")
    count = math.prod(len(values) for values in choices.values())
    if count > MOST_STATES:
        raise ValueError(f"{name} has {count} states; a page holds {MOST_STATES}")
    return {slider: parameters[slider].default for slider in choices}


def _static(draw: Draw, choices: Choices, start: State) -> Explorer:
    with _without_collection():
        for name, values in choices.items():
            if _spacing(values):
                # With a kernel, readers stop between the steps: fail here, not there.
                _picture(draw, start | {name: (values[0] + values[1]) / 2})
        shown = [_picture(draw, state) for state in states(choices)]
    tags, frames = pack([picture for picture, _ in shown])
    return Explorer(
        {
            "name": draw.__name__.replace("_", "-"),
            "description": _description(draw),
            "sliders": [
                {
                    "name": name,
                    "values": [text_of(value) for value in values],
                    "start": values.index(start[name]),
                }
                for name, values in choices.items()
            ],
            "tags": tags,
            "frames": frames,
            "captions": [str(caption) for _, caption in shown],
            "numbers": [_plain_numbers(caption) for _, caption in shown],
        }
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """Leave garbage where it is: while hundreds of figures are drawn, looking costs."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def _plain_numbers(caption: str) -> dict[str, Any]:
    """Return the values of a caption that say() made, as JSON takes them."""
    return {k: _plain(v) for k, v in getattr(caption, "numbers", {}).items()}


def _live(draw: Draw, choices: Choices, start: State) -> ipywidgets.Widget:
    controls = {
        name: _control(name, values, start[name]) for name, values in choices.items()
    }

    def update(**state: Any) -> None:
        picture, caption = _picture(draw, state)
        alt = html.escape(alternative_text(_description(draw), state))
        display(HTML(_LIVE.format(alt, picture, html.escape(caption))))

    output = ipywidgets.interactive_output(update, controls)
    return ipywidgets.VBox([*controls.values(), output])


def _control(name: str, values: list, start: Any) -> ipywidgets.Widget:
    """Return a slider over the values, or between them too; a list for names."""
    options = {
        "description": label(name),
        "value": start,
        "style": {"description_width": "11em"},
        "layout": {"width": "26em"},
    }
    low, high, spacing = values[0], values[-1], _spacing(values)
    if spacing == "even":
        step = (high - low) / (len(values) - 1) / 10
        ends = {"min": low, "max": high, "step": step, "readout_format": ".3f"}
        return ipywidgets.FloatSlider(**ends, **options)
    if spacing == "log":
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
        return ipywidgets.FloatLogSlider(**ends, **options)
    kind = ipywidgets.Dropdown if isinstance(low, str) else ipywidgets.SelectionSlider
    return kind(options=[(text_of(v), v) for v in values], **options)


def _spacing(values: list) -> str:
    """Return how floats are spaced that a live slider runs through: "even" or "log"."""
    low, high, steps = values[0], values[-1], len(values) - 1
    if not steps or not all(isinstance(v, float) for v in values):
        return ""
    step = (high - low) / steps
    if all(math.isclose(v, low + i * step) for i, v in enumerate(values)):
        return "even"
    ratio = (high / low) ** (1 / steps) if low > 0 else math.nan
    if all(math.isclose(v, low * ratio**i) for i, v in enumerate(values)):
        return "log"
    return ""


def _picture(draw: Draw, state: State) -> tuple[str, str]:
    """Return what draw gives for the state as SVG, and its caption."""
    drawn, caption = draw(**state)
    drawn = drawn if isinstance(drawn, list | tuple) else [drawn]
    parts = [
        svg(part, salt=f"{draw.__name__}{i}") if isinstance(part, Figure) else part
        for i, part in enumerate(drawn)
    ]
    pyplot.close("all")
    return "".join(parts), caption


def _description(draw: Draw) -> str:
    return inspect.getdoc(draw).split("\n")[0].rstrip(".")


def _plain(value: Any) -> Any:
    """Return a NumPy number as Python's own."""
    return value.item() if hasattr(value, "item") else value


_LIVE = """<div role="img" aria-label="{}"
style="background:white;display:flex;flex-wrap:wrap;gap:1rem">{}</div><p>{}</p>"""
