"""The lab of five words: the reader's queries and keys, weights and what they bring.

What the page shows is compared with what PyTorch makes of the same numbers.
"""

import pytest
import torch

from tests.browser.labs import open_lab, settled
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE = "chapters/p12_attention.html"
NAME = "five-words"
WORDS = ["The", "cup", "fell", "it", "broke"]


@pytest.fixture
def lab(shared):
    """The lab's figure on a phone, which answers to a pointer and to touch."""
    return open_lab(shared(PAGE, width=390), NAME)


def choose(lab, name):
    radio = lab.get_by_role("radio", name=name, exact=True)
    (radio if radio.count() else lab.get_by_role("button", name=name)).click()
    settled(lab.page)


def write(lab, label, text):
    lab.get_by_label(label, exact=True).fill(text)
    settled(lab.page)


def given(*changes, sample="by hand"):
    """Queries and keys of a sample with (which, word, component, number) changed."""
    arrays = [torch.tensor(x).reshape(5, 4) for x in lab_data(NAME)["samples"][sample]]
    for which, word, component, number in changes:
        arrays[which][WORDS.index(word), component] = number
    return arrays


def shown(lab):
    """The table's numbers: weights, and what is received."""
    rows = lab.locator(".lab-five tr").all()[1:]
    return [row.locator("td").all_inner_texts() for row in rows]


def assert_shows(lab, inputs, mask="none"):
    data = lab_data(NAME)
    numbers = [x.flatten().tolist() for x in inputs]
    found = run(data["graphs"][f"mask={mask}"], data["constants"], numbers)
    expected = torch.cat([found["weights"], found["told"]], dim=1)
    numbers = torch.tensor(
        [[float(n.replace("−", "-")) for n in r] for r in shown(lab)]
    )
    assert (numbers - expected).abs().max() < 0.0051


def warned(lab):
    return lab.locator(".lab-warning").inner_text()


def test_it_begins_with_the_numbers_made_by_hand(lab):
    assert_shows(lab, given())
    assert lab.get_by_label("query, pronoun").input_value() == "−1"
    assert "“it” gives 0.89 of its weight to “cup”" in lab.inner_text()


def test_a_number_of_the_query_and_of_the_key_changes_the_table(lab):
    write(lab, "query, event", "3.5")
    assert_shows(lab, given((0, "it", 1, 3.5)))
    write(lab, "key, article", "−1/2")
    assert_shows(lab, given((0, "it", 1, 3.5), (1, "it", 3, -0.5)))


def test_a_word_is_chosen_by_tap_pointer_and_keys(lab):
    lab.locator(".lab-five tr").nth(2).tap()
    settled(lab.page)
    assert lab.get_by_label("query, article").input_value() == "2"
    choose(lab, "broke")
    assert lab.get_by_label("query, pronoun").input_value() == "3"
    lab.page.keyboard.press("ArrowLeft")
    settled(lab.page)
    assert "“it” gives" in lab.locator(".lab-result").inner_text()


def test_the_mask_blocks_later_words(lab):
    choose(lab, "causal")
    assert_shows(lab, given(), "causal")
    assert shown(lab)[0][:5] == ["1.00", "0.00", "0.00", "0.00", "0.00"]


def test_undo_and_samples_bring_numbers_back(lab):
    field = lab.get_by_label("query, thing")
    field.fill("")
    field.press_sequentially("25")
    settled(lab.page)
    assert_shows(lab, given((0, "it", 0, 25.0)))
    choose(lab, "Undo")
    assert_shows(lab, given())
    choose(lab, "a loud cup")
    assert_shows(lab, given(sample="a loud cup"))


@pytest.mark.parametrize("text", ["abc", "", "1e39", "1,5", "−", "🦆"])
def test_what_is_no_number_is_told_and_changes_nothing(lab, text):
    write(lab, "query, thing", text)
    assert warned(lab).startswith("query, thing must be a number, not “")
    assert_shows(lab, given())
    choose(lab, "cup")
    choose(lab, "it")
    assert lab.get_by_label("query, thing").input_value() == "3"
    assert not warned(lab)


def test_large_numbers_give_a_sure_softmax(lab):
    write(lab, "query, thing", "1e30")
    assert_shows(lab, given((0, "it", 0, 1e30)))
    assert not warned(lab)


def test_scores_beyond_float32_are_told(lab):
    write(lab, "query, thing", "1e30")
    write(lab, "key, thing", "1e30")
    assert warned(lab).startswith("Scores too large for float32: softmax of “it”")
    assert shown(lab)[3] == 8 * ["–"]
    assert "make its numbers smaller" in lab.locator(".lab-result").inner_text()
    choose(lab, "Undo")
    assert not warned(lab)
