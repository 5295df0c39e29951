"""Every page on paper: all that is to be read, nothing that is to be clicked."""

import pytest

from tests.browser.labs import open_lab

HIDDEN = (
    ".skip-to-content, .sidebar-drawer, .toc-drawer, .mobile-header, .related-pages,"
    " .back-to-top, .take-along, .chapter-picture, .headerlink, .copybtn, .bookmark,"
    " .explorer-controls,"
    # The code behind a figure is hidden; solutions and answers are printed.
    " .explorer-unscripted, .explorer-states, .explorer-line, .bottom-of-page,"
    " .viewcode-back, details.hide, details.docstring, .editor-live,"
    " .editor-printed .cell_output, form.number button, .exercises-solved,"
    " .lab-note, .lab-warning, .lab-slider, figure.lab :is(button, fieldset)"
)
SHOWN = (
    "article p, article li, .katex-html, .explorer-frame svg, .picture-frame svg, pre"
)


@pytest.fixture
def paper(shared, path):
    """Return the page as a printer gets it from a reader with the dark theme."""
    page = shared(path, width=720)
    for figure in page.locator("figure.lab").all():
        open_lab(page, figure.get_attribute("id"))
    page.emulate_media(color_scheme="dark", media="print")
    return page


@pytest.mark.of_each_kind
def test_only_what_is_to_be_read_is_printed(paper):
    visible, lost = paper.evaluate(
        """([hidden, shown]) => {
            const seen = (e) => e.checkVisibility({ visibilityProperty: true });
            const words = (e) => e.outerHTML.slice(0, 100);
            const all = (selector) => [...document.querySelectorAll(selector)];
            return [all(hidden).filter(seen).map(words), all(shown)
                .filter((e) => !e.closest(hidden) && !seen(e)).map(words)];
        }""",
        [HIDDEN, SHOWN],
    )
    assert visible == []
    assert lost == []


def test_no_line_of_code_is_cut_off(paper):
    cut = paper.evaluate(
        """() => [...document.querySelectorAll("pre")]
            .filter((e) => e.scrollWidth > e.clientWidth + 1
                || e.getBoundingClientRect().right > innerWidth)
            .map((e) => e.textContent.slice(0, 100))"""
    )
    assert cut == []


def test_the_lines_of_the_head_stand_below_each_other(visit):
    page = visit("chapters/p12_attention.html", width=720).page
    page.emulate_media(media="print")
    lines = page.locator(".chapter-head > p").all()
    boxes = [box for line in lines if (box := line.bounding_box())]
    assert len(boxes) > 1
    assert len({box["x"] for box in boxes}) == 1


# Formulas have the color of the text around them.
COLORS = """() => [...document.querySelectorAll(
    "*:not(.katex *, script, .toc-drawer *)"
)].map((e) => {
    const { color, backgroundColor, fill, stroke } = getComputedStyle(e);
    return [e.tagName, color, backgroundColor, fill, stroke].join();
}).join("\\n")"""


@pytest.mark.of_each_kind
def test_both_themes_print_the_same(paper):
    from_dark = paper.evaluate(COLORS)
    paper.emulate_media(color_scheme="light")
    assert paper.evaluate(COLORS) == from_dark
