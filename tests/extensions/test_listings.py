"""Listings of kernels on the page: the source that Python runs, under its file."""

import inspect

import pytest
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text
from textbook.conv import windows
from textbook.lesson.listing import MIME, listing

from book.extensions.code_colors import PLAIN
from book.extensions.listings import ListingOutput, without_docstring
from book.extensions.theme import DARK_CODE
from tests.extensions.support import BOOK, build_book, cell, notebook, page

GIVEN = listing(windows)
LIGHT_CODE = BOOK["sphinx"]["config"]["pygments_style"]
DATA = GIVEN._repr_mimebundle_()[MIME]


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    """Return the listing as it stands on a page."""
    folder = tmp_path_factory.mktemp("listings")
    shown = cell("listing(windows)", {MIME: DATA, "text/plain": "a listing"})
    extensions = [f"book.extensions.{name}" for name in ("listings", "code_colors")]
    pages = {"one": notebook("# One", shown)}
    book = build_book(folder, pages, *extensions, numfig=True)
    [block] = page(book, "one").select(".literal-block-wrapper")
    return block


def test_the_source_is_shown_to_the_letter(block):
    code, docstring = (pre.get_text() for pre in block("pre"))
    assert code + docstring == "".join(without_docstring(GIVEN.source)) + "\n"


def test_the_docstring_is_folded_below_the_code_which_still_runs(block):
    code, docstring = (pre.get_text() for pre in block("pre"))
    assert block.details.pre.get_text() == docstring
    assert inspect.getdoc(windows) in docstring
    exec(code, vars(inspect.getmodule(windows)).copy())


def test_the_file_of_the_source_stands_above_it(block):
    assert (
        block.select_one(".caption-text").get_text() == "code/textbook/conv/windows.py"
    )


def test_it_is_colored_as_python(block):
    assert block.select_one(".highlight-python .k").get_text() == "def"


def test_only_what_has_a_color_of_its_own_stands_in_an_element(block):
    kinds = {
        kind for span in block.select("pre span") for kind in span.get("class", [])
    }
    assert "k" in kinds
    assert not kinds & {STANDARD_TYPES[kind] for kind in PLAIN}


@pytest.mark.parametrize("name", [LIGHT_CODE, DARK_CODE])
def test_what_stands_in_none_has_the_color_of_plain_text(name):
    style = get_style_by_name(name)
    for kind in PLAIN:
        assert style.style_for_token(kind) == style.style_for_token(Text)


def test_it_can_be_linked_to(block):
    assert block["id"]


class Data:
    """What MyST-NB hands on."""

    def __init__(self, mime_type):
        self.mime_type, self.content = mime_type, DATA


def test_other_outputs_and_places_are_left_to_others():
    assert ListingOutput.handle_mime(None, Data("text/plain"), inline=False) is None
    assert ListingOutput.handle_mime(None, Data(MIME), inline=True) is None
    assert ListingOutput.handle_mime(None, Data(MIME), inline=False)
