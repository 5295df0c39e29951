"""Every page of the built book, as a reader opens it."""

import pytest

from tests.site.built import LAY_OUT


def test_a_page_needs_no_other_host_and_raises_no_error(shared, path):
    shared(path)  # the fixture collects what goes wrong


def test_no_sideways_scrolling_on_a_phone(shared, path):
    # What is wider than the page stands in a box of its own that scrolls.
    too_wide = """() => {
        const boxed = (e) => e.tagName !== "ARTICLE"
            && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
        return [...document.querySelectorAll("article *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .filter((e) => !boxed(e.parentElement))
            .map((e) => e.outerHTML.slice(0, 100));
    }"""
    page = shared(path, width=390)
    assert page.evaluate(too_wide) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


# Of each short formula and phrase: its last line, and the punctuation after it.
TORN = """() => [...document.querySelectorAll("article .unbroken")].filter((piece) => {
    const mark = document.createRange();
    mark.selectNode(piece.lastChild);
    const { top, bottom } = mark.getBoundingClientRect();
    const box = [...piece.querySelectorAll(".base")].at(-1) ?? piece.firstChild;
    const line = [...box.getClientRects()].at(-1);
    return line && (bottom < line.top || line.bottom < top);
}).map((piece) => piece.textContent)"""


def test_no_line_of_a_phone_begins_with_a_comma(shared, chapter):
    page = shared(chapter, width=320)
    page.evaluate(LAY_OUT)
    assert page.evaluate(TORN) == []


# Of each heading and entry, if the sign of its link stands below its last line.
ALONE = """() => [...document.querySelectorAll(".headerlink")].filter((sign) => {
    const mark = document.createRange();
    mark.selectNodeContents(sign.parentElement);
    mark.setEndBefore(sign);
    const last = [...mark.getClientRects()].at(-1);
    return last && sign.getBoundingClientRect().top >= last.bottom;
}).map((sign) => sign.parentElement.textContent)"""


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.of_each_kind
def test_the_sign_of_a_link_to_a_heading_takes_no_line_of_its_own(shared, path, width):
    page = shared(path, width=width)
    page.evaluate(LAY_OUT)
    assert page.evaluate(ALONE) == []


# Of each numbered formula: does it end where its number begins, at the latest?
COVERED = """() => [...document.querySelectorAll(".math > .eqno")].filter((number) => {
    const formula = number.parentElement.querySelector(".katex-display");
    const { right } = formula.getBoundingClientRect();
    return number.getBoundingClientRect().left < right;
}).map((number) => number.textContent)"""


def test_no_number_lies_on_its_formula_on_a_phone(shared, chapter):
    page = shared(chapter, width=390)
    page.evaluate(LAY_OUT)
    assert page.evaluate(COVERED) == []


SHARE_OF_CODE = """() => {
    const high = (e) => e.getBoundingClientRect().height;
    const code = [...document.querySelectorAll("article .highlight pre")]
        .filter((e) => e.checkVisibility());
    const whole = high(document.querySelector("article"));
    return code.map(high).reduce((a, b) => a + b, 0) / whole;
}"""


def test_code_and_output_in_sight_take_a_fifth_of_a_chapter_at_most(shared, chapter):
    page = shared(chapter)
    page.evaluate(LAY_OUT)
    assert page.evaluate(SHARE_OF_CODE) <= 0.2


HEIGHTS = """(name) => [...document.querySelectorAll("article > section > section")]
    .map((section) => [
        parseFloat(getComputedStyle(section).getPropertyValue(name)),
        section.getBoundingClientRect().height,
    ])"""


@pytest.mark.parametrize(
    ("width", "name"), [(1280, "--height"), (390, "--height-phone")]
)
def test_sections_are_about_as_high_as_the_page_takes_them_to_be(
    shared, chapter, width, name
):
    page = shared(chapter, width=width)
    page.evaluate(LAY_OUT)
    estimated, true = zip(*page.evaluate(HEIGHTS, name), strict=True)
    assert abs(sum(estimated) / sum(true) - 1) <= 0.1


CUT_OFF = """() => [...document.querySelectorAll("article > section > section")]
    .filter((e) => getComputedStyle(e).contentVisibility === "auto")
    .flatMap((section) => {
        const { left, right } = section.getBoundingClientRect();
        return [...section.querySelectorAll("figure, summary > p, h2, .admonition")]
            .map((e) => [e, e.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.left < left || right < box.right))
            .map(([e]) => e.outerHTML.slice(0, 100));
    })"""


@pytest.mark.parametrize("width", [390, 1280, 1440])
def test_a_section_that_is_laid_out_late_cuts_nothing_off(visit, width):
    page = visit("chapters/p11_stride_and_padding.html", width=width).page
    assert page.evaluate(CUT_OFF) == []


def test_a_question_opens_what_is_to_be_said_of_one_choice_by_keyboard(shared, chapter):
    page = shared(chapter)
    for question in page.locator("div.question").all():
        choices = question.locator("details")
        for number in range(choices.count()):
            choices.nth(number).locator("summary").focus()
            page.keyboard.press("Enter")
            opened = choices.evaluate_all("all => all.map((e) => e.open)")
            assert opened == [n == number for n in range(len(opened))]
            assert choices.nth(number).locator("strong").first.is_visible()
