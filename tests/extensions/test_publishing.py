"""What the site offers around its text, with its two addresses set and without them."""

import re
from urllib.parse import parse_qs
from xml.etree import ElementTree

from book.extensions.publishing import ways_to_take_along
from tests.extensions.support import build_as_the_book, notebook, page

SITE = "https://book.example/thresholds/"
SOURCE = "https://github.com/someone/book"
PAGES = {
    "index": "# Home\n\nThe first page.\n",
    "chapters/text": "# Text\n\n1 < 2 on this page.\n",
    "chapters/bare": "# Bare & short\n",
    "chapters/one": notebook("# One\n\nA notebook."),
}


def content(soup, attribute, name):
    tag = soup.find("meta", {attribute: name})
    return tag and tag["content"]


def pages(app):
    """Return the names of all pages of the site."""
    files = app.outdir.rglob("*.html")
    return sorted(f.relative_to(app.outdir).with_suffix("").as_posix() for f in files)


def test_a_published_notebook_links_to_its_source_to_binder_and_to_colab(published):
    found = {
        " ".join(a.get_text().split()): a["href"]
        for a in page(published, "chapters/one").select("a[href]")
    }
    assert found["Edit this page"] == f"{SOURCE}/edit/main/chapters/one.ipynb"
    assert found["Run it on Binder"] == (
        "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/chapters/one.ipynb"
    )
    assert found["Run it on Colab"] == (
        "https://colab.research.google.com/github/someone/book/blob/notebooks/one.ipynb"
    )
    assert found["Download this notebook"] == "../_downloads/one.zip"


def test_the_ways_stand_under_the_title_and_nowhere_else(built):
    line = page(built, "chapters/one").select_one("article h1 + p")
    assert line["class"] == ["take-along"]
    assert (built.outdir / "chapters" / line.a["href"]).exists()
    assert "Download" not in content(page(built, "chapters/one"), "name", "description")
    assert (
        "download"
        not in (built.outdir / "_static" / "searchindex.js").read_text().lower()
    )


def test_a_published_text_links_to_its_source_only(published):
    text = str(page(published, "chapters/text"))
    assert f'href="{SOURCE}/edit/main/chapters/text.md"' in text
    assert "mybinder" not in text
    assert "_downloads" not in text


def test_a_published_page_says_where_an_error_is_reported(published):
    [link] = page(published, "chapters/bare").select("p.report a")
    address, _, form = link["href"].partition("?")
    assert address == f"{SOURCE}/issues/new"
    said = parse_qs(form)
    assert said["title"] == ["Error in “Bare & short”"]
    assert said["body"] == ["Page: chapters/bare\n\n"]
    assert not page(published, "genindex").select("p.report")


def test_without_addresses_nothing_asks_for_one(unpublished):
    for name in pages(unpublished):
        text = str(page(unpublished, name))
        for absent in (
            "mybinder",
            "colab",
            "Edit this page",
            "Report an error",
            "canonical",
            "og:",
        ):
            assert absent not in text, f"{absent} in {name}"
        outside = set(re.findall(r'(?:href|src)="(https?://[^/"]+)', text))
        assert outside <= {  # the theme names its makers
            "https://www.sphinx-doc.org",
            "https://pradyunsg.me",
            "https://github.com",
        }
    assert not (unpublished.outdir / "sitemap.xml").exists()
    assert not (unpublished.outdir / "robots.txt").exists()


def test_every_page_has_a_description_of_its_own_and_an_icon(built):
    soups = {name: page(built, name) for name in pages(built)}
    descriptions = [content(soup, "name", "description") for soup in soups.values()]
    assert len(soups) >= 6
    assert all(descriptions)
    assert len(set(descriptions)) == len(soups)
    for name, soup in soups.items():
        assert len(soup.select("meta[name=description]")) == 1
        icon = (built.outdir / name).parent / soup.find("link", rel="icon")["href"]
        assert icon.read_text().startswith("<svg")


def test_a_page_without_text_is_described_by_its_title(built):
    assert content(page(built, "chapters/bare"), "name", "description") == (
        "Bare & short of the book From Thresholds to Attention"
    )


def test_a_published_page_has_a_card(published):
    text = page(published, "chapters/text")
    assert content(text, "property", "og:title") == "Text"
    assert content(text, "property", "og:url") == f"{SITE}chapters/text.html"
    assert content(text, "name", "description") == "1 < 2 on this page."
    image = content(text, "property", "og:image")
    assert image.startswith(SITE)
    file = published.outdir / image.removeprefix(SITE)
    assert file.read_bytes().startswith(b"\x89PNG")


def test_the_site_map_names_every_page_of_the_book(published):
    root = ElementTree.fromstring((published.outdir / "sitemap.xml").read_text())
    assert sorted(place.text for place in root.findall("{*}url/{*}loc")) == sorted(
        f"{SITE}{name}.html" for name in PAGES
    )
    robots = (published.outdir / "robots.txt").read_text()
    assert f"Sitemap: {SITE}sitemap.xml" in robots


def test_a_site_that_loses_its_address_loses_its_map(tmp_path):
    home = {"index": "# Home", "text": "# Text"}
    build_as_the_book(tmp_path, home, site=SITE)
    assert (tmp_path / "_build" / "html" / "sitemap.xml").exists()
    build_as_the_book(tmp_path, home)
    assert not (tmp_path / "_build" / "html" / "sitemap.xml").exists()


def test_elsewhere_than_on_github_nothing_leads_to_binder_or_colab():
    repository = {"url": "https://gitlab.com/a/b", "branch": "main"}
    assert list(ways_to_take_along("one", repository)) == ["Download this notebook"]


def test_a_branch_other_than_main_is_named():
    ways = ways_to_take_along("one", {"url": SOURCE + "/", "branch": "next"})
    assert "/someone/book/next?" in ways["Run it on Binder"]


def test_a_page_loads_nothing_by_an_absolute_address(built):
    for name in pages(built):
        loaded = page(built, name).select(
            "script[src], img[src], link[rel=stylesheet], link[rel=icon]"
        )
        assert loaded
        for tag in loaded:
            address = tag.get("src") or tag.get("href")
            assert not re.match(r"\w+:|/", address), f"{address} in {name}"
