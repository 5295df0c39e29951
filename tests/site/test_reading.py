"""A chapter keeps its measure: words, minutes, terms explained before they are used."""

import re
from copy import copy
from functools import cache

import pytest
import yaml

from tests.paths import ROOT
from tests.site.built import soup

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
IN_ORDER = [c["file"] for part in TOC["parts"] for c in part["chapters"]]
CHAPTERS = [f for f in IN_ORDER if (ROOT / f"{f}.ipynb").exists()]
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)

WORDS = 1800  # of main text, at most
MINUTES = 40  # of core, at most
NOT_TEXT = "pre, figure, script, .take-along, .reading-time, .math-wrapper, details > *"


@cache
def main_text(chapter):
    """Return a chapter's article without code, drawings, formulas and exercises."""
    article = copy(soup(f"{chapter}.html").article)
    exercises = article.select_one("section#exercises")
    for section in [exercises, *exercises.find_next_siblings("section")]:
        section.decompose()
    for element in article.select(NOT_TEXT):
        if element.name != "summary" and not element.decomposed:
            element.decompose()
    return article


@every_chapter
def test_the_main_text_is_short(chapter):
    article = copy(main_text(chapter))
    for formula in article.select(".katex"):
        formula.decompose()
    words = re.findall(r"[^\W\d_][\w’'-]*", article.get_text(" "))
    assert len(words) <= WORDS


@every_chapter
def test_the_core_is_read_in_forty_minutes(chapter):
    line = soup(f"{chapter}.html").select_one(".reading-time").get_text()
    assert int(re.match(r"Core (\d+) minutes", line)[1]) <= MINUTES
