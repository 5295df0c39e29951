"""Captions of all explorers: the settings that they name, the numbers that they say.

Whether the numbers are right is tested in each chapter's own file, by an independent
computation.
"""

import re
import string
from pathlib import Path

import pytest
from textbook.lesson.captions import say
from textbook.lesson.states import text_of

from tests.site.built import drawn, explorers
from tests.site.captions import each_state, every_state

# The captions name the values of all sliders, but for these.
UNNAMED = {
    ("p09_tradeoff", "descent"): {
        "features_per_example",  # said as p, the number of features
    },
    ("p10_normalization_family", "shared-mean"): {"shaded_set"},  # its mean is said
    ("p11_shift_scale_rotation", "shifted"): {"blur"},  # "no blur", once
    ("p13_convolution_as_attention", "nine-heads"): {
        "query",  # said as "this query"
        "frame",  # said in other words
    },
}

# Digits that are no number of the state: the sentence itself has them.
WRITTEN = {
    ("p08_bad_data_sets", "bad-sets"): {"2ε"},  # a formula
    ("p09_tradeoff", "bigger"): {"2^"},  # a formula
    ("p10_batch_normalization", "running-average"): {"(1 − α)^"},  # a formula
    ("p10_normalization_family", "shared-mean"): {"in image 1"},  # its name
    ("p11_stride_and_padding", "borders"): {"from 0 to 1"},  # a scale
    ("p11_stride_and_padding", "landing"): {"+ 2·", "− 1) − 1)", "⌋ + 1"},  # a formula
    ("p11_three_facts", "guessed"): {"from 0 to 1"},  # a scale
    ("p12_sets_of_vectors", "frames"): {"⌋ + 1"},  # a formula
    ("p13_convolution_as_attention", "nine-heads"): {"conv2d"},  # a kernel's name
}


def of_chapter(declared, page, name):
    """Return what is declared for an explorer."""
    return declared.get((page.split("/")[-1].removesuffix(".html"), name), set())


def is_named(value, caption):
    """Say whether a slider's value, a number or a word, stands in the caption."""
    if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
        return value.lower() in caption.lower()
    found = re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?", caption.replace("−", "-"))
    return float(value) in [float(number.replace(",", "")) for number in found]


each_explorer = pytest.mark.parametrize(("page", "name"), explorers())


@each_explorer
def test_every_caption_names_the_settings_and_the_right_ones(page, name):
    unnamed = of_chapter(UNNAMED, page, name)
    for state in every_state(page, name):
        for slider, value in state.values.items():
            if slider not in unnamed:
                assert is_named(value, state.caption), (slider, state.caption)
            if slider in state.numbers:
                said = text_of(state.numbers[slider])
                assert said.lower() == value.lower(), (slider, state.caption)


@each_explorer
def test_a_setting_that_every_caption_names_is_not_excused(page, name):
    for slider in of_chapter(UNNAMED, page, name):
        named = [is_named(s.values[slider], s.caption) for s in every_state(page, name)]
        assert not all(named), slider


@each_explorer
def test_every_digit_of_a_caption_comes_from_a_number_that_draw_returned(page, name):
    every = every_state(page, name)
    own, met = of_chapter(WRITTEN, page, name), set()
    for state in every:
        assert state.caption == say(state.sentence, **state.numbers)
        written = "".join(part for part, *_ in string.Formatter().parse(state.sentence))
        for part in own:
            met |= {part} if part in written else set()
            written = written.replace(part, "")
        assert not re.search(r"\d", written), state.sentence
        for word in state.numbers.values():
            if isinstance(word, str) and word not in state.values.values():
                assert not re.search(r"\d", word), state.caption
    assert met == own


@each_explorer
def test_its_numbers_have_a_test_of_their_own(page, name):
    own = Path(__file__).with_name(f"test_captions_{Path(page).stem}.py")
    file = Path(__file__) if page == "index.html" else own
    tested = file.exists() and f'"{name}"' in file.read_text()
    assert tested, f"{file.name} compares no state.numbers of {name}"


@each_explorer
def test_all_pictures_of_an_explorer_have_one_size(page, name):
    tags, frames = drawn(page, name)
    panels = {n: tag for n, tag in enumerate(tags) if tag.startswith("<svg")}
    boxes = {tuple(_box(panels[n]) for n in frame if n in panels) for frame in frames}
    assert len(boxes) == 1


def _box(tag):
    return re.search(r'viewBox="[^"]+"', tag)[0], re.search(r"width:[\d.]+px", tag)[0]


@each_state("index.html", "light-from")
def test_the_home_page_names_the_filter(state):
    angle, size = map(int, state.values.values())
    assert state.numbers == {"angle": angle, "filter_size": size}
