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
from textbook.lesson.frames import pack, same_size
from textbook.lesson.handles import settings
from textbook.lesson.sliders import Slider, widget
from textbook.lesson.states import (
    State,
    alternative_text,
    label_of,
    spacing,
    states,
    text_of,
)

MIME = "application/vnd.textbook.explorer+json"
MOST_STATES = 400

Draw = Callable[..., tuple[Figure | str | list, str]]
Sliders = dict[str, Slider]


class Explorer:
    """All states of an explorer, as a cell shows them while the site is built.

    data holds: `name`, its id in the page; `description` of the picture; `sliders`, a
    list of {`name`; `label`; `values`, as an address has them; `shown`, as a reader
    sees them; `start`: which comes first; `control` and `play`, and `pictures` of the
    values (textbook.lesson.sliders)}; `drags` and `clicks`: the names of sliders that
    handles move (textbook.lesson.handles); `reveals`: whether some show more; `tags`
    and `frames`, the pictures (textbook.lesson.frames); `captions`, and what say() put
    together for each: the `sentences` and their `numbers`, empty where it was not said
    so. Frames, captions, sentences and numbers are in the order of
    textbook.lesson.states.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {MIME: self.data, "text/plain": f"explorer {self.data['name']}"}


def explore(
    draw: Draw, /, **sliders: Iterable | Slider
) -> Explorer | ipywidgets.Widget:
    """Let a reader drag the arguments of `draw`.

    `draw(**values)` returns a picture and a caption. The picture is a Matplotlib
    figure, an SVG string, or a list of them (side by side, below each other on a narrow
    screen); the caption says the result in words. The first line of draw's docstring
    describes the picture for readers who don't see it, its name is the explorer's id,
    and its default arguments are the state shown first.

    sliders maps each argument of draw to its values, in order, or to a Slider, which
    also says how they are told. Floats that rise evenly, on a log scale too, are
    continuous: a live kernel offers the values between them too, and the static page is
    not made if draw fails there. Parts of the picture can be handles
    (textbook.lesson.handles), by which the reader moves the sliders on the page.

    Raises ValueError for a slider without values, values that draw does not take, a
    missing description, or more than 400 states; while a page is made, also for a
    handle that moves a slider which isn't there, or moves it to no value of its own.

    >>> def square(side=2):
    ...     '''A square'''
    ...     return f"<svg><rect width='{side}'/></svg>", f"side {side}: area {side**2}"
    >>> explore(square, side=[])
    Traceback (most recent call last):
    ValueError: slider side of square has no values
    """
    given = {n: s if isinstance(s, Slider) else Slider(s) for n, s in sliders.items()}
    start = _check(draw, given)
    if os.environ.get("TEXTBOOK_STATIC"):
        return _static(draw, given, start)
    return _live(draw, given, start)


def _check(draw: Draw, sliders: Sliders) -> State:
    """Raise ValueError if draw and its sliders don't fit; return the first state."""
    name, parameters = draw.__name__, inspect.signature(draw).parameters
    if list(sliders) != list(parameters):
        raise ValueError(
            f"{name} takes {list(parameters)}, but the sliders are {list(sliders)}"
        )
    for slider, values in _choices(sliders).items():
        texts = [text_of(v) for v in values]
        if not values:
            raise ValueError(f"slider {slider} of {name} has no values")
        if len(set(texts)) < len(texts) or any(set(text) & set(",=") for text in texts):
            raise ValueError(
                f"slider {slider} of {name} needs distinct values without ',' or '=', "
                f"got {texts}"
            )
        pictures = sliders[slider].pictures
        if len(pictures) not in (0, len(values)):
            raise ValueError(
                f"slider {slider} of {name} needs a picture for each of {texts}, "
                f"got {len(pictures)}"
            )
        if parameters[slider].default not in values:
            raise ValueError(
                f"{name} needs a default for {slider} that is one of {texts}, "
                f"got {parameters[slider]}"
            )
    if not inspect.getdoc(draw):
        raise ValueError(f"{name} needs a docstring: it describes the picture")
    count = math.prod(len(slider.values) for slider in sliders.values())
    if count > MOST_STATES:
        raise ValueError(f"{name} has {count} states; a page holds {MOST_STATES}")
    return {slider: parameters[slider].default for slider in sliders}


def _choices(sliders: Sliders) -> dict[str, list]:
    return {name: slider.values for name, slider in sliders.items()}


