"""Every page of the built book, as a reader opens it."""

import re
from urllib.parse import unquote

from tests.site.built import PAGES, SITE, explorers, soup


def test_the_book_has_its_pages_and_its_explorers():
    # The tests below run for what they find; this one holds that there is something.
    assert "index.html" in PAGES
    assert len([page for page in PAGES if page.startswith("chapters/")]) >= 5
    assert len(explorers()) >= 4


def test_a_page_needs_no_other_host_and_raises_no_error(shared, path):
    shared(path)  # the fixture collects what goes wrong


def test_every_formula_is_rendered(shared, path):
    page = shared(path)
    assert page.locator(".katex-error").count() == 0
    bare = """() => [...document.querySelectorAll(".math")]
        .filter((e) => !e.querySelector(".katex")).map((e) => e.textContent)"""
    assert page.evaluate(bare) == []
    # Code shows TeX in its own right; the text around it must not.
    text = page.evaluate(
        """() => {
            const article = document.querySelector("article").cloneNode(true);
            const code = article.querySelectorAll("pre, code, script, .katex");
            code.forEach((e) => e.remove());
            return article.textContent;
        }"""
    )
    assert not re.search(
        r"\$\$|\\\(|\\\[|\\(frac|sum|lfloor|le|times)\b|\{(eq|cite|ref)\}", text
    )


def test_no_sideways_scrolling_on_a_phone(shared, path):
    # What is wider than the page stands in a box of its own that scrolls.
    too_wide = """() => {
        const boxed = (e) => e.tagName !== "ARTICLE"
            && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
        return [...document.querySelectorAll("article *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .filter((e) => !boxed(e.parentElement))
            .map((e) => e.outerHTML.slice(0, 100));
    }"""
    page = shared(path, width=390, has_touch=True)
    assert page.evaluate(too_wide) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_no_id_stands_twice_on_a_page(shared, path):
    ids = shared(path).evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)"
    )
    assert sorted(ids) == sorted(set(ids))


def test_every_picture_says_what_it_shows(shared, path):
    undescribed = """() => [
        ...document.querySelectorAll("article img, article svg")
    ].filter(
        (e) => !e.closest("button, [aria-hidden=true]") && !e.alt?.trim()
            && !e.closest("[role=img]")?.ariaLabel?.trim()
    ).map((e) => e.outerHTML.slice(0, 100))"""
    assert shared(path).evaluate(undescribed) == []


def test_every_internal_link_leads_somewhere():
    soups = {page: soup(page) for page in PAGES}
    ids = {page: {e["id"] for e in soups[page].select("[id]")} for page in PAGES}
    broken = []
    for page in PAGES:
        for link in soups[page].select("a[href]"):
            target, _, fragment = unquote(link["href"]).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (SITE / page).parent / target if target else SITE / page
            name = file.resolve().relative_to(SITE).as_posix()
            if not file.exists() or (fragment and fragment not in ids.get(name, ())):
                broken.append(f"{page}: {link['href']}")
    assert not broken
