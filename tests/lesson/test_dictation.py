"""Dictation: what is spoken, what is asked for, how a word is written to its end."""

import numpy as np
import pytest
import torch
from textbook.lesson import dictation
from textbook.lesson.dictation import END, LETTERS, VOICE, say_word, spell, text_of
from textbook.lesson.side_by_side import NETS, one_hot


def test_a_frame_is_its_letters_voice_with_noise_between_its_neighbors():
    x, real = say_word("low", frames=300)
    assert x.shape == (1, 900, 36)
    assert real.all()
    before, middle, after = np.split(x[0], 3, axis=1)
    assert np.array_equal(before[1:], middle[:-1])
    assert np.array_equal(after[:-1], middle[1:])
    assert (before[0] == 0).all()
    assert (after[-1] == 0).all()
    for i, letter in enumerate("low"):
        spoken = middle[300 * i : 300 * (i + 1)] - VOICE[LETTERS.index(letter)]
        assert abs(spoken.mean()) < 0.03
        assert spoken.std() == pytest.approx(0.4, rel=0.05)


def test_the_words_of_a_dictation_end_with_end_and_repeat_no_letter():
    rng = np.random.default_rng(0)
    x, real, before, target = dictation.dictation(400, rng, letters=3, frames=2)
    lengths = set()
    for i in range(400):
        asked = target[i][target[i] >= 0]
        *word, last = asked
        lengths.add(len(word))
        assert last == END
        assert len(set(word)) == len(word)
        assert real[i].sum() == 2 * len(word)
        assert before[i][: len(asked)].tolist() == [END, *word]
    assert lengths == {1, 2, 3}
    assert (x[~real][:, 12:24] == 0).all()


def test_a_word_is_written_symbol_by_symbol_until_end(monkeypatch):
    following = {END: 4, 4: 5, 5: 7, 7: END}  # low, by the last symbol alone

    def speller(weights, x, real, before):
        symbol = following[before.flatten()[0].item()]
        return one_hot(torch.full(before.shape, symbol), END + 1)

    monkeypatch.setattr(dictation, "speller", speller)
    written = spell([], *say_word("low", 2), most=6)
    assert written.tolist() == [[[4, 5, 7, END, END, END]]] * NETS
    assert text_of(written[0, 0]) == "low"
    assert text_of(spell([], *say_word("low", 2), most=2)[0, 0]) == "lo"
