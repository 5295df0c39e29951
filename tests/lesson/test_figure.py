"""Figures: they follow the theme, keep their text, and say what they show."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image
from textbook.lesson.figure import BLUE, INK, PALETTE, PICTURE, gray, show, svg


def line():
    figure, axes = pyplot.subplots(figsize=(2, 1))
    axes.plot([0, 1], [0.123456, 0.654321], color=BLUE)
    axes.text(0.5, 0.5, "pi = 3.14159265", color=INK)
    return figure


@pytest.fixture
def figure():
    yield line()
    pyplot.close("all")


def test_every_palette_color_becomes_a_variable_of_the_page(figure):
    text = svg(figure, "salt")
    assert f"var(--tb-blue,{BLUE})" in text
    for color in PALETTE.values():
        assert not re.search(rf"(?<!,){color}", text), color


def test_every_variable_has_a_value_on_the_page():
    from tests.paths import ROOT

    style = (ROOT / "book" / "static" / "book.css").read_text()
    for name in PALETTE:
        assert re.search(rf"--tb-{name}: light-dark\(#\w{{6}}, #\w{{6}}\);", style), (
            name
        )


def test_text_stays_text_and_is_not_rounded(figure):
    assert ">pi = 3.14159265</text>" in svg(figure, "salt")


def test_coordinates_have_few_digits(figure):
    tags = re.findall(r"<[^>]+>", svg(figure, "salt"))
    assert not [tag for tag in tags if re.search(r"\d\.\d{5}", tag)]


def test_the_same_figure_gives_the_same_bytes(figure):
    assert svg(figure, "salt") == svg(line(), "salt")


def test_two_salts_share_no_id(figure):
    first, second = (set(re.findall(r'id="([^"]+)"', svg(figure, s))) for s in "ab")
    assert first
    assert not first & second


def test_every_reference_inside_the_drawing_is_defined(figure):
    text = svg(figure, "salt")
    used = re.findall(r'(?:href="|url\()#([^")]+)', text)
    assert used
    assert set(used) <= set(re.findall(r'id="([^"]+)"', text))


def shipped(pixels):
    """Return the image that the drawing of these gray levels holds."""
    text = svg(gray(pixels, 0, 255), "salt")
    data = re.search(r"data:image/webp;base64,([^\"]+)", text)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))


@pytest.mark.parametrize("shape", [(9, 7), (8, 500)])
def test_a_small_image_is_shipped_without_loss(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape)
    assert np.abs(shipped(pixels) - pixels).max() <= 1  # Matplotlib rounds its levels


def test_a_large_image_loses_a_little():
    pixels = np.random.default_rng(0).integers(0, 256, (65, 64))
    assert np.abs(shipped(pixels) - pixels).max() > 1


def test_nothing_stands_between_the_drawing_and_its_parts(figure):
    assert re.match(r"<svg [^>]*><\w", svg(figure, "salt"))


def test_an_image_has_its_title_above_it():
    assert ">Seven<" in svg(gray(np.eye(3), 0, 1, "Seven"), "salt")


def test_a_shown_figure_gives_the_site_its_title_and_alternative_text(figure):
    data = show(figure, "A line.", "a rising line")._repr_mimebundle_()[PICTURE]
    assert (data["title"], data["alt"]) == ("A line", "a rising line")
    assert data["svg"] == svg(line(), "a rising line0")


def test_a_notebook_shows_it_on_its_own_paper(figure):
    shown = show(figure, "A <line>", 'a "rising" line')._repr_mimebundle_()["text/html"]
    assert "<p>A &lt;line&gt;</p>" in shown
    assert 'role="img" aria-label="a &quot;rising&quot; line"' in shown
    assert "background:white" in shown


@pytest.mark.parametrize(("title", "alt"), [(" ", "a line"), ("A line", "")])
def test_a_figure_without_its_words_is_refused(figure, title, alt):
    with pytest.raises(ValueError, match="a title and an alternative text"):
        show(figure, title, alt)
