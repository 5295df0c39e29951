"""exercises.js on a small page: all that it does, without the book.

The page is built by the extension, and opened from the disk. Of an answer that never
ends it waits as long as a reader would.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.extensions.exercise_pages import (
    CHAPTER,
    CHECK_CELL,
    DOUBLE,
    FIRST_CASE,
    SOLUTION,
    STUB,
)
from tests.extensions.exercise_pages import (
    DOUBLED as SOLVED,
)
from tests.extensions.support import build_book, notebook
from tests.extensions.toc import with_toc
from tests.lesson.test_asking import REPLIES, UNREADABLE
from tests.paths import ROOT

DOUBLED = "def double(x):\n    return x * 2\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exercises")
    settings = with_toc(folder, {"First": ["one"], "": ["list"]})
    settings |= {"numfig": True, "numfig_secnum_depth": 0}
    settings |= {"html_static_path": [str(ROOT / "book/static")]}
    pages = {
        "index": notebook("# Home"),
        "one": CHAPTER,
        "list": "# List\n\n:::{progress}\n:::\n\n:::{list-of} exercises\n:::\n",
    }
    extensions = ("sphinx_external_toc", "book.extensions.reading")
    book = build_book(folder, pages, *extensions, "book.extensions.lists", **settings)
    return book.outdir


class Chapter:
    """The chapter as a reader has it open; what it keeps is this reader's alone."""

    def __init__(self, page: Page, address: str) -> None:
        """Open it."""
        self.page, self.address = page, address
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{address}/one.html")
        self.field = page.locator("textarea")
        self.said = page.locator(".editor-live output")
        self.number = page.locator("form.number input")
        self.reply = page.locator("form.number output")

    def button(self, name: str):
        """Return a button of the editor."""
        return self.page.locator(".editor-live").get_by_role("button", name=name)

    def check(self, answer: str | None = None) -> str:
        """Check an answer; return what is said of it."""
        if answer is not None:
            self.field.fill(answer)
        self.button("Check").click()
        expect(self.said).to_have_attribute("data-verdict", RIGHT_OR_WRONG)
        return self.said.inner_text()

    def answer(self, number: str) -> str:
        """Give a number; return what is said of it."""
        self.number.fill(number)
        self.number.press("Enter")
        return " ".join(self.reply.inner_text().split())

    def solved(self, page: str = "one") -> list[str]:
        """Return what is marked as solved on a page."""
        if not self.page.url.endswith(f"{page}.html"):
            self.page.goto(f"{self.address}/{page}.html")
        marked = self.page.locator(":is(div.exercise, li):has(.solved)")
        return [" ".join(text.split()) for text in marked.all_inner_texts()]


RIGHT_OR_WRONG = re.compile("right|wrong")


@pytest.fixture
def chapter(browser, folder):
    context = browser.new_context()
    opened = Chapter(context.new_page(), f"file://{folder}")
    yield opened
    context.close()
    assert opened.errors == []


def test_the_first_case_that_fails_is_shown(chapter):
    assert chapter.field.input_value() == STUB
    assert chapter.check() == FIRST_CASE
    assert chapter.said.get_attribute("data-verdict") == "wrong"
    assert chapter.solved() == []


def test_a_right_answer_is_marked_here_and_in_the_list(chapter):
    assert chapter.check(DOUBLED) == "right: all 3 cases"
    assert chapter.said.get_attribute("data-verdict") == "right"
    assert [text[:8] for text in chapter.solved()] == ["Exercise"]
    head = chapter.page.locator(".exercises-checked")
    expect(head).to_have_text("1 of 2 exercises solved")
    assert chapter.solved("list") == [
        "Exercise 2: Twice (checks your function) ✓ solved"
    ]
    line = chapter.page.locator(".exercises-solved output")
    expect(line).to_have_text("1 of 2 that the page checks are solved")


def test_one_button_forgets_all(chapter):
    chapter.check(DOUBLED)
    chapter.answer("1/2")
    assert len(chapter.solved("list")) == 2
    chapter.page.locator(".exercises-solved button").click()
    assert chapter.solved("list") == []
    expect(chapter.page.locator(".exercises-solved")).to_contain_text("None of those")
    assert chapter.page.evaluate("localStorage.length") == 0
    assert chapter.solved() == []
    assert chapter.field.input_value() == STUB
    assert chapter.number.input_value() == ""


