"""Hover cards on tiny pages: which links have one, and what stands on it."""

import json

import pytest
from bs4 import BeautifulSoup

from tests.extensions.support import build_book, page

EXTENSIONS = (
    *("sphinx_proof", "sphinxcontrib.bibtex", "book.extensions.formulas"),
    *("book.extensions.glossary", "book.extensions.lists", "book.extensions.cards"),
    "book.extensions.rebuild",
)
SETTINGS = {
    "numfig": True,
    "numfig_secnum_depth": 0,
    "math_eqref_format": "({number})",
    "html_math_renderer": "checked_katex",
    "katex_prerender": True,
    "html_copy_source": False,
    "bibtex_bibfiles": ["few.bib"],
    "bibtex_reference_style": "author_year",
}
PAGES = {
    "index": "# Home\n\n{prf:ref}`of-x`, {eq}`squares`, {cite:t}`gauss`, [](one.md).",
    "one": r"""# One

A *loss* hurts. A [section](more), {prf:ref}`of-x` and {eq}`squares`.

:::{prf:theorem} Of $x$
:label: of-x
If $x < 1$, then {eq}`squares` is *true*:

$$
x^2 \le 1
$$ (small)
:::

:::{prf:proof}
Nobody knows.
:::

$$
a^2 + b^2 = c^2
$$ (squares)

$$
\text{without a number}
$$

(more)=
## More

[Gauss](https://example.org) again: {cite:t}`gauss`.
""",
    "chapters/glossary": "# Glossary\n\n:::{glossary}\nloss · 损失\n"
    "  How *wrong*. [](../one.md)\n  {leads}`cost, 損失函數`\n:::",
    "sources": "# Sources\n\n```{bibliography}\n```",
}
GAUSS = (
    "@book{gauss, author = {Gauss, Carl}, title = {Numbers}, year = 1801,"
    " publisher = {Fleischer}, url = {https://example.org/numbers}}\n"
)


def build(folder, pages=PAGES):
    """Build the pages; return the app."""
    folder.mkdir(exist_ok=True)
    (folder / "few.bib").write_text(GAUSS)
    return build_book(folder, pages, *EXTENSIONS, **SETTINGS)


def cards_of(book, name):
    """Return the HTML of a page's cards by their ids."""
    text = (book.outdir / "_static" / "cards" / f"{name}.js").read_text()
    begins = f'(window.hoverCards ??= {{}})["{name}"] = '
    assert text.startswith(begins)
    return json.loads(text.removeprefix(begins).removesuffix(";\n"))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build(tmp_path_factory.mktemp("cards"))


@pytest.fixture(scope="module")
def cards(book):
    """Return all cards, parsed, by their ids."""
    found = {}
    for name in ("one", "chapters/glossary", "sources"):
        found |= cards_of(book, name)
    return {name: BeautifulSoup(text, "html.parser") for name, text in found.items()}


def words(element):
    """Return what is read in an element, of formulas their TeX alone."""
    element = BeautifulSoup(str(element), "html.parser")
    for formula in element.select(".katex"):
        formula.replace_with(formula.select_one("annotation").get_text())
    return " ".join(element.get_text().split())


def test_terms_theorems_equations_and_references_have_cards_and_nothing_else(cards):
    [reference] = set(cards) - {
        *("term-loss", "of-x", "equation-small", "equation-squares")
    }
    assert words(cards[reference]).startswith("Carl Gauss. Numbers. Fleischer, 1801.")


def test_the_card_of_a_term_says_its_names_and_its_meaning(cards):
    assert words(cards["term-loss"]) == "loss · 损失 How wrong. One"
    assert cards["term-loss"].select_one("p.card-title").get_text() == "loss · 损失"
    assert cards["term-loss"].select_one("em").get_text() == "wrong"


def test_the_card_of_a_theorem_states_it_under_its_number_and_proves_nothing(cards):
    title = cards["of-x"].select_one("p.card-title")
    assert words(title) == "Theorem 1 (Of x)"
    assert words(cards["of-x"]) == (
        r"Theorem 1 (Of x) If x < 1, then (2) is true: (1) x^2 \le 1"
    )


def test_the_card_of_an_equation_shows_it_rendered_with_its_number(cards):
    assert words(cards["equation-squares"]) == "(2) a^2 + b^2 = c^2"
    assert cards["equation-squares"].select_one("div.math .katex-display math")


def test_a_card_has_no_ids_and_no_links_to_itself(cards):
    for card in cards.values():
        assert not card.select("[id], .headerlink")


def test_links_on_a_card_lead_from_its_own_page(cards):
    assert cards["term-loss"].a["href"] == "../one.html#defines-loss"
    assert cards["of-x"].a["href"] == "#equation-squares"


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("index", ["Theorem 1", "(2)", "1801"]),
        ("one", ["loss", "Theorem 1", "(2)", "(2)", "1801"]),
        ("chapters/glossary", []),
    ],
)
def test_links_that_lead_to_a_card_are_marked(book, name, links):
    marked = page(book, name).select("a.has-card")
    assert [link.get_text() for link in marked] == links
    assert bool(page(book, name).select("script[src*='cards.js']")) == bool(links)


def test_the_marked_links_of_all_pages_have_cards(book, cards):
    for name in PAGES:
        for link in page(book, name).select("a.has-card"):
            assert link["href"].partition("#")[2] in cards


def test_a_page_that_is_read_again_has_its_new_cards_and_the_others_theirs(tmp_path):
    before = build(tmp_path)
    glossary = cards_of(before, "chapters/glossary")
    later = PAGES | {"one": PAGES["one"].replace("then", "always")}
    after = build(tmp_path, later)
    assert "always" in cards_of(after, "one")["of-x"]
    assert cards_of(after, "chapters/glossary") == glossary


def test_a_page_without_cards_has_no_script_of_them(tmp_path):
    build(tmp_path)
    plain = {"index": "# Home", "one": "# One\n\nA *loss* hurts."}
    after = build(tmp_path, PAGES | plain)
    assert not (after.outdir / "_static" / "cards" / "one.js").exists()


def test_two_builds_write_the_same(tmp_path, book):
    other = build(tmp_path / "other")
    for name in ("one", "chapters/glossary", "sources"):
        assert cards_of(other, name) == cards_of(book, name)
