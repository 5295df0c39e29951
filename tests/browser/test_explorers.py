"""Every explorer of every page: each slider through all its values, as readers move it.

The tests find the explorers by themselves, so a new one is covered without a new test.
"""

from urllib.parse import unquote

from tests.site.built import LAY_OUT, SITE, explorers, shown_in

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


def find(shared, explorer, **options):
    """Return the shared page of the explorer, and the explorer on it."""
    path, name = explorer
    page = shared(path, **options)
    page.evaluate(LAY_OUT)
    return page, page.locator(f"figure.explorer#{name}")


def explorers_of(chapter):
    return [explorer for explorer in explorers() if explorer[0] == chapter]


def last_state(explorer):
    return {name: texts[-1] for name, texts in shown_in(explorer)[0].items()}


def words(state):
    return ",".join(f"{name}={value}" for name, value in state.items())


def assert_shows(figure, explorer, state, in_address=False):
    """Hold that picture, caption, attributes and outputs all show the given state."""
    number, caption = shown_in(explorer)[2][tuple(state.values())]
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


def test_every_slider_by_keyboard_from_its_first_values_to_its_last(shared, explorer):
    page, figure = find(shared, explorer)
    values, start, _ = shown_in(explorer)
    for name, texts in values.items():
        state = dict(start)
        figure.locator(f"input[name='{name}']").focus()
        page.keyboard.press("Home")
        for i, state[name] in enumerate(texts[:3]):
            if i:
                page.keyboard.press("ArrowRight")
            assert_shows(figure, explorer, state, in_address=i > 0)
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")  # at the end: stays
        assert_shows(figure, explorer, state | {name: texts[-1]})
        figure.get_by_role("button", name="Reset").click()
        assert_shows(figure, explorer, start)


def test_sliders_move_by_mouse(shared, chapter):
    explorer = explorers_of(chapter)[0]
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


def test_sliders_move_by_touch(shared, chapter):
    explorer = explorers_of(chapter)[0]
    page, figure = find(shared, explorer, width=390, has_touch=True)
    for slider in figure.locator("input").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        x, y = box["x"] + box["width"] - 3, box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y)
    assert_shows(figure, explorer, last_state(explorer))


def test_a_link_to_a_state_shows_it(visit, chapter):
    explorer = explorers_of(chapter)[-1]
    last = last_state(explorer)
    page = visit(f"{chapter}#{explorer[1]}:{words(last)}").page
    figure = page.locator(f"figure.explorer#{explorer[1]}")
    assert_shows(figure, explorer, last)
    distance = figure.evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= distance < 200, "the linked explorer is not in sight"


def test_explorers_work_from_a_file(visit, chapter):
    page = visit(chapter, source=SITE.as_uri()).page
    for explorer in explorers_of(chapter):
        figure = page.locator(f"figure.explorer#{explorer[1]}")
        for slider in figure.locator("input").all():
            slider.focus()
            page.keyboard.press("End")
        assert_shows(figure, explorer, last_state(explorer), in_address=True)


def test_without_a_script_the_words_of_all_states_can_be_unfolded(visit):
    path, name = explorers()[0]
    figure = visit(path, java_script_enabled=False).page.locator(f"figure#{name}")
    assert figure.locator(".explorer-frame svg").first.is_visible()
    figure.locator(".explorer-states summary").click()
    assert figure.locator(".explorer-states tbody td:last-child").last.is_visible()


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
