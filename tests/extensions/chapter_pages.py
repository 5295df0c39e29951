"""A tiny book of parts and chapters, for heads, feet and the home page."""

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from sphinx.testing.util import SphinxTestApp

from tests.extensions.exercise_pages import CHECK_CELL, DOUBLE, DOUBLED
from tests.extensions.explorer_pages import PAIR, SQUARE, explorer_cell
from tests.extensions.support import build_book, notebook
from tests.extensions.toc import with_toc
from tests.paths import ROOT

FIRST = notebook(
    "(to-first)=\n# First\n\nIs it so? It is. How large? And is $5 < 6$? We will see.",
    explorer_cell(SQUARE),
    explorer_cell(SQUARE | {"name": "again"}),
    f"## Exercises\n\n{DOUBLE}",
    CHECK_CELL,
    DOUBLED,
)
SECOND = notebook("(to-second)=\n# Second & last of its part\n\nNothing is asked.")
THIRD = notebook(
    """\
(to-third)=
# Third

:::{admonition} Where we stand
:class: standing
After [](#to-second) and [](#to-first), before [](#to-fourth).
See [](../guide.md), and is it far?
:::

Why a third?

## Early

(p1-notes-n12)=
Claim twelve.

(p1-notes-n3)=
### Late

Claim three. [](#to-first)
""",
    explorer_cell(PAIR),
)
FOURTH = notebook("(to-fourth)=\n# Fourth\n\n:::{admonition} Aside\n[](#to-first)\n:::")
HOME = """\
# Home

What is this?

## All

:::{admonition} One
:class: part
Where *does* it begin?
:::

:::{admonition} Two
:class: part
:::
"""
PAGES = {
    "index": notebook(HOME),
    "guide": "# Guide\n\nWho reads this?",
    "one/first": FIRST,
    "one/second": SECOND,
    "one/close": "# What we know\n\nIs it enough?",
    "two/third": THIRD,
    "two/fourth": FOURTH,
    "extra": notebook("# Extra"),
}
PARTS = {
    "Before": ["guide"],
    "One": ["one/first", "one/second"],
    "": ["one/close"],
    "Two": ["two/third", "two/fourth"],
    "After": ["extra"],
}


def build_chapters(
    folder: Path, changed: Mapping[str, str | NotebookNode] | None = None
) -> SphinxTestApp:
    """Build the book, with the theme of the real one; some pages may be changed."""
    folder.mkdir(exist_ok=True)
    (folder / "_config.yml").write_text("repository: {url: ''}")
    extensions = [f"book.extensions.{name}" for name in ("heads", "contents")]
    return build_book(
        folder,
        PAGES | dict(changed or {}),
        "sphinx_external_toc",
        "sphinx_multitoc_numbering",
        "sphinx_proof",
        *extensions,
        "book.extensions.publishing",
        "book.extensions.rebuild",
        **with_toc(folder, PARTS, numbered=("One", "Two")),
        html_theme="furo",
        html_static_path=[str(ROOT / "book/static")],
        html_css_files=["book.css"],
        numfig=True,
        numfig_secnum_depth=1,
    )
