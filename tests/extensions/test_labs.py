"""Labs on the page: the figure, its scripts, and the file of its graphs."""

import json
from pathlib import Path

import pytest
import torch
from matplotlib import pyplot
from sphinx.errors import ExtensionError
from textbook.lesson.live import MIME, live

from tests.extensions.explorer_pages import NUMBERED
from tests.extensions.support import build_book, cell, notebook, page


def twice(x, by=2, also=0):
    """A number, doubled."""
    return {"y": x * by + also}


def data(**changes) -> dict:
    """Return what a cell with a lab gives."""
    samples = {"one": [torch.ones(1)], "five": [torch.full((1,), 5.0)]}
    options = {"by": [2, 3], "also": [0, 1]}
    made = live(twice, samples, "digit", pyplot.figure(), "1 < 2", options)
    return made.data | changes


def lab_cell(**changes):
    """Return the executed cell that shows a lab."""
    return cell("live(...)", {MIME: data(**changes), "text/plain": "a lab"})


TRY = "[five times three](#twice:sample=five,by=3)"
BOOK = {
    "deep/one": notebook(f"# One\n\n{TRY}", lab_cell()),
    "two": notebook("# Two", lab_cell(name="asked", asked=True)),
    "plain": notebook("# Plain\n\n{numref}`twice`"),
}
EXTENSIONS = "book.extensions.labs", "book.extensions.try_it"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build_book(tmp_path_factory.mktemp("labs"), BOOK, *EXTENSIONS, **NUMBERED)


def test_without_a_script_the_picture_of_the_sample_is_seen(book):
    figure = page(book, "deep/one").select_one("figure.lab#twice")
    assert figure.select_one("[role=img] svg")
    assert figure.select_one("[role=img]")["aria-label"] == "A number, doubled. 1 < 2"
    assert figure.figcaption.text == "1 < 2"
    assert "stays there" in figure.select_one(".lab-note").text
    assert not figure.select_one(".lab-fetch")


def test_it_is_numbered_as_a_figure_and_can_be_referred_to(book):
    title = page(book, "deep/one").select_one("figure.lab .figure-title").text
    assert title.endswith("A number, doubled")
    assert title.startswith(page(book, "plain").select_one("a .std-numref").text)


def test_its_scripts_are_there_and_come_in_order(book):
    figure = page(book, "deep/one").select_one("figure.lab")
    addresses = json.loads(figure["data-scripts"])
    names = [address.rpartition("?")[0] for address in addresses]
    assert names == [
        "../_static/operations.js",
        "../_static/pieces.js",
        "../_static/digit.js",
        "../_static/labs/twice.js",
    ]
    assert all(len(address.rpartition("?v=")[2]) == 8 for address in addresses)
    assert page(book, "deep/one").select_one('script[src*="labs.js"]')
    static = Path(book.outdir, "_static")
    assert {"operations.js", "pieces.js", "digit.js"} <= {
        f.name for f in static.iterdir()
    }
    assert not page(book, "plain").select_one('script[src*="labs.js"]')


def test_its_graphs_and_samples_stand_in_a_script_of_their_own(book):
    text = Path(book.outdir, "_static", "labs", "twice.js").read_text()
    shipped = json.loads(text.removeprefix("window.labData = ").rstrip(";\n"))
    expected = data()
    assert shipped == {key: expected[key] for key in shipped}
    assert set(expected) - set(shipped) == {"asked", "caption", "picture", "title"}


def test_what_the_reader_must_ask_for_says_how_much_it_is(book):
    button = page(book, "two").select_one("figure.lab#asked .lab-fetch")
    assert button.has_attr("hidden")  # until a script is there
    assert "kB)" in button.text


def test_samples_and_options_keep_their_order_in_a_notebook(book):
    text = Path(book.outdir, "_static", "labs", "twice.js").read_text()
    shipped = json.loads(text.removeprefix("window.labData = ").rstrip(";\n"))
    assert [name for name, _ in shipped["samples"]] == ["one", "five"]
    assert [name for name, _ in shipped["options"]] == ["by", "also"]


def test_a_phrase_sets_a_sample_and_an_option(book):
    button = page(book, "deep/one").select_one("button.try")
    assert button["value"] == "twice:sample=five,by=3"


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("twice:sample=six", "sample of twice is never six"),
        ("twice:by=4", "by of twice is never 4"),
        ("twice:into=3", "twice has no slider into"),
        ("thrice:by=3", "there is no explorer or lab thrice"),
    ],
)
def test_a_phrase_that_sets_what_there_is_not_is_an_error(tmp_path, phrase, told):
    pages = {"one": notebook(f"# One\n\n[go](<#{phrase}>)", lab_cell())}
    app = build_book(tmp_path, pages, *EXTENSIONS, warns=True)
    assert told in app.warning.getvalue()


def test_one_that_is_too_heavy_fails_the_build(tmp_path):
    heavy = lab_cell(more=[str(i * 7919 % 10007) for i in range(40_000)])
    with pytest.raises(ExtensionError, match=r"the lab twice of one weighs \d+ kB"):
        build_book(tmp_path, {"one": notebook("# One", heavy)}, *EXTENSIONS)
