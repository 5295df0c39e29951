"""Listings of kernels on the page: the source that Python runs, under its file."""

import inspect

import pytest
from textbook.conv import windows
from textbook.lesson.listing import MIME, listing

from book.extensions.listings import ListingOutput, without_docstring
from tests.extensions.support import build_book, cell, notebook, page

GIVEN = listing(windows)
DATA = GIVEN._repr_mimebundle_()[MIME]


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    """Return the listing as it stands on a page."""
    folder = tmp_path_factory.mktemp("listings")
    shown = cell("listing(windows)", {MIME: DATA, "text/plain": "a listing"})
    extension = "book.extensions.listings"
    book = build_book(folder, {"one": notebook("# One", shown)}, extension, numfig=True)
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
