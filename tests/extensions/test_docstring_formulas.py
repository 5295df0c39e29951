"""Formulas of docstrings: each is one of the package, and is typeset on its page."""

import inspect
import pkgutil
from importlib import import_module

import textbook

from book.extensions.docstring_formulas import FORMULAS
from tests.extensions.support import BOOK, build_book, page

PAGE = """# Package

```{eval-rst}
.. automodule:: textbook.conv
   :members:

.. automodule:: textbook.generalization
   :members:
```
"""
EXTENSIONS = (
    "sphinx.ext.autodoc",
    "book.extensions.docstring_formulas",
    "sphinxcontrib.katex",
    "book.extensions.formulas",
)


def docstrings():
    """Return all docstrings of the package, each on one line."""
    modules = pkgutil.walk_packages(textbook.__path__, "textbook.")
    found = [import_module(m.name) for m in modules if ".lesson" not in m.name]
    functions = [
        each for m in found for _, each in inspect.getmembers(m, inspect.isfunction)
    ]
    return [" ".join((inspect.getdoc(each) or "").split()) for each in functions]


def test_each_formula_stands_in_a_docstring():
    texts = docstrings()
    assert [f for f in FORMULAS if not any(f in text for text in texts)] == []


def test_formulas_are_typeset_in_text_and_in_backticks(tmp_path):
    names = "default_role", "html_math_renderer", "katex_prerender"
    settings = {name: BOOK["sphinx"]["config"][name] for name in names}
    book = build_book(tmp_path, {"package": PAGE}, *EXTENSIONS, **settings)
    shown = page(book, "package")
    formulas = {a.get_text() for a in shown.find_all("annotation")}
    convolution = next(tex for plain, tex in FORMULAS.items() if "y[n,o" in plain)
    assert {convolution, FORMULAS["|H| 2 exp(-2 n eps^2)"]} <= formulas
    said = shown.find(id="textbook.conv.conv2d").find_next("dd")
    assert "y[n,o,i,j]" not in said.get_text()
    assert ", x being padded." in " ".join(said.get_text().split())
