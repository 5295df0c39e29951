"""The lab of the next letter: what it shows is what PyTorch gives for the same text."""

import re
from functools import cache

import pytest
import torch

from tests.browser.labs import open_lab, settled
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE, LAB, WINDOW = "chapters/p13_language_model.html", "your-text", 64
ROUNDED = 0.0051  # two decimals are shown
# The same random numbers in the page and here: Lehmer's.
LEHMER = """() => {
    let seed = 7;
    Math.random = () => (seed = (48271 * seed) % 0x7fffffff) / 0x7fffffff;
}"""


def lehmer(seed=7):
    """Give the random numbers that the page has."""
    while True:
        seed = 48271 * seed % 0x7FFFFFFF
        yield seed / 0x7FFFFFFF


@cache
def answer(text, temperature=1.0):
    """Return what PyTorch gives for the end of a text: next letters, weights."""
    lab = lab_data(LAB)
    kinds = lab["more"]["kinds"]
    read = [kinds.index(letter) for letter in text if letter in kinds][-WINDOW:]
    numbers = read + [0] * (WINDOW - len(read))
    (graph,) = lab["graphs"].values()
    given = [torch.tensor([numbers]), torch.tensor(temperature)]
    found = run(graph, lab["constants"], given)
    return found["p"][len(read) - 1], found["weights"]


def sign(letter):
    return {" ": "·", "\n": "¶"}.get(letter, letter)


@pytest.fixture
def lab(shared):
    """Return a function that opens the lab and types a text."""

    def opened(text, width=1280):
        page = shared(PAGE, width=width)
        figure = open_lab(page, LAB)
        page.evaluate(LEHMER)
        write(figure, text)
        return figure

    return opened


def write(figure, text):
    """Put a text into the field, and wait until it is read."""
    figure.locator("textarea").fill(text)
    settled(figure.page)


def holds_the_likeliest(figure, text, temperature=1.0):
    """Hold that the bars show PyTorch's ten likeliest letters."""
    p, _ = answer(text, temperature)
    kinds = lab_data(LAB)["more"]["kinds"]
    rows = figure.locator(".lab-bar").all_inner_texts()
    assert len(rows) == 10
    expected = p.sort(descending=True).values[:10].tolist()
    for row, share in zip(rows, expected, strict=True):
        letter, shown = row.split()
        letter = {"·": " ", "¶": "\n"}.get(letter, letter)
        assert abs(float(shown) - share) < ROUNDED
        assert abs(float(shown) - p[kinds.index(letter)]) < ROUNDED


def holds_the_weights(figure, text, place, block=0, head=0):
    """Hold that the line tells PyTorch's largest weights from a place, from 0 on."""
    weights = answer(text)[1][block, head, place, : place + 1]
    line = figure.locator(".lab-detail").inner_text()
    assert line.startswith(f"From letter {place + 1} ")
    told = re.findall(r"“(.)” \((\d+)\) ([\d.]+)", line)
    assert len(told) == min(3, place + 1)
    largest = weights.sort(descending=True).values.tolist()
    for (letter, number, shown), weight in zip(told, largest, strict=False):
        assert letter == sign(text[int(number) - 1])
        assert abs(float(shown) - weight) < ROUNDED
        assert abs(float(shown) - weights[int(number) - 1]) < ROUNDED


def test_typing_shows_the_likeliest_next_letters(lab):
    figure = lab("")
    figure.locator("textarea").press_sequentially("If the expr")
    settled(figure.page)
    holds_the_likeliest(figure, "If the expr")
    assert "It reads 11 of 11 letters" in figure.locator("figcaption").inner_text()


def test_of_a_long_text_it_reads_the_end(lab):
    text = "The value of an expression is what its parts give. " * 4
    figure = lab(text)
    holds_the_likeliest(figure, text)
    shown = "".join(figure.locator(".lab-strip span").all_inner_texts())
    assert shown == text[-WINDOW:].replace(" ", "·")
    assert f"It reads 64 of {len(text)}" in figure.locator("figcaption").inner_text()


def test_temperature_divides_the_scores(lab):
    figure = lab("The class ")
    slider = figure.get_by_role("slider")
    for temperature in (0.3, 2):
        slider.fill(str(temperature))
        settled(figure.page)
        holds_the_likeliest(figure, "The class ", temperature)
    slider.press("ArrowLeft")
    settled(figure.page)
    holds_the_likeliest(figure, "The class ", 1.99)


def test_it_writes_200_letters_drawn_by_these_probabilities(lab):
    figure = lab("The ")
    figure.page.emulate_media(reduced_motion="reduce")
    figure.get_by_role("button", name="Write").click()
    figure.get_by_role("button", name="Stop").wait_for()
    figure.get_by_role("button", name="Write").wait_for(timeout=90_000)
    settled(figure.page)
    written = figure.locator("textarea").input_value()
    assert len(written) == 204
    assert written.startswith(drawn_after("The ", 60))  # the rest is drawn alike
    figure.get_by_role("button", name="Undo").click()
    settled(figure.page)
    assert figure.locator("textarea").input_value() == "The "


