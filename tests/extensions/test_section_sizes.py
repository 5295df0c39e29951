"""The heights that are estimated; those of whole pages, tests/browser has."""

import math

import pytest
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.errors import ExtensionError
from textbook.lesson.live import VIEWS

from book.extensions.explorers import explorer_of, longest_texts
from book.extensions.folding import fold_line, folded
from book.extensions.labs import lab
from book.extensions.section_sizes import (
    BOX,
    CONTROL,
    FIGURE,
    FOLDED,
    GAP,
    LABS_HEIGHTS,
    LINE,
    MANY,
    PHONE,
    WIDE,
    height,
    is_laid_out_late,
)
from tests.extensions.explorer_pages import SQUARE

LINE_OF_TEXT = "a" * WIDE.letters
TWO_LINES = nodes.paragraph("", LINE_OF_TEXT + "a")


def drawing(width, high, shown):
    return f'<svg viewBox="0 0 {width} {high}" style="width:{shown}px"></svg>'


def table(*cells):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", c)) for c in cells))


def test_every_view_of_a_lab_has_its_room():
    assert set(LABS_HEIGHTS) == VIEWS


def test_a_view_without_room_is_told_what_to_write():
    with pytest.raises(ExtensionError, match=r'labs\.css \[data-view="new"\]'):
        height(lab(data={"view": "new"}), WIDE)


def test_a_text_has_lines_of_as_many_letters_as_fit():
    found = [WIDE.lines(n) for n in (0, 1, WIDE.letters, WIDE.letters + 1)]
    assert found == [0, LINE, LINE, 2 * LINE]
    assert PHONE.lines(WIDE.letters) == 3 * LINE


def test_a_formula_in_a_text_counts_half_its_letters():
    formula = nodes.math("", "x" * WIDE.letters)
    assert height(nodes.paragraph("", "", formula), WIDE) == GAP + LINE
    both = nodes.paragraph("", "", formula, nodes.Text(LINE_OF_TEXT))
    assert height(both, WIDE) == GAP + 2 * LINE


@pytest.mark.parametrize(
    ("drawings", "wide", "phone"),
    [
        ([], 0, 0),
        ([(300, 200, 300)], 200, 200),
        ([(150, 100, 300)], 200, 200),
        ([(300, 200, 300), (300, 250, 300)], 250, 450),
        ([(300, 200, 300)] * 3, 400, 600),
        ([(300, 200, 300), (684, 100, 684)], 300, 250),
    ],
)
def test_drawings_stand_side_by_side_where_there_is_room(drawings, wide, phone):
    svg = "".join(drawing(*each) for each in drawings)
    assert WIDE.drawings(svg) == wide
    assert PHONE.drawings(svg) == phone


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (TWO_LINES, GAP + 2 * LINE),
        (nodes.literal_block("", "one"), 52),
        (nodes.literal_block("", "one\ntwo\nthree"), 92),
        (nodes.math_block("", "x"), 50),
        (nodes.math_block("", r"x \\ y \\ z"), 110),
        (table(LINE_OF_TEXT), 12 + LINE / 2),
        (table("a", LINE_OF_TEXT), 12 + 2 * LINE / 2),
        (table("a", 2 * LINE_OF_TEXT, "b"), 12 + 2 * LINE * 3 / 2),
        (nodes.section("", TWO_LINES.deepcopy(), TWO_LINES.deepcopy()), 128),
        (nodes.note("", TWO_LINES.deepcopy()), BOX + GAP + 2 * LINE),
        (HideCodeCellNode("", TWO_LINES.deepcopy()), FOLDED),
        (folded("", fold_line("", LINE_OF_TEXT), TWO_LINES.deepcopy()), GAP + LINE),
        (folded("", TWO_LINES.deepcopy()), GAP + FOLDED),
        (nodes.comment("", LINE_OF_TEXT), 0),
        (nodes.raw("", LINE_OF_TEXT), 0),
    ],
    ids=str,
)
def test_each_kind_of_node_has_its_height(node, wanted):
    assert height(node, WIDE) == wanted


def test_an_explorer_has_room_for_its_picture_its_controls_and_its_longest_captions():
    count = len(SQUARE["frames"])
    drawings = {"tags": [drawing(300, 200, 300)], "frames": count * [[0]]}
    node = explorer_of(SQUARE | drawings)
    captions = "".join(longest_texts(node)["longest"])
    room = height(node, WIDE) - FIGURE
    assert room == 200 + 2 * CONTROL + LINE * math.ceil(len(captions) / WIDE.letters)


@pytest.mark.parametrize(("formulas", "late"), [(MANY - 1, False), (MANY, True)])
def test_a_page_of_many_formulas_is_laid_out_late(formulas, late):
    page = nodes.section("", *(nodes.math("", "x") for _ in range(formulas)))
    assert is_laid_out_late(page) is late
