"""Captions of the explorers of sets of vectors, computed in another way."""

import re
from fractions import Fraction

import numpy as np
import pytest

from tests.site.captions import pictures, scale, states

PAGE = "chapters/p12_sets_of_vectors.html"
SIGHT = states(PAGE, "sight")


def numbers(text):
    return [float(v) for v in re.findall(r"\d+\.?\d*", text.replace(",", ""))]


@pytest.mark.parametrize(("values", "caption"), SIGHT)
def test_bound_of_a_window_and_accuracy_of_the_nets(values, caption):
    window, longest = map(int, values)
    reach = (window - 1) // 2
    words = "word" if window == 1 else "words"
    assert caption.startswith(
        f"A window of {window} {words}, distances 1 to {longest}:"
    )
    # 24 phrases hold the distances 1 to D equally often, as far as D divides 24
    visible = [distance <= reach for distance in range(1, longest + 1)]
    best = sum(Fraction(1) if seen else Fraction(6, 10) for seen in visible) / longest
    assert f"in {sum(visible) * 24 // longest} of the 24 phrases" in caption
    assert f"right more often than {float(best):.3f};" in caption
    pattern = (
        r"five window nets are right in # of 8,000 cases \(# to #\), "
        r"the five attention nets in # of 800 \(# to #\)\."
    )
    said = re.search(pattern.replace("#", r"([01]\.\d{3})"), caption)
    mean, low, high, attention, worst, top = map(float, said.groups())
    for middle, least, most in ((mean, low, high), (attention, worst, top)):
        # between these two as the mean of five can be, all three rounded
        assert least <= middle <= most <= 1
        assert abs(middle - (least + most) / 2) < 0.3 * (most - least) + 0.0011
    assert best - Fraction(6, 100) < mean < best + Fraction(2, 100)
    assert attention > 0.9


@pytest.mark.parametrize(("values", "caption"), SIGHT)
def test_accuracies_are_those_of_the_picture(values, caption):
    window, longest = values
    _, phrases, chart = pictures(PAGE, "sight")[window, longest].split("<svg")
    assert f"a window of {window}<" in phrases
    assert f"distances 1 to {longest}<" in chart
    x, mean = re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"[^>]*blue', chart)[-1]
    y = [
        mean,
        *re.search(rf'"M {x} ([\d.]+) L {x} ([\d.]+) "[^>]*blue', chart).groups(),
        re.search(r'"M [\d.]+ ([\d.]+) L [^>]*stroke: var\(--tb-green', chart)[1],
        # the lower and the upper side of the band
        *re.search(
            r'"M [\d.]+ ([\d.]+) (?:L [\d.]+ [\d.]+ ){2}L [\d.]+ ([\d.]+) [^>]*'
            r"fill: var\(--tb-green",
            chart,
        ).groups(),
    ]
    said = [float(v) for v in re.findall(r"\d\.\d{3}", caption)[1:]]
    # four digits of the heights are kept: 0.05 points, of which 0.001 takes 0.4
    assert said == pytest.approx(scale(chart)(np.array(y, float)), abs=0.00065)


@pytest.mark.parametrize(("values", "caption"), SIGHT)
def test_attention_does_not_depend_on_the_window(values, caption):
    window, longest = values
    at_other_windows = {
        other.partition("the five attention nets")[2]
        for (w, distance), other in SIGHT
        if distance == longest and w != window
    }
    assert at_other_windows == {caption.partition("the five attention nets")[2]}


@pytest.mark.parametrize(
    ("values", "caption"), [state for state in SIGHT if state[0][0] == "1"]
)
def test_a_window_of_one_word_always_answers_noun(values, caption):
    said = re.search(r"in ([\d.]+) of 8,000 cases \(([\d.]+) to ([\d.]+)\)", caption)
    mean, low, high = map(float, said.groups())
    assert low == mean == high
    assert mean == pytest.approx(0.6, abs=4 * (0.6 * 0.4 / 8000) ** 0.5)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "frames"))
def test_number_and_size_of_the_frames(values, caption):
    window, hop = map(int, values)
    count = sum(start + window <= 1000 for start in range(0, 1000, hop))
    hertz = np.fft.rfftfreq(16 * window, d=1 / 16_000)
    formula = [1000, window, hop, 1]
    assert numbers(caption) == pytest.approx(
        [window, hop, *formula, count, len(hertz), hertz[1], hertz[-1] / 1000]
    )


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "dictate"))
def test_the_speller_writes_the_word_and_stops(values, caption):
    word, frames = values[0], int(values[1])
    assert numbers(caption) == [len(word) * frames, len(word) + 1]
    assert f"“{word}”: the net writes “{word}” and then END" in caption
    assert caption.endswith("right.")
