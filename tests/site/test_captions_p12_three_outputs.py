"""Captions of the explorers of three kinds of output, computed in another way."""

import re

import pytest

from tests.site.captions import each_state, every_state

PAGE = "chapters/p12_three_outputs.html"


@each_state(PAGE, "dictate")
def test_what_is_written_is_judged_letter_by_letter(state):
    word, frames = state.values["word"], int(state.values["frames_per_letter"])
    numbers = dict(state.numbers)
    written, right = numbers.pop("written"), numbers.pop("right")
    ended = numbers.pop("ending") == "then END"
    assert numbers == {
        "word": word,
        "frames_per_letter": frames,
        "frames": "frame" if frames == 1 else "frames",
    }
    assert set(written) <= set("adehlorw")
    assert len(written) < 12 if ended else len(written) == 12
    count = 0 if right == "none" else right
    assert count in range(6)
    assert count >= (written == word)
    assert count < 5 or written == word


@each_state(PAGE, "dictate")
def test_the_steps_of_the_picture_are_what_is_written(state):
    names = re.findall(r">(\w+)</text>", state.picture.split("<svg")[1])
    steps = [*state.numbers["written"]]
    if state.numbers["ending"] == "then END":
        steps.append("END")
    assert sorted(n for n in names if len(n) == 1 or n == "END") == sorted(
        [*steps, *state.values["word"]]
    )


@pytest.mark.parametrize(
    ("word", "frames", "right"),
    [
        (word, frames, right)
        for word, right in (
            ("low", True),
            ("world", True),
            ("whorled", True),
            ("hello", False),
            ("here", False),
        )
        for frames in (1, 2, 3, 5, 8)
    ],
)
def test_what_was_trained_comes_out_right_and_the_rest_does_not(word, frames, right):
    (said,) = [
        s.numbers["right"]
        for s in every_state(PAGE, "dictate")
        if s.values == {"word": word, "frames_per_letter": str(frames)}
    ]
    if frames > 1 and right:
        assert said > 2
    else:
        assert said in ("none", 1, 2)


def judged(values):
    """Return a review in words and whether it is good, from the sliders' values."""
    negated = values["negated"]
    about_film = "the film so " + values["opinion"]
    if negated in ("opinion", "both"):
        about_film = about_film.replace("so", "not so")
    about_length = ("not " if negated in ("fact", "both") else "") + "very short"
    parts = about_film, about_length
    if values["order"] == "fact first":
        parts = parts[::-1]
    return " ".join(parts), (values["opinion"] == "great") ^ ("not so" in about_film)


@each_state(PAGE, "review-votes")
def test_the_review_and_its_truth(state):
    review, good = judged(state.values)
    assert state.numbers["review"] == review
    assert state.numbers["truth"] == ("good" if good else "bad")
    settings = {name: state.values[name] for name in ("opinion", "negated")}
    assert {name: state.numbers[name] for name in settings} == settings


@each_state(PAGE, "review-votes")
def test_the_votes_are_those_of_the_picture_and_add_up(state):
    cast, total = state.numbers["votes"], state.numbers["total"]
    assert len(cast) == len(state.numbers["review"].split())
    assert total == pytest.approx(sum(cast), abs=1e-5)
    assert state.numbers["verdict"] == ("good" if total > 0 else "bad")
    drawn = re.findall(r">(sum )?(−?\d+\.\d)</text>", state.picture.split("<svg")[1])
    shown = [float(n.replace("−", "-")) for _, n in drawn]
    assert shown == pytest.approx([*cast, total], abs=0.051)


@each_state(PAGE, "review-votes")
def test_attention_nets_are_mostly_right(state):
    assert state.numbers["attention"] in (3, 4, 5)
    assert state.numbers["bag"] in ("none", 1, 2, 3, 4, 5)


@each_state(PAGE, "review-votes")
def test_of_two_reviews_with_the_same_words_a_bag_net_gets_one_right(state):
    other = {"opinion": "fact", "fact": "opinion"}.get(state.values["negated"])
    for twin in every_state(PAGE, "review-votes"):
        if twin.values == state.values | {"negated": other}:
            both = [s.numbers["bag"] for s in (state, twin)]
            assert sum(0 if n == "none" else n for n in both) == 5


@each_state(PAGE, "review-votes")
def test_a_bag_knows_no_order(state):
    for twin in every_state(PAGE, "review-votes"):
        if twin.values | {"order": state.values["order"]} == state.values:
            assert twin.numbers["bag"] == state.numbers["bag"]
