"""The synthetic language: its sentences obey its rules, its distances are uniform."""

import numpy as np
import pytest
import torch
from textbook.lesson.side_by_side import NETS, one_hot
from textbook.lesson.tagging import (
    LEXICON,
    NOUN,
    TAGS,
    VERBS,
    WORDS,
    sentences,
    tagged_right,
)

KIND = {word: kind for kind, words in LEXICON.items() for word in words}


def parsed(words, tags):
    """Return the kinds of the words, and the tags' names, up to the end."""
    names = [WORDS[w] for w in words if w]
    return [KIND[name] for name in names], [TAGS[t] for t in tags if t >= 0]


def test_the_cue_before_an_ambiguous_word_decides_its_tag():
    words, tags, places = sentences(500, [1, 4], np.random.default_rng(0))
    for sentence, its_tags, its_places in zip(words, tags, places, strict=True):
        kinds, names = parsed(sentence, its_tags)
        assert len(kinds) == len(names) == its_places[1] + 1
        assert [i for i, k in enumerate(kinds) if k == "ambiguous"] == [*its_places]
        cue = None
        for kind, name in zip(kinds, names, strict=True):
            if kind == "ambiguous":
                assert name == {"article": "noun", "pronoun": "verb"}[cue]
            else:
                assert name == kind
                cue = kind if kind != "filler" else cue


def test_distances_are_uniform_and_verbs_as_frequent_as_said():
    words, tags, places = sentences(6000, [3], np.random.default_rng(1))
    cue = np.array([KIND.get(w) in ("article", "pronoun") for w in WORDS])[words]
    last = np.where(cue, np.arange(words.shape[1]), -1)
    first = np.array([row[row >= 0][0] for row in last])
    counts = np.bincount(places[:, 0] - first, minlength=4)
    assert counts[0] == 0
    assert counts[1:] / 6000 == pytest.approx([1 / 3] * 3, abs=0.03)
    verbs = np.take_along_axis(tags, places, 1) == NOUN + 1
    assert verbs.mean() == pytest.approx(VERBS, abs=0.02)


def test_the_share_that_is_tagged_right_counts_the_ambiguous_words_only():
    words, tags, places = sentences(40, [2], np.random.default_rng(2))
    nouns = torch.full((NETS, *words.shape), NOUN)
    right = tagged_right(lambda _: one_hot(nouns, len(TAGS)), words, tags, places)
    counted = [tags[i, place] == NOUN for i in range(40) for place in places[i]]
    assert right.tolist() == [sum(counted) / len(counted)] * NETS
