"""Dictation: frames of synthetic sound in, letters out, as many as the network writes.

A letter sounds as a few frames of its own vector plus noise. The network attends to the
frames with a query made of the letter that it wrote last, and writes the next letter or
END. Five networks are trained side by side.
"""

import numpy as np
import torch

from textbook.attention import attention
from textbook.lesson.side_by_side import NETS, fit, matrices, one_hot, times

LETTERS = "adehlorw"
END = len(LETTERS)  # also stands before the first letter
VOICE = np.random.default_rng(3).normal(size=(len(LETTERS), 12))
SHAPES = (36, 48), (48, 24), (48, 24), (END + 1, 24), (48, 48), (48, END + 1)


def utter(
    letters: np.ndarray, repeats: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Speak words: frames with their neighbors (count, n, 36), and which are real.

    letters, repeats: (count, most letters), numbers in LETTERS, and how many frames
    each takes; 0 frames: the word is over. real: boolean (count, n).

    >>> rng = np.random.default_rng(0)
    >>> x, real = utter(np.array([[0, 1]]), np.array([[2, 3]]), rng)
    >>> x.shape, real.tolist()
    ((1, 5, 36), [[True, True, True, True, True]])
    """
    ends = repeats.cumsum(axis=1)
    t = np.arange(ends.max())
    place = (t[:, None] >= ends[:, None, :]).sum(axis=2)
    sound = np.take_along_axis(letters, np.minimum(place, letters.shape[1] - 1), 1)
    real = t < ends[:, -1:]
    x = VOICE[sound] + 0.4 * rng.normal(size=(*sound.shape, 12))
    x = np.pad(x * real[..., None], ((0, 0), (1, 1), (0, 0)))
    x = np.concatenate([x[:, :-2], x[:, 1:-1], x[:, 2:]], axis=2)
    return x.astype(np.float32), real


def say_word(word: str, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """Speak one word, each letter as so many frames: (1, n, 36) and (1, n).

    >>> say_word("low", frames=4)[0].shape
    (1, 12, 36)
    """
    letters = np.array([[LETTERS.index(letter) for letter in word]])
    return utter(letters, np.full(letters.shape, frames), np.random.default_rng(0))


def dictation(
    count: int, rng: np.random.Generator, letters: int = 5, frames: int = 4
) -> tuple[np.ndarray, ...]:
    """Draw words of one to `letters` different letters, of 2 to `frames` frames each.

    Returns the frames, which of them are real, the letter before each step of writing
    and the letter to write then, both (count, letters + 1); -1 where the word is over.

    >>> x, real, before, target = dictation(3, np.random.default_rng(0))
    >>> before.shape, before[:, 0].tolist() == [END, END, END]
    ((3, 6), True)
    """
    order = rng.random((count, len(LETTERS))).argsort(axis=1)[:, :letters]
    length = rng.integers(1, letters + 1, count)[:, None]
    repeats = rng.integers(2, frames + 1, order.shape) * (np.arange(letters) < length)
    step = np.arange(letters + 1)
    target = np.where(step < length, np.pad(order, ((0, 0), (0, 1))), END)
    before = np.pad(target[:, :-1], ((0, 0), (1, 0)), constant_values=END)
    return *utter(order, repeats, rng), before, np.where(step > length, -1, target)


def attend(
    weights: list[torch.Tensor],
    x: torch.Tensor,
    real: torch.Tensor,
    before: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the queries of the letters written before, the keys, and what is fetched.

    x: (NETS, B, n, 36); real: (NETS, B, n); before: (NETS, B, steps).

    >>> q, k, fetched = attend(
    ...     matrices(*SHAPES),
    ...     torch.zeros(5, 1, 4, 36),
    ...     torch.ones(5, 1, 4, dtype=torch.bool),
    ...     torch.zeros(5, 1, 2, dtype=int),
    ... )
    >>> q.shape, k.shape, fetched.shape[-2:]
    (torch.Size([5, 1, 2, 24]), torch.Size([5, 1, 4, 24]), torch.Size([2, 24]))
    """
    listen, to_key, to_value, to_query, *_ = weights
    heard = torch.relu(times(x, listen))
    q, k = times(2 * one_hot(before, END + 1), to_query), times(heard, to_key)
    return q, k, attention(q, k, times(heard, to_value), real[:, :, None, :])


def speller(
    weights: list[torch.Tensor],
    x: torch.Tensor,
    real: torch.Tensor,
    before: torch.Tensor,
) -> torch.Tensor:
    """Return the logits of the next letter at each step: (NETS, B, steps, END + 1)."""
    q, _, fetched = attend(weights, x, real, before)
    *_, first, last = weights
    return times(torch.relu(times(torch.cat([fetched, q], dim=-1), first)), last)


def train_speller(steps: int = 400) -> list[torch.Tensor]:
    """Train five spellers, with the right letter before each step; return the weights.

    >>> [w.shape[0] for w in train_speller(steps=1)]
    [5, 5, 5, 5, 5, 5]
    """
    weights = matrices(*SHAPES)
    fit(lambda *inputs: speller(weights, *inputs), weights, dictation, steps, 0.01)
    return weights


@torch.no_grad()
def spell(
    weights: list[torch.Tensor], x: np.ndarray, real: np.ndarray, most: int = 12
) -> np.ndarray:
    """Return what each network writes, symbol by symbol: (NETS, count, most).

    x: (count, n, 36); real: (count, n). At each step the symbol with the largest logit,
    given the one before; after END, END again.

    >>> spell(train_speller(steps=1), *say_word("low", 3), most=4).shape
    (5, 1, 4)
    """
    x, real = (torch.as_tensor(a).expand(NETS, *a.shape) for a in (x, real))
    written = np.full((*x.shape[:2], 1), END)
    for t in range(most):
        before = written[:, :, -1:]
        symbol = speller(weights, x, real, torch.as_tensor(before)).argmax(-1).numpy()
        if t > 0:
            symbol[before == END] = END
        written = np.concatenate([written, symbol], axis=2)
    return written[:, :, 1:]


def text_of(symbols: np.ndarray) -> str:
    """Return the letters before the first END.

    >>> text_of(np.array([4, 5, 7, END, END]))
    'low'
    """
    return "".join(LETTERS[s] for s in symbols[: (symbols != END).sum()])
