"""What a chapter owes its reader: where we stand, questions that are held, folds."""

import ast
import re

from tests.notebooks.cells import code_cells, self_checks, text
from tests.paths import NOTEBOOKS

FOLDED = {"hide-input", "hide-cell"}
WHOLE_TEXT = "".join(path.read_text() for path in NOTEBOOKS)
THEOREMS = set(re.findall(r":label: ((?:thm|lem)-[\w-]+)", WHOLE_TEXT))


def questions(notebook):
    """Return the options of each question, by its label."""
    head = r"^:::+\{admonition\}[^\n]*\n:class: question dropdown\n"
    blocks = re.findall(head + r"(.*?)\n\n", text(notebook), re.M | re.S)
    found = [dict(re.findall(r"^:(\w+): *(.+)$", block, re.M)) for block in blocks]
    return {options["label"]: options for options in found}


def held(notebook):
    """Return which choice each question's cell holds to be right, by its label."""
    calls = [
        node.args
        for cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "answered"
    ]
    for _, _, condition in calls:
        assert not isinstance(condition, ast.Constant), "nothing was measured"
    return {label.value: str(right.value) for label, right, _ in calls}


def test_it_says_where_we_stand_before_all_else(chapter_notebook):
    head = chapter_notebook.cells[0].source
    form = r"(\(.*\)=\n)+# .+\n\n:::\{admonition\} Where we stand\n:class: standing\n"
    assert re.match(form, head), (
        "the first cell holds the label, the title, a blank line and the box "
        f"`Where we stand`, but begins\n{head[:200]}"
    )
    box = head.partition(":class: standing\n")[2].partition("\n:::")[0]
    assert 1 <= len(box.strip().splitlines()) <= 3


def test_it_asks_two_to_four_questions(chapter_notebook):
    found = list(questions(chapter_notebook))
    assert 2 <= len(found) <= 4, f"{found}; book/extensions/questions.py has the form"


def test_what_is_called_right_is_a_theorem_or_held_by_a_cell(chapter_notebook):
    cells = held(chapter_notebook)
    for label, options in questions(chapter_notebook).items():
        if theorem := options.get("theorem"):
            assert theorem in THEOREMS, f"{label} names no theorem: {theorem}"
        else:
            called = f'answered("{label}", {options["right"]}, …)'
            assert cells.pop(label, None) == options["right"], f"no cell has {called}"
    assert not cells, "a cell holds what no question asks"


def test_the_right_choices_of_the_book_have_no_place_of_their_own():
    places = re.findall(r":right: (\d)", WHOLE_TEXT)
    for place in "123":
        assert places.count(place) >= len(places) / 8


def test_a_folded_cell_says_in_its_first_line_what_it_does(notebook):
    for cell in code_cells(notebook):
        if FOLDED.intersection(cell.metadata.get("tags", [])):
            assert re.match(r"# \S.{2,}\n", cell.source), cell.source


def test_it_has_three_exercises_or_more_and_one_checks_an_answer(chapter_notebook):
    found = re.findall(r"^:::+\{exercise\} *(.*)", text(chapter_notebook), re.M)
    assert len(found) >= 3, f"found {found}"
    assert self_checks(chapter_notebook), "no cell calls check()"
