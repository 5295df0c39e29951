"""asks(): what the site gets, what a notebook says, what it refuses."""

import math

import pytest
from textbook.lesson.asking import MIME, asks, reply

WRONG = {12.0: "You forgot to halve.", -6.0: "Mind the sign."}
ASKED = {
    "right": 6.0,
    "within": 0.05,
    "unit": "steps",
    "wrong": [[12.0, "You forgot to halve."], [-6.0, "Mind the sign."]],
}


def test_the_site_gets_numbers_and_reasons(monkeypatch):
    monkeypatch.setenv("TEXTBOOK_STATIC", "1")
    bundle = asks(6, WRONG, within=0.05, unit="steps")._repr_mimebundle_()
    assert bundle[MIME] == ASKED


def test_a_notebook_answers_in_its_field(monkeypatch):
    monkeypatch.delenv("TEXTBOOK_STATIC", raising=False)
    field, unit, said = asks(6, WRONG, within=0.05, unit="steps").children
    assert unit.value == "steps"
    field.value = "12"
    assert said.value == "Not so. You forgot to halve."
    field.value = "6.04"
    assert said.value == "Right."


UNREADABLE = "Write a number, such as 12, 0.5, 1/3 or 2e-3."
REPLIES = {
    "6": "Right.",
    "6.05": "Right.",
    "5.95": "Right.",
    "6.06": "Not so.",
    "12.05": "Not so. You forgot to halve.",
    "-6": "Not so. Mind the sign.",
    "−6": "Not so. Mind the sign.",
    " 18/3 ": "Right.",
    "0.6e1": "Right.",
    "+6": "Right.",
    "6,000": "Not so.",
    "6,000.0/1,000": "Right.",
    "6,00": UNREADABLE,
    "0,006": UNREADABLE,
    "6,0000": UNREADABLE,
    "1,2345,678": UNREADABLE,
    "": UNREADABLE,
    "six": UNREADABLE,
    "6/0": UNREADABLE,
    "1/2/3": UNREADABLE,
    "inf": UNREADABLE,
    "1e999": UNREADABLE,
}


@pytest.mark.parametrize("text", REPLIES)
def test_what_is_said_of_an_answer(text):
    assert reply(ASKED, text) == REPLIES[text]


@pytest.mark.parametrize(
    ("right", "wrong", "within", "message"),
    [
        (math.nan, {}, 0, "finite"),
        (1, {math.inf: "No."}, 0, "finite"),
        (1, {}, -0.1, "within >= 0"),
        (1, {1.05: "No."}, 0.1, "1.05 is within 0.1 of 1"),
        (3, {3: "No."}, 0, "is within"),
    ],
)
def test_what_can_t_be_asked_is_refused(right, wrong, within, message):
    with pytest.raises(ValueError, match=message):
        asks(right, wrong, within)
