"""check(): what it says about a reader's answer."""

import numpy as np
import pytest
import torch
from textbook.lesson.exercise import check


def double(x):
    return [2 * v for v in x]


CASES = [(([1, 2],), [2, 4]), (([0.5],), [1.0])]


def test_a_right_answer_is_called_right(capsys):
    check(double, CASES)
    assert capsys.readouterr().out == "right: all 2 cases\n"


def test_the_first_wrong_case_is_shown(capsys):
    check(double, [*CASES, (([3],), [5]), (([4],), [5])])
    assert capsys.readouterr().out == "not yet: double([3]) gave [6], expected [5]\n"


@pytest.mark.parametrize("array", [np.array, torch.tensor])
def test_an_array_counts_as_the_list_of_its_numbers(capsys, array):
    def double(x):
        return 2 * array(x)

    check(double, CASES)
    check(double, [(([1, 2],), array([2, 4]))])
    check(double, [(([1, 2],), [2, 5])])
    check(double, [(([1, 2],), [2, 4, 6])])
    assert capsys.readouterr().out.splitlines() == [
        "right: all 2 cases",
        "right: all 1 cases",
        "not yet: double([1, 2]) gave [2, 4], expected [2, 5]",
        "not yet: double([1, 2]) gave [2, 4], expected [2, 4, 6]",
    ]
