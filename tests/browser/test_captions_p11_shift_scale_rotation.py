"""Captions of the explorers of shift, scale and rotation, computed independently."""

import re

import numpy as np
import pytest
from test_captions import states

PAGE = "chapters/p11_shift_scale_rotation.html"
TILTED = states(PAGE, "tilted-digit")
WHERE_FROM = [
    (values, caption.replace("−", "-"))
    for values, caption in states(PAGE, "where-from")
]


@pytest.mark.parametrize(("values", "caption"), TILTED)
def test_the_verdict_and_the_probabilities_go_together(values, caption):
    best, share = re.search(r"says (\d) with probability ([\d.]+\d)", caption).groups()
    seven = re.search(r"gives 7 a probability of ([\d.]+\d)", caption)[1]
    assert ("It is right." in caption) == (best == "7")
    assert (share == seven) if best == "7" else float(share) >= float(seven)
    assert 0.1 <= float(share) <= 1
    assert best == "7" or float(share) + float(seven) <= 1.01


def test_an_upright_seven_of_its_own_size_is_read_by_both_networks():
    upright = [caption for values, caption in TILTED if values[:2] == ["0", "1"]]
    assert len(upright) == 2
    assert all("It is right." in caption for caption in upright)


def inverse(values):
    """Invert the forward map of points, as 3×3 matrices, by np.linalg."""
    angle, scale, *shift = map(float, values)
    turn = np.exp(1j * np.deg2rad(angle))  # clockwise, since y points down
    forward = np.eye(3)
    forward[:2, :2] = scale * np.array(
        [[turn.real, -turn.imag], [turn.imag, turn.real]]
    )
    forward[:2, 2] = shift
    return np.linalg.inv(forward)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_theta_undoes_the_turn_the_scale_and_the_shift(values, caption):
    rows = re.search(r"rows \(([^)]+)\) and \(([^)]+)\)", caption).groups()
    said = [[float(v) for v in row.split()] for row in rows]
    np.testing.assert_allclose(said, inverse(values)[:2], atol=0.0051)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_the_middle_of_the_output_comes_from_where_the_caption_says(values, caption):
    x, y, _ = inverse(values) @ [0, 0, 1]
    row, column = re.search(r"row ([\d.-]+), column ([\d.-]+);", caption).groups()
    assert float(row) == pytest.approx(5.5 + 6 * y, abs=0.0051)
    assert float(column) == pytest.approx(5.5 + 6 * x, abs=0.0051)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_the_places_outside_are_counted(values, caption):
    outside = 0
    for i in range(12):
        for j in range(12):
            x, y, _ = inverse(values) @ [(2 * j + 1) / 12 - 1, (2 * i + 1) / 12 - 1, 1]
            outside += max(abs(x), abs(y)) > 1
    assert f"; {outside} of the 144 places lie outside" in caption
