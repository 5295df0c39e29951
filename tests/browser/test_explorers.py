"""Every explorer of every page: each slider through all its values, as readers move it.

The tests find the explorers by themselves, so a new one is covered without a new test.
"""

import json

import pytest
from built import SITE

SCHEMES = ("light", "dark")


def open_explorer(visit, explorer, state="", **options):
    path, name = explorer
    page = visit(f"{path}#{name}:{state}" if state else path, **options).page
    return page, page.locator(f"figure.explorer#{name}")


def values(slider):
    return json.loads(slider.get_attribute("data-values"))


def shown(figure):
    """Return what the explorer says it shows, as {slider: value}."""
    return dict(
        pair.split("=") for pair in figure.get_attribute("data-state").split(",")
    )


def expected_frame(figure, state):
    """Return the shipped picture and caption of a state, found by way of the table."""
    cells = figure.locator(".explorer-states tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    (number,) = [i for i, row in enumerate(cells) if row[:-1] == list(state.values())]
    shipped = json.loads(figure.locator("script").text_content())
    picture = "".join(shipped["tags"][tag] for tag in shipped["frames"][number])
    return picture, cells[number][-1]


def assert_shows(page, figure, state):
    """Hold that frame, caption, attributes and outputs all show the given state."""
    assert shown(figure) == state
    picture, caption = expected_frame(figure, state)
    frame = figure.locator(".explorer-frame")
    same = "(e, html) => { const t = e.cloneNode(); t.innerHTML = html;"
    assert frame.evaluate(f"{same} return t.innerHTML === e.innerHTML; }}", picture)
    assert figure.locator("figcaption").text_content() == caption
    for name, value in state.items():
        slider = figure.locator(f"input[name='{name}']")
        assert slider.get_attribute("aria-valuetext") == value
        assert slider.evaluate("e => e.nextElementSibling.textContent") == value
        words = f"{name.replace('_', ' ')} {value}"
        assert words in frame.get_attribute("aria-label")
    assert caption.strip()
    marks = frame.locator(
        "path, text, image, use, rect, circle, line, polyline, polygon"
    )
    boxes = marks.evaluate_all("all => all.map((e) => e.getBoundingClientRect().width)")
    assert max(boxes) > 1, "blank frame"


def assert_in_address(page, figure, state):
    words = ",".join(f"{name}={value}" for name, value in state.items())
    address = page.evaluate("decodeURIComponent(location.hash)")
    assert address == f"#{figure.get_attribute('id')}:{words}"


def test_every_slider_by_keyboard_through_all_its_values(visit, explorer):
    page, figure = open_explorer(visit, explorer)
    for slider in figure.locator("input[type=range]").all():
        name, texts = slider.get_attribute("name"), values(slider)
        start = shown(figure)
        slider.focus()
        page.keyboard.press("Home")
        frames = []
        for i, text in enumerate(texts):
            if i:
                page.keyboard.press("ArrowRight")
            assert_shows(page, figure, start | {name: text})
            frames.append(figure.locator(".explorer-frame").inner_html())
            if len(texts) > 1 and i:
                assert_in_address(page, figure, start | {name: text})
        assert len(texts) == 1 or len(set(frames)) > 1, f"{name} changes nothing"
        page.keyboard.press("ArrowRight")  # at the end: stays
        assert shown(figure)[name] == texts[-1]
        page.keyboard.press("End")
        assert shown(figure)[name] == texts[-1]


def test_reset_brings_back_the_first_state(visit, explorer):
    page, figure = open_explorer(visit, explorer)
    start = shown(figure)
    for slider in figure.locator("input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home" if slider.input_value() != "0" else "End")
    assert shown(figure) != start
    figure.get_by_role("button", name="Reset").click()
    assert_shows(page, figure, start)


def test_a_linked_state_is_shown(visit, explorer):
    page, figure = open_explorer(visit, explorer)
    sliders = figure.locator("input[type=range]").all()
    last = {slider.get_attribute("name"): values(slider)[-1] for slider in sliders}
    state = ",".join(f"{name}={value}" for name, value in last.items())
    page, figure = open_explorer(visit, explorer, state)
    assert_shows(page, figure, last)
    distance = figure.evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= distance < 200, "the linked explorer is not in sight"


@pytest.mark.parametrize("state", ["nonsense", "stride=99", "=,=", "%"])
def test_a_wrong_link_shows_the_first_state(visit, explorer, state):
    _, plain = open_explorer(visit, explorer)
    page, figure = open_explorer(visit, explorer, state)
    assert_shows(page, figure, shown(plain))


def test_sliders_move_by_mouse(visit, explorer):
    page, figure = open_explorer(visit, explorer)
    for slider in figure.locator("input[type=range]").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.click(box["x"] + 2, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, middle, steps=5)
        page.mouse.up()
        assert shown(figure)[slider.get_attribute("name")] == values(slider)[-1]
    assert_shows(page, figure, shown(figure))


def test_sliders_move_by_touch(visit, explorer):
    page, figure = open_explorer(visit, explorer, width=390, has_touch=True)
    for slider in figure.locator("input[type=range]").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
        assert shown(figure)[slider.get_attribute("name")] == values(slider)[-1]
    assert_shows(page, figure, shown(figure))


def test_every_label_names_its_slider(visit, explorer):
    _, figure = open_explorer(visit, explorer)
    for slider in figure.locator("input[type=range]").all():
        name = slider.get_attribute("name").replace("_", " ")
        assert figure.get_by_label(name, exact=True).get_attribute(
            "id"
        ) == slider.get_attribute("id")


def test_without_script_the_first_state_and_all_captions_are_there(visit, explorer):
    _, figure = open_explorer(visit, explorer, java_script_enabled=False)
    assert figure.locator(".explorer-frame svg").first.is_visible()
    counts = [len(values(slider)) for slider in figure.locator("input").all()]
    states = 1
    for count in counts:
        states *= count
    captions = figure.locator(
        ".explorer-states tbody td:last-child"
    ).all_text_contents()
    assert len(captions) == states
    assert all(caption.strip() for caption in captions)
    assert figure.locator("figcaption").text_content() in captions


def test_it_works_from_a_file(visit, explorer):
    path, name = explorer
    page = visit((SITE / path).as_uri()).page
    figure = page.locator(f"figure.explorer#{name}")
    for slider in figure.locator("input[type=range]").all():
        slider.focus()
        page.keyboard.press("End")
    assert_shows(page, figure, shown(figure))
    assert_in_address(page, figure, shown(figure))


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


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_in_pictures_is_readable_in_both_themes(visit, explorer, scheme):
    _, figure = open_explorer(visit, explorer, color_scheme=scheme)
    ratios = figure.evaluate(CONTRAST)
    assert not ratios or min(ratios) >= 4.5
