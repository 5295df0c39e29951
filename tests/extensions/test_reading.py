"""The minutes under a chapter's title: what counts, and what does not."""

from collections import Counter

import pytest
from textbook.lesson.listing import MIME as LISTING

from book.extensions.reading import SECONDS, minutes
from tests.extensions.support import build_book, cell, notebook, page
from tests.paths import ROOT

HEAD = "# One\n\n"
MARK = ":::{admonition} For a second reading\n:class: second-reading"
WORDS = "word " * 1200  # ten minutes


def line(folder, *cells):
    """Return what a chapter of these cells says under its title."""
    book = build_book(
        folder,
        {"one": notebook(*cells)},
        "book.extensions.boxes",
        "book.extensions.lists",
    )
    return page(book, "one")


def told(folder, *cells):
    return line(folder, *cells).select_one(".reading-time").get_text()


def test_words_take_their_time(tmp_path):
    assert told(tmp_path, HEAD + WORDS) == "Core 11 minutes"  # with the title's


def test_code_in_sight_counts_by_its_lines_and_folded_code_does_not(tmp_path):
    code, printed = "x = 1\n" * 50, {"text": "1\n" * 10}
    seen = told(tmp_path / "seen", HEAD, cell(code, printed))
    assert seen == "Core 3 minutes"  # with the title's
    folded = told(tmp_path / "folded", HEAD, cell(code, printed, tags=("hide-input",)))
    assert folded == "Core 1 minute"  # the ten printed lines
    hidden = told(tmp_path / "hidden", HEAD, cell(code, printed, tags=("hide-cell",)))
    assert hidden == "Core 1 minute"


def test_an_output_in_several_forms_counts_once_and_a_drawing_costs_nothing(tmp_path):
    forms = {"text/html": f"<svg>{WORDS}</svg>", "text/plain": "1\n" * 100}
    drawn = told(tmp_path / "drawn", HEAD, cell("x", forms))
    assert drawn == "Core 1 minute"  # its alternative in words is not shown
    source = "def f():\n" + "    x = 1\n" * 49
    listed = {"name": "x", "file": "x.py", "source": source}
    forms = {LISTING: listed, "text/markdown": source, "text/plain": source}
    assert told(tmp_path / "listed", HEAD, cell("x", forms)) == "Core 2 minutes"


def test_a_formula_counts_as_a_minute_whatever_its_length(tmp_path):
    formula = f"\n\n$$\n{'x + ' * 500}x\n$$\n"
    assert told(tmp_path, HEAD + 6 * formula) == "Core 7 minutes"


def test_a_second_reading_is_counted_apart_and_says_its_minutes(tmp_path):
    mark = f"\n\n## Deep\n\n{MARK}\nFor the curious.\n:::\n\n"
    book = line(tmp_path, HEAD + "Word.\n" + mark + WORDS)
    told = book.select_one(".reading-time").get_text()
    assert told == "Core 1 minute · second reading 11 minutes"
    marked = book.select_one("div.second-reading p").get_text()
    assert marked == "Second reading, 11 minutes. For the curious."


def test_exercises_count_apart_whatever_their_words_and_solutions(tmp_path):
    exercise = f"""
## Exercises

:::{{exercise}} One
:label: ex-one

{WORDS}
:::

:::{{solution}} ex-one
:class: dropdown

{WORDS}
:::
"""
    said = told(tmp_path, HEAD + exercise, cell("x = 1\n" * 50))
    assert said == "Core 1 minute · exercises 5 minutes"


def test_a_question_counts_with_its_choices_and_without_the_reasons(tmp_path):
    choice = f"- Yes.\n\n  {WORDS}\n"
    options = ":class: question dropdown\n:label: ask\n:right: 1"
    asked = f"::::{{admonition}} So?\n{options}\n\n{2 * choice}::::\n"
    assert told(tmp_path, HEAD + asked) == "Core 2 minutes"  # with four words


def test_a_mark_outside_of_a_section_or_without_words_is_refused(tmp_path):
    quoted = f"> {MARK}\nWhy.\n:::".replace("\n", "\n> ")
    for name, mark in (("quoted", quoted), ("empty", f"{MARK}\n\n$$x$$\n:::")):
        book = build_book(
            tmp_path / name,
            {"one": f"# One\n\n{mark}\n"},
            "book.extensions.boxes",
            warns=True,
        )
        assert "second-reading s" in book.warning.getvalue()


def test_pages_that_are_no_chapters_tell_no_time(tmp_path):
    book = build_book(tmp_path, {"one": HEAD + WORDS}, "book.extensions.boxes")
    assert not page(book, "one").select(".reading-time")


@pytest.mark.parametrize("kind", SECONDS)
def test_minutes_are_rounded_up(kind):
    assert minutes(Counter({kind: 1})) == -(-SECONDS[kind] // 60)


def test_how_to_read_states_the_rule():
    stated = (
        f"a minute for {60 / SECONDS['word']:.0f} words, {SECONDS['formula']} seconds "
        f"for a displayed formula, {SECONDS['line']} for a visible line of code or "
        f"output, {SECONDS['explorer']} for an explorer, {SECONDS['lab']} for a lab, "
        f"{SECONDS['question']} for a question, and {SECONDS['exercise'] // 60} "
        "minutes for an exercise."
    )
    assert stated in (ROOT / "chapters" / "how_to_read.md").read_text()
