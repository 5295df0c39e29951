"""The data of the chapters, against scikit-learn's own."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_sample_image
from textbook.lesson.data import digits, gray_photograph, ink_balance, split


def test_the_digits_are_scikit_learns_from_zero_to_one():
    images, labels = digits()
    theirs = load_digits()
    assert images.shape == (1797, 1, 8, 8)
    assert np.array_equal(16 * images.numpy()[:, 0], theirs.images)
    assert np.array_equal(labels.numpy(), theirs.target)


def test_a_split_gives_every_row_to_one_part():
    parts = split(3, 10, 5, 7)
    assert [len(part) for part in parts] == [10, 5, 7]
    assert sorted(np.concatenate(parts)) == list(range(22))


def test_a_split_is_that_of_its_seed():
    assert np.array_equal(np.concatenate(split(3, 10, 5)), np.concatenate(split(3, 15)))
    order = np.random.default_rng([1, 2]).permutation(15)
    assert np.array_equal(np.concatenate(split([1, 2], 10, 5)), order)
    assert not np.array_equal(split(3, 15)[0], split(4, 15)[0])


def test_a_split_by_a_generator_moves_it_on():
    ours, theirs = np.random.default_rng(0), np.random.default_rng(0)
    split(ours, 4, 6)
    theirs.permutation(10)
    assert ours.random() == theirs.random()


@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photograph_is_the_mean_of_its_colors(name):
    ours = gray_photograph(name)
    theirs = load_sample_image(f"{name}.jpg").astype(float)
    assert ours.shape == theirs.shape[:2]
    assert np.allclose(ours, theirs.sum(axis=2) / 3 / 255)


def test_the_balance_of_ink_is_that_of_the_halves():
    images, labels = digits()
    features, kinds = ink_balance(0, 6, 9)
    wanted = torch.isin(labels, torch.tensor([0, 6, 9]))
    np.testing.assert_array_equal(kinds, labels[wanted])
    for (vertical, horizontal), image in zip(features, images[wanted, 0], strict=True):
        assert vertical == (image[:4].sum() - image[4:].sum()).item() / 4
        assert horizontal == (image[:, 4:].sum() - image[:, :4].sum()).item() / 4


def test_the_balance_is_that_of_the_wanted_digits_only():
    assert set(ink_balance(6, 9)[1]) == {6, 9}
