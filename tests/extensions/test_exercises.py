"""Exercises that the page checks: what a browser gets, and what the build refuses."""

import json

import pytest
from sphinx.errors import ExtensionError
from textbook.lesson import exercise

from book.extensions import exercises
from tests.extensions.exercise_pages import (
    CASES,
    CHAPTER,
    CHECK_CELL,
    DOUBLE,
    DOUBLED,
    FIRST_CASE,
    HALF,
    SOLUTION,
    STUB,
    number_cell,
)
from tests.extensions.support import build_book, cell, notebook, page
from tests.extensions.toc import with_toc

READ_TOO = "book.extensions.lists", "book.extensions.reading"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exercises")
    settings = with_toc(folder, {"First": ["deep/one", "plain"], "": ["list"]})
    pages = {
        "index": notebook("# Home"),
        "deep/one": CHAPTER,
        "plain": notebook("# Plain\n\nText."),
        "list": "# List\n\n:::{progress}\n:::\n\n:::{list-of} exercises\n:::\n",
    }
    settings |= {"numfig": True, "numfig_secnum_depth": 0}
    return build_book(folder, pages, "sphinx_external_toc", *READ_TOO, **settings)


@pytest.fixture(scope="module")
def chapter(book):
    return page(book, "deep/one")


def test_the_editor_holds_what_the_cell_leaves_to_the_reader(chapter):
    form = chapter.select_one("form.editor-live")
    assert form["data-exercise"] == "ex-double"
    assert form["data-solution"] == SOLUTION
    field = form.textarea
    assert field.get_text().lstrip("\n") == STUB
    assert form.find("label", attrs={"for": field["id"]})
    assert form.find(id=field["aria-describedby"])
    assert form.select_one(".editor-cases pre").get_text().strip() == CASES.strip()
    assert int(field["rows"]) == len(STUB.split("\n")) + 1


def test_without_a_script_and_on_paper_the_cell_stands_there_as_it_is(chapter):
    cell = chapter.select_one(".editor > .editor-printed")
    assert cell.select_one(".cell_input pre").get_text().startswith(STUB)
    assert FIRST_CASE in cell.select_one(".cell_output").get_text()
    assert all(b.has_attr("disabled") for b in chapter.select("form button"))


def test_the_engine_is_named_and_not_fetched(book, chapter):
    address = chapter.select_one("form.editor-live")["data-engine"]
    name, _, version = address.partition("?v=")
    assert name == "../_static/python.js"
    assert len(version) == 8
    assert (book.outdir / "_static/python.js").is_file()
    assert not [s for s in chapter.select("script[src]") if "python.js" in s["src"]]


def test_the_engine_has_the_package_s_own_check_and_says_whose_it_is():
    text = exercises.engine().decode()
    assert "The MIT License" in text
    assert "Permission is hereby granted" in text
    content = text.partition("window.python = ")[2].rstrip().removesuffix(";")
    names = {}
    exec("from typing import Any\nfrom collections.abc import *", names)
    exec(json.loads(content)["check"], names)
    assert names["check"].__code__.co_code == exercise.check.__code__.co_code


def test_a_number_has_a_field_and_the_reasons_out_of_sight(chapter):
    form = chapter.select_one("form.number")
    assert form["data-exercise"] == "ex-half"
    assert (form["data-right"], form["data-within"]) == ("0.5", "0.01")
    assert form.label.input
    assert form.p.get_text().split() == ["Your", "answer:", "m", "Check"]
    reasons = form.select("output [data-value][hidden]")
    assert [(r["data-value"], r.get_text().strip()) for r in reasons] == [
        ("0.25", "That is the square."),
        ("1.0", "Half of it < 1."),
    ]


def test_the_head_and_the_list_say_what_is_checked(book, chapter):
    head = chapter.select_one(".reading-time .exercises-checked")
    assert head.get_text() == "2 checked in the page"
    assert not page(book, "plain").select(".exercises-checked")
    items = page(book, "list").select("#list li")
    words = [" ".join(item.get_text().split()) for item in items]
    assert words == [
        "Exercise 1: Think",
        "Exercise 2: Twice (checks your function)",
        "Exercise 3: A half (checks your number)",
    ]
    assert [item.get("class") for item in items] == [None, ["checked"], ["checked"]]
    assert page(book, "list").select_one(".exercises-solved button[disabled]")


def test_only_pages_with_such_exercises_get_the_script(book):
    def has_script(name):
        return bool(page(book, name).select('script[src*="exercises.js"]'))

    assert has_script("deep/one")
    assert has_script("list")
    assert not has_script("plain")


REFUSED = {
    "'ex-double' of one must end": [DOUBLE, cell(f"{STUB}\n{CASES}\n1"), DOUBLED],
    "no solution .* for exercise 'ex-double' of one": [DOUBLE, CHECK_CELL, HALF],
    "no exercise is above a check of one": [number_cell(), DOUBLE],
    "'ex-double' of one has two checks": [DOUBLE, CHECK_CELL, number_cell(), DOUBLED],
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_belongs_to_no_exercise_or_can_t_be_checked_is_an_error(tmp_path, message):
    pages = {"one": notebook("# One", *REFUSED[message])}
    with pytest.raises(ExtensionError, match=message):
        build_book(tmp_path, pages, "book.extensions.exercises", numfig=True)


def test_a_cell_without_a_check_has_no_parts():
    assert exercises.parts("x = 1\nprint(x)", "ex-none") is None
