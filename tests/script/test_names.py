"""The scripts of a page share their top level: no name may be declared twice."""

import re
from itertools import combinations

import pytest
from textbook.lesson.live import LABS

from tests.paths import ROOT

SCRIPTS = [*(ROOT / "book/static").glob("*.js"), *LABS.glob("*.js")]
DECLARED = re.compile(r"^(?:const|let|var|class|(?:async )?function\*?) (\w+)", re.M)


def names(script):
    return set(DECLARED.findall(script.read_text()))


PAIRS = list(combinations(SCRIPTS, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda script: script.stem)
def test_scripts_of_one_page_declare_no_name_twice(one, other):
    assert not names(one) & names(other)


def test_names_are_found():
    assert {"Tensor", "compile"} <= names(LABS / "operations.js")
