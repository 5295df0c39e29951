"""Captions of the explorers of sets of vectors, computed in another way."""

import re
from fractions import Fraction

import pytest
from test_captions import states

PAGE = "chapters/p12_sets_of_vectors.html"


def numbers(text):
    return [float(v) for v in re.findall(r"\d+\.?\d*", text.replace(",", ""))]


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "sight"))
def test_bound_of_a_window_and_accuracy_of_the_nets(values, caption):
    window, longest = map(int, values)
    reach = (window - 1) // 2
    # 24 phrases hold the distances 1 to D equally often, as far as D divides 24
    visible = [distance <= reach for distance in range(1, longest + 1)]
    best = sum(Fraction(1) if seen else Fraction(6, 10) for seen in visible) / longest
    three = r"([\d.]+) of [\d,]+ (?:cases )?\(([\d.]+) to ([\d.]+)\)"
    pattern = (
        rf"in (\d+) of the 24 .* often than ([\d.]+); .* in {three}, .* in {three}"
    )
    said = re.search(pattern, caption)
    seen, bound, mean, low, high, attention, worst, top = map(float, said.groups())
    assert seen == sum(visible) * 24 / longest
    assert bound == pytest.approx(float(best), abs=6e-4)
    assert low <= mean <= high
    assert worst <= attention <= top
    assert bound - 0.06 < mean < bound + 0.02
    assert attention > 0.9


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "frames"))
def test_number_and_size_of_the_frames(values, caption):
    window, hop = map(int, values)
    count = sum(start + window <= 1000 for start in range(0, 1000, hop))
    frequencies = len([k for k in range(16 * window) if 2 * k <= 16 * window])
    assert f"= {count} vectors of {frequencies} numbers" in caption
    spacing = re.search(r"every ([\d.]+) Hz", caption)[1]
    assert float(spacing) * (frequencies - 1) == 8000


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "dictate"))
def test_the_speller_writes_the_word_and_stops(values, caption):
    word, frames = values[0], int(values[1])
    assert numbers(caption) == [len(word) * frames, len(word) + 1]
    assert f"“{word}”: the net writes “{word}” and then END" in caption
    assert caption.endswith("right.")
