"""What a chapter is: its part and number, what it asks, needs and covers."""

import pytest

from book.extensions.chapters import (
    chapter_number,
    chapters,
    covered,
    part_number,
    part_of,
    parts,
    parts_with_chapters,
    question_in,
    question_of,
)
from book.extensions.doctrees import doctree_of
from tests.extensions.chapter_pages import build_chapters
from tests.extensions.support import notebook

IN_ORDER = ["one/first", "one/second", "two/third", "two/fourth"]


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    return build_chapters(tmp_path_factory.mktemp("book")).env


@pytest.mark.parametrize(
    ("opening", "asked"),
    [
        ("Is it? It is.", "Is it?"),
        ("Is it? It is. Who\nsays so? And when?", "Who says so? And when?"),
        ("Who? And when? Nobody knows.", "Who? And when?"),
        ("“Is it?” Why did he ask “who”?", "Why did he ask “who”?"),
        ("He said “no.” Why?", "Why?"),
        ("Is 0.5 a half? Yes.", "Is 0.5 a half?"),
        ("Nothing is asked.", ""),
        ("", ""),
    ],
)
def test_the_last_questions_that_stand_together_are_asked(opening, asked):
    assert question_in(opening) == asked


def test_a_page_asks_in_its_first_paragraph_and_only_a_chapter_is_heard(env):
    assert question_of(env, "one/first") == "How large? And is 5 < 6?"
    assert question_of(env, "two/third") == "Why a third?"  # not in the box above
    assert question_of(env, "one/second") == question_of(env, "two/fourth") == ""
    assert question_of(env, "guide") == question_of(env, "one/close") == ""
    assert question_of(env, None) == ""


def test_a_part_without_a_caption_goes_on_with_the_one_before(env):
    one = ["one/first", "one/second", "one/close"]
    assert parts(env)["One"] == one
    assert list(parts(env)) == ["Before", "One", "Two", "After"]
    assert list(parts_with_chapters(env)) == ["One", "Two"]
    assert part_of(env, "one/close") == "One"
    numbers = [part_number(env, page) for page in ("guide", "one/close", "two/third")]
    assert numbers == [None, 1, 2]


def test_numbers_go_on_from_part_to_part(env):
    assert chapters(env) == IN_ORDER
    assert [chapter_number(env, chapter) for chapter in IN_ORDER] == [1, 2, 3, 4]
    assert chapter_number(env, "one/close") is None
    assert chapter_number(env, "index") is None


def test_the_labels_of_the_claims_say_where_they_are_covered(env):
    assert list(covered(doctree_of(env, "two/third")).items()) == [
        (3, "p1-notes-n3"),
        (12, "p1-notes-n12"),
    ]
    assert covered(doctree_of(env, "one/first")) == {}


def test_what_is_not_asked_any_more_is_forgotten(tmp_path):
    build_chapters(tmp_path)
    app = build_chapters(
        tmp_path, {"one/first": notebook("(to-first)=\n# First\n\nNo.")}
    )
    assert question_of(app.env, "one/first") == ""
    assert question_of(app.env, "two/third") == "Why a third?"
