"""Drawn digits: the pen's ink, where it stands, and what fills the frame."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from textbook.lesson.writing import PEN, SIDE, STROKES, filled, handwriting, ink


def box(drawing):
    """Return top, bottom, left, right of what is inked."""
    rows, columns = np.nonzero(drawing[0, 0].numpy())
    return rows.min(), rows.max(), columns.min(), columns.max()


def distance(start, end):
    """Return how far each pixel is from the segment between two points."""
    pixels = np.moveaxis(np.mgrid[:SIDE, :SIDE], 0, -1) - start
    along = end - start
    share = np.clip(pixels @ along / max(along @ along, 1e-9), 0, 1)
    return np.linalg.norm(pixels - share[..., None] * along, axis=-1)


@pytest.mark.parametrize(
    "ends",
    [[(10, 4), (10, 28)], [(3, 5), (27, 20)], [(25.5, 8), (6, 7.2)], [(9, 9)] * 2],
)
def test_ink_is_what_lies_under_a_round_pen(ends):
    start, end = np.array(ends, dtype=float)
    drawn = ink([np.array([start, end])])
    assert drawn.shape == (1, 1, SIDE, SIDE)
    assert drawn.dtype == torch.float32
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    far = distance(start, end)
    inked = drawn[0, 0].numpy() == 1
    assert not inked[far >= PEN].any()
    assert inked[far < PEN - 0.05].all()  # it is put down every half pixel


def test_strokes_are_drawn_one_over_the_other_and_not_joined():
    one, two = (np.array([[y, 4.0], [y, 28.0]]) for y in (5.0, 25.0))
    assert torch.equal(ink([one, two]), torch.maximum(ink([one]), ink([two])))


@pytest.mark.parametrize(
    ("high", "wide"), [(16, 16), (8, 16), (20, 5), (1, 7), (32, 3)]
)
@pytest.mark.parametrize("corner", [(0, 0), (0, 10), (7, 3)])
def test_what_is_drawn_fills_the_frame_in_its_middle_and_keeps_its_shape(
    high, wide, corner
):
    drawing = torch.zeros(1, 1, SIDE, SIDE)
    top, left = min(corner[0], SIDE - high), corner[1]
    drawing[..., top : top + high, left : left + wide] = 1
    full = filled(drawing)
    # What is read between pixels is half as dark at the edge.
    first, last, west, east = box((full >= 0.5).to(full))
    scale = SIDE / max(high, wide)
    assert last - first + 1 == pytest.approx(high * scale, abs=1.5)
    assert east - west + 1 == pytest.approx(wide * scale, abs=1.5)
    assert first + last == pytest.approx(SIDE - 1, abs=1)
    assert west + east == pytest.approx(SIDE - 1, abs=1)


def test_what_fills_the_frame_stays_as_it_is_and_nothing_stays_nothing():
    drawing = torch.zeros(1, 1, SIDE, SIDE)
    assert torch.equal(filled(drawing), drawing)
    drawing[..., [0, SIDE - 1], 5:25] = 1
    torch.testing.assert_close(filled(drawing), torch.roll(drawing, 1, dims=3))


def draws(count=400):
    rng = np.random.default_rng(0)
    return [(digit, handwriting(digit, rng)) for digit in list(STROKES) * (count // 10)]


def test_a_digit_stands_whole_and_anywhere_as_high_and_wide_as_it_says():
    boxes = np.array([box(drawing) for _, drawing in draws()])
    high = boxes[:, 1] - boxes[:, 0] + 1 - 2 * PEN
    assert 13 < high.min() < 17  # points are off by 4%, on either side
    assert 25 < high.max() <= SIDE
    wide = boxes[:, 3] - boxes[:, 2] + 1 - 2 * PEN
    assert 0.2 < np.median(wide / high) < 0.9
    for edge, other in ((0, 1), (2, 3)):
        assert boxes[:, edge].min() <= 1
        assert boxes[:, other].max() >= SIDE - 2


def test_the_same_numbers_draw_the_same_digit():
    one, two = (handwriting(3, np.random.default_rng(5)) for _ in range(2))
    assert torch.equal(one, two)


def test_a_digit_looks_like_those_of_the_data_set():
    """Compared by a rule of scikit-learn's that has seen the data set alone."""
    known = load_digits()
    rule = KNeighborsClassifier(5).fit(known.data, known.target)
    digits, drawings = zip(*draws(), strict=True)
    blocks = [filled(d).reshape(8, 4, 8, 4).sum((1, 3)).flatten() for d in drawings]
    right = rule.predict(torch.stack(blocks).numpy()) == digits
    assert right.mean() > 0.75
