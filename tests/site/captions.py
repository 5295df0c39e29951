"""What the tests of captions share: the explorers as the executed notebooks gave them.

A test of captions compares state.numbers, which are not rounded, with an independent
computation. That the caption says these numbers is tested for all in test_captions.py.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from jupyter_cache import get_cache
from textbook.lesson.explore import MIME
from textbook.lesson.frames import unpack
from textbook.lesson.states import states as all_states

from tests.paths import ROOT


@dataclass(frozen=True)
class State:
    """One state of an explorer: its sliders' values as texts, and what it shows."""

    values: dict[str, str]
    caption: str
    sentence: str  # what say() put the numbers into
    numbers: dict[str, Any]
    picture: str


@cache
def data_of(page: str) -> dict[str, dict]:
    """Return the data of each explorer of a page, as its notebook's cells gave it."""
    notebooks = get_cache(ROOT / "_build" / ".jupyter_cache")
    found = notebooks.match_cache_file(ROOT / page.replace(".html", ".ipynb"))
    cells = notebooks.get_cache_bundle(found.pk).nb.cells
    outputs = [o.get("data", {}) for cell in cells for o in cell.get("outputs", [])]
    return {data[MIME]["name"]: data[MIME] for data in outputs if MIME in data}


@cache
def every_state(page: str, name: str) -> list[State]:
    """Return every state of an explorer."""
    data = data_of(page)[name]
    choices = {slider["name"]: slider["values"] for slider in data["sliders"]}
    columns = (data[key] for key in ("captions", "sentences", "numbers", "frames"))
    return [
        State(values, caption, sentence, _numbers(numbers), unpack(data["tags"], frame))
        for values, caption, sentence, numbers, frame in zip(
            all_states(choices), *columns, strict=True
        )
    ]


def _numbers(value: Any) -> Any:
    """Return the numbers, those among them that JSON has only words for."""
    if isinstance(value, dict):
        return {name: _numbers(v) for name, v in value.items()}
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return float(value) if value in ("inf", "-inf", "nan") else value


def each_state(page: str, name: str) -> pytest.MarkDecorator:
    """Run a test, which takes a `state`, once for every state of an explorer."""
    every = every_state(page, name)
    return pytest.mark.parametrize(
        "state", every, ids=[",".join(state.values.values()) for state in every]
    )


def scale(chart):
    """Return the function that reads a value off a chart, by the labels at its left."""
    label = r'y="([\d.]+)"[^>]*/></g><text [^>]*: end[^>]*>([\d.]+)</text>'
    heights, labels = zip(*re.findall(label, chart), strict=True)
    return np.poly1d(
        np.polyfit([float(y) for y in heights], list(map(float, labels)), 1)
    )