def _static(draw: Draw, sliders: Sliders, start: State) -> Explorer:
    with _new_objects_alone():
        for name, slider in sliders.items():
            if spacing(slider.values):
                # With a kernel, readers stop between the steps: fail here, not there.
                between = (slider.values[0] + slider.values[1]) / 2
                _picture(draw, start | {name: between})
        shown = [_picture(draw, state) for state in states(_choices(sliders))]
    pictures = same_size([drawings for drawings, _ in shown])
    tags, frames = pack(["".join(drawings) for drawings in pictures])
    drags, clicks = _touched(draw.__name__, sliders, tags)
    reveals = any(" data-reveals=" in tag for tag in tags)
    if drags or clicks or reveals:
        # A listener hears the handles, not each word of the drawing around them.
        tags = [tag.replace("<text ", '<text aria-hidden="true" ') for tag in tags]
    captions = [caption for _, caption in shown]
    return Explorer(
        {
            "name": draw.__name__.replace("_", "-"),
            "description": _description(draw),
            "sliders": [
                {
                    "name": name,
                    "label": label_of(name, slider.label),
                    "values": [text_of(value) for value in slider.values],
                    "shown": slider.texts(),
                    "start": slider.values.index(start[name]),
                    "control": slider.control(),
                    "play": slider.play,
                    "pictures": slider.thumbnails(),
                }
                for name, slider in sliders.items()
            ],
            "drags": drags,
            "clicks": clicks,
            "reveals": reveals,
            "tags": tags,
            "frames": frames,
            "captions": [str(caption) for caption in captions],
            "sentences": [getattr(caption, "sentence", "") for caption in captions],
            "numbers": [_numbers(caption) for caption in captions],
        }
    )


def _touched(
    name: str, sliders: Sliders, tags: list[str]
) -> tuple[list[str], list[str]]:
    """Return which sliders are dragged, which clicked; ValueError if they can't."""
    found = settings(tags)
    for slider, value in found:
        values = list(map(text_of, sliders[slider].values)) if slider in sliders else []
        if not values or value not in (None, *values):
            said = slider if value is None else f"{slider}={value}"
            raise ValueError(
                f"a handle of {name} moves {said}; there is "
                + (f"{slider} with {values}" if values else f"only {list(sliders)}")
            )
    drags = {slider for slider, value in found if value is None}
    clicks = {slider for slider, value in found if value is not None}
    return [s for s in sliders if s in drags], [s for s in sliders if s in clicks]


@contextmanager
def _new_objects_alone() -> Iterator[None]:
    """Look for garbage among what is made from here on: figures, not all of PyTorch."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _numbers(caption: str) -> dict[str, Any]:
    """Return the numbers of a caption as JSON takes them: infinity and NaN as words."""
    return {k: _finite(v) for k, v in getattr(caption, "numbers", {}).items()}


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(v) for v in value]
    whole = not isinstance(value, float) or math.isfinite(value)
    return value if whole else repr(value)


def _live(draw: Draw, sliders: Sliders, start: State) -> ipywidgets.Widget:
    widgets = {name: widget(name, s, start[name]) for name, s in sliders.items()}

    def update(**state: Any) -> None:
        drawings, caption = _picture(draw, state)
        told = {
            label_of(name, slider.label): slider.text(state[name])
            for name, slider in sliders.items()
        }
        alt = html.escape(alternative_text(_description(draw), told))
        picture = "".join(drawings)
        display(HTML(_LIVE.format(alt, ON_PAPER, picture, html.escape(caption))))

    output = ipywidgets.interactive_output(update, widgets)
    return ipywidgets.VBox([*widgets.values(), output])


def _picture(draw: Draw, state: State) -> tuple[list[str], str]:
    """Return the drawings of a state as SVG, and its caption."""
    drawn, caption = draw(**state)
    drawn = drawn if isinstance(drawn, list | tuple) else [drawn]
    parts = [
        svg(part, salt=f"{draw.__name__}{i}") if isinstance(part, Figure) else part
        for i, part in enumerate(drawn)
    ]
    pyplot.close("all")
    return parts, caption


def _description(draw: Draw) -> str:
    return inspect.getdoc(draw).split("\n")[0].rstrip(".")


_LIVE = '<div role="img" aria-label="{}" style="{}">{}</div><p>{}</p>'
