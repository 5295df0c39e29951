"""The pages of the package: as written, and linked with the chapters."""

import ast
import inspect
import pkgutil
import re
from importlib import import_module
from types import ModuleType

import pytest
import textbook
import textbook.lesson
from textbook.lesson.listing import MIME

from tests.extensions.support import BOOK, build_book, cell, notebook, page
from tests.paths import ROOT

LIBRARY = """# Package

```{eval-rst}
.. automodule:: textbook.conv
   :members:

.. automodule:: textbook.generalization
   :members:

.. automodule:: textbook.arrays
   :members:
```
"""
NAME, FILE = "textbook.conv.output_size", "code/textbook/conv/sizes.py"
SOURCE = "def output_size(): ...\n"
LISTING = {
    MIME: {"name": "textbook.conv.sizes.output_size", "file": FILE, "source": SOURCE}
}
EXTENSIONS = (
    "sphinx.ext.autodoc",
    "book.extensions.listings",
    "book.extensions.package",
)
SETTINGS = {"default_role": BOOK["sphinx"]["config"]["default_role"]}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    chapter = notebook("# Sizes", cell("listing(output_size)", LISTING))
    again = notebook("# Again", cell("listing(output_size)", LISTING))
    pages = {"package": LIBRARY, "sizes": chapter, "again": again}
    folder = tmp_path_factory.mktemp("package")
    return build_book(folder, pages, *EXTENSIONS, **SETTINGS)


def signature(book, name):
    [entry] = page(book, "package").find_all("dt", id=name)
    return " ".join(entry.get_text().split()).removesuffix("#").strip()


def test_a_signature_is_shown_as_it_is_written(book):
    assert re.sub(r"\s|¶", "", signature(book, "textbook.conv.conv2d")) == (
        "textbook.conv.conv2d(x:Array,w:Array,b:Array|None=None,"
        "stride:int|tuple[int,int]=1,padding:int|tuple[int,int]=0,"
        "dilation:int|tuple[int,int]=1,groups:int=1,"
        "padding_mode:Literal['zeros','mean','reflect','replicate','circular']='zeros')→Array"
    )


def test_each_signature_names_the_arguments_in_their_order(book):
    for name, function in inspect.getmembers(import_module("textbook.conv")):
        if inspect.isfunction(function):
            text = signature(book, f"textbook.conv.{name}")
            written = ast.parse(inspect.getsource(inspect.unwrap(function))).body[0]
            arguments = [a.arg for a in written.args.args]
            assert re.findall(r"(\w+): ", text) == arguments


def test_backticks_set_code_also_where_they_hold_bars_and_stars(book):
    entry = page(book, "package").find("dt", id="textbook.generalization.hoeffding")
    prose = entry.find_next("dd").p
    assert [code.get_text() for code in prose.find_all("code")] == [
        "P(|mean of n losses - expected loss| > eps)",
        "2 exp(-2 n eps^2)",
    ]


def test_an_example_stays_as_it_is_written(book):
    entry = page(book, "package").find("dt", id="textbook.conv.conv2d")
    example = entry.find_next("dd").find("pre").get_text()
    assert "\narray([4., 6., 6., 4.])" in example


def test_a_function_leads_to_the_chapter_that_shows_it_and_back(book):
    listing = page(book, "sizes").find("div", class_="literal-block-wrapper")
    link = listing.find("a", string=FILE)
    assert link["title"] == f"{NAME} on the pages of the package"
    assert "internal" in link["class"]
    name, _, place = link["href"].partition("#")
    entry = page(book, name.removesuffix(".html")).find("dt", id=place)
    back = entry.find_next("dd").find_all("p")[-1]
    assert back.get_text() == "Explained in: Again, Sizes"
    first, second = back.find_all("a")
    assert first["href"].startswith("again.html#")
    assert second["href"] == f"sizes.html#{listing['id']}"


def test_a_listing_that_comes_later_is_on_the_page_of_the_package_too(build):
    extensions = ("sphinx_proof", *EXTENSIONS, "book.extensions.rebuild")
    pages = {"package": LIBRARY, "sizes": notebook("# Sizes")}
    build(pages, *extensions, **SETTINGS)
    pages["sizes"] = notebook("# Sizes", cell("listing(output_size)", LISTING))
    again = build(pages, *extensions, **SETTINGS)
    explained = page(again, "package").find("dt", id=NAME).find_next("dd")
    assert explained.find_all("p")[-1].get_text() == "Explained in: Sizes"
    pages["sizes"] = notebook("# Sizes")
    gone = build(pages, *extensions, **SETTINGS)
    assert "Explained in" not in page(gone, "package").get_text()


def modules(package: ModuleType) -> set[str]:
    """Return the names of a package's modules."""
    return {found.name for found in pkgutil.iter_modules(package.__path__)}


def test_every_module_of_the_lesson_tools_has_its_place_on_their_page():
    text = (ROOT / "chapters" / "api_tools.md").read_text()
    shown = re.findall(r"automodule:: textbook\.lesson\.(\w+)", text)
    assert sorted(shown) == sorted(modules(textbook.lesson))
    headings = re.findall(r"^## .*`textbook\.lesson\.(\w+)`$", text, re.MULTILINE)
    assert headings == shown


def test_the_docstrings_of_the_whole_package_are_read_without_a_warning(build):
    names = [
        found.name
        for found in pkgutil.walk_packages(textbook.__path__, "textbook.")
        if not found.ispkg
    ]
    blocks = "\n".join(f".. automodule:: {name}\n   :members:\n" for name in names)
    pages = {"all": f"# All\n\n```{{eval-rst}}\n{blocks}```\n"}
    build(pages, *EXTENSIONS, **SETTINGS)
