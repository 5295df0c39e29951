"""The mutants that `make mutate` tries: each is one change, and says which."""

import ast
import difflib

from tests.mutation.mutants import mutants

SOURCE = """def f(x, y=2, *, strict=True):
    if x < y and strict:
        return -x + 3 * y
    return x == y or x != 1.5
"""


def test_each_mutant_is_one_change_of_one_line_and_says_which():
    before = ast.unparse(ast.parse(SOURCE)).split("\n")
    said = []
    for changed, _, what in mutants(SOURCE):
        lines = list(difflib.ndiff(before, changed.split("\n")))
        [old] = [line[2:] for line in lines if line.startswith("- ")]
        [new] = [line[2:] for line in lines if line.startswith("+ ")]
        if " → " in what:
            first, second = what.split(" → ")
            assert first in old
            assert second in new
            assert old.replace(first, second, 1) == new or old.count(first) > 1
        said.append(what)
    assert "x < y → x <= y" in said
    assert "x == y → x != y" in said
    assert "x != 1.5 → x == 1.5" in said
    assert "True → False" in said
    assert len(said) >= 15
