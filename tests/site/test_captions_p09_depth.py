"""Captions of the explorers of depth, computed in another way: exact, in fractions."""

from fractions import Fraction

import pytest

from tests.site.captions import each_state

PAGE = "chapters/p09_depth.html"


def folded(x):
    """Return the tent at x, as a distance: it has no units."""
    return 1 - abs(2 * x - 1)


@each_state(PAGE, "through")
def test_what_the_units_hold_on_the_way_through(state):
    depth, x = int(state.values["depth"]), Fraction(state.values["x"])
    passed = [x]
    for _ in range(depth):
        passed.append(folded(passed[-1]))
    half = Fraction(1, 2)
    units = [unit for v in passed[:-1] for unit in (v, max(v, half) - half)]
    # The output on a grid that holds every x with this output, counted one by one.
    grid = [Fraction(i, 40 * 2**depth) for i in range(40 * 2**depth + 1)]
    outputs = grid
    for _ in range(depth):
        outputs = [folded(y) for y in outputs]
    places = outputs.count(passed[-1])
    numbers = dict(state.numbers)
    assert numbers.pop("noun") == ("value" if places == 1 else "values")
    assert numbers.pop("units") == pytest.approx([float(unit) for unit in units])
    assert numbers == pytest.approx(
        {
            "depth": depth,
            "x": float(x),
            "output": float(passed[-1]),
            "places": places,
        }
    )


def switches(depth, gain):
    """The points inside (0, 1) at which some fold switches: where f^j(x) = 1/2."""
    level, found = {Fraction(1, 2)}, set()
    for _ in range(depth):
        found |= level
        level = {
            x
            for y in level
            if y <= gain / 2
            for x in (y / gain, 1 - y / gain)
            if 0 < x < 1
        }
    return found


@each_state(PAGE, "sawtooth")
def test_pieces_of_the_folded_line(state):
    depth, gain = int(state.values["depth"]), Fraction(state.values["gain"])
    pieces = 1 + len(switches(depth, gain))
    assert state.numbers == {
        "depth": depth,
        "gain": gain,
        "pieces": pieces,
        "units": 2 * depth,
        "parameters": 4 + 6 * (depth - 1) + 3,
        "limit": 2 * depth + 1,
        "fewest": pieces - 1,
        "noun": "unit" if pieces == 2 else "units",
    }
