"""The HTML of an explorer on the static page: every state is in it, nothing is fetched.

The frames repeat most of their SVG, so each distinct tag is shipped once and a frame is
a list of tag numbers. The captions are a table that can be read without any script.
book/static/explorer.js puts frame and caption of the chosen state into the figure. On
the site the frames arrive after the page, in a script (book/frames.py).
"""

import html
import inspect
import json
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

_TAG = re.compile(r"<[^>]+>[^<]*(?:</text>)?")


class Page(NamedTuple):
    """An explorer's HTML and its weight in compressed bytes."""

    html: str
    weight: int


def static_page(
    draw: Callable,
    choices: dict[str, list],
    start: int,
    pictures: Sequence[str],
    captions: Sequence[str],
) -> Page:
    """Return the explorer of draw, standing at state number `start`.

    pictures (SVG) and captions hold one entry for each state, in the order of
    itertools.product over the choices: the last slider moves fastest.
    """
    name = draw.__name__.replace("_", "-")
    tags: dict[str, int] = {}  # each distinct tag, with the text after it: its number
    frames = [
        [tags.setdefault(tag, len(tags)) for tag in _TAG.findall(picture)]
        for picture in pictures
    ]
    shipped = json.dumps({"tags": list(tags), "frames": frames}, separators=(",", ":"))
    state = _state(choices, start)
    page = _PAGE.format(
        name=name,
        state=html.escape(",".join(f"{key}={text_of(v)}" for key, v in state.items())),
        sliders="\n".join(
            _slider(name, key, choices[key], state[key]) for key in state
        ),
        alt=html.escape(alternative_text(draw, state)),
        description=html.escape(_description(draw)),
        picture=pictures[start],
        caption=html.escape(captions[start]),
        count=len(captions),
        head="".join(f"<th>{label(key)}</th>" for key in choices),
        rows="\n".join(_row(choices, i, caption) for i, caption in enumerate(captions)),
        shipped=shipped.replace("</", "<\\/"),
    )
    return Page(page, len(zlib.compress(page.encode())))


def alternative_text(draw: Callable, state: dict[str, Any]) -> str:
    """Describe the picture of one state for readers who don't see it."""
    words = ", ".join(
        f"{label(name)} {text_of(value)}" for name, value in state.items()
    )
    return f"{_description(draw)}: {words}"


def text_of(value: Any) -> str:
    """Return a slider's value as a person reads it.

    >>> text_of(0.1 + 0.2), text_of(3), text_of("zeros")
    ('0.3', '3', 'zeros')
    """
    return f"{value:g}" if isinstance(value, float) else str(value)


def label(name: str) -> str:
    """Return a slider's name as a person reads it."""
    return name.replace("_", " ")


def _description(draw: Callable) -> str:
    return inspect.getdoc(draw).split("\n")[0].rstrip(".")


def _state(choices: dict[str, list], number: int) -> dict[str, Any]:
    state = {}
    for name, values in reversed(choices.items()):
        number, place = divmod(number, len(values))
        state[name] = values[place]
    return {name: state[name] for name in choices}


def _row(choices: dict[str, list], number: int, caption: str) -> str:
    texts = [*map(text_of, _state(choices, number).values()), caption]
    return f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in texts)}</tr>"


def _slider(explorer: str, name: str, values: list, start: Any) -> str:
    texts = [text_of(v) for v in values]
    return _SLIDER.format(
        id=f"{explorer}-{name}",
        label=label(name),
        name=name,
        last=len(values) - 1,
        place=values.index(start),
        text=html.escape(text_of(start)),
        texts=html.escape(json.dumps(texts)),
    )


_SLIDER = """<div class="explorer-slider"><label for="{id}">{label}</label>
<input type="range" id="{id}" name="{name}" min="0" max="{last}" value="{place}"
 aria-valuetext="{text}" data-values="{texts}" autocomplete="off">
<output for="{id}">{text}</output></div>"""

_PAGE = """<figure class="explorer" id="{name}" data-state="{state}">
<div class="explorer-sliders">
{sliders}
<button type="button" class="explorer-reset">Reset</button>
</div>
<div class="explorer-frame" role="img" aria-label="{alt}"
 data-description="{description}">{picture}</div>
<figcaption aria-live="polite">{caption}</figcaption>
<details class="explorer-states"><summary>All {count} states in words</summary>
<table><thead><tr>{head}<th>what it shows</th></tr></thead><tbody>
{rows}
</tbody></table></details>
<script type="application/json">{shipped}</script>
</figure>"""
