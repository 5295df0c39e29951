"""The home page's cards, against the pages that they tell of."""

import re

import pytest

from tests.site.built import PAGES, SITE, checked, explorers, labs, soup
from tests.site.test_heads import NUMBERED, every_chapter, words

CARDS = {card["href"]: card for card in soup("index.html").select("a.chapter-card")}


def test_the_home_page_has_a_card_for_each_chapter_and_each_page_that_closes_a_part():
    closing = [page for page in PAGES if page.endswith("_what_we_know.html")]
    assert sorted(CARDS) == sorted([*(f"{c}.html" for c in NUMBERED), *closing])
    assert [c for c in CARDS if c not in closing] == [f"{c}.html" for c in NUMBERED]


def test_the_parts_of_the_home_page_are_those_of_the_contents():
    captions = soup("index.html").select(".sidebar-tree .caption-text")
    titles = [s.h3 for s in soup("index.html").select("section:has(> .chapter-cards)")]
    parts = [words(title).rstrip("¶") for title in titles]
    assert parts == [words(caption) for caption in captions][1:-1]


def test_a_part_has_its_accent_on_its_pages_its_cards_and_in_the_sidebar():
    home, style = soup("index.html"), (SITE / "_static/identity.css").read_text()
    captions = [words(c) for c in home.select(".sidebar-tree .caption")]
    for number, cards in enumerate(home.select(".chapter-cards"), start=1):
        assert f"part-{number}" in cards["class"]
        place = captions.index(words(cards.parent.h3).rstrip("¶")) + 1
        rule = f":nth-of-type({place}) {{ --accent: var(--part-{number}); }}"
        assert rule in style
        for card in cards.select("a"):
            accent = f"--accent: var(--part-{number});"
            assert accent in str(soup(card["href"]).head)
    assert "--accent" not in str(home.head)


@every_chapter
def test_a_card_counts_what_stands_on_its_page(chapter):
    path = f"{chapter}.html"
    times = words(soup(path).select_one(".reading-time"))
    (minutes,) = re.findall(r"^Core (\d+) minutes", times)
    editors = checked("editor-live") + checked("number")
    counts = {
        "minute": int(minutes),
        "explorer": sum(page == path for page, _ in explorers()),
        "lab": sum(page == path for page, _ in labs()),
        "checked exercise": sum(page == path for page, _ in editors),
    }
    told = [f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items() if n]
    assert words(CARDS[path].select_one(".facts")) == " · ".join(told)


def questions():
    return {
        path: words(asks)
        for path, card in CARDS.items()
        if (asks := card.select_one(".asks"))
    }


def test_nearly_every_chapter_asks_and_its_page_has_the_question_in_plain_words():
    assert len(questions()) >= len(NUMBERED) - 1
    for path, asked in questions().items():
        opening = soup(path).select_one("div.standing ~ p")
        assert asked in words(opening)
        assert not re.search(r"[\\$_]", asked)  # no formula


@pytest.mark.parametrize("path", [f"{c}.html" for c in NUMBERED])
def test_the_neighbors_of_a_chapter_tell_its_question(path):
    for kind in ("prev", "next"):
        link = soup(path).select_one(f".related-pages a.{kind}-page")
        asks = link.select_one(".asks")
        told = questions().get(f"chapters/{link['href']}")
        assert (words(asks) if asks else None) == told
