"""Every explorer of every page: each slider through all its values, as readers move it.

The tests find the explorers by themselves, so a new one is covered without a new test.
"""

import json
from functools import cache
from itertools import product
from urllib.parse import unquote

import pytest

from tests.site.built import LAY_OUT, SITE, drawn, explorers, figures

SNAPSHOT = """(explorer, number) => {
    const frame = explorer.querySelector(".explorer-frame");
    const drawn = window.explorerFrames[explorer.id];
    const wanted = document.createElement("div");
    wanted.innerHTML = drawn.frames[number].map((tag) => drawn.tags[tag]).join("");
    const sliders = [...explorer.querySelectorAll("input")];
    const marks = [...frame.querySelectorAll("path, text, image, use, rect, circle")];
    return {
        state: explorer.dataset.state,
        caption: explorer.querySelector("figcaption").textContent,
        label: frame.getAttribute("aria-label"),
        sameFrame: wanted.innerHTML === frame.innerHTML,
        blank: !marks.some((mark) => mark.getBoundingClientRect().width > 1),
        spoken: sliders.map((slider) => slider.getAttribute("aria-valuetext")),
        written: [...explorer.querySelectorAll("output")].map((o) => o.value),
        address: location.hash,
    };
}"""


@cache
def shipped(explorer):
    """Return the sliders' values, the first state, and what is shown in each state.

    What is shown is the number of the picture and the caption. A caption stands in the
    table's row of its state, and pictures are numbered in the same order.
    """
    path, name = explorer
    figure = figures(path).select_one(f"figure.explorer#{name}")
    values = {s["name"]: json.loads(s["data-values"]) for s in figure.select("input")}
    start = dict(pair.split("=") for pair in figure["data-state"].split(","))
    captions = [row("td")[-1].text for row in figure.select("tbody tr")]
    shown = zip(product(*values.values()), enumerate(captions), strict=True)
    return values, start, dict(shown)


def find(shared, explorer, **options):
    """Return the shared page of the explorer, and the explorer on it."""
    path, name = explorer
    page = shared(path, **options)
    page.evaluate(LAY_OUT)
    return page, page.locator(f"figure.explorer#{name}")


def follow_link(visit, explorer, state):
    """Return the explorer on a page that a link to one of its states has opened."""
    path, name = explorer
    page = visit(f"{path}#{name}:{state}").page
    return page.locator(f"figure.explorer#{name}")


def last_state(explorer):
    return {name: texts[-1] for name, texts in shipped(explorer)[0].items()}


def words(state):
    return ",".join(f"{name}={value}" for name, value in state.items())


def assert_shows(figure, explorer, state, in_address=False):
    """Hold that picture, caption, attributes and outputs all show the given state."""
    number, caption = shipped(explorer)[2][tuple(state.values())]
    seen = figure.evaluate(SNAPSHOT, number)
    assert seen["state"] == words(state)
    assert seen["caption"] == caption.strip() != ""
    assert seen["spoken"] == seen["written"] == list(state.values())
    assert seen["sameFrame"], "the frame is not the one that was drawn for this state"
    assert not seen["blank"]
    for name, value in state.items():
        assert f"{name.replace('_', ' ')} {value}" in seen["label"]
    if in_address:
        assert unquote(seen["address"]) == f"#{explorer[1]}:{words(state)}"


def test_every_slider_by_keyboard_through_all_its_values(shared, explorer):
    page, figure = find(shared, explorer)
    values, start, _ = shipped(explorer)
    for name, texts in values.items():
        state = dict(start)
        figure.locator(f"input[name='{name}']").focus()
        page.keyboard.press("Home")
        for i, state[name] in enumerate(texts):
            if i:
                page.keyboard.press("ArrowRight")
            assert_shows(figure, explorer, state, in_address=i > 0)
        page.keyboard.press("ArrowRight")  # at the end: stays
        assert_shows(figure, explorer, state)
        page.keyboard.press("Home")
        page.keyboard.press("End")
        assert_shows(figure, explorer, state)
        figure.get_by_role("button", name="Reset").click()
        assert_shows(figure, explorer, start)


def test_every_slider_changes_the_picture(explorer):
    values, start, shown = shipped(explorer)
    _, frames = drawn(*explorer)
    for name, texts in values.items():
        states = [tuple((start | {name: text}).values()) for text in texts]
        pictures = {tuple(frames[shown[state][0]]) for state in states}
        assert len(pictures) == len(texts), name


def test_a_linked_state_is_shown(visit, explorer):
    last = last_state(explorer)
    figure = follow_link(visit, explorer, words(last))
    assert_shows(figure, explorer, last)
    distance = figure.evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= distance < 200, "the linked explorer is not in sight"


@pytest.mark.parametrize("state", ["nonsense", "angle=99", "=,=", "%"])
def test_a_wrong_link_shows_the_first_state(visit, state):
    explorer = explorers()[-1]
    figure = follow_link(visit, explorer, state)
    assert_shows(figure, explorer, shipped(explorer)[1])


def test_sliders_move_by_mouse(shared, explorer):
    page, figure = find(shared, explorer)
    for slider in figure.locator("input").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 2, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, middle, steps=5)
        page.mouse.up()
    assert_shows(figure, explorer, last_state(explorer))


def test_sliders_move_by_touch(shared, explorer):
    page, figure = find(shared, explorer, width=390, has_touch=True)
    for slider in figure.locator("input").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        x, y = box["x"] + box["width"] - 3, box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y)
    assert_shows(figure, explorer, last_state(explorer))


def test_every_label_names_its_slider(shared, explorer):
    _, figure = find(shared, explorer)
    for name in shipped(explorer)[0]:
        slider = figure.get_by_label(name.replace("_", " "), exact=True)
        assert slider.get_attribute("name") == name


def test_without_script_the_first_state_and_all_captions_are_there(shared, explorer):
    _, figure = find(shared, explorer, java_script_enabled=False)
    _, start, shown = shipped(explorer)
    assert figure.locator(".explorer-frame svg").first.is_visible()
    figure.locator(".explorer-states summary").click()
    captions = figure.locator(".explorer-states tbody td:last-child")
    assert captions.last.is_visible()
    assert captions.count() == len(shown)
    caption = figure.locator("figcaption").text_content()
    assert caption == shown[tuple(start.values())][1]


def test_it_works_from_a_file(shared, explorer):
    page, figure = find(shared, explorer, source=SITE.as_uri())
    for slider in figure.locator("input").all():
        slider.focus()
        page.keyboard.press("End")
    assert_shows(figure, explorer, last_state(explorer), in_address=True)


CONTRAST = """figure => {
    const options = { willReadFrequently: true };
    const canvas = document.createElement("canvas").getContext("2d", options);
    const light = (color) => {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => {
            const c = v / 255;
            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = light(getComputedStyle(figure).backgroundColor);
    return [...figure.querySelectorAll(".explorer-frame text")].map((text) => {
        const ink = light(getComputedStyle(text).fill);
        return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
}"""


def test_text_in_pictures_is_readable_in_both_themes(shared, explorer):
    page, figure = find(shared, explorer)
    ratios = figure.evaluate(CONTRAST)
    page.emulate_media(color_scheme="dark")
    ratios += figure.evaluate(CONTRAST)
    assert not ratios or min(ratios) >= 4.5
