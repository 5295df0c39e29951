"""Captions of the explorers of sets of vectors, computed in another way."""

import re
from fractions import Fraction

import numpy as np
import pytest

from tests.site.captions import each_state, every_state, scale

PAGE = "chapters/p12_sets_of_vectors.html"


def nets(numbers):
    """Return (mean, lowest, highest, number of cases) of both kinds of net."""
    return [
        [numbers[name] for name in (f"by_{kind}", f"worst_{kind}", f"best_{kind}")]
        + [numbers[f"{kind}_cases"]]
        for kind in ("window", "attention")
    ]


@each_state(PAGE, "sight")
def test_a_window_sees_as_many_cues_and_has_the_bound_that_counting_gives(state):
    window, longest = map(int, state.values.values())
    # 24 phrases hold the distances 1 to D equally often, as far as D divides 24
    visible = [distance <= (window - 1) // 2 for distance in range(1, longest + 1)]
    best = sum(Fraction(1) if seen else Fraction(6, 10) for seen in visible) / longest
    counted = {"window_cases": 4000 * 2, "attention_cases": 400 * 2}
    measured = {"by_window", "by_attention", "worst_window", "worst_attention"}
    measured |= {"best_window", "best_attention"}
    numbers = {k: v for k, v in state.numbers.items() if k not in measured}
    assert numbers == counted | {
        "window": window,
        "words": "word" if window == 1 else "words",
        "largest_distance": longest,
        "in_sight": sum(visible) * 24 // longest or "none",
        "phrases": 24,
        "bound": pytest.approx(float(best), abs=1e-12),
    }
    assert best - Fraction(6, 100) < state.numbers["by_window"]
    assert state.numbers["by_window"] < best + Fraction(2, 100)
    assert state.numbers["by_attention"] > 0.9


@each_state(PAGE, "sight")
def test_accuracies_are_counts_and_their_mean_is_one_that_five_can_have(state):
    for mean, lowest, highest, cases in nets(state.numbers):
        for count in (lowest * cases, highest * cases, mean * 5 * cases):
            assert count == pytest.approx(round(count), abs=1e-6)
        assert 0 <= lowest <= highest <= 1
        assert 4 * lowest + highest <= 5 * mean + 1e-9
        assert 5 * mean <= lowest + 4 * highest + 1e-9


@each_state(PAGE, "sight")
def test_accuracies_are_those_of_the_picture(state):
    window, longest = state.values.values()
    _, phrases, chart = state.picture.split("<svg")
    assert f"a window of {window}<" in phrases
    assert f"distances up to {longest}<" in chart
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
    drawn = scale(chart)(np.array(y, float)).tolist()
    said = [v for *accuracies, _ in nets(state.numbers) for v in accuracies]
    # four digits of the heights are kept: 0.05 points, of which 0.001 takes 0.4
    assert said == pytest.approx(drawn, abs=0.00015)


@each_state(PAGE, "sight")
def test_attention_does_not_depend_on_the_window(state):
    for other in every_state(PAGE, "sight"):
        if other.numbers["largest_distance"] == state.numbers["largest_distance"]:
            assert nets(other.numbers)[1] == nets(state.numbers)[1]


@pytest.mark.parametrize(
    "numbers",
    [s.numbers for s in every_state(PAGE, "sight") if s.values["window"] == "1"],
)
def test_a_window_of_one_word_always_answers_noun(numbers):
    mean, lowest, highest, cases = nets(numbers)[0]
    assert lowest == mean == highest
    assert mean == pytest.approx(0.6, abs=4 * (0.6 * 0.4 / cases) ** 0.5)


@each_state(PAGE, "frames")
def test_number_and_size_of_the_frames(state):
    window, hop = map(int, state.values.values())
    hertz = np.fft.rfftfreq(16 * window, d=1 / 16_000)
    assert state.numbers == pytest.approx(
        {
            "window_ms": window,
            "hop_ms": hop,
            "second": 1000,
            "count": sum(start + window <= 1000 for start in range(0, 1000, hop)),
            "size": len(hertz),
            "spacing": hertz[1],
            "highest": hertz[-1] / 1000,
        }
    )
