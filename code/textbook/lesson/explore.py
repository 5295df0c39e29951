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

from textbook.lesson.figure import ON_PAPER, svg
from textbook.lesson.frames import pack
from textbook.lesson.sliders import control
from textbook.lesson.states import (
    Choices,
    State,
    alternative_text,
    spacing,
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
    the pictures (textbook.lesson.frames); `captions`, and what say() put together for
    each: the `sentences` and their `numbers`, empty where it was not said so. Frames,
    captions, sentences and numbers are in the order of textbook.lesson.states.
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
            if spacing(values):
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
            "sentences": [getattr(caption, "sentence", "") for _, caption in shown],
            "numbers": [_numbers(caption) for _, caption in shown],
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


def _numbers(caption: str) -> dict[str, Any]:
    """Return the numbers of a caption as JSON takes them, which knows no infinity."""
    return {k: _finite(v) for k, v in getattr(caption, "numbers", {}).items()}


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return repr(value) if value in (math.inf, -math.inf) else value


def _live(draw: Draw, choices: Choices, start: State) -> ipywidgets.Widget:
    sliders = {
        name: control(name, values, start[name]) for name, values in choices.items()
    }

    def update(**state: Any) -> None:
        picture, caption = _picture(draw, state)
        alt = html.escape(alternative_text(_description(draw), state))
        display(HTML(_LIVE.format(alt, ON_PAPER, picture, html.escape(caption))))

    output = ipywidgets.interactive_output(update, sliders)
    return ipywidgets.VBox([*sliders.values(), output])


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


_LIVE = '<div role="img" aria-label="{}" style="{}">{}</div><p>{}</p>'
