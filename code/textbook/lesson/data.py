"""The data of the chapters: real pictures that come with scikit-learn."""

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.datasets import load_digits, load_sample_image


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """Return 1,797 handwritten digits: images (N, 1, 8, 8) from 0 to 1, labels (N,).

    >>> images, labels = digits()
    >>> images.shape, images.max().item(), labels[:3].tolist()
    (torch.Size([1797, 1, 8, 8]), 1.0, [0, 1, 2])
    """
    found = load_digits()
    images = torch.tensor(found.images[:, None] / 16, dtype=torch.float32)
    return images, torch.tensor(found.target)


def ink_balance(*wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two features (N, 2) of the digits of the wanted kinds, and labels (N,).

    The features: ink in the upper half minus ink in the lower half; ink in the right
    half minus ink in the left half. Four black pixels, half a row, count as 1. A zero
    is balanced, a six heavy at the bottom and the left, a nine at the top and the
    right. float64.

    >>> features, labels = ink_balance(0, 6, 9)
    >>> features.shape, features[labels == 6].mean(axis=0).round(2).tolist()
    ((539, 2), [-1.55, -0.6])
    """
    found = load_digits()
    rows = np.isin(found.target, wanted)
    ink = found.images[rows] / 16 / 4
    top, right = ink[:, :4].sum(axis=(1, 2)), ink[:, :, 4:].sum(axis=(1, 2))
    both = ink.sum(axis=(1, 2))
    return np.stack([2 * top - both, 2 * right - both], axis=1), found.target[rows]


def split(
    seed: int | Sequence[int] | np.random.Generator, *sizes: int
) -> list[np.ndarray]:
    """Return the rows of random parts of these sizes, which share no row.

    The sizes add up to the number of examples. A generator goes on where it stands.

    >>> train, test = split(0, 1000, 797)
    >>> len(train), len(test), len(set(train) & set(test))
    (1000, 797, 0)
    """
    order = np.random.default_rng(seed).permutation(sum(sizes))
    return np.split(order, np.cumsum(sizes)[:-1])


def gray_photograph(name: str) -> np.ndarray:
    """Return a photograph, "china" or "flower", in grays: (427, 640), from 0 to 1.

    >>> gray_photograph("china").shape
    (427, 640)
    """
    return load_sample_image(f"{name}.jpg").mean(axis=2) / 255
