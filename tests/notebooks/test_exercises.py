"""The exercises' own checks: they accept the printed solution and reject wrong answers.

An exercise with a check is a code cell, which holds the reader's answer and a call of
check(), and the Markdown cell after it, whose solution shows the function.
"""

import ast
import re
from collections.abc import Iterator

import nbformat
import pytest
from textbook.lesson.exercise import check

from tests.paths import NOTEBOOKS

OTHER = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Eq: ast.NotEq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.GtE: ast.Gt,
}

# What changes the solution's code but no answer, by chapter.
SAME_ANSWER = {
    # Each rule is tried with its reverse: one end of the line is enough.
    "p08_threshold_and_loss": {"max(x) - 1", "max(x) + 2", "max(x) + 0", "value > t"},
    # The field is counted: it may be shifted or mirrored.
    "p11_receptive_fields": {"ends = {1}", "ends = {-1}", "end - u * d"},
    # Only powers of two get another number of rounds, and there the sums agree.
    "p13_recurrence_and_scan": {"(n - 0).bit_length()"},
}


def exercises() -> Iterator:
    """Give the call of check, the reader's stub and the solution of each exercise."""
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        for i, cell in enumerate(cells):
            if cell.cell_type == "code" and "\ncheck(" in cell.source:
                stub, call = cell.source.split("\ncheck(")
                after = cells[i + 1].source
                solution = re.search(r"```python\n(.*?)```", after, re.DOTALL)[1]
                yield pytest.param(f"check({call}", stub, solution, id=path.stem)


def run(call: str, answer: str, check_with=check) -> None:
    """Run the answer and the call of check, as the reader's notebook does."""
    exec(f"{answer}\n{call}", {"check": check_with})


def cases_of(call: str, stub: str) -> tuple[str, list[tuple]]:
    """Return the function's name and its cases, (arguments, expected)."""
    seen = []
    run(call, stub, lambda answer, cases: seen.extend((answer.__name__, list(cases))))
    return seen[0], seen[1]


def mutants(solution: str) -> Iterator[str]:
    """Give the solution with one number off by one, or one sign or relation changed."""
    for place, old in enumerate(ast.walk(ast.parse(solution))):
        changed = []
        if isinstance(old, ast.Constant) and type(old.value) in (int, float):
            changed = [{"value": old.value + 1}, {"value": old.value - 1}]
        elif isinstance(old, ast.BinOp) and type(old.op) in OTHER:
            changed = [{"op": OTHER[type(old.op)]()}]
        elif isinstance(old, ast.Compare) and type(old.ops[0]) in OTHER:
            changed = [{"ops": [OTHER[type(old.ops[0])]()]}]
        for fields in changed:
            tree = ast.parse(solution)
            node = list(ast.walk(tree))[place]
            for name, value in fields.items():
                setattr(node, name, value)
            yield ast.unparse(tree)


def accepted(call: str, answer: str, capsys: pytest.CaptureFixture) -> bool:
    """Return whether check calls the answer right; an exception rejects it too."""
    capsys.readouterr()
    try:
        run(call, answer)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return False
    said = capsys.readouterr().out
    assert said.startswith(("right: all ", "not yet: "))
    return said.startswith("right")


per_exercise = pytest.mark.parametrize(("call", "stub", "solution"), list(exercises()))


@per_exercise
def test_the_printed_solution_is_right(call, stub, solution, capsys):
    assert accepted(call, solution, capsys)


@per_exercise
def test_the_answer_that_stands_there_at_first_is_wrong(call, stub, solution, capsys):
    assert not accepted(call, stub, capsys)


@per_exercise
def test_constant_answers_are_wrong(call, stub, solution, capsys):
    name, cases = cases_of(call, stub)
    for value in (0, None, *(expected for _, expected in cases)):
        constant = f"def {name}(*_): return {value!r}"
        assert not accepted(call, constant, capsys), value


@per_exercise
def test_the_solution_with_its_arguments_swapped_is_wrong(call, stub, solution, capsys):
    name, cases = cases_of(call, stub)
    if len(cases[0][0]) > 1:
        swap = f"right = {name}\ndef {name}(*values): return right(*values[::-1])"
        assert not accepted(call, f"{solution}\n{swap}", capsys)


@per_exercise
def test_the_solution_with_a_small_mistake_is_wrong(
    call, stub, solution, capsys, request
):
    right = [m for m in mutants(solution) if accepted(call, m, capsys)]
    same = SAME_ANSWER.get(request.node.callspec.id, set())
    assert [m for m in right if not any(change in m for change in same)] == []
