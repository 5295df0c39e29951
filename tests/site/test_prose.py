"""Every number with a decimal point in the prose is one that the chapter computes.

It must stand in the chapter's code, in what its cells print, or in the words of its
explorers; a formula set apart from the text may define numbers. Whole numbers are not
looked at, and a number may stand there in another role: this finds what went stale.
"""

import json
import re
from decimal import Decimal

import pytest

from tests.paths import ROOT
from tests.site.built import soup

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
NUMBER = r"(?<![\w.])\d+\.\d+(?![\w.]*\d)"
DIFFERENCE = r"(\d+\.\d+) − (\d+\.\d+) = (\d+\.\d+)"
NOT_PROSE = [
    r"```.*?```",
    r"\$\$.*?\$\$",
    r"`[^`]*`",
    r"\]\([^)]*\)",
    r"sections? [\d.]+( and [\d.]+)?",
]
EXCEPTIONS = {
    ("p11_whole_network", 1.5): "the mean of 1, 3, 0 and 2, asked in an exercise",
}


def numbers_in_prose(notebook):
    """Return the numbers of the text, without code and references."""
    cells = [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]
    text = "\n\n".join("".join(source) for source in cells)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    text = re.sub(DIFFERENCE, without_result, text)
    return {float(number) for number in re.findall(NUMBER, text)}


def without_result(difference):
    """Return the two numbers of a difference that the prose itself works out."""
    first, second, result = difference.groups()
    assert Decimal(first) - Decimal(second) == Decimal(result)
    return f"{first} − {second}"


def numbers_computed(notebook, page):
    """Return the numbers of the code, its outputs and the explorers' words."""
    cells = [c["source"] for c in notebook["cells"] if c["cell_type"] == "code"]
    said = soup(page).select(".cell_output, figure.explorer")
    text = " ".join(["".join(c) for c in cells] + [e.get_text(" ") for e in said])
    return {float(number) for number in re.findall(r"\d+\.?\d*", text)}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_decimal_number_of_the_prose_is_computed(chapter):
    notebook = json.loads(chapter.read_text())
    computed = numbers_computed(notebook, f"chapters/{chapter.stem}.html")
    excepted = {number for name, number in EXCEPTIONS if name == chapter.stem}
    assert numbers_in_prose(notebook) - computed - excepted == set()
