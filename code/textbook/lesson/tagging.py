"""A synthetic language with ambiguous words, and networks that tag its words.

A sentence: up to two fillers, then two phrases. A phrase: a cue, fillers, an ambiguous
word, which is a noun if the cue is an article, and a verb if it is a pronoun.
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import torch

from textbook.lesson.side_by_side import (
    NETS,
    answers,
    fit,
    look,
    matrices,
    one_hot,
    times,
)

LEXICON = {
    "article": ["a", "the"],
    "pronoun": ["I", "they"],
    "filler": ["daily", "early", "fast", "late"],
    "ambiguous": ["saw", "watch", "ring", "duck"],
}
WORDS = ["·", *itertools.chain(*LEXICON.values())]  # word 0 fills up short sentences
TAGS = ["article", "pronoun", "filler", "noun", "verb"]
NOUN = TAGS.index("noun")
VERBS = 0.4  # the probability of a pronoun, and so of a verb
DISTANCES = [1, 2, 3, 4, 6, 8, 12]  # the values of D that occur in training


def sentences(
    count: int, distances: Sequence[int], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw sentences: words and tags (count, n), places of the two ambiguous words.

    distances: the values of D to choose from, for each sentence one; the distance from
    a cue to its word is then 1 to D. The places have the shape (count, 2); after the
    end of a sentence stand word 0 and tag -1.

    >>> words, tags, places = sentences(5, [6], np.random.default_rng(4))
    >>> " ".join(WORDS[w] for w in words[0] if w)
    'fast late they fast duck a late daily early fast early saw'
    >>> [TAGS[tags[0, place]] for place in places[0]]
    ['verb', 'noun']
    """
    longest = rng.choice(distances, count)
    n, row = 2 + 2 * (max(distances) + 1), np.arange(count)
    words, tags = rng.integers(5, 9, (count, n)), np.full((count, n), 2)
    places, start = np.zeros((count, 2), int), rng.integers(0, 3, count)
    for phrase in range(2):
        places[:, phrase] = place = start + rng.integers(1, longest + 1)
        verb = rng.random(count) < VERBS
        words[row, start] = 1 + 2 * verb + rng.integers(0, 2, count)
        words[row, place] = rng.integers(9, 13, count)
        tags[row, start], tags[row, place] = verb, NOUN + verb
        start = place + 1
    beyond = np.arange(n) >= start[:, None]
    words[beyond], tags[beyond] = 0, -1
    return words, tags, places


def tagger(positions: torch.Tensor, steps: int = 500) -> Callable:
    """Train networks with one layer of attention to tag every word.

    positions: (longest, d), added to the words' vectors. Returns net(words), which
    gives logits (NETS, B, n, tags) for words (NETS, B, n).

    >>> net = tagger(torch.zeros(30, 4), steps=1)
    >>> net(torch.ones(5, 2, 7, dtype=int)).shape
    torch.Size([5, 2, 7, 5])
    """
    d = positions.shape[1]
    shapes = (len(WORDS), d), *[(d, d)] * 4, (d, 32), (32, len(TAGS))
    embedding, *qkvo, first, second = weights = matrices(*shapes)

    def net(words: torch.Tensor) -> torch.Tensor:
        x = 2 * times(one_hot(words, len(WORDS)), embedding)
        x = look(x + positions[: words.shape[-1]], words != 0, *qkvo)
        return times(torch.relu(times(x, first)), second)

    fit(net, weights, lambda n, rng: sentences(n, DISTANCES, rng)[:2], steps, 0.01)
    return net


def tagged_right(
    net: Callable, words: np.ndarray, tags: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """Return the share of the ambiguous words that each network tags right, (NETS,).

    >>> words, tags, places = sentences(50, [3], np.random.default_rng(0))
    >>> right = lambda words: one_hot(tags.clip(0), 5).expand(5, *tags.shape, 5)
    >>> tagged_right(right, words, tags, places)
    array([1., 1., 1., 1., 1.])
    """
    said = answers(net, words)
    places = np.broadcast_to(places, (NETS, *places.shape))
    said = np.take_along_axis(said, places, 2)
    return (said == np.take_along_axis(tags, places[0], 1)).mean(axis=(1, 2))
