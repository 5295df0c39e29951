"""Words that name a color of the figures, on pages with figures and on others."""

import pytest

from book.extensions.colors import COLORS
from tests.extensions.explorer_pages import NUMBERED, picture_cell
from tests.extensions.support import build_book, notebook, page
from tests.paths import ROOT

TEXT = """# Lines

The orange curve falls, **blue dots** rise. In green: `a blue line` and $orange$.

## A blue title

- Purples stay, as do bluebells. *Yellow* is one.

Left, $a$, $b$. Orange, $c$, in orange, $d$, in orange, $e$.

A photograph has red, green and blue. Its frame is green.
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    cells = notebook(TEXT, picture_cell("Two lines"))
    pages = {"lines": cells, "text": TEXT.replace("Lines", "Words")}
    extensions = ("book.extensions.colors", "book.extensions.figures")
    return build_book(tmp_path_factory.mktemp("colors"), pages, *extensions, **NUMBERED)


def test_the_words_of_sentences_have_their_colors(book):
    found = page(book, "lines").select("[class^=in-]")
    assert [(each["class"], each.get_text()) for each in found] == [
        (["in-orange"], "orange curve"),
        (["in-blue"], "blue dots"),
        (["in-green"], "green"),
        (["in-yellow"], "Yellow"),
        (["in-orange"], "Orange"),
        (["in-orange"], "orange"),
        (["in-orange"], "orange"),
        (["in-green"], "green"),
    ]


def test_a_page_without_figures_has_none(book):
    assert not page(book, "text").select("[class^=in-]")


def test_the_text_stays_the_same(book):
    said = [
        p.get_text() for p in page(book, "lines").select("article p, main p, body p")
    ]
    [sentence] = [s for s in said if s.startswith("Left")]
    assert sentence.replace("\\(", "").replace("\\)", "") == (
        "Left, a, b. Orange, c, in orange, d, in orange, e."
    )


def test_each_color_has_a_style():
    style = (ROOT / "book" / "static" / "identity.css").read_text()
    assert all(
        f".in-{color} {{ --named: var(--tb-{color})" in style for color in COLORS
    )
