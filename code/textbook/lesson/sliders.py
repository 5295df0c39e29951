"""The sliders of an explorer in a live kernel: widgets that run through its values."""

import math
from typing import Any

import ipywidgets

from textbook.lesson.states import label, spacing, text_of


def control(name: str, values: list, start: Any) -> ipywidgets.Widget:
    """Return a slider over the values, or between them too; a list for names."""
    options = {
        "description": label(name),
        "value": start,
        "style": {"description_width": "11em"},
        "layout": {"width": "26em"},
    }
    low, high, spaced = values[0], values[-1], spacing(values)
    if spaced == "even":
        step = (high - low) / (len(values) - 1) / 10
        ends = {"min": low, "max": high, "step": step, "readout_format": ".3f"}
        return ipywidgets.FloatSlider(**ends, **options)
    if spaced == "log":
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
        return ipywidgets.FloatLogSlider(**ends, **options)
    kind = ipywidgets.Dropdown if isinstance(low, str) else ipywidgets.SelectionSlider
    return kind(options=[(text_of(v), v) for v in values], **options)
