"""Every number in the prose is one that the chapter computes, holds or is given.

It must be printed by a cell whose output nbval compares, told to `told` beside what was
measured, an input that stands in the code, or said by an explorer. What is not looked
at: numbers of sections and years, and what a sentence cites from a named source.
"""

import ast
import json
import re
from decimal import Decimal

import pytest

from tests.paths import ROOT
from tests.site.built import figures

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
DIGITS = r"\d[\d,]*(?:\.\d+)?"
NUMBER = rf"(?<![\w.\\^_{{]){DIGITS}(?![\w.]*\d)"
DIFFERENCE = r"(\d+\.\d+) − (\d+\.\d+) = (\d+\.\d+)"
NOT_PROSE = [
    r"(?s)```.*?```",
    r"`[^`]*`",
    r"(?m)^:\w+:.*$",
    r"(?m)^\(.*\)=$",
    r"[Ss]ections? [\d.]+( and [\d.]+)?",
    r"\b(19|20)\d\d\b",
]
LINKED = r"\]\([^)]*\)"
# A sentence, or a clause after a decimal point.
CITED = r"[^.!?]*\{cite\}`[^`]*`[^.!?]*"
EXCEPTIONS = {
    ("p11_whole_network", "1.5"): "the mean of 1, 3, 0 and 2, asked in an exercise",
}


def value(number):
    return float(number.replace(",", ""))


def numbers_in_prose(notebook):
    """Return the numbers of the text, without code, references and citations."""
    cells = [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]
    text = "\n\n".join("".join(source) for source in cells)
    text = re.sub(LINKED, " ", text)  # first: the names of files have a full stop
    text = re.sub(CITED, " ", text)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text)
    text = re.sub(DIFFERENCE, without_result, text)
    return set(re.findall(NUMBER, text))


def without_result(difference):
    """Return the two numbers of a difference that the prose itself works out."""
    first, second, result = difference.groups()
    assert Decimal(first) - Decimal(second) == Decimal(result)
    return f"{first} − {second}"


def numbers_in_code(source):
    """Return the numbers that the code computes with, and those in its words."""
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant)]
    words = " ".join(str(n.value) for n in nodes if not isinstance(n.value, bool))
    return numbers_in_words(words)


def numbers_in_words(words):
    return {value(number) for number in re.findall(DIGITS, words)}


def numbers_computed(notebook, page):
    """Return the numbers of the code, its compared outputs and the explorers' words."""
    found = numbers_in_words(
        " ".join(e.get_text(" ") for e in figures(page).select("figure.explorer"))
    )
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            found |= numbers_in_code("".join(cell["source"]))
            for output in cell["outputs"]:  # stored where nbval compares them
                found |= numbers_in_words("".join(output["text"]))
    return found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_number_of_the_prose_is_computed(chapter):
    notebook = json.loads(chapter.read_text())
    computed = numbers_computed(notebook, f"chapters/{chapter.stem}.html")
    excepted = {number for name, number in EXCEPTIONS if name == chapter.stem}
    told = numbers_in_prose(notebook) - excepted
    unknown = {number for number in told if value(number) not in computed}
    assert not unknown, "no compared cell prints it, no told(…) or caption has it"
