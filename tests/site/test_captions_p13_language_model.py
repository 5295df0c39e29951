"""Captions of the explorers of the language model, computed a second time."""

import math
import re
from collections import Counter
from functools import cache
from html import unescape
from itertools import pairwise
from pydoc_data.topics import topics

import pytest

from tests.site.captions import each_state, every_state

PAGE = "chapters/p13_language_model.html"
LINES = [
    re.sub("[^ -~]", "", line)
    for name in sorted(topics)
    for line in (" ".join(part.split()) for part in topics[name].split("\n\n"))
    if len(line) > 80 and line[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" and line[-1] in ".:"
]
TEXT = "\n".join(LINES)
TRAINING = TEXT[: len(TEXT) * 9 // 10]
WORDS = set(re.findall("[A-Za-z]+", TRAINING))


def written(state):
    """Return the text in the picture, whose lines are broken at spaces."""
    lines = re.findall(r"<text[^>]*monospace[^>]*>([^<]*)</text>", state.picture)
    return unescape(" ".join(lines)).removeprefix("The").strip()


@each_state(PAGE, "writes")
def test_the_words_are_counted_that_it_wrote(state):
    numbers = state.numbers
    assert {n: f"{numbers[n]:g}" for n in state.values} == state.values
    assert 0 <= numbers["known"] <= numbers["words"]
    if numbers["step"] >= 100 and numbers["temperature"] <= 1:  # no words are broken
        words = re.findall("[A-Za-z]+", written(state))
        assert len(words) == numbers["words"]
        assert sum(word in WORDS for word in words) == numbers["known"]


def test_the_loss_starts_at_that_of_random_scores_and_falls():
    states = every_state(PAGE, "writes")
    losses = {s.numbers["step"]: s.numbers["held_out"] for s in states}
    # Scores that are standard normal cost half a nat more than equal ones.
    assert losses[0] == pytest.approx(math.log(len(set(TEXT))) + 0.5, abs=0.5)
    assert all(earlier > later for earlier, later in pairwise(losses.values()))


@cache
def pairs_and_letters():
    return (
        Counter(pairwise(TRAINING[4:])),
        Counter(TRAINING[4:-1]),
        Counter(TRAINING[5:]),
    )


def loss_by_pairs(before, letter):
    """Return the loss by counts of pairs, mixed with those of letters and with none."""
    pairs, contexts, letters = pairs_and_letters()
    alone = (letters[letter] + 5 / len(set(TEXT))) / (letters.total() + 5)
    return -math.log((pairs[before, letter] + 5 * alone) / (contexts[before] + 5))


@each_state(PAGE, "next-letter")
def test_the_true_letter_is_the_one_that_follows_in_the_text(state):
    numbers = state.numbers
    assert {n: f"{numbers[n]:g}" for n in state.values} == state.values
    [line] = {s.numbers["read"] for s in every_state(PAGE, "next-letter") if
              s.numbers["place"] == 19}  # fmt: skip
    [at] = [match.start() for match in re.finditer(f"\n{line}", TEXT)][-1:]
    whole = TEXT[at + 1 : at + 42]
    place = numbers["place"]
    assert whole[max(0, place - 20) : place] == numbers["read"]
    assert {" ": "space"}.get(whole[place], whole[place]) == numbers["true"]
    assert numbers["loss"] == pytest.approx(-math.log(numbers["p"]), rel=1e-4)
    assert numbers["p"] <= numbers["highest"] <= 1
    assert (numbers["p"] == numbers["highest"]) == (numbers["best"] == numbers["true"])
    by_pairs = [loss_by_pairs(a, b) for a, b in pairwise(whole)]
    assert numbers["pairs"] == pytest.approx(sum(by_pairs) / len(by_pairs), rel=1e-6)


def test_the_mean_over_the_line_falls_with_training():
    states = every_state(PAGE, "next-letter")
    means = {s.numbers["step"]: s.numbers["mean"] for s in states}
    assert all(earlier > later for earlier, later in pairwise(means.values()))
