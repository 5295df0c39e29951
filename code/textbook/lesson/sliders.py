"""Sliders: the values an explorer offers, how they are told, and the live widgets."""

import base64
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from PIL import Image

from textbook.arrays import Array
from textbook.lesson.states import label_of, spacing
from textbook.lesson.words import setting

_FEW = 4  # this many values, or fewer, stand side by side


@dataclass(frozen=True)
class Slider:
    """The values of one argument of an explorer, and how a reader is told of them.

    label: the argument's name unless given; unit: after each number, such as "ms";
    shown: the text of a value, textbook.lesson.words.setting unless given; play: the
    values are moments in order, to be stepped through or played; pictures: an image
    (H, W), from 0 to 1, for each value, which stand for their texts.

    >>> angle = Slider(range(-40, 50, 10), unit="°", play=True)
    >>> angle.texts()[0], angle.control()
    ('−40°', 'range')
    >>> Slider(["zeros", "mean"]).control()
    'radio'
    """

    values: Iterable
    label: str = ""
    unit: str = ""
    shown: Callable[[Any], str] | None = None
    play: bool = False
    pictures: Sequence[Array] = ()

    def __post_init__(self) -> None:
        """Keep the values as a list of Python's own."""
        values = [v.item() if hasattr(v, "item") else v for v in self.values]
        object.__setattr__(self, "values", values)

    def texts(self) -> list[str]:
        """Return each value as a reader sees it."""
        return [self.text(value) for value in self.values]

    def text(self, value: Any) -> str:
        """Return a value as a reader sees it."""
        space = "" if self.unit in ("", "°", "%", "×") else "\N{NO-BREAK SPACE}"
        unit = "" if isinstance(value, str) else space + self.unit
        return (self.shown or setting)(value) + unit

    def control(self) -> str:
        """Return "radio" for names, pictures and few values, "range" for others."""
        named = any(isinstance(value, str) for value in self.values)
        few = len(self.values) <= _FEW
        return "radio" if named or few or len(self.pictures) else "range"

    def thumbnails(self) -> list[str]:
        """Return the pictures as the addresses of their data."""
        return [_data(picture) for picture in self.pictures]


def _data(picture: Array) -> str:
    pixels = np.round(255 * np.clip(np.asarray(picture, dtype=float), 0, 1))
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def widget(name: str, slider: Slider, start: Any) -> ipywidgets.Widget:
    """Return a live slider over the values, or between them too; a list for names."""
    values, options = slider.values, _options(label_of(name, slider.label), start)
    low, high, spaced = values[0], values[-1], spacing(values)
    if spaced == "even":
        step = (high - low) / (len(values) - 1) / 10
        ends = {"min": low, "max": high, "step": step, "readout_format": ".3f"}
        return ipywidgets.FloatSlider(**ends, **options)
    if spaced == "log":
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
        return ipywidgets.FloatLogSlider(**ends, **options)
    named = isinstance(low, str)
    kind = ipywidgets.Dropdown if named else ipywidgets.SelectionSlider
    return kind(options=list(zip(slider.texts(), values, strict=True)), **options)


def _options(label: str, start: Any) -> dict[str, Any]:
    return {
        "description": label,
        "value": start,
        "style": {"description_width": "11em"},
        "layout": {"width": "26em"},
    }
