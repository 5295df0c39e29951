"""Sliders: how their values are told, and by what control."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from textbook.lesson.sliders import Slider


@pytest.mark.parametrize(
    ("values", "control"),
    [
        (["zeros", "mean", "reflect", "replicate", "circular"], "radio"),
        ([1, 2, 3, 4], "radio"),
        ([1, 2, 3, 4, 5], "range"),
        ([1, 2, 4, 8, "all"], "radio"),
        (np.linspace(0, 1, 9), "range"),
    ],
)
def test_names_and_short_lists_are_seen_side_by_side(values, control):
    assert Slider(values).control() == control


def test_pictures_are_seen_side_by_side_too():
    assert Slider(range(9), pictures=np.zeros((9, 2, 2))).control() == "radio"


@pytest.mark.parametrize(
    ("unit", "text"), [("°", "−40°"), ("%", "−40%"), ("ms", "−40\xa0ms"), ("", "−40")]
)
def test_a_unit_stands_as_it_is_written(unit, text):
    assert Slider([-40], unit=unit).texts() == [text]


def test_values_may_be_told_in_other_words():
    assert Slider([0, 1], shown=["no", "yes"].__getitem__).texts() == ["no", "yes"]


def test_values_are_pythons_own():
    assert [type(v) for v in Slider(np.arange(2)).values] == [int, int]


def test_a_picture_arrives_as_it_was():
    pixels = np.array([[0.0, 0.5], [1.0, 2.0]])
    (address,) = Slider([7], pictures=[pixels]).thumbnails()
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    assert np.asarray(Image.open(io.BytesIO(data))).tolist() == [[0, 128], [255, 255]]