def test_what_was_written_is_there_again_until_reset(chapter):
    chapter.field.fill(DOUBLED)
    chapter.number.fill("0.3")
    chapter.page.reload()
    assert chapter.field.input_value() == DOUBLED
    assert chapter.number.input_value() == "0.3"
    chapter.button("Reset").click()
    assert chapter.field.input_value() == STUB
    chapter.number.fill("")
    chapter.page.reload()
    assert chapter.field.input_value() == STUB
    assert chapter.page.evaluate("localStorage.length") == 0


def test_the_browser_takes_a_reset_back(chapter):
    chapter.field.fill(DOUBLED)
    chapter.button("Reset").click()
    chapter.field.press("Control+z")
    assert chapter.field.input_value() == DOUBLED


def test_the_printed_solution_is_right_and_not_counted(chapter):
    chapter.field.fill("def double(x): pass")
    chapter.button("Put in the printed solution").click()
    assert chapter.field.input_value() == SOLUTION
    assert chapter.check() == "right: all 3 cases"
    assert chapter.solved() == []
    chapter.button("Put my answer back").click()
    assert chapter.field.input_value() == "def double(x): pass"
    chapter.page.reload()
    assert chapter.field.input_value() == "def double(x): pass"


ERRORS = {
    "def double(x):\n    return z\n": "line 2: NameError: name 'z' isn't defined",
    "def double(x):\n    y = [\n": "line 3: SyntaxError: invalid syntax",
    "x = 1 / 0\n": "line 1: ZeroDivisionError: divide by zero",
    "def twice(x):\n    return 2 * x": "NameError: name 'double' isn't defined",
    "def double():\n    return 1": "TypeError: f() takes 0 positional",
    "def double(x):\n    return double(x)": "line 2: RuntimeError: maximum recursion",
    "import numpy": "line 1: ImportError: no module named 'numpy' (this small Python "
    "may lack it: the notebook's has it)",
    "x = [*range(2)]": "line 1: SyntaxError: *x must be assignment target (this small",
    "x = (1, 2)[::-1]": "line 1: NotImplementedError: only slices with step=1 "
    "(aka None) are supported (this small Python may lack it",
    "x = zip([1], strict=True)": "line 1: TypeError: function doesn't take keyword "
    "arguments (this small Python may lack it",
    "x = [0] * 10**9\n": "line 1: MemoryError",
}


@pytest.mark.parametrize("answer", ERRORS)
def test_an_error_is_one_line_with_the_line_of_the_answer(chapter, answer):
    said = chapter.check(answer)
    assert "\n" not in said
    assert said.replace("double()", "f()").startswith(ERRORS[answer])
    assert chapter.said.get_attribute("data-verdict") == "wrong"


def test_an_endless_loop_is_stopped_and_the_next_answer_runs(chapter):
    chapter.page.set_default_timeout(15_000)
    chapter.field.fill("print('once')\nwhile True: pass\n")
    chapter.button("Check").click()
    last = "stopped after 5 seconds: does a loop never end?"
    expect(chapter.said).to_have_text(f"once\n{last}", timeout=15_000)
    assert chapter.check(DOUBLED) == "right: all 3 cases"


def test_two_editors_wait_for_each_other(browser, tmp_path):
    task, solved = (p.replace("ex-double", "ex-again") for p in (DOUBLE, SOLVED))
    cells = (f"# One\n\n{DOUBLE}", CHECK_CELL, SOLVED, task, CHECK_CELL, solved)
    settings = {"numfig": True, "html_static_path": [str(ROOT / "book/static")]}
    pages = {"one": notebook(*cells)}
    book = build_book(tmp_path, pages, "book.extensions.exercises", **settings)
    page = browser.new_page()
    page.goto(f"file://{book.outdir}/one.html")
    editors = page.locator("form.editor-live")
    for number, answer in enumerate(("while True: pass", DOUBLED)):
        editors.nth(number).locator("textarea").fill(answer)
        editors.nth(number).get_by_role("button", name="Check").click()
    said = [editors.nth(number).locator("output") for number in range(2)]
    expect(said[1]).to_have_text("right: all 3 cases", timeout=15_000)
    expect(said[0]).to_have_text("stopped after 5 seconds: does a loop never end?")
    page.close()


def test_what_an_answer_prints_is_bounded(chapter):
    said = chapter.check(f"for i in range(1000): print(i, 'a' * 1000)\n{DOUBLED}")
    lines = said.split("\n")
    assert lines[0].startswith("0 aaa")
    assert len(lines) <= 43
    assert max(map(len, lines)) <= 500
    assert lines[-1] == "right: all 3 cases"
    assert "…" in lines


