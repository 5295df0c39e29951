"""Pictures of the book's own pages: asked for on a page, taken by a tool."""

import os
import sys

import pytest

from book.tools import screenshots
from tests.extensions.support import build_book, page

ASKS = """# How

:::{screenshot} deep/one.html#it:a=1,b=x y
:size: 390x780
:scheme: dark
:alt: An "explorer", dark

A *caption*
:::
"""
PAGES = {"how": ASKS, "deep/one": "# One", "deep/two": ASKS.replace("dark", "light")}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("screenshots")
    return build_book(folder, PAGES, "book.extensions.screenshots")


@pytest.fixture
def taken(monkeypatch):
    """Return the list of pictures taken from now on, by a browser that isn't there."""
    taken = []

    def take(picture, site, browser):
        taken.append(picture)
        picture.file.parent.mkdir(parents=True, exist_ok=True)
        picture.file.touch()

    class Playwright:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def __getattr__(self, name):
            return lambda *_, **__: self

        chromium = property(lambda self: self)

    monkeypatch.setattr(screenshots, "take", take)
    monkeypatch.setattr(screenshots, "find_chrome", lambda: "chrome")
    monkeypatch.setattr(screenshots, "sync_playwright", Playwright)
    return taken


def run(monkeypatch, site):
    monkeypatch.setattr(sys, "argv", ["screenshots", str(site)])
    screenshots.main()


def test_a_figure_has_its_picture_as_it_will_be(book):
    figure = page(book, "deep/two").select_one("figure.screenshot")
    assert figure.figcaption.decode_contents() == "A <em>caption</em>"
    written = (book.outdir / "deep/two.html").read_text()
    assert "<figcaption>A <em>caption</em></figcaption></figure>" in written
    assert figure["data-page"] == "deep/one.html#it:a=1,b=x y"
    assert figure["data-scheme"] == "light"
    image = dict(figure.img.attrs)
    name = "deep-one-html-it-a-1-b-x-y-390x780-light.webp"
    assert image.pop("src") == f"../_images/screenshots/{name}"
    assert image == {
        "alt": 'An "explorer", light',
        "width": "390",
        "height": "780",
        "loading": "lazy",
        "onerror": "this.parentElement.remove()",
    }


def test_what_differs_has_another_file(book):
    found = [page(book, name).select_one(".screenshot img") for name in PAGES]
    assert found[0]["src"].removeprefix("_images") != found[2]["src"].removeprefix(
        "../_images"
    )


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("deep/one.html", "nowhere.html"),
        ("390x780", "wide"),
        (":scheme: dark", ":scheme: blue"),
        (':alt: An "explorer", dark\n', ""),
        ("A *caption*\n", ""),
    ],
)
def test_a_wrong_request_is_an_error_where_it_stands(build, there, instead):
    pages = PAGES | {"how": ASKS.replace(there, instead)}
    app = build(pages, "book.extensions.screenshots", warns=True)
    assert "how.md:3: ERROR" in app.warning.getvalue()


def test_only_what_is_missing_or_older_than_its_page_is_taken(book, taken, monkeypatch):
    run(monkeypatch, book.outdir)
    assert [(p.address, p.width, p.height) for p in taken] == [
        ("deep/one.html#it:a=1,b=x y", 390, 780)
    ] * 2
    assert {p.scheme for p in taken} == {"dark", "light"}
    first = taken.copy()
    taken.clear()
    run(monkeypatch, book.outdir)
    assert taken == []
    first[0].file.unlink()
    run(monkeypatch, book.outdir)
    assert taken == first[:1]
    taken.clear()
    for picture in first:
        os.utime(picture.file, (0, 0))
    run(monkeypatch, book.outdir)
    assert taken == first


def test_a_picture_that_no_page_asks_for_is_deleted(book, taken, monkeypatch):
    run(monkeypatch, book.outdir)
    gone = book.outdir / "_images" / "screenshots" / "gone.webp"
    gone.touch()
    run(monkeypatch, book.outdir)
    assert not gone.exists()
    assert all(picture.file.exists() for picture in screenshots.asked(book.outdir))


def test_without_chrome_one_line_says_so_and_no_page_changes(book, monkeypatch, capsys):
    monkeypatch.setattr(screenshots, "find_chrome", lambda: None)
    for picture in screenshots.asked(book.outdir):
        picture.file.unlink(missing_ok=True)
    before = {f: f.read_bytes() for f in book.outdir.rglob("*.html")}
    run(monkeypatch, book.outdir)
    assert capsys.readouterr().out.count("\n") == 1
    assert before == {f: f.read_bytes() for f in book.outdir.rglob("*.html")}
