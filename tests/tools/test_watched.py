"""Which tests `make mutate` runs for a changed line: those that can notice it."""

import subprocess
import sys

import coverage
import pytest

from tests.mutation.watched import statement, who_runs
from tests.paths import ROOT

SOURCE = """LIMIT = 3


def f(x, y=LIMIT):
    if x < y:
        return max(
            x,
            2,
        )
    return y
"""
PLACE = ROOT / "code" / "textbook" / "lesson" / "words.py"
TESTS = "tests/lesson/test_words.py"


@pytest.mark.parametrize(
    ("line", "lines"),
    [(1, [1]), (3, [3]), (4, [4]), (5, [5]), (7, [6, 7, 8, 9]), (10, [10])],
)
def test_a_statement_is_known_by_any_of_its_lines(tmp_path, line, lines):
    (tmp_path / "f.py").write_text(SOURCE)
    assert list(statement(tmp_path / "f.py", line)) == lines


def test_a_line_has_the_tests_that_run_it_and_those_of_its_name(tmp_path):
    path = tmp_path / "f.py"
    path.write_text(SOURCE)
    one, two = "tests/kernels/test_conv.py::one", "tests/kernels/test_conv.py::two"
    shared = "tests/extensions/test_lists.py"
    seen = {
        path: {1: {""}, 4: {""}, 5: {one, two}, 6: {one}, 10: {two, f"{shared}::a"}}
    }
    assert who_runs(seen, path, 8) == [one]
    assert who_runs(seen, path, 10) == [shared, two], "it shares a book with others"
    assert who_runs(seen, path, 1) == [shared, one, two], "what runs at import"
    assert who_runs(seen, path, 3) == [], "an empty line"
    assert who_runs({}, PLACE, 1) == [TESTS], "what no test is seen to run"


def test_a_run_says_which_test_ran_a_line(tmp_path):
    name = "test_a_setting_of_nothing_and_a_name_stay"
    program = [sys.executable, "-m", "tests.mutation.watched"]
    subprocess.run(
        [*program, tmp_path / "seen", TESTS, "-k", name],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    data = coverage.CoverageData(str(tmp_path / "seen"))
    data.read()
    lines = data.contexts_by_lineno(str(PLACE))
    assert set().union(*lines.values()) == {"", f"{TESTS}::{name}"}
