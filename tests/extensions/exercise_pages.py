"""A chapter with an exercise of each kind that the page checks."""

import pytest
from textbook.lesson.asking import MIME, asks

from tests.extensions.support import cell, notebook

STUB = "def double(x):\n    return x  # your answer\n"
CASES = "check(double, [((0,), 0), (([1, 2],), [1, 2, 1, 2]), ((0.1,), 0.2)])\n"
SOLUTION = "def double(x):\n    return 2 * x\n"
FIRST_CASE = "not yet: double([1, 2]) gave [1, 2], expected [1, 2, 1, 2]"
WRONG = {0.25: "That is the square.", 1.0: "Half of it < 1."}
THINK = """\
## Exercises

:::{exercise} Think
:label: ex-think

Why?
:::
"""
DOUBLE = """\
:::{exercise} Twice
:label: ex-double

Write a function that doubles.
:::
"""
DOUBLED = f"""\
:::{{solution}} ex-double
:class: dropdown

Twice:

```python
{SOLUTION}```
:::
"""
HALF = """\
:::{exercise} A half
:label: ex-half

How many meters are a half?
:::
"""


def given(right=0.5, wrong=WRONG, within=0.01, unit="m"):
    """Return what a cell that asks for a number gives while the book is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTBOOK_STATIC", "1")
        return asks(right, wrong, within, unit).data


def number_cell(**changes):
    """Return the executed cell that asks for a number."""
    outputs = {MIME: given(**changes), "text/plain": "a number"}
    return cell("asks(...)", outputs, tags=("remove-input",))


CHECK_CELL = cell(f"{STUB}\n\n{CASES}", {"text": f"{FIRST_CASE}\n"})
CHAPTER = notebook(
    f"# One\n\n{THINK}\n{DOUBLE}", CHECK_CELL, DOUBLED, HALF, number_cell()
)
