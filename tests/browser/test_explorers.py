"""Every explorer of every page: each control through its values, as readers move it.

The tests find the explorers by themselves, so a new one is covered without a new test.
"""

from urllib.parse import unquote

import pytest

from tests.site.built import LAY_OUT, SITE, explorers, shown_in

SNAPSHOT = """(explorer, number) => {
    const frame = explorer.querySelector(".explorer-frame");
    const drawn = window.explorerFrames[explorer.id];
    const wanted = document.createElement("div");
    wanted.innerHTML = drawn.frames[number].map((tag) => drawn.tags[tag]).join("");
    const plain = document.createElement("div");
    plain.append(...frame.cloneNode(true).childNodes);
    for (const part of plain.querySelectorAll("[role], [class]"))
        for (const name of ["role", "tabindex", "aria-label", "class"])
            part.removeAttribute(name);
    const marks = [...frame.querySelectorAll("path, text, image, use, rect, circle")];
    const controls = [...explorer.querySelectorAll(".explorer-control")];
    return {
        state: explorer.dataset.state,
        caption: explorer.querySelector(".explorer-result").textContent,
        label: frame.getAttribute("aria-label"),
        sameFrame: wanted.isEqualNode(plain),
        blank: !marks.some((mark) => mark.getBoundingClientRect().width > 1),
        told: controls.map((control) => {
            const checked = control.querySelector(":checked + *");
            return checked ? checked.alt ?? checked.textContent
                : control.querySelector("output").value;
        }),
        wanted: controls.map(({ dataset }) => {
            const pair = explorer.dataset.state.split(",")
                .find((each) => each.startsWith(`${dataset.name}=`));
            const place = JSON.parse(dataset.values).indexOf(pair.split("=")[1]);
            return JSON.parse(dataset.shown)[place];
        }),
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


def control_of(figure, name):
    """Return the control's slider, or the buttons of its group."""
    return figure.locator(f".explorer-control[data-name='{name}'] input")


def assert_shows(figure, explorer, state, in_address=False):
    """Hold that picture, caption, attributes and outputs all show the given state."""
    number, caption = shown_in(explorer)[2][tuple(state.values())]
    seen = figure.evaluate(SNAPSHOT, number)
    assert seen["state"] == words(state)
    assert seen["caption"] == caption.strip() != ""
    assert seen["told"] == seen["wanted"]
    assert seen["sameFrame"], "the frame is not the one that was drawn for this state"
    assert not seen["blank"]
    for told in seen["told"]:
        assert told in seen["label"]
    if in_address:
        assert unquote(seen["address"]) == f"#{explorer[1]}:{words(state)}"


def test_every_control_by_keyboard_from_its_first_values_to_its_last(shared, chapter):
    explorer = max(explorers_of(chapter), key=lambda each: len(shown_in(each)[0]))
    page, figure = find(shared, explorer)
    values, start, _ = shown_in(explorer)
    for name, texts in values.items():
        state, control = dict(start), control_of(figure, name)
        is_group = control.count() > 1
        if is_group:
            control.nth(texts.index(start[name])).focus()
            for _ in range(texts.index(start[name])):
                page.keyboard.press("ArrowLeft")
        else:
            control.focus()
            page.keyboard.press("Home")
        for i, state[name] in enumerate(texts[:3]):
            if i:
                page.keyboard.press("ArrowRight")
            assert_shows(figure, explorer, state, in_address=i > 0)
        if is_group:
            control.nth(len(texts) - 1).locator("..").click()
        else:
            page.keyboard.press("End")
            page.keyboard.press("ArrowRight")  # at the end: stays
        assert_shows(figure, explorer, state | {name: texts[-1]})
        figure.get_by_role("button", name="Reset").evaluate("(reset) => reset.click()")
        assert_shows(figure, explorer, start)


def test_controls_move_by_mouse(shared, chapter):
    explorer = explorers_of(chapter)[0]
    page, figure = find(shared, explorer)
    for control in figure.locator(".explorer-control").all():
        slider = control.locator("input").last
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 2, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 2, middle, steps=5)
        page.mouse.up()
    assert_shows(figure, explorer, last_state(explorer))


def test_controls_move_by_touch(shared, chapter):
    explorer = explorers_of(chapter)[0]
    page, figure = find(shared, explorer, width=390)
    for control in figure.locator(".explorer-control").all():
        slider = control.locator("input").last
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        x, y = box["x"] + box["width"] - 3, box["y"] + box["height"] / 2
        page.touchscreen.tap(x, y)
    assert_shows(figure, explorer, last_state(explorer))


@pytest.mark.of_some  # the addresses of all: test_every_control…
def test_a_link_to_a_state_shows_it(visit, chapter):
    explorer = explorers_of(chapter)[-1]
    last = last_state(explorer)
    page = visit(f"{chapter}#{explorer[1]}:{words(last)}").page
    figure = page.locator(f"figure.explorer#{explorer[1]}")
    assert_shows(figure, explorer, last)
    distance = figure.evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= distance < 200, "the linked explorer is not in sight"


