"""The lab Sentence: the reader's own words, their tags, and where each looks.

What the page shows is compared with what PyTorch makes of the same words.
"""

import pytest
import torch

from tests.browser.labs import open_lab, settled
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE = "chapters/p12_transformer.html"
NAME = "tag-a-sentence"
ROOM = 12
FIRST = "I watch the early saw a ring fast watch"


@pytest.fixture
def lab(shared):
    """The lab's figure on a phone, which answers to a pointer and to touch."""
    return open_lab(shared(PAGE, width=390), NAME)


def write(lab, text):
    lab.get_by_label("Your sentence").fill(text)
    settled(lab.page)


def press(lab, name):
    lab.get_by_role("button", name=name, exact=True).first.click()
    settled(lab.page)


def outputs(text, network="two blocks"):
    """What PyTorch makes of a text."""
    data = lab_data(NAME)
    numbers = [data["more"]["words"].index(word) for word in text.split()]
    given = numbers + (ROOM - len(numbers)) * [0]
    return run(data["graphs"][f"network={network}"], data["constants"], [given])


def row(lab, number):
    """What stands in a row of the table: words, tags, then a head each."""
    return lab.locator(".lab-looks tr").nth(number).locator("> *").all_inner_texts()[1:]


def weights(lab):
    heads = range(2, lab.locator(".lab-looks tr").count())
    return torch.tensor([[float(text) for text in row(lab, i)] for i in heads])


def said(lab):
    return lab.locator(".lab-result").inner_text()


def warned(lab):
    return lab.locator(".lab-warning").inner_text()


def assert_shows(lab, text, asked, network="two blocks"):
    """Hold that the page shows tags, and the looks of a word, as PyTorch has them."""
    found, words = outputs(text, network), text.split()
    tags = [lab_data(NAME)["more"]["tags"][t] for t in found["tags"].argmax(-1)]
    assert row(lab, 0) == words
    assert row(lab, 1) == tags[: len(words)]
    expected = found["weights"].flatten(0, 1)[:, asked, : len(words)]
    assert (weights(lab) - expected).abs().max() < 0.0051
    assert said(lab).startswith(f"Word {asked + 1}, “{words[asked]}”: {tags[asked]}, ")


def test_it_begins_with_a_repeated_verb(lab):
    assert_shows(lab, FIRST, 8)
    assert row(lab, 1)[8] == "verb"
    assert not warned(lab)


def test_what_is_typed_is_tagged_as_pytorch_tags_it(lab):
    write(lab, "the saw they duck")
    assert_shows(lab, "the saw they duck", 3)
    lab.get_by_role("radio", name="one block").click()
    settled(lab.page)
    assert_shows(lab, "the saw they duck", 3, "one block")


def test_a_full_sentence_fits_a_phone(lab):
    text = "I watch the early saw they daily ring the late duck watch"
    write(lab, text)
    assert_shows(lab, text, 11)
    assert lab.evaluate("(figure) => figure.scrollWidth <= figure.clientWidth")


def test_a_word_that_is_tapped_pointed_at_or_focused_shows_whom_it_looks_at(lab):
    words = lab.locator(".lab-looks button")
    words.nth(1).tap()
    assert_shows(lab, FIRST, 1)
    words.nth(4).hover()
    assert_shows(lab, FIRST, 4)
    words.nth(4).focus()
    lab.page.keyboard.press("Tab")
    assert_shows(lab, FIRST, 5)


def test_the_squares_choose_a_row_by_keys_and_say_its_weight(lab):
    square = lab.get_by_role("application").nth(2)
    square.focus()
    lab.page.keyboard.press("ArrowUp")
    assert_shows(lab, FIRST, 3)
    number = outputs(FIRST)["weights"].flatten(0, 1)[2, 3, 4].item()
    told = f"block 2, head 1: “early” gives “saw” {number:.2f}."
    assert told in said(lab)


def test_buttons_write_words_and_undo_takes_them_back(lab):
    press(lab, "Clear")
    assert said(lab).startswith("Type a sentence of these words: a, the, I, they")
    press(lab, "they")
    press(lab, "saw")
    assert_shows(lab, "they saw", 1)
    press(lab, "Undo")
    assert_shows(lab, "they", 0)
    press(lab, "Undo")
    press(lab, "Undo")
    assert_shows(lab, FIRST, 8)


def test_letters_of_one_word_are_one_step(lab):
    write(lab, "")
    field = lab.get_by_label("Your sentence")
    field.press_sequentially("they saw")
    settled(lab.page)
    press(lab, "Undo")
    assert field.input_value().strip() == "they"


def test_capital_letters_and_punctuation_are_read(lab):
    write(lab, "THEY, saw: i “DUCK”!")
    assert_shows(lab, "they saw I duck", 3)
    assert not warned(lab)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("they catch saw", "“\u2068catch\u2069”"),
        ("they 🦆 saw", "“\u2068🦆\u2069”"),
        ("they שלום saw", "“\u2068שלום\u2069”"),
        ("they · saw", "“\u2068·\u2069”"),
        ("they constructor saw __proto__", "“\u2068__proto__\u2069”"),
        ("they saw <b>x</b>", "“\u2068<b>x</b>\u2069”"),
    ],
)
def test_unknown_words_are_named_and_the_rest_is_tagged(lab, text, told):
    write(lab, text)
    assert told in warned(lab)
    assert_shows(lab, "they saw", 1)
    write(lab, "they saw")
    assert not warned(lab)


def test_more_words_than_it_has_room_for_are_told(lab):
    write(lab, " ".join(15 * ["duck"]))
    assert warned(lab) == "It reads the first 12 of your 15 words."
    assert_shows(lab, " ".join(12 * ["duck"]), 11)


def test_a_hundred_thousand_letters_change_nothing_else(lab):
    write(lab, "they saw " + 100_000 * "x" + " duck" * 20_000)
    assert "“\u2068xxxxxxxxxx\u2069”" in warned(lab)
    assert len(warned(lab)) < 200
    assert_shows(lab, "they saw" + 10 * " duck", 11)


@pytest.mark.parametrize("text", ["", "   ", "🦆", "."])
def test_nothing_to_read_asks_for_words(lab, text):
    write(lab, text)
    assert said(lab).startswith("Type a sentence of these words: a, the, I, they")
    assert row(lab, 0) == []
    assert bool(warned(lab)) == (text == "🦆")
