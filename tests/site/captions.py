"""What the tests of captions share: states, numbers in words, numbers in pictures."""

import re
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from tests.site.built import drawn, figures

NUMBER = r"(-?\d[\d,]*(?:\.\d+)?(?:e-\d+)?)"


@cache
def states(page, name):
    """Return (values, caption) of every state of an explorer, as the table has them."""
    rows = figures(page).select(f"figure.explorer#{name} tbody tr")
    assert rows
    return [([c.text for c in row("td")][:-1], row("td")[-1].text) for row in rows]


def said(pattern, caption):
    """Return the numbers that stand in the places of # in the pattern."""
    found = re.search(pattern.replace("#", NUMBER), caption.replace("−", "-"))
    return [float(text.replace(",", "")) for text in found.groups()]


def check(caption, text, *expected):
    """Compare the caption; in the places of # stands what is expected, rounded."""
    pattern = re.escape(text).replace(r"\#", NUMBER)
    found = re.fullmatch(pattern, caption.replace("−", "-")).groups()
    for number, value in zip(found, expected, strict=True):
        shown = Decimal(number.replace(",", ""))
        half = 0.501 * 10.0 ** shown.as_tuple().exponent
        assert float(shown) == pytest.approx(value, rel=0, abs=half)


@cache
def pictures(page, name):
    """Return what is drawn in every state of an explorer, by its values."""
    tags, frames = drawn(page, name)
    return {
        tuple(values): "".join(tags[number] for number in frame)
        for (values, _), frame in zip(states(page, name), frames, strict=True)
    }


def scale(chart):
    """Return the function that reads a value off a chart, by the labels at its left."""
    label = r'y="([\d.]+)"[^>]*/></g><text [^>]*: end[^>]*>([\d.]+)</text>'
    heights, labels = zip(*re.findall(label, chart), strict=True)
    return np.poly1d(
        np.polyfit([float(y) for y in heights], list(map(float, labels)), 1)
    )
