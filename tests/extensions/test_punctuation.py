"""Punctuation after formulas and phrases that set a state."""

import pytest

from tests.extensions.explorer_pages import SQUARE, explorer_cell
from tests.extensions.support import build_book, notebook, page

TEXT = r"""# One

If $x < 1$, then so be it. A long one, $\sum_{i=1}^n a_i b_i c_i d_i$, too.

Both *one*, *two* $x$, *three*, and $y$ without.

Twelve letters $abcdefghijkl$; thirteen $abcdefghijklm$; no more.

Make it [large](#square:side=5). [Small](#square:side=1) without.
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    pages = {"one": notebook(TEXT, explorer_cell(SQUARE))}
    folder = tmp_path_factory.mktemp("punctuation")
    names = "try_it", "punctuation"
    return page(
        build_book(folder, pages, *map("book.extensions.{}".format, names)), "one"
    )


def test_it_is_one_piece_of_line_with_what_it_ends(found):
    pieces = found.select("span.unbroken")
    assert [piece.contents[-1] for piece in pieces] == [",", ",", ";", "."]
    kinds = [piece.contents[0]["class"][0] for piece in pieces]
    assert kinds == ["math", "math", "math", "try"]


def test_the_text_stays_as_it_was(found):
    text = found.select_one("main, article, body").get_text()
    assert ", then so be it. A long one, " in text
    assert ", too." in text
    assert "Both one, two " in text
    assert ", three, and " in text
    assert "Make it large. Small without." in text
