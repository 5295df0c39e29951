"""The records of the search, on tiny pages: what is quoted, and what leads where."""

import json

import pytest

from book.extensions.search_index import plain_formula
from tests.extensions.explorer_pages import SQUARE, explorer_cell
from tests.extensions.support import build_book, cell, notebook

EXTENSIONS = (
    *("sphinx_proof", "sphinx_exercise", "sphinx.ext.autodoc"),
    *("book.extensions.glossary", "book.extensions.search_index"),
)
ONE = notebook(
    """# One

A *loss* of $\\frac{k-1}{2}$, and `twice(x)`.

## Losses add

$$
\\sum_{n=1}^N \\ell_n \\le \\varepsilon
$$

:::{prf:theorem} Of sums
:label: of-sums
If $a \\le b$, then $a + c \\le b + c$.
:::

```{exercise-start} A sum
:label: ex-sum
```

What is $1 + 1$?

```{exercise-end}
```

```{solution} ex-sum
Nobody knows.
```
""",
    cell("import secrets", {"text": "0.123"}),
    explorer_cell(SQUARE),
)
PAGES = {
    "one": ONE,
    "references": "# References\n\n```{eval-rst}\nSee [Ada1843]_.\n\n"
    ".. [Ada1843] Notes on the engine.\n```",
    "api": "# Package\n\n```{eval-rst}\n.. autofunction:: "
    "textbook.lesson.states.states\n```",
    "chapters/glossary": "# Glossary\n\n:::{glossary}\nloss · 损失\n"
    "  How wrong. [](../one.ipynb)\n  {leads}`cost, 損失函數`\n\n"
    "rare word · 网络\n  Nowhere. [](../one.ipynb)\n:::",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Build the pages; return what their search knows."""
    folder = tmp_path_factory.mktemp("search")
    app = build_book(folder, PAGES, *EXTENSIONS, numfig=True, numfig_secnum_depth=0)
    script = (app.outdir / "_static" / "searchindex.js").read_text()
    return json.loads(script.removeprefix("window.searchIndex = ").rstrip(";\n"))


@pytest.fixture(scope="module")
def records(index):
    """Return the records of page one by their places."""
    return {record[2]: record for record in index["pages"]["one"]["records"]}


def test_a_page_and_its_sections_have_each_a_text_of_their_own(records):
    assert records[""][0:2] == ["Page", "One"]
    assert records[""][3] == "A loss of (k-1)/2, and twice(x)."
    section = records["#losses-add"]
    assert section[:2] == ["Section", "Losses add"]
    assert section[3] == "∑_(n=1)^N ℓ_n ≤ ε"


def test_theorems_exercises_and_explorers_are_found_by_their_titles(records):
    assert records["#of-sums"][:4] == [
        *("Theorem 1", "Of sums", "#of-sums", "If a ≤ b, then a + c ≤ b + c."),
    ]
    assert records["#ex-sum"][:4] == [
        *("Exercise 1", "A sum", "#ex-sum", "What is 1 + 1?"),
    ]
    [explorer] = [r for r in records.values() if r[0] == "Explorer"]
    assert explorer[1] == SQUARE["description"]
    assert explorer[3] in SQUARE["captions"]


def test_a_function_is_found_with_its_docstring(index):
    [function] = [r for r in index["pages"]["api"]["records"] if r[0] == "Function"]
    assert function[1:3] == ["states", "#textbook.lesson.states.states"]
    assert ">>>" not in function[3]


def test_an_entry_of_the_bibliography_is_a_record_of_its_own(index):
    page, entry = index["pages"]["references"]["records"]
    assert page[3] == "See [Ada1843]."
    assert entry[:2] == ["Reference", "Ada1843"]
    assert entry[3] == "Notes on the engine."


def test_code_what_it_prints_and_solutions_are_not_quoted(records):
    text = " ".join(record[3] for record in records.values())
    assert not {"secrets", "0.123", "Nobody"} & set(text.split())


def test_a_term_leads_to_its_definition_by_all_its_names(index):
    loss, rare = [
        r for r in index["pages"]["chapters/glossary"]["records"] if r[0] == "Term"
    ]
    assert loss[1:3] == ["loss · 损失", "one.html#defines-loss"]
    assert loss[3] == "How wrong. One Leads here: cost, 損失函數"
    assert loss[4] == ["loss", "损失", "cost", "損失函數"]
    assert rare[2] == "chapters/glossary.html#term-rare-word"


def test_the_names_of_a_term_lead_to_what_is_called_like_it(records):
    assert records["#losses-add"][4] == ["loss", "损失", "cost", "損失函數"]
    assert records["#of-sums"][4] == []
    assert records[""][4] == ["rare word", "网络"]  # which has no place in the chapter


def test_traditional_characters_stand_for_those_of_the_names(index):
    assert {"損": "损", "數": "数", "網": "网"}.items() <= index["characters"].items()
    assert "龍" not in index["characters"]


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"S_t = S_{t-1} + \tfrac1{10}", "S_t = S_(t-1) + 1/10"),
        (r"\frac{e^{z_a}}{\sqrt{\sigma_S^2 + \varepsilon}}", "e^z_a/(√(σ_S^2 + ε))"),
        (r"\binom Nk p^k (1 - p)^{N - k}", "(N choose k) p^k (1 - p)^(N - k)"),
        (r"\bar X = \frac1N \sum_n X_n", "X\u0304 = 1/N ∑_n X_n"),
        (r"n \bmod s \in \{0, 1\}", "n mod s ∈ {0, 1}"),
    ],
)
def test_what_a_formula_holds_together_stays_together(tex, plain):
    assert plain_formula(tex) == plain
