"""Captions of all explorers: the settings that they name.

What they say is compared with an independent computation in each chapter's own file.
"""

import re

import pytest

from tests.site.built import explorers
from tests.site.captions import states


def is_named(value, caption):
    """Say whether a slider's value, a number or a word, stands in the caption."""
    if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
        return value in caption
    found = re.findall(r"-?\d[\d,]*\.?\d*", caption.replace("−", "-"))
    return float(value) in [float(number.replace(",", "")) for number in found]


def always_named(explorer):
    """Return the places of the sliders whose values stand in nine captions of ten."""
    rows = states(*explorer)
    counts = [
        sum(is_named(values[i], caption) for values, caption in rows)
        for i in range(len(rows[0][0]))
    ]
    return [i for i, count in enumerate(counts) if count >= 0.9 * len(rows)]


@pytest.mark.parametrize(
    ("named", "values", "caption"),
    [
        (named, *state)
        for explorer in explorers()
        for named in [always_named(explorer)]
        for state in states(*explorer)
    ],
)
def test_a_caption_that_names_settings_names_the_right_ones(named, values, caption):
    assert all(is_named(values[i], caption) for i in named)


@pytest.mark.parametrize(("values", "caption"), states("index.html", "light-from"))
def test_the_home_page_names_the_filter(values, caption):
    angle, size = values
    assert caption.startswith(f"One filter of {size}×{size} numbers, at {angle}°, ")
