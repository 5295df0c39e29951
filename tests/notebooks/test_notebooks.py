"""The notebooks: what is stored, what is checked, and the exercises' own checks."""

import ast
import re
import symtable
from functools import cache

import nbformat

from tests.notebooks.cells import code_cells, self_checks, text
from tests.paths import NOTEBOOKS

# The labels above the heading of a chapter.
TOP = r"(?m)^\(([\w-]+)\)=\n(?=(?:\(.+\)=\n)*\n*# )"
CHECKED = "nbval-check-output"
FOLDED_BY = {
    "explore": "hide-input",
    "live": "hide-input",
    "asks": "remove-input",
    "listing": "remove-input",
}


def tags(cell):
    return cell.metadata.get("tags", [])


def test_every_checked_cell_has_a_stored_output(notebook):
    # nbval passes a checked cell without stored output silently.
    for cell in code_cells(notebook):
        if CHECKED in tags(cell):
            stored = any(o.text.strip() for o in cell.outputs)
            assert stored, f"run `make notebooks`: nothing is stored of\n{cell.source}"


def test_every_cell_that_prints_is_compared_or_held(notebook):
    """What machines print alike nbval compares; the rest is held in the code."""
    cells = code_cells(notebook)
    for i, cell in enumerate(cells):
        if re.search(r"^\s*(print|check)\(", cell.source, re.MULTILINE):
            beside = "\n".join(each.source for each in cells[i : i + 2])
            held = re.search(r"^\s*(told\(|answered\(|assert )", beside, re.MULTILINE)
            assert CHECKED in tags(cell) or held, (
                f"tag {CHECKED}, or told(…), answered(…) or assert here or in the next "
                f"cell:\n{cell.source}"
            )


def test_every_printed_float_is_rounded(notebook):
    # The last digits differ between machines.
    for cell in code_cells(notebook):
        for output in cell.outputs:
            whole = re.search(r"\d\.\d{13}", output.text)
            assert not whole, f"round what is printed:\n{cell.source}"


def test_no_cell_is_long_and_no_function_in_one(notebook):
    for cell in code_cells(notebook):
        length = len(cell.source.splitlines())
        assert length <= 60, f"{length} lines: {cell.source}"
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 40, node.name


def test_a_cell_that_makes_a_figure_a_field_or_a_listing_is_tagged(notebook):
    for cell in code_cells(notebook):
        for call in re.findall(r"^(explore|live|asks|listing)\(", cell.source, re.M):
            assert FOLDED_BY[call] in tags(cell), f"tag {FOLDED_BY[call]}: {call}()"


def test_what_an_explorer_draws_with_keeps_its_value(notebook):
    # In a live kernel it draws again when later cells have run.
    cells = [symtable.symtable(c.source, "", "exec") for c in code_cells(notebook)]
    for i, cell in enumerate(code_cells(notebook)):
        for draw in re.findall(r"^explore\(\s*(\w+)", cell.source, re.MULTILINE):
            needed = drawn_with(draw, cells[: i + 1])
            for later in cells[i + 1 :]:
                changed = needed & assigned(later)
                assert not changed, f"{draw} draws with {changed}"


def assigned(cell):
    """Return the names that a cell assigns to, or defines a function under."""
    return {s.get_name() for s in cell.get_symbols() if s.is_assigned()}


def drawn_with(draw, cells):
    """Return the global names that a function reads, itself or by those it calls."""
    functions = {f.get_name(): f for cell in cells for f in cell.get_children()}
    needed, left = set(), [functions[draw]]
    while left:
        scope = left.pop()
        left += scope.get_children()
        names = {s.get_name() for s in scope.get_symbols() if s.is_global()}
        left += [functions[name] for name in names - needed if name in functions]
        needed |= names
    return needed


def test_every_box_of_the_text_is_closed(notebook):
    # An open box swallows the text that follows it, headings included, silently.
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            opened = re.findall(r"^:::+\{", cell.source, re.MULTILINE)
            closed = re.findall(r"^:::+\s*$", cell.source, re.MULTILINE)
            assert len(opened) == len(closed), cell.source


@cache
def chapter_labels():
    """Return the labels of all chapters."""
    texts = [text(nbformat.read(path, as_version=4)) for path in NOTEBOOKS]
    return {label for each in texts for label in re.findall(TOP, each)}


def test_another_chapter_is_linked_by_its_file(notebook):
    # JupyterLab reads one notebook at a time: a label of another leads nowhere there.
    elsewhere = chapter_labels() - set(re.findall(TOP, text(notebook)))
    assert len(elsewhere) > 25
    assert not elsewhere & set(re.findall(r"\]\(#([\w-]+)\)", text(notebook)))


def test_code_in_the_text_is_a_solution_and_no_copy(notebook):
    shown = re.findall(r"```python\n(.*?)```", text(notebook), re.DOTALL)
    assert "\n".join(shown) == solutions(notebook)


def solutions(notebook):
    """Return the Python code of every folded solution, as one text."""
    blocks = re.findall(r":::\{solution\}.*?\n:::\n", text(notebook) + "\n", re.DOTALL)
    return "\n".join(
        code
        for block in blocks
        for code in re.findall(r"```python\n(.*?)```", block, re.DOTALL)
    )


def test_self_checks_reject_the_stub_and_accept_the_solution(notebook, capsys):
    for source in self_checks(notebook):
        imported = r"from textbook\.lesson\.exercise import .*\bcheck\b"
        assert re.search(imported, str(notebook.cells))
        stub, call = re.split(r"^(?=check\()", source, maxsplit=1, flags=re.MULTILINE)
        given = "from textbook.lesson.exercise import check\n"
        exec(given + stub + call, {})
        assert capsys.readouterr().out.startswith("not yet"), source
        exec(
            "from textbook.lesson.exercise import check\n" + solutions(notebook) + call,
            {},
        )
        assert capsys.readouterr().out.startswith("right"), source
