"""The search finds what a reader asks for, in English, in Chinese and by name."""

import re
from functools import cache
from urllib.parse import quote

import pytest

from tests.paths import ROOT
from tests.site.built import PAGES, SITE, soup

LISTS = "gallery", "exercises", "theorems", "notes"  # headings of other pages
AMONG = 5  # the first results, one of which must be it
FIND = f"""async (queries) => (await filled(), queries).map((query) =>
    find(query).slice(0, {AMONG}).map(({{ kind, title, address }}) =>
        [kind, title, address]))"""
# As a reader types it, and the address of the first result.
FIRST = [
    ("batch normalization", "chapters/p10_batch_normalization.html"),
    ("Receptive fields", "chapters/p11_receptive_fields.html"),
    ("the attention formula", "chapters/p12_attention.html"),
    ("why divide by the root of d", "chapters/p12_attention.html#why-divide-by-the"),
    ("exercises", "chapters/exercises.html"),
    ("softmax", "chapters/p11_whole_network.html#defines-softmax"),
    ("backpropogation", "chapters/start_network.html#defines-backpropagation"),
    ("conv2d", "chapters/api_conv.html#textbook.conv.conv2d"),
    ("Hoeffding", "chapters/p08_bad_data_sets.html#defines-Hoeffding"),
    ("good data good choice", "chapters/p08_bad_data_sets.html#thm-good"),
    ("nine heads are a convolution", "chapters/p13_convolution_as_attention.html#thm"),
    ("批归一化", "chapters/p10_batch_normalization.html#defines-batch-normalization"),
    ("感受野", "chapters/p11_receptive_fields.html#defines-receptive-field"),
    ("深度卷积神经网络", "chapters/glossary.html#term-convolution-layer"),
    ("熵", "chapters/p12_attention.html#defines-entropy"),
    ("GELU", "chapters/glossary.html#term-other-activation-functions"),
]


@cache
def searched() -> list[tuple[str, str]]:
    """Return the words of the list beside this file, each with its page."""
    lines = (ROOT / "tests" / "browser" / "searched.txt").read_text().splitlines()
    pairs = [line.split(": ") for line in lines if ": " in line and line[0] != "#"]
    return [(word, page) for page, words in pairs for word in words.split(", ")]


def results(page):
    """Return the results in sight."""
    return page.locator("ol.search > li")


@pytest.fixture
def search_page(shared):
    """Return the page of the search, with nothing typed."""
    return shared("search.html")


@pytest.mark.parametrize(("query", "address"), FIRST)
def test_the_best_result_comes_first(search_page, query, address):
    search_page.get_by_role("searchbox", name="Search").last.fill(query)
    first = results(search_page).first.get_by_role("link")
    assert first.get_attribute("href").startswith(address)


def test_words_of_the_notes_and_of_the_field_lead_to_their_page(search_page):
    words = searched()
    assert len(words) >= 150
    assert sum(not word.isascii() for word, _ in words) >= 150
    found = search_page.evaluate(FIND, [word for word, _ in words])
    missed = [
        (word, page)
        for (word, page), results in zip(words, found, strict=True)
        if not any(a.startswith(f"chapters/{page}.html") for _, _, a in results)
    ]
    assert missed == []


def test_every_word_of_the_glossary_leads_to_its_entry(search_page):
    entries = soup("chapters/glossary.html").select("dl.glossary > dt")
    asked = {}
    for entry in entries:
        title = entry.get_text().removesuffix("¶").strip()
        leads = entry.find_next_sibling("dd").select_one(".leads")
        words = leads.get_text().removeprefix("Leads here: ").split(", ")
        for word in [*title.split(" · "), *words]:
            asked.setdefault(word, set()).add(title)
    found = search_page.evaluate(FIND, list(asked))
    missed = {
        word: [title for _, title, _ in results]
        for (word, titles), results in zip(asked.items(), found, strict=True)
        if not titles & {title.replace("'", "’") for _, title, _ in results}
    }
    assert missed == {}
    assert len(asked) > 1000


def test_a_page_or_section_that_is_called_like_the_query_comes_first(search_page):
    titles = set()
    lists = {f"chapters/{name}.html" for name in LISTS}
    for page in set(PAGES) - lists:
        if page.startswith("chapters/") or page == "index.html":
            for heading in soup(page).select("article :is(h1, h2, h3)"):
                if not heading.select(".katex"):
                    words = heading.get_text().removesuffix("¶").strip()
                    titles.add(re.sub(r"^\d+\. ", "", words))
    titles = sorted(titles)
    found = search_page.evaluate(FIND, titles)
    kinds = "Page", "Chapter", "Section"
    missed = {
        title: results[:2]
        for title, results in zip(titles, found, strict=True)
        if not results or results[0][0].split()[0] not in kinds
    }
    assert missed == {}


def test_a_result_says_its_kind_and_its_page_and_quotes_what_was_found(search_page):
    search_page.get_by_role("searchbox").last.fill("Hoeffding's inequality")
    theorem = results(search_page).filter(has_text="Theorem 5.2")
    assert theorem.get_by_role("link").inner_text() == "Hoeffding’s inequality"
    assert theorem.locator(".search-kind").inner_text() == "Theorem 5.2"
    assert theorem.locator(".search-page-name").inner_text() == (
        "Chapter 5: Bad data sets"
    )
    assert "expected value μ and mean" in theorem.locator(".search-quote").inner_text()
    term = results(search_page).first.locator(".search-quote").inner_text()
    assert term.startswith("The mean of N independent numbers")
    section = results(search_page).filter(has_text="How optimistic, on average?")
    marks = section.locator(".search-quote mark").all_inner_texts()
    assert "Hoeffding" in marks


def test_the_address_keeps_what_was_typed(visit):
    page = visit("search.html").page
    page.get_by_role("searchbox").last.fill("卷积")
    page.wait_for_url(f"**/search.html?q={quote('卷积')}")
    results(page).first.wait_for()
    shown = results(page).all_inner_texts()
    page.reload()
    results(page).first.wait_for()
    assert results(page).all_inner_texts() == shown


def test_words_that_the_book_does_not_have_are_not_found(search_page):
    search_page.get_by_role("searchbox").last.fill("xylophone")
    search_page.get_by_text("No place has these words").wait_for()
    assert results(search_page).count() == 0


def test_from_the_disk_the_results_quote_too(visit):
    page = visit("search.html?q=softmax", source=SITE.as_uri()).page
    results(page).first.wait_for()
    assert "exp(z) divided by its sum" in results(page).first.inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_the_results_come(visit, width):
    page = visit("search.html?q=softmax", width=width).page
    results(page).first.wait_for()
    moved = page.evaluate("""() => new Promise((done) => new PerformanceObserver(
        (list) => done(list.getEntries().reduce((sum, e) => sum + e.value, 0))
    ).observe({ type: "layout-shift", buffered: true }) || setTimeout(done, 500, 0))""")
    assert moved <= 0.01
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
