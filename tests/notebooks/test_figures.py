"""A printed figure was measured: no literal, and no ± but of a standard error."""

import ast
import re
from itertools import pairwise

import pytest
from nbformat.v4 import new_code_cell, new_output

from tests.notebooks.cells import code_cells

DECIMAL = r"(?<![\w.])\d+\.\d+(?![\w.]*\d)"
# A number behind a word is named by it; one in brackets belongs to a call or a list.
NAMED = r"[\w)%ε] ?((=|<|>|≤|≥|than|to|at) ?)?$|[\[(][\d., −-]*$"


def printed_measurements(cell):
    """Return the printed decimals, but those that a word or a row's begin names."""
    return {
        found[0]
        for output in cell.outputs
        for line in output.text.split("\n")
        for found in re.finditer(DECIMAL, line)
        if line[: found.start()].strip() and not re.search(NAMED, line[: found.start()])
    }


def literals(cell):
    """Return the decimals that the code states, as they stand there."""
    return {
        ast.get_source_segment(cell.source, node)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    }


def stated_spreads(source):
    """Return what is printed behind a ± and isn't called an error where it is."""
    stated = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for piece, following in pairwise([*node.values, None]):
                if isinstance(piece, ast.Constant) and "±" in piece.value:
                    behind = ast.unparse(following) if following else ""
                    if not piece.value.rstrip().endswith("±") or "error" not in behind:
                        stated.append(ast.unparse(node))
    return stated


def test_no_printed_figure_is_a_literal(notebook):
    for cell in code_cells(notebook):
        assert printed_measurements(cell) & literals(cell) == set(), cell.source


def test_what_stands_behind_a_plus_minus_is_an_error(notebook):
    for cell in code_cells(notebook):
        assert stated_spreads(cell.source) == []
        for output in cell.outputs:
            assert not re.search(r"\(±|±(?! *(\d|s\.e\.))", output.text), output.text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("print('CNN: ', within(score, 0.97, 0.01))", "CNN:  0.97 (± 0.01)"),
        ("stated = {'CNN': (0.97, 0.01)}", "CNN  right 0.9683  0.8, 0.97"),
    ],
)
def test_a_stated_figure_is_found(source, text):
    cell = new_code_cell(source, outputs=[new_output("stream", text=text)])
    assert printed_measurements(cell) & literals(cell)


@pytest.mark.parametrize("source", ["f'{a} ± {spread}'", "f'{a} (± 0.01)'"])
def test_a_stated_spread_is_found(source):
    assert stated_spreads(source)


def test_a_standard_error_is_none():
    assert not stated_spreads("f'{mean:.2f} ± {error[i]:.3f}'")
