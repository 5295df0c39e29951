"""What a page loads: what it needs, after its text, by an address of its own."""

import zlib

import pytest

from book.extensions import weight
from tests.extensions.support import BOOK, build_as_the_book, build_book, page

PAGES = {"index": "# Home\n\nText.", "deep/one": "# One\n\n```python\nx = 1\n```"}
STYLES = "book.extensions.styles"  # which makes one file of all: test_styles.py
WITHOUT = ("book.extensions.weight", "book.extensions.theme", STYLES)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    return build_as_the_book(folder, PAGES, without=[STYLES])


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    """Build with the settings of the book, but for the two extensions tested here."""
    folder = tmp_path_factory.mktemp("upstream")
    return build_as_the_book(folder, PAGES, without=WITHOUT)


def assets(app, name):
    """Return the scripts and the style sheets of a page, as they are written."""
    return [str(tag) for tag in page(app, name).select("script, link[rel=stylesheet]")]


@pytest.mark.parametrize("unused", weight.UNUSED + weight.KERNEL_SETTINGS)
def test_upstream_loads_what_the_book_never_uses(book, upstream, unused):
    assert any(unused in asset for asset in assets(upstream, "deep/one"))
    assert not any(unused in asset for asset in assets(book, "deep/one"))


def test_everything_else_is_still_loaded(book, upstream):
    def files(app):
        tags = page(app, "deep/one").select("script[src], link[rel=stylesheet]")
        return {(t.get("src") or t["href"]).partition("?")[0] for t in tags}

    gone = files(upstream) - files(book)
    assert gone
    assert all(any(unused in file for unused in weight.UNUSED) for file in gone)
    assert files(book) <= files(upstream)


def test_upstream_lets_scripts_hold_up_the_text(book, upstream):
    def at_once(app, name):
        return page(app, name).select("script[src]:not([defer])")

    assert at_once(upstream, "deep/one")
    assert not at_once(book, "deep/one")
    assert not at_once(book, "search")


def test_a_file_is_asked_for_by_what_it_holds(book):
    checked = 0
    for tag in page(book, "deep/one").select("script[src], link[rel=stylesheet]"):
        address, _, version = (tag.get("src") or tag["href"]).partition("?v=")
        if version and "pygments.css" not in address:  # which Furo writes once more
            content = (book.outdir / "deep" / address).read_bytes()
            assert version == f"{zlib.crc32(content):08x}"
            checked += 1
    assert checked >= 5


def test_the_style_of_the_book_is_asked_for_anew_when_it_changes(tmp_path):
    found = []
    for name in ("a", "b"):  # apart, as Sphinx remembers what it has seen
        (tmp_path / name / "static").mkdir(parents=True)
        (tmp_path / name / "static" / "book.css").write_text(f"{name} {{}}")
        app = build_book(
            tmp_path / name,
            {"index": "# Home"},
            "book.extensions.weight",
            html_theme="furo",
            html_static_path=["static"],
            html_css_files=BOOK["sphinx"]["config"]["html_css_files"],
        )
        [tag] = page(app, "index").select("link[href*='book.css']")
        found.append(tag["href"])
    assert found[0] != found[1]


def test_code_on_dark_pages_has_a_style_made_for_them(book, upstream):
    def dark(app):
        text = (app.outdir / "_static" / "pygments.css").read_text()
        return text.partition("@media not print")[2]

    assert book.config.pygments_dark_style == "a11y-high-contrast-dark"
    assert dark(book) != dark(upstream)
