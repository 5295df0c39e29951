"""One style sheet: it holds what the many hold, and finds the files that they name."""

import re
import zlib
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from book.extensions.styles import BUNDLE, bundle
from tests.extensions.support import build_as_the_book, page

PAGES = {"index": "# Home\n\n$x$", "deep/one": "# One\n\n```python\nx = 1\n```"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build_as_the_book(tmp_path_factory.mktemp("book"), PAGES)


@pytest.fixture(scope="module")
def styles(book):
    return (book.outdir / BUNDLE).read_text()


def test_every_page_asks_for_one_style_sheet_by_what_it_holds(book, styles):
    for name, up in (("index", ""), ("deep/one", "../"), ("search", "")):
        [link] = page(book, name).select("link[rel=stylesheet]")
        version = zlib.crc32(styles.encode())
        assert link["href"] == f"{up}{BUNDLE}?v={version:08x}"


def test_it_holds_what_each_of_them_holds_the_theme_before_the_book(book, styles):
    static = book.outdir / "_static"
    names = "pygments", "styles/furo", "proof", "exercises", "labs", "book", "identity"
    texts = [(static / f"{name}.css").read_text().strip() for name in names]
    places = [styles.index(text) for text in texts]
    assert places == sorted(places)


def test_the_files_that_it_names_are_there(book, styles):
    named = re.findall(r"url\(([^)'\"]+\.woff2)\)", styles)
    assert len(named) > 10
    for name in named:
        assert (book.outdir / BUNDLE).parent.joinpath(name).exists(), name


def test_a_style_of_a_single_page_is_an_error(tmp_path):
    (tmp_path / "_static").mkdir()
    for name in ("all", "two"):
        (tmp_path / "_static" / f"{name}.css").write_text(f".{name} {{}}")
    app = SimpleNamespace(outdir=tmp_path)

    def ask(page, *names):
        sheets = [SimpleNamespace(filename=f"_static/{name}.css") for name in names]
        bundle(app, page, "page.html", {"css_files": sheets}, None)

    ask("one", "all")
    ask("three", "all")
    with pytest.raises(ExtensionError, match=r"two\.css: name a style for all"):
        ask("two", "all", "two")
