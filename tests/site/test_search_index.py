"""What the search knows is what the pages have, and nothing that isn't to be quoted."""

import json
import re
from functools import cache

import pytest

from tests.site.built import PAGES, SITE, explorers, labs, soup

# Pages without a source file, and lists of what other pages have.
MADE = ("genindex.html", "search.html", "_modules/")
LISTS = [f"chapters/{name}.html" for name in ("gallery", "exercises", "theorems")]
TEXTS = [p for p in PAGES if not p.startswith(MADE)]


@cache
def records():
    """Return {address: (kind, title, text)}, but for the terms of the glossary."""
    script = (SITE / "_static" / "searchindex.js").read_text()
    index = json.loads(script.removeprefix("window.searchIndex = ").rstrip(";\n"))
    return {
        page["address"] + place: (kind, title, text)
        for page in index["pages"].values()
        for kind, title, place, text, _ in page["records"]
        if kind != "Term"
    }


def addresses(kind):
    """Return where the records of a kind are."""
    return {a for a, (k, *_) in records().items() if k.split()[0] == kind}


def ids(selector):
    """Return the addresses of what a selector finds on all pages."""
    found = [(page, node) for page in TEXTS for node in soup(page).select(selector)]
    return {f"{page}#{node['id']}" for page, node in found if node.get("id")}


def test_every_page_is_found_by_its_title():
    assert addresses("Page") | addresses("Chapter") == set(TEXTS)
    for page in TEXTS:
        heading = soup(page).select_one("article h1")
        if not heading.select(".katex"):
            words = heading.get_text().removesuffix("¶").strip()
            assert re.sub(r"^\d+\. ", "", words) == records()[page][1]


def test_every_explorer_and_lab_is_found():
    assert addresses("Explorer") == {f"{page}#{name}" for page, name in explorers()}
    assert addresses("Lab") == {f"{page}#{name}" for page, name in labs()}


def test_every_theorem_and_exercise_is_found_by_its_number():
    theorems = addresses("Theorem") | addresses("Lemma") | addresses("Definition")
    assert theorems == ids("div.proof:not(.proof-type-proof, div.proof > div)")
    assert addresses("Exercise") == ids("div.exercise")
    for address in theorems | addresses("Exercise"):
        page, _, name = address.partition("#")
        told = soup(page).find(id=name).select_one("p").get_text()
        assert told.startswith(records()[address][0]), address


def test_every_section_with_a_text_is_found():
    sections = ids("article section section")
    found = addresses("Section")
    assert found <= sections
    missing = {a for a in sections - found if not a.startswith(tuple(LISTS))}
    for address in missing:
        page, _, name = address.partition("#")
        own = [e for e in soup(page).find(id=name).find_all("p", recursive=False) if e]
        assert not own, address
    assert len(found) > 250


def test_every_function_of_the_package_is_found():
    functions = addresses("Function") | addresses("Class") | addresses("Method")
    assert functions == ids("dl.py > dt.sig")


@pytest.mark.parametrize("page", TEXTS)
def test_no_code_no_tex_and_no_button_is_quoted(page):
    quoted = " ".join(
        text for a, (_, _, text) in records().items() if a.partition("#")[0] == page
    )
    assert not re.search(r"\\[a-zA-Z{]|Show the code", quoted)
    lines = {
        line.strip()
        for block in soup(page).select("div.cell_input pre, div.highlight pre")
        for line in block.get_text().splitlines()
    }
    article = soup(page).find("article")
    prose = " ".join(p.get_text() for p in article.select("p, li, td, dd"))
    assert not [x for x in lines if len(x) > 25 and x in quoted and x not in prose]
    for button in soup(page).select("button"):
        words = button.get_text().strip()
        if len(words) > 12 and not button.find_parent("p"):  # no part of a sentence
            assert words not in quoted


def test_a_formula_is_told_once():
    kind, title, text = records()["chapters/p08_bad_data_sets.html#thm-good"]
    assert (kind, title) == ("Theorem 5.1", "Good data, good choice")
    assert text == (
        "If D_train is ε-good for H, then L(h_train, D_all) - L(h_all, D_all) ≤ 2ε."
    )
