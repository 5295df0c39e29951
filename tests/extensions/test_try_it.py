"""Phrases that set a state: buttons on the page, and mistakes that the build names."""

import re

import pytest

from tests.extensions.explorer_pages import PAIR, SQUARE, explorer_cell
from tests.extensions.support import build_book, notebook, page

PHRASE = "Now [make it large](<#square:side=5,color=light blue>), and look."
EXTENSION = "book.extensions.try_it"


def with_phrase(text):
    return notebook(f"# One\n\n{text}", explorer_cell(SQUARE), explorer_cell(PAIR))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phrases")
    return build_book(folder, {"one": with_phrase(PHRASE)}, EXTENSION)


def test_a_phrase_is_a_button_in_its_sentence(book):
    paragraph = page(book, "one").select_one("p:has(> button.try)")
    assert paragraph.text == "Now make it large, and look."
    button = paragraph.button
    assert button["value"] == "square:side=5,color=light blue"
    assert button["type"] == "button"


def test_until_the_script_comes_it_is_no_button(book):
    assert page(book, "one").select_one("button.try").has_attr("disabled")


@pytest.mark.parametrize(
    ("state", "mistake"),
    [
        (
            "circle:side=5",
            r"no explorer or lab circle on the page, but \['square', 'pair'\]",
        ),
        ("square:size=5", r"square has no slider size, but \['side', 'color'\]"),
        ("square:side=9", "side of square is never 9, but one of .'1', '2', '3'"),
        ("square:side=1,color=blue", "color of square is never blue"),
        ("square:", "square has no slider , but"),
    ],
)
def test_what_there_is_not_is_an_error_with_its_place(build, state, mistake):
    app = build({"one": with_phrase(f"[it](<#{state}>)")}, EXTENSION, warns=True)
    warned = app.warning.getvalue()
    assert re.search(rf"one\.ipynb:\d+: ERROR: try: .*{mistake}", warned)
