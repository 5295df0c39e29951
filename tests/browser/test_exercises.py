"""Every exercise that the page checks, in the built book, served and from the disk.

What MicroPython says of an answer in the page is what CPython says of it here, but for
the words of errors, which each Python has of its own.
"""

import contextlib
import io

import pytest
from playwright.sync_api import Page
from textbook.lesson.exercise import check

from tests.browser.wrong_answers import WRONG
from tests.site.built import SITE, checked, soup

DISK = f"file://{SITE}"
EDITORS, NUMBERS = checked("editor-live"), checked("number")


def said_here(answer: str, cases: str) -> str:
    """Return what CPython prints of an answer, "" where it raises an error."""
    output = io.StringIO()
    names = {"check": check}
    with contextlib.redirect_stdout(output):
        try:
            exec(answer, names)
            exec(cases, names)
        except (ArithmeticError, TypeError, ValueError):
            return ""
    return output.getvalue().strip()


class Editor:
    """The editor of one exercise on an open page."""

    def __init__(self, page: Page, label: str) -> None:
        """Find it."""
        self.page = page
        self.form = page.locator(f"form.editor-live[data-exercise={label}]")
        self.field = self.form.locator("textarea")
        self.mark = page.locator(f"#{label} .solved")

    def check(self) -> str:
        """Check what stands there; return what is said of it."""
        self.form.get_by_role("button", name="Check").click()
        output = self.form.locator("output[data-verdict=right], [data-verdict=wrong]")
        output.wait_for()
        return output.inner_text().strip()


def test_each_has_wrong_answers_and_no_other():
    assert sorted(label for _, label in EDITORS) == sorted(WRONG)
    assert min(map(len, WRONG.values())) >= 2


# The same script runs all of them: a few from the disk stand for the others.
SOURCES = [(exercise, "served") for exercise in EDITORS]
SOURCES += [(exercise, "from the disk") for exercise in EDITORS[::6]]


@pytest.mark.parametrize(("exercise", "source"), SOURCES)
def test_stub_and_wrong_answers_are_rejected_and_the_solution_is_not(
    shared, exercise, source
):
    path, label = exercise
    places = {"source": DISK} if source == "from the disk" else {}
    page = shared(path, **places)
    editor = Editor(page, label)
    form = soup(path).select_one(f"form.editor-live[data-exercise={label}]")
    cases = form.select_one(".editor-cases pre").get_text()
    printed = form.parent.select_one(".editor-printed .cell_output pre").get_text()
    assert editor.check() == printed.strip()
    for answer in WRONG[label]:
        editor.field.fill(answer)
        said, here = editor.check(), said_here(answer, cases)
        assert not said.startswith("right")
        assert said == here if here else "Error: " in said
    assert editor.mark.count() == 0
    editor.form.get_by_role("button", name="Put in the printed solution").click()
    solution = editor.field.input_value()
    assert editor.check() == said_here(solution, cases)
    assert editor.check().startswith("right: all")
    editor.field.fill(f"{solution}# my own\n")
    editor.check()
    assert editor.mark.inner_text() == " ✓ solved"


@pytest.mark.parametrize("exercise", NUMBERS, ids="#".join)
def test_a_number_is_right_and_usual_wrong_ones_have_their_reasons(shared, exercise):
    path, label = exercise
    page = shared(path)
    form = page.locator(f"form.number[data-exercise={label}]")
    reasons = soup(path).select(f"form.number[data-exercise={label}] [data-value]")
    assert reasons

    def answer(text: str) -> str:
        form.locator("input").fill(text)
        form.get_by_role("button").click()
        return " ".join(form.locator("output").inner_text().split())

    for reason in reasons:
        why = " ".join(reason.get_text().split())
        assert answer(reason["data-value"]) == f"Not so. {why}"
    assert answer("-987654321.5") == "Not so."
    assert answer(form.get_attribute("data-right")) == "Right."
    assert page.locator(f"#{label} .solved").inner_text() == " ✓ solved"


def test_nothing_of_python_comes_before_the_first_check(visit):
    path, label = EDITORS[0]
    opened = visit(path)
    assert not [url for url in opened.brought if "python.js" in url]
    Editor(opened.page, label).check()
    (size,) = [size for url, size in opened.sizes.items() if "python.js" in url]
    assert size < 230_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_editor_whole(shared, scheme):
    path, label = EDITORS[-1]
    page = shared(path, width=390)
    page.emulate_media(color_scheme=scheme)
    editor = Editor(page, label)
    editor.check()
    box = editor.field.bounding_box()
    assert box["width"] >= 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    size = editor.field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 16  # below, a phone zooms into the page at the first touch
    buttons = editor.form.get_by_role("button").all()
    assert min(button.bounding_box()["height"] for button in buttons) >= 24


def test_on_paper_the_stub_has_room_for_an_answer(visit):
    path, label = EDITORS[0]
    page = visit(path, width=720).page
    page.emulate_media(media="print")
    editor = Editor(page, label)
    assert not editor.form.is_visible()
    printed = page.locator(".editor", has=editor.form).locator(".editor-printed")
    assert "# your answer" in printed.inner_text()
    assert "not yet" not in printed.inner_text()
    code = printed.locator(".cell_input").bounding_box()["height"]
    assert printed.bounding_box()["height"] >= code + 100