def drawn_after(text, count):
    """Return the text with so many letters drawn by PyTorch's probabilities."""
    kinds = lab_data(LAB)["more"]["kinds"]
    for _, left in zip(range(count), lehmer(), strict=False):
        sums = answer(text)[0].double().cumsum(0)
        text += kinds[int((sums <= left).sum())]
    return text


@pytest.mark.parametrize("touch", ["Stop", "key", "strip"])
def test_it_stops_writing_when_it_is_touched(lab, touch):
    figure = lab("The ")
    field = figure.locator("textarea")
    figure.get_by_role("button", name="Write").click()
    figure.page.wait_for_function(
        "(field) => field.value.length > 7", arg=field.element_handle()
    )
    detail = figure.locator(".lab-detail")
    assert detail.get_attribute("aria-live") == "off"  # or it would be read without end
    match touch:
        case "Stop":
            figure.get_by_role("button", name="Stop").click()
        case "key":
            figure.page.keyboard.press("Escape")
        case "strip":
            figure.locator(".lab-strip").click()
    settled(figure.page)
    written = field.input_value()
    figure.page.wait_for_timeout(400)
    assert field.input_value() == written == drawn_after("The ", len(written) - 4)
    assert figure.get_by_role("button", name="Write").count() == 1
    assert detail.get_attribute("aria-live") == "polite"


def test_one_letter_at_a_time(lab):
    figure = lab("The ")
    for _ in range(3):
        figure.get_by_role("button", name="One letter").click()
        settled(figure.page)
    assert figure.locator("textarea").input_value() == drawn_after("The ", 3)


def test_pointing_shows_where_a_head_looks(lab):
    text = "The value of the ob"
    figure = lab(text)
    holds_the_weights(figure, text, len(text) - 1)
    figure.locator(".lab-strip span").nth(6).hover()
    holds_the_weights(figure, text, 6)
    for block, head in ((1, 0), (1, 3), (0, 1)):
        for group, name in (("Block:", block + 1), ("Head:", head or "mean")):
            choice = figure.get_by_role("group", name=group)
            choice.get_by_role("radio", name=str(name)).check()
        figure.locator(".lab-strip span").nth(12).hover()
        holds_the_weights(figure, text, 12, block, head)
    shades = figure.locator(".lab-strip span").evaluate_all(
        "(all) => all.map((each) => parseFloat(each.style.getPropertyValue('--shade')))"
    )
    weights = answer(text)[1][0, 1, 12, : len(text)]
    assert torch.allclose(torch.tensor(shades), 60 * weights / weights.max(), atol=0.01)


def test_a_finger_points_too(lab):
    text = "The value of"
    figure = lab(text, width=390)
    figure.locator(".lab-strip span").nth(4).tap()
    holds_the_weights(figure, text, 4)


def test_arrow_keys_go_along_the_letters(lab):
    text = "The value of"
    figure = lab(text)
    strip = figure.locator(".lab-strip")
    for _ in range(3):
        strip.press("ArrowLeft")
    holds_the_weights(figure, text, len(text) - 4)
    strip.press("ArrowRight")
    holds_the_weights(figure, text, len(text) - 3)
    for _ in range(20):
        strip.press("ArrowLeft")
    holds_the_weights(figure, text, 0)


@pytest.mark.parametrize(
    ("text", "read", "told"),
    [
        ("caf\u00e9 \u263a the", "caf  the", "(2): \u00e9 (U+e9), \u263a (U+263a)"),
        ("the \U0001f642", "the ", "(1): \U0001f642 (U+1f642)"),
        ("\u05e9\u05dc\u05d5\u05dd the", " the", "(4): \u05e9 (U+5e9)"),
        ("a\u200db", "ab", "(1): \u200d (U+200d)"),
    ],
)  # fmt: skip
def test_what_is_not_in_its_alphabet_is_named_and_not_read(lab, text, read, told):
    figure = lab(text)
    assert told in figure.locator(".lab-warning").inner_text()
    assert figure.locator("textarea").input_value() == text  # nothing is lost
    holds_the_likeliest(figure, read)
    write(figure, "the")
    assert figure.locator(".lab-warning").inner_text() == ""


def test_an_empty_text_is_told(lab):
    figure = lab("The ")
    figure.get_by_role("button", name="Clear").click()
    settled(figure.page)
    assert "Nothing to read" in figure.locator("figcaption").inner_text()
    figure.get_by_role("button", name="Write").click()
    settled(figure.page)
    assert figure.locator("textarea").input_value() == ""
    figure.get_by_role("button", name="Undo").click()
    settled(figure.page)
    holds_the_likeliest(figure, "The ")


def test_a_whole_book_is_cut_and_its_end_is_read(lab):
    figure = lab("the cat " * 12_500)
    assert "Cut to the last 2000 letters" in figure.locator(".lab-warning").inner_text()
    assert len(figure.locator("textarea").input_value()) == 2000
    holds_the_likeliest(figure, "the cat " * 8)


def test_a_phrase_of_the_text_sets_its_beginning(lab):
    figure = lab("x")
    phrase = f"button.try[value='{LAB}:sample=cold']"
    figure.page.locator(phrase).first.click()
    settled(figure.page)
    assert figure.locator("textarea").input_value() == "The "
    holds_the_likeliest(figure, "The ", 0.3)
