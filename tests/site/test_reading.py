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
NOT_TEXT = (
    "pre, figure, script, .chapter-head, .take-along, .reading-time, .math-wrapper, "
    ".cell summary, details > *"
)


@cache
def main_text(chapter):
    """Return a chapter's article without code, drawings, formulas and exercises."""
    article = copy(soup(f"{chapter}.html").article)
    exercises = article.select_one("section#exercises")
    for section in [exercises, *exercises.find_next_siblings("section")]:
        section.decompose()
    for element in article.select(NOT_TEXT):
        if element.decomposed:
            continue
        if element.name != "summary" or element.find_parent(class_="cell"):
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


def glossary():
    """Return the English name of each term; a word of several senses is left out."""
    names = [dt.get_text() for dt in soup("chapters/glossary.html").select("dl > dt")]
    english = [name.partition(" · ")[0] for name in names]
    return [name for name in english if "(" not in name]


def uses(term, text):
    """Say whether the text uses the term, in the singular or the plural."""
    plural = rf"{re.escape(term[:-1])}(?:y|ies)" if term.endswith("y") else None
    pattern = plural or rf"{re.escape(term)}(?:e?s)?"
    return re.search(rf"(?<![\w-]){pattern}(?![\w-])", text, re.IGNORECASE)


def is_explained(term, block):
    """Say whether the block links the term, or sets it in italics to define it."""
    marked = block.select("a, em") or []
    return any(uses(term, " ".join(each.get_text().split())) for each in marked)


def first_block(term):
    """Return the chapter and the first paragraph or item of the book with the term."""
    for chapter in CHAPTERS:
        for block in main_text(chapter).select("p, li, td"):
            if uses(term, " ".join(block.get_text().split())):
                return chapter, block
    return None


@pytest.mark.parametrize("term", glossary())
def test_a_term_is_explained_or_linked_where_the_book_first_uses_it(term):
    if found := first_block(term):
        chapter, block = found
        assert is_explained(term, block), f"{chapter}: {block.get_text()[:300]}"
