"""The heads of the chapters, against the pages that they tell of."""

import pytest

from tests.site.built import SITE, soup
from tests.site.test_reading import CHAPTERS

NUMBERED = [c for c in CHAPTERS if c != "chapters/operations"]
every_chapter = pytest.mark.parametrize("chapter", NUMBERED)


def words(element):
    return " ".join(element.get_text().split())


def head(chapter):
    return soup(f"{chapter}.html").select_one(".chapter-head")


def test_the_chapters_are_numbered_through():
    places = [words(head(chapter).select_one(".chapter-place")) for chapter in NUMBERED]
    counted = [place.partition(" ·")[0] for place in places]
    total = len(NUMBERED)
    assert counted == [f"Chapter {n} of {total}" for n in range(1, total + 1)]


def test_a_claim_stands_in_the_head_of_the_chapter_that_the_notes_page_links():
    rows = soup("chapters/notes.html").select("tr:has(td)")
    links = {row.td.get_text(): row.select("a")[-1]["href"] for row in rows}
    linked = {f"chapters/{href}": claim for claim, href in links.items()}
    in_heads = {
        f"{chapter}.html{link['href']}": link.get_text()
        for chapter in NUMBERED
        for link in head(chapter).select(".chapter-needs a[href^='#']")
    }
    assert len(in_heads) == 30
    assert in_heads == linked


@every_chapter
def test_what_a_chapter_needs_is_earlier_and_linked_in_its_box(chapter):
    page = soup(f"{chapter}.html")
    box = {a["href"].partition("#")[0] for a in page.select("div.standing a")}
    earlier = [f"{c.removeprefix('chapters/')}.html" for c in NUMBERED]
    earlier = earlier[: NUMBERED.index(chapter)]
    links = [a["href"] for a in head(chapter).select(".chapter-needs a")]
    needs = [href for href in links if not href.startswith("#")]
    assert needs == [name for name in earlier if name in box]


@every_chapter
def test_the_picture_in_the_head_leads_to_the_first_figure_that_moves(chapter):
    page = soup(f"{chapter}.html")
    picture = head(chapter).select_one("a.chapter-picture")
    first = page.select_one("figure.explorer, figure.lab")
    assert picture["href"] == f"#{first['id']}"
    assert words(first.select_one(".figure-title a")) in words(picture)
    assert (SITE / "chapters" / picture.img["src"]).exists()
