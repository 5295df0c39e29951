"""page.js on a small book: what it does before a link is followed.

The book is built with the theme of the real one, and opened from the disk.
"""

import pytest

from tests.extensions.support import build_book
from tests.paths import ROOT

PAGES = {
    "one": "# One\n\n[Here](#low) and [there](two.md#two).\n\n## Low\n\nWords.",
    "two": "# Two\n\nWords.",
}
SETTINGS = {
    "html_theme": "furo",
    "html_static_path": [str(ROOT / "book" / "static")],
    "html_js_files": ["page.js"],
    "myst_heading_anchors": 2,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    book = build_book(tmp_path_factory.mktemp("page"), PAGES, **SETTINGS)
    return f"file://{book.outdir}"


@pytest.mark.parametrize(("words", "laid_out"), [("Here", True), ("there", False)])
def test_a_link_into_the_page_lays_it_out_and_no_other_does(
    browser, site, words, laid_out
):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/one.html")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    page.get_by_role("link", name=words, exact=True).click()
    assert page.evaluate("document.body.matches('.linked')") is laid_out
    context.close()
