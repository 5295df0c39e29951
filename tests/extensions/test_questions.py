"""Questions: what a browser gets, and what their directive refuses."""

import pytest

from tests.extensions.support import QUESTION, build_book, page

TEXT = f"# One\n\n{QUESTION}\nAfter it.\n"


def built(folder, text, **options):
    return build_book(folder, {"one": text}, "book.extensions.boxes", **options)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    return page(built(folder, TEXT), "one").select_one("div.question")


def test_the_group_is_named_by_what_it_asks(asked):
    assert asked["role"] == "group"
    assert asked["id"] == "ask-square"
    assert asked.find(id=asked["aria-labelledby"]).get_text().startswith("What is")


def test_it_ends_where_the_text_goes_on(asked):
    assert asked.find_next_sibling("p").get_text() == "After it."


def test_each_choice_opens_what_is_to_be_said_of_it(asked):
    lines = [choice.summary.get_text(strip=True) for choice in asked("details")]
    assert lines == ["Two.", "Four."]
    said = [choice.p.get_text() for choice in asked("details")]
    assert said == ["Not so. That is the base.", "Right. Two times two."]


def test_one_choice_is_open_at_a_time(asked):
    assert {choice["name"] for choice in asked("details")} == {"ask-square"}


def test_only_the_right_choice_is_marked_as_right(asked):
    assert [choice["class"] for choice in asked("details")] == [
        ["choice", "wrong"],
        ["choice", "right"],
    ]


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        (":right: 2", ":right: 3", "ask-square has 2 choices, none number 3"),
        (":right: 2\n", "", "a question needs right"),
        ("\n\n  That is the base.", "", "each choice is a line, and below it"),
        ("- Four.\n\n  Two *times* two.\n", "", "one list, of two to four choices"),
        ("- Two.", "Well?\n\n- Two.", "one list, of two to four choices"),
    ],
)
def test_what_is_no_question_is_refused_in_words(tmp_path, line, instead, message):
    assert line in TEXT
    app = built(tmp_path, TEXT.replace(line, instead), warns=True)
    assert message in app.warning.getvalue()
    assert not page(app, "one").select("div.question")
