"""say(): a sentence for readers that keeps its numbers for tests."""

import math

import numpy as np
import pytest
import torch
from textbook.lesson.captions import say


def test_a_caption_is_a_text_like_any_other():
    caption = say("{n:,} of {all}", n=12_345, all="them")
    assert isinstance(caption, str)
    assert caption == "12,345 of them"


def test_it_keeps_the_numbers_unrounded_and_the_sentence():
    caption = say("loss {loss:.1f}", loss=0.123)
    assert caption.numbers == {"loss": 0.123}
    assert caption.sentence == "loss {loss:.1f}"


def test_negative_numbers_get_a_true_minus_and_words_keep_their_hyphens():
    caption = say("a two-way {kind}: {x:.1f}, {y:.0e}", kind="log-log", x=-0.25, y=1e-9)
    assert caption == "a two-way log-log: −0.2, 1e−09"


def test_infinity_is_said_by_its_sign():
    assert say("{a:.2f} {b}", a=-math.inf, b=math.inf) == "−∞ ∞"


def test_large_and_small_numbers_are_said_with_a_power_of_ten():
    assert say("{x:power_of_ten}", x=[12_345, 1.5e-7]) == "12,345, 1.50·10⁻⁷"


@pytest.mark.parametrize("array", [np.array, torch.tensor, list, tuple])
def test_arrays_are_said_one_number_after_another_and_kept_as_lists(array):
    caption = say("{x:.1f}; the last {x[1]:.2f}", x=array([0.25, -1.5]))
    assert caption == "0.2, −1.5; the last −1.50"
    assert caption.numbers == {"x": [0.25, -1.5]}


@pytest.mark.parametrize(
    ("number", "python"),
    [
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (torch.tensor(2), 2),
        (np.bool_(True), True),
        ("word", "word"),
    ],
)
def test_numbers_become_pythons_own(number, python):
    kept = say("{x}", x=number).numbers["x"]
    assert kept == python
    assert type(kept) is type(python)


def test_a_number_that_is_not_given_is_an_error():
    with pytest.raises(KeyError, match="gap"):
        say("{gap}", gain=1)
