"""Every link that leads to a term, an equation, a theorem or a reference has a card."""

import json
import posixpath
import re
import zlib
from functools import cache

import pytest
from bs4 import BeautifulSoup

from tests.site.built import PAGES, SITE, soup, undrawn

# Pages without a source file, which name places and explain none.
MADE = ("genindex.html", "search.html", "_modules/")
TEXTS = [page for page in PAGES if not page.startswith(MADE)]
# What has a card, as the pages have it.
KINDS = {
    "term": "dl.glossary > dt[id]",
    "equation": "div.math[id]",
    "theorem": "div.proof[id]:not(.proof-type-proof)",
    "reference": "div.citation[id]",
}
MOST = 20_000  # compressed bytes of a page's cards, which come when one is pointed at


@cache
def cards(page):
    """Return the HTML of a page's cards by their ids."""
    file = SITE / "_static" / "cards" / page.replace(".html", ".js")
    if not file.exists():
        return {}
    name, _, text = file.read_text().partition(" = ")
    assert name == f'(window.hoverCards ??= {{}})["{page.removesuffix(".html")}"]'
    return json.loads(text.removesuffix(";\n"))


@cache
def ids(page, kind):
    """Return the ids of all of a kind on a page."""
    return {element["id"] for element in soup(page).select(KINDS[kind])}


@cache
def has_card(page, name):
    """Say whether what a link leads to is of one of the kinds."""
    return page in TEXTS and any(name in ids(page, kind) for kind in KINDS)


def places(page):
    """Yield the links of a page's text, each with the page and the id that it names."""
    for link in soup(page).select("article a.reference[href*='#']"):
        address, _, name = link["href"].partition("#")
        folder = posixpath.dirname(page)
        there = posixpath.normpath(posixpath.join(folder, address)) if address else page
        yield link, there, name


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_to_what_has_a_card_is_marked_and_no_other(page):
    links = list(places(page))
    marked = [(where, name) for a, where, name in links if "has-card" in a["class"]]
    assert marked == [
        (there, name) for _, there, name in links if has_card(there, name)
    ]
    assert [x for x in marked if x[1] not in cards(x[0])] == []
    scripts = soup(page).select("script[src*='_static/cards.js']")
    assert len(scripts) == bool(marked)


def test_all_kinds_are_linked_to():
    linked = {
        kind
        for page in TEXTS
        for _, there, name in places(page)
        for kind in KINDS
        if there in TEXTS and name in ids(there, kind)
    }
    assert linked == set(KINDS)


@pytest.mark.parametrize("page", TEXTS)
def test_a_page_has_the_cards_of_what_stands_on_it_alone(page):
    assert set(cards(page)) == set().union(*(ids(page, kind) for kind in KINDS))
    for html in cards(page).values():
        card = BeautifulSoup(html, "html.parser")
        assert card.get_text().strip()
        assert not card.select("[id], .headerlink, img, script, button, .leads")


@pytest.mark.parametrize("page", TEXTS)
def test_a_theorems_card_states_what_the_page_states(page):
    for name in ids(page, "theorem"):
        card = BeautifulSoup(undrawn(cards(page)[name]), "html.parser")
        there = soup(page).find(id=name)
        assert words(card) == words(there)


def words(element):
    return re.sub(r"[\s¶]+", "", element.get_text())


@pytest.mark.parametrize("page", TEXTS)
def test_the_cards_of_a_page_are_light(page):
    if cards(page):
        file = SITE / "_static" / "cards" / page.replace(".html", ".js")
        assert len(zlib.compress(file.read_bytes())) <= MOST