def test_names_of_an_earlier_answer_are_gone(chapter):
    chapter.check(DOUBLED)
    assert "'double' isn't defined" in chapter.check("x = 1")


def test_keys(chapter):
    field = chapter.field
    field.fill("")
    field.focus()
    keyboard = chapter.page.keyboard
    keyboard.type("def double(x):")
    keyboard.press("Enter")
    keyboard.type("y = 2 * x")
    keyboard.press("Enter")
    keyboard.type("return y")
    assert field.input_value() == "def double(x):\n    y = 2 * x\n    return y"
    keyboard.press("Shift+Tab")
    assert field.input_value() == "def double(x):\n    y = 2 * x\nreturn y"
    keyboard.press("Control+a")
    keyboard.press("Tab")
    assert field.input_value() == "    def double(x):\n        y = 2 * x\n    return y"
    keyboard.press("Shift+Tab")
    assert field.input_value() == "def double(x):\n    y = 2 * x\nreturn y"
    keyboard.press("Control+z")
    assert field.input_value() == "    def double(x):\n        y = 2 * x\n    return y"
    keyboard.press("End")
    keyboard.press("Tab")
    assert field.input_value().endswith("return y    ")
    field.fill(DOUBLED)
    keyboard.press("Control+Enter")
    expect(chapter.said).to_have_text("right: all 3 cases")


def test_escape_and_tab_leave_the_field(chapter):
    def is_left(*keys):
        chapter.field.focus()
        for key in keys:
            chapter.page.keyboard.press(key)
        return not chapter.field.evaluate("e => e === document.activeElement")

    assert is_left("Escape", "Tab")
    assert is_left("Escape", "Shift+Tab")
    assert chapter.field.input_value() == STUB
    assert not is_left("Escape", "a", "Tab")
    assert not is_left("Tab")


@pytest.mark.parametrize("text", REPLIES)
def test_a_number_is_read_as_in_the_notebook(chapter, text):
    # The notebook's test asks for 6 within 0.05; here it is half a meter within 0.01.
    readable = REPLIES[text] != UNREADABLE
    said = chapter.answer(text)
    assert said == ("Not so." if readable else UNREADABLE)


def test_right_and_wrong_numbers_and_why(chapter):
    assert chapter.answer("0.25") == "Not so. That is the square."
    assert chapter.answer("0.26") == "Not so. That is the square."
    assert chapter.answer("1") == "Not so. Half of it < 1."
    assert chapter.answer("0.52") == "Not so."
    assert chapter.solved() == []
    assert chapter.answer("0.51") == "Right."
    assert len(chapter.solved()) == 1


def test_python_that_does_not_arrive_is_asked_for_again(chapter, folder):
    engine, away = folder / "_static/python.js", folder / "away.js"
    engine.rename(away)
    assert chapter.check(DOUBLED) == "Python did not arrive. Try again."
    away.rename(engine)
    assert chapter.check() == "right: all 3 cases"


# The first worker does nothing, those after it are real.
IDLE = """() => {
    const real = window.Worker;
    window.Worker = function () {
        window.Worker = real;
        return { postMessage: () => { window.posted = true; }, terminate: () => {} };
    };
}"""


def test_python_that_never_starts_is_given_up(chapter):
    chapter.page.clock.install()
    chapter.page.evaluate(IDLE)
    chapter.button("Check").click()
    chapter.page.wait_for_function("window.posted")
    chapter.page.clock.fast_forward(29_000)
    expect(chapter.said).to_be_empty()
    chapter.page.clock.fast_forward(2_000)
    last = "Python did not start within 30 seconds. Try again."
    expect(chapter.said).to_have_text(last)
    assert chapter.check(DOUBLED) == "right: all 3 cases"


def test_python_comes_at_the_first_click_and_once(chapter):
    asked = []
    chapter.page.on("request", lambda request: asked.append(request.url))
    chapter.page.reload()
    chapter.answer("0.5")
    assert not [url for url in asked if "python.js" in url]
    chapter.check()
    chapter.check(DOUBLED)
    assert len([url for url in asked if "python.js" in url]) == 1


def test_a_reader_who_lets_nothing_be_kept_can_answer(browser, folder):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('forbidden', 'SecurityError'); } });"
    )
    opened = Chapter(page, f"file://{folder}")
    assert opened.check(DOUBLED) == "right: all 3 cases"
    assert opened.answer("0.5") == "Right."
    context.close()


def test_nothing_is_asked_before_the_answer_is_there(chapter):
    chapter.button("Check").dblclick()
    expect(chapter.said).to_have_text(FIRST_CASE)
