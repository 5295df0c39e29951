"""The colors of the page: all stand off the paper, on light and on dark pages."""

import re

import pytest
from textbook.lesson.figure import PALETTE

from tests.paths import ROOT

STATIC = ROOT / "book" / "static"
COLOR = re.compile(r"--([a-z0-9-]+): light-dark\((#\w{6}), (#\w{6})\);")
COLORS = {
    name: values
    for file in ("book.css", "identity.css")
    for name, *values in COLOR.findall((STATIC / file).read_text())
}
# Furo's own backgrounds: of the page, and of boxes and explorers.
PAPERS = (("#ffffff", "#f8f9fb"), ("#131416", "#1a1c1e"))
LINES = sorted({f"tb-{name}" for name in PALETTE} - {"tb-ink", "tb-paper", "tb-faint"})
IN_WORDS = 0.8  # the share of a color in a word that names it


def parts(color):
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(parts):
    """Return the relative luminance of WCAG 2.2."""
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def accents():
    """Return the accents: colors of their own, and those of the palette."""
    style = (STATIC / "identity.css").read_text()
    borrowed = re.findall(r"--part-\d: var\(--(tb-\w+)\);", style)
    return borrowed + [name for name in COLORS if name.startswith("part-")]


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize("name", LINES)
def test_lines_stand_off_the_paper(name, dark):
    for paper in PAPERS[dark]:
        assert contrast(parts(COLORS[name][dark]), parts(paper)) >= 3


@pytest.mark.parametrize("dark", [0, 1])
def test_accents_can_be_read_as_words(dark):
    assert len(accents()) == 5
    for name in accents():
        paper = parts(PAPERS[dark][0])
        assert contrast(parts(COLORS[name][dark]), paper) >= 4.5, name


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize("name", ["blue", "orange", "green", "yellow", "purple"])
def test_words_that_name_a_color_can_be_read(name, dark):
    style = (STATIC / "identity.css").read_text()
    assert f"color-mix(in srgb, var(--named) {IN_WORDS:.0%}, var(--tb-ink))" in style
    own, ink = (parts(COLORS[f"tb-{each}"][dark]) for each in (name, "ink"))
    mixed = [IN_WORDS * a + (1 - IN_WORDS) * b for a, b in zip(own, ink, strict=True)]
    for paper in PAPERS[dark]:
        assert contrast(mixed, parts(paper)) >= 4.5
