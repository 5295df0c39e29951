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
    NUMBERED,
    PAIR,
    SIDES,
    SQUARE,
    explorer_cell,
    picture_cell,
    square,
)
from tests.extensions.support import build_book, cell, notebook, page

BOOK = {
    "one": notebook(
        "# One", explorer_cell(SQUARE), explorer_cell(PAIR), picture_cell("A picture")
    ),
    "deep/two": notebook("# Two", explorer_cell(SQUARE | {"name": "another"})),
    "plain": notebook(
        "# Plain\n\n{numref}`pair` and {numref}`figure-a-picture`.",
        cell("print(1)", {"text": "1"}),
    ),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorers")
    return build_book(folder, BOOK, "book.extensions.explorers", **NUMBERED)


@pytest.fixture
def figure(book):
    return page(book, "one").select_one("figure.explorer#square")


def frames_of(book, name):
    """Return what the files of a page's frames hand to the script."""
    files = Path(book.outdir, "_static", "explorers", name).iterdir()
    return {file.stem: frames_in(file.read_text(), file.stem) for file in files}


def frames_in(text, name):
    put = f'(window.explorerFrames ??= {{}})["{name}"] = '
    assert text.startswith(put)
    return json.loads(text.removeprefix(put).rstrip(";\n"))


def test_the_figure_carries_its_id_and_its_first_state(figure):
    assert figure["data-state"] == "side=2,color=red"


def test_a_slider_is_labelled_and_says_its_value(figure):
    control = figure.select_one(".explorer-control[data-name=side]")
    slider = control.select_one("input[type=range]")
    assert control.select_one(f'label[for="{slider["id"]}"]').text == "edge"
    assert json.loads(control["data-values"]) == list(map(str, SIDES))
    shown = [f"{side}\xa0cm" for side in SIDES]
    assert json.loads(control["data-shown"]) == shown
    assert (slider["max"], slider["value"]) == (str(len(SIDES) - 1), "1")
    assert control["data-start"] == "1"
    assert slider["autocomplete"] == "off"
    output = control.output
    assert output["for"] == [slider["id"]]
    assert output["aria-live"] == "off"
    assert slider["aria-valuetext"] == output.text == shown[1]


def test_names_are_radio_buttons_in_a_labelled_group(figure):
    control = figure.select_one(".explorer-control[data-name=color]")
    group = control.select_one("[role=radiogroup]")
    assert control.find(id=group["aria-labelledby"]).text == "color"
    buttons = group.select("label > input[type=radio]")
    assert [button.find_next("span").text for button in buttons] == COLORS
    assert len({button["name"] for button in buttons}) == 1
    assert [button.has_attr("checked") for button in buttons] == [True, False]


def test_what_can_be_played_has_steps(figure):
    [control] = [c for c in figure.select(".explorer-control") if c.button]
    assert control["data-name"] == "side"
    names = [button["aria-label"] for button in control.select("button")]
    assert names == ["edge: one step back", "edge: play", "edge: one step on"]


def test_pictures_stand_for_values(book):
    images = page(book, "one").select("figure#pair .explorer-options img")
    assert [image["alt"] for image in images] == ["1", "2"]
    assert all(image["src"].startswith("data:image/png;base64,") for image in images)


def test_the_first_state_is_in_the_page_itself(figure):
    frame = figure.select_one(".explorer-frame")
    assert frame["role"] == "img"
    assert frame.rect["width"] == "2"
    assert frame["aria-label"] == "A square of some color: edge 2\xa0cm, color red"
    assert frame["data-description"] == "A square of some color"
    caption = figure.select_one(".explorer-result")
    assert caption.text == str(square()[1])
    assert caption["aria-live"] == "polite"


def test_a_figure_has_its_title_and_its_chapters_number(book):
    titles = [f.select_one(".figure-title") for f in page(book, "one").select("figure")]
    numbers = [title.a.text for title in titles]
    assert numbers == ["Figure 1.1", "Figure 1.2", "Figure 1.3"]
    assert [title.a["href"] for title in titles] == [
        "#square",
        "#pair",
        "#figure-a-picture",
    ]
    assert "A square of some color" in titles[0].text
    assert page(book, "deep/two").select_one(".figure-title a").text == "Figure 2.1"


def test_a_picture_that_stands_still_is_a_figure_too(book):
    shown = page(book, "one").select_one("figure.picture")
    frame = shown.select_one(".picture-frame[role=img]")
    assert frame["aria-label"] == "What it shows"
    assert frame.svg.circle


def test_every_page_can_refer_to_a_figure(book):
    links = page(book, "plain").select("a.reference.internal")
    found = {a["href"]: a.text for a in links if a.text.startswith("Figure")}
    assert found == {
        "one.html#pair": "Figure 1.2",
        "one.html#figure-a-picture": "Figure 1.3",
    }


def test_the_room_of_the_longest_result_is_kept(book):
    figure = page(book, "one").select_one("figure#square")
    longest = str(square(5, "light blue")[1])  # as many letters as of 4, but wider
    assert figure.figcaption["data-longest"] == longest
    assert figure.select_one(".explorer-says") is None
    says = page(book, "one").select_one("figure#pair .explorer-says")
    assert says["data-longest"] == '2 > 1 & "so on"'


def test_what_can_be_touched_is_said(book):
    assert page(book, "one").select_one("figure#square .explorer-hint") is None
    hint = page(book, "one").select_one("figure#pair .explorer-hint").text
    assert hint == ("In the picture: click to move gap; point at a part to see more.")
    frame = page(book, "one").select_one("figure#pair .explorer-frame")
    assert frame["role"] == "group"


def test_every_caption_stands_in_the_table_without_script(figure):
    rows = [[c.text for c in row.select("td")] for row in figure.select("tbody tr")]
    expected = [
        [f"{s}\xa0cm", c, str(square(s, c)[1])] for s, c in product(SIDES, COLORS)
    ]
    assert rows == expected
    heads = [head.text for head in figure.select("th")]
    assert heads == ["edge", "color", "what it shows"]
    assert figure.summary.text == "All 10 states in words"
    assert figure.select_one(".explorer-table")["tabindex"] == "0"


def test_nothing_said_can_end_the_figure_or_start_a_tag(book):
    figure = page(book, "one").select_one("figure.explorer#pair")
    assert figure.select_one(".explorer-result").text == "Not <said> in numbers."
    assert len(figure.select(".explorer-frame svg")) == 2


def test_every_state_is_in_the_frames_as_draw_made_it(book):
    shipped = frames_of(book, "one")
    assert set(shipped) == {"square", "pair"}
    drawn = [
        "".join(shipped["square"]["tags"][tag] for tag in frame)
        for frame in shipped["square"]["frames"]
    ]
    assert drawn == [square(*state)[0] for state in product(SIDES, COLORS)]


def script(book, name):
    [found] = page(book, name).select("script[src*='explorer.js']")
    return found


def test_the_scripts_come_before_the_one_that_uses_them(book):
    names = [
        s["src"].partition("?")[0] for s in page(book, "one").select("script[src]")
    ]
    last = names.index("_static/explorer.js")
    for name in ("shared", "drawing", "handles"):
        assert names.index(f"_static/{name}.js") < last


def test_a_page_with_explorers_gets_the_script_and_the_address_of_its_frames(book):
    for name, up in (("one", ""), ("deep/two", "../")):
        addresses = json.loads(script(book, name)["data-frames"])
        assert addresses.keys() == frames_of(book, name).keys()
        for explorer_, address in addresses.items():
            file, _, version = address.partition("?v=")
            assert file == f"{up}_static/explorers/{name}/{explorer_}.js"
            assert version


def test_a_page_without_explorers_gets_neither(book):
    assert page(book, "plain").select("script[src*='explorer.js']") == []
    assert not Path(book.outdir, "_static", "explorers", "plain").exists()


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


def test_the_node_knows_its_first_state_and_its_numbers(book):
    [node, _] = book.env.get_doctree("one").findall(explorer)
    first = first_state(node)
    assert first["state"] == {"side": "2", "color": "red"}
    assert node["data"]["numbers"][2] == {"side": 2, "color": "red", "area": 4}


def test_kernels_are_told_that_a_page_is_built(book, monkeypatch):
    import os

    assert os.environ["TEXTBOOK_STATIC"] == "1"