@pytest.mark.of_each_kind
def test_explorers_work_from_a_file(visit, path):
    page = visit(path, source=SITE.as_uri()).page
    for explorer in explorers_of(path):
        figure = page.locator(f"figure.explorer#{explorer[1]}")
        for control in figure.locator(".explorer-control").all():
            if control.locator("input").count() > 1:
                control.locator("label").last.click()
            else:
                control.locator("input").press("End")
        state = last_state(explorer)
        assert_shows(figure, explorer, state, in_address=state != shown_in(explorer)[1])


def test_without_a_script_the_words_of_all_states_are_there(visit):
    path, name = explorers()[0]
    figure = visit(path, java_script_enabled=False).page.locator(f"figure#{name}")
    assert figure.locator(".explorer-frame svg").first.is_visible()
    assert not figure.locator(".explorer-controls").is_visible()
    assert figure.locator(".explorer-unscripted").is_visible()
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


# Each state's words are shown, and every fourth picture: all pictures of an explorer
# have one size (tests/site/test_captions.py).
STEADY = """(figure) => {
    const explorer = explorers.get(figure.id);
    const sizes = explorer.controls.map(({ values }) => values.length);
    const count = sizes.reduce((product, size) => product * size, 1);
    const seen = { heights: new Set(), panels: new Set(), smallest: Infinity };
    for (let place = 0; place < count; place += 1) {
        let rest = place;
        for (let i = sizes.length - 1; i >= 0; i -= 1) {
            explorer.controls[i].at = rest % sizes[i];
            rest = Math.floor(rest / sizes[i]);
        }
        const words = explorer.rows[place].lastElementChild.textContent;
        if (place % 4) explorer.caption.textContent = words;
        else explorer.show();
        seen.heights.add(Math.round(figure.getBoundingClientRect().height));
        if (place % 4) continue;
        for (const panel of explorer.frame.querySelectorAll("svg")) {
            const { width, height } = panel.getBoundingClientRect();
            const scale = width / panel.viewBox.baseVal.width;
            seen.panels.add(Math.round(height));
            for (const text of panel.querySelectorAll("text")) {
                const size = parseFloat(getComputedStyle(text).fontSize) * scale;
                if (size < seen.smallest) seen.smallest = size;
            }
        }
    }
    const high = (selector) => figure.querySelector(selector).getBoundingClientRect();
    return {
        heights: [...seen.heights],
        panel: Math.max(...seen.panels),
        smallest: seen.smallest,
        controls: high(".explorer-controls").height,
        result: high("figcaption").height,
        sticky: [".explorer-controls", "figcaption"].map((part) =>
            getComputedStyle(figure.querySelector(part)).position),
        header: document.querySelector(".mobile-header").getBoundingClientRect().height,
    };
}"""

SMALLEST = 11  # pixels of text in a picture on a phone
PHONE = 844  # pixels that a phone of 390 pixels in width is high


def test_nothing_jumps_while_one_drags(shared, explorer):
    _, figure = find(shared, explorer)
    assert len(figure.evaluate(STEADY)["heights"]) == 1


def test_on_a_phone_controls_a_picture_and_the_result_are_in_sight(shared, explorer):
    _, figure = find(shared, explorer, width=390)
    seen = figure.evaluate(STEADY)
    assert len(seen["heights"]) == 1
    assert seen["smallest"] >= SMALLEST
    assert seen["sticky"] == ["sticky", "sticky"]
    parts = [seen[name] for name in ("header", "controls", "panel", "result")]
    assert sum(parts) <= PHONE, parts


def test_on_a_phone_controls_and_result_stay_while_the_pictures_pass(shared, chapter):
    explorer = explorers_of(chapter)[0]
    page, figure = find(shared, explorer, width=390)
    page.set_viewport_size({"width": 390, "height": PHONE})
    header = page.locator(".mobile-header").bounding_box()["height"]
    for panel in figure.locator(".explorer-frame svg").all():
        controls = figure.locator(".explorer-controls").bounding_box()
        panel.evaluate(
            """(panel, top) => scrollBy({ behavior: "instant",
                top: panel.getBoundingClientRect().top - top })""",
            header + controls["height"],
        )
        controls = figure.locator(".explorer-controls").bounding_box()
        result = figure.locator("figcaption").bounding_box()
        box = panel.bounding_box()
        assert header - 1 <= controls["y"]
        assert controls["y"] + controls["height"] <= box["y"] + 1
        assert box["y"] + box["height"] <= result["y"] + 1
        assert result["y"] + result["height"] <= PHONE + 1


def test_nothing_is_wider_than_a_small_phone(shared, path):
    page = shared(path, width=320)
    page.evaluate(LAY_OUT)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    beyond = page.evaluate(
        """() => [...document.querySelectorAll("figure.explorer, figure.picture")]
            .filter((figure) => figure.getBoundingClientRect().right > 320)
            .map((figure) => figure.id)"""
    )
    assert beyond == []
