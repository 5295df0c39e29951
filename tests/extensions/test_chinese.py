"""Chinese words say that they are Chinese, wherever they stand."""

import pytest

from tests.extensions.support import build_book, page
from tests.paths import ROOT

SETTINGS = {
    "templates_path": [str(ROOT / "book" / "templates")],
    "html_context": {"usual_fonts": [], "late_fonts": []},
}
PAGES = {
    "index": "# Home",
    "chapters/one": "# One 一\n\nA *loss* is 损失 or `代码`, $x_中$.",
    "chapters/glossary": "# Glossary\n\n:::{glossary}\nloss · 损失\n"
    "  How wrong. [One](one.md) {leads}`0/1 損失, 误`\n:::\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chinese")
    return build_book(folder, PAGES, "book.extensions.glossary", **SETTINGS)


def marked(book, name):
    found = page(book, name).select(":is(div.body, .general-index) [lang=zh]")
    assert all(element.name == "span" for element in found)
    return [element.get_text() for element in found]


def test_in_the_text_it_is_marked_and_all_else_stays(book):
    assert marked(book, "chapters/one") == ["一", "损失", "代码"]
    text = page(book, "chapters/one").select_one("div.body p").get_text()
    assert text.startswith("A loss is 损失 or 代码, ")


def test_in_the_glossary_it_is_marked_and_nothing_else(book):
    assert marked(book, "chapters/glossary") == ["损失", "損失", "误"]


def test_in_the_general_index_it_is_marked(book):
    assert marked(book, "genindex") == ["中文", "损失"] * 2
