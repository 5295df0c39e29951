"""Explorers on the page: the figure, what is said in words, and the frames' file."""

import copy
import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from sphinx.errors import ExtensionError

from book.extensions.explorers import explorer, first_state
from tests.extensions.explorer_pages import (
    COLORS,
    PAIR,
    SIDES,
    SQUARE,
    explorer_cell,
    square,
)
from tests.extensions.support import build_book, cell, notebook, page

BOOK = {
    "one": notebook("# One", explorer_cell(SQUARE), explorer_cell(PAIR)),
    "deep/two": notebook("# Two", explorer_cell(SQUARE)),
    "plain": notebook("# Plain", cell("print(1)", {"text": "1"})),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorers")
    return build_book(folder, BOOK, "book.extensions.explorers")


@pytest.fixture
def figure(book):
    return page(book, "one").select_one("figure.explorer#square")


def frames_of(book, name):
    """Return what the frames' file of a page hands to the script."""
    text = Path(book.outdir, "_static", "explorers", f"{name}.js").read_text()
    assert text.startswith("window.explorerFrames = ")
    return json.loads(text.removeprefix("window.explorerFrames = ").rstrip(";\n"))


def test_the_figure_carries_its_id_and_its_first_state(figure):
    assert figure["data-state"] == "side=2,color=red"


def test_each_slider_is_labelled_and_says_its_value(figure):
    for name, values, start in (("side", SIDES, "1"), ("color", COLORS, "0")):
        slider = figure.select_one(f"input[type=range][name={name}]")
        assert figure.select_one(f'label[for="{slider["id"]}"]').text == name
        assert json.loads(slider["data-values"]) == list(map(str, values))
        assert (slider["min"], slider["max"]) == ("0", str(len(values) - 1))
        assert slider["value"] == start
        assert slider["autocomplete"] == "off"
        output = slider.find_next("output")
        assert output["for"] == [slider["id"]]
        assert slider["aria-valuetext"] == output.text == str(values[int(start)])


def test_the_first_state_is_in_the_page_itself(figure):
    frame = figure.select_one(".explorer-frame")
    assert frame["role"] == "img"
    assert frame.rect["width"] == "2"
    assert frame["aria-label"] == "A square of some color: side 2, color red"
    assert frame["data-description"] == "A square of some color"
    caption = figure.figcaption
    assert caption.text == str(square()[1])
    assert caption["aria-live"] == "polite"


def test_every_caption_stands_in_the_table_without_script(figure):
    rows = [[c.text for c in row.select("td")] for row in figure.select("tbody tr")]
    expected = [[str(s), c, str(square(s, c)[1])] for s, c in product(SIDES, COLORS)]
    assert rows == expected
    heads = [head.text for head in figure.select("th")]
    assert heads == ["side", "color", "what it shows"]
    assert figure.summary.text == "All 6 states in words"


def test_nothing_said_can_end_the_figure_or_start_a_tag(book):
    figure = page(book, "one").select_one("figure.explorer#pair")
    assert figure.figcaption.text == "Not <said> in numbers."
    assert len(figure.select("svg")) == 2


def test_every_state_is_in_the_frames_as_draw_made_it(book):
    shipped = frames_of(book, "one")
    assert list(shipped) == ["square", "pair"]
    drawn = [
        "".join(shipped["square"]["tags"][tag] for tag in frame)
        for frame in shipped["square"]["frames"]
    ]
    assert drawn == [square(*state)[0] for state in product(SIDES, COLORS)]


def script(book, name):
    [found] = page(book, name).select("script[src*='explorer.js']")
    return found


def test_a_page_with_explorers_gets_the_script_and_the_address_of_its_frames(book):
    for name, up in (("one", ""), ("deep/two", "../")):
        address, _, version = script(book, name)["data-frames"].partition("?v=")
        assert address == f"{up}_static/explorers/{name}.js"
        assert version


def test_a_page_without_explorers_gets_neither(book):
    assert page(book, "plain").select("script[src*='explorer.js']") == []
    assert not Path(book.outdir, "_static", "explorers", "plain.js").exists()


def test_other_frames_get_another_address(build):
    versions = []
    for color in ("red", "tan"):
        data = copy.deepcopy(SQUARE)
        data["tags"] = [tag.replace("red", color) for tag in data["tags"]]
        pages = {"one": notebook("# One", explorer_cell(data))}
        book = build(pages, "book.extensions.explorers")
        versions.append(script(book, "one")["data-frames"])
    assert versions[0] != versions[1]


def test_explorers_too_heavy_for_one_page_fail_the_build(build):
    noise = np.random.default_rng(0)
    cells = []
    for name in ("heavy", "heavier"):
        data = copy.deepcopy(SQUARE)
        data["name"] = name
        data["tags"] = [noise.bytes(125_000).hex(), *data["tags"][1:]]
        cells.append(explorer_cell(data))
    build({"one": notebook("# One", cells[0])}, "book.extensions.explorers")
    with pytest.raises(ExtensionError, match=r"one weigh over 250 kB: heavy: 1\d\d kB"):
        build({"one": notebook("# One", *cells)}, "book.extensions.explorers")


def test_two_explorers_of_one_name_on_a_page_are_found_by_the_build(build):
    pages = {"one": notebook("# One", explorer_cell(PAIR), explorer_cell(PAIR))}
    with pytest.raises(ExtensionError, match="two explorers named pair"):
        build(pages, "book.extensions.explorers")


def test_where_there_are_no_pictures_the_first_state_is_said(build):
    pages = {"one": notebook("# One", explorer_cell(SQUARE))}
    book = build(pages, "book.extensions.explorers", builder="text")
    assert str(square()[1]) in Path(book.outdir, "one.txt").read_text()


def test_the_node_knows_its_states_and_its_numbers(book):
    [node, _] = book.env.get_doctree("one").findall(explorer)
    first = first_state(node)
    assert first["state"] == {"side": "2", "color": "red"}
    assert first["all"] == [
        {"side": str(s), "color": c} for s, c in product(SIDES, COLORS)
    ]
    assert node["data"]["numbers"][2] == {"side": 2, "color": "red", "area": 4}


def test_kernels_are_told_that_a_page_is_built(book, monkeypatch):
    import os

    assert os.environ["TEXTBOOK_STATIC"] == "1"
