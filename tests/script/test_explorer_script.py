"""explorer.js on a small page with two explorers: all that it does, without the book.

The page is written by the book's own template; what the server sends is in our hands,
so that the frames can come late, or not at all.
"""

import json
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright
from textbook.lesson.explore import explore
from textbook.lesson.states import label

from book.extensions.explorers import TEMPLATES, explorer_of, first_state
from book.tools.chrome import FLAGS, find_chrome
from tests.paths import ROOT

SITE = "http://book.test"
SCRIPT = (ROOT / "book" / "static" / "explorer.js").read_text()


def square(side=2, color="red"):
    """A square of some color."""
    picture = f'<svg viewBox="0 0 9 9"><rect width="{side}" fill="{color}"/></svg>'
    return picture, f"A {color} square of side {side} has area {side**2} < 100."


def dots(row_count=1):
    """Dots in rows."""
    marks = "".join(f'<circle r="{i + 1}"/>' for i in range(row_count))
    return f'<svg viewBox="0 0 9 9">{marks}</svg>', f"{row_count} in a row"


@pytest.fixture(scope="module")
def data() -> list[dict]:
    """Return the data of both explorers, as their cells give it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTBOOK_STATIC", "1")
        both = (
            explore(square, side=[1, 2, 3], color=["red", "light blue"]),
            explore(dots, row_count=range(1, 4)),
        )
    return [explorer.data for explorer in both]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser to all tests of this file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chrome(), args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """A page in the browser, and what its reader sees of an explorer."""

    def __init__(self, browser: Browser, data: list[dict]) -> None:
        """Prepare the page; `open` it to have it loaded."""
        template = TEMPLATES.get_template("explorer.html")
        nodes = [explorer_of(d) for d in data]
        figures = [
            template.render(node["data"] | first_state(node), label=label)
            for node in nodes
        ]
        self.html = (
            "<!doctype html><title>Two explorers</title><body><p style='height:2000px'>"
            f"{''.join(figures)}"
            "<script defer src='/explorer.js' data-frames='/frames.js'></script>"
        )
        shipped = {d["name"]: {k: d[k] for k in ("tags", "frames")} for d in data}
        self.frames = f"window.explorerFrames = {json.dumps(shipped)};"
        self.waiting: list[Route] = []  # requests of the frames that are held back
        self.hold_frames = False
        self.page: Page = browser.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url.endswith("/explorer.js"):
            route.fulfill(body=SCRIPT, content_type="text/javascript")
        elif not route.request.url.endswith("/frames.js"):
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        elif self.hold_frames:
            self.waiting.append(route)
        else:
            self._send_frames(route)

    def _send_frames(self, route: Route) -> None:
        route.fulfill(body=self.frames, content_type="text/javascript")

    def open(self, address: str = "") -> "Reader":
        """Load the page; wait for the frames unless they are held back."""
        self.page.goto(f"{SITE}/page.html{address}", wait_until="load")
        if self.hold_frames:
            # The request is on its way once the page is loaded.
            while not self.waiting:
                self.page.wait_for_timeout(5)
        else:
            self.page.wait_for_function("window.explorerFrames")
        return self

    def let_frames_come(self) -> None:
        """Send what was held back, and wait until it is there."""
        self._send_frames(self.waiting.pop())
        self.page.wait_for_function("window.explorerFrames")

    def lose_frames(self) -> None:
        """Break the request off, and wait until the page says so."""
        self.waiting.pop().abort()
        self.page.wait_for_selector(".explorer-missing")

    def slider(self, name: str, explorer: str = "square"):
        """Return a slider."""
        return self.page.locator(f"#{explorer} input[name={name}]")

    def drag(self, name: str, *places: int, explorer: str = "square") -> None:
        """Move a slider through these places, as a mouse does, and let it go."""
        self.slider(name, explorer).evaluate(
            """(slider, places) => {
                for (const place of places) {
                    slider.value = place;
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                }
                slider.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            places,
        )

    def sees(self, explorer: str = "square") -> dict:
        """Return what the explorer shows and says."""
        return self.page.locator(f"#{explorer}").evaluate(
            """(figure) => ({
                state: figure.dataset.state,
                picture: figure.querySelector(".explorer-frame").innerHTML,
                spoken_picture:
                    figure.querySelector(".explorer-frame").getAttribute("aria-label"),
                caption: figure.querySelector("figcaption").textContent,
                outputs: [...figure.querySelectorAll("output")].map((o) => o.value),
                spoken: [...figure.querySelectorAll("input")].map(
                    (slider) => slider.getAttribute("aria-valuetext")),
            })"""
        )


@pytest.fixture
def reader(browser, data) -> Iterator[Reader]:
    """Give a page that is not loaded yet; hold that no script failed on it."""
    reader = Reader(browser, data)
    yield reader
    reader.page.close()
    assert reader.errors == []


def picture(draw, *values) -> str:
    """Return the picture as the browser writes it."""
    return (
        draw(*values)[0]
        .replace("/></svg>", "></rect></svg>" if draw is square else "></circle></svg>")
        .replace("/>", "></circle>")
    )


def shows(side, color) -> dict:
    """Return what must be seen of the first explorer in this state."""
    return {
        "state": f"side={side},color={color}",
        "picture": picture(square, side, color),
        "spoken_picture": f"A square of some color: side {side}, color {color}",
        "caption": square(side, color)[1],
        "outputs": [str(side), color],
        "spoken": [str(side), color],
    }


def test_at_first_the_state_of_the_defaults_is_shown(reader):
    assert reader.open().sees() == shows(2, "red")


def test_a_drag_changes_picture_caption_and_what_is_spoken(reader):
    reader.open().drag("side", 2)
    assert reader.sees() == shows(3, "red")
    reader.drag("color", 1)
    assert reader.sees() == shows(3, "light blue")
    reader.drag("side", 0)
    assert reader.sees() == shows(1, "light blue")


def test_the_keyboard_moves_a_slider_and_stops_at_its_ends(reader):
    reader.open().slider("side").focus()
    for key, side in (("ArrowRight", 3), ("ArrowRight", 3), ("Home", 1), ("End", 3)):
        reader.page.keyboard.press(key)
        assert reader.sees() == shows(side, "red")


def test_the_address_follows_when_a_drag_ends(reader):
    reader.open().drag("color", 1)
    address = reader.page.evaluate("location.hash")
    assert unquote(address) == "#square:side=2,color=light blue"
    length = reader.page.evaluate("history.length")
    reader.drag("side", 0)
    assert reader.page.evaluate("history.length") == length, "Back must leave the page"


def test_while_a_slider_moves_the_address_waits(reader):
    reader.open().slider("side").evaluate(
        """(slider) => {
            slider.value = 0;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    assert reader.page.evaluate("location.hash") == ""


def test_the_two_explorers_do_not_disturb_each_other(reader):
    reader.open().drag("row_count", 2, explorer="dots")
    assert reader.sees() == shows(2, "red")
    assert reader.sees("dots")["caption"] == "3 in a row"
    assert reader.sees("dots")["picture"] == picture(dots, 3)
    assert reader.sees("dots")["spoken_picture"] == "Dots in rows: row count 3"
    assert reader.page.evaluate("location.hash") == "#dots:row_count=3"


def test_a_linked_state_is_shown_and_brought_into_sight(reader):
    reader.open("#square:side=3,color=light%20blue")
    assert reader.sees() == shows(3, "light blue")
    assert reader.sees("dots")["caption"] == "1 in a row"
    box = reader.page.locator("#square").bounding_box()
    assert 0 <= box["y"] < 300
    assert "linked" in reader.page.evaluate("document.body.className")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "#square",
        "#square:",
        "#square:nonsense",
        "#square:side=99",
        "#x:side=3",
        "#square:=,=",
        "#square:%",
        "#square:color=%E0%A4%A",
    ],
)
def test_an_address_that_names_no_state_changes_nothing(reader, address):
    assert reader.open(address).sees() == shows(2, "red")


def test_an_address_may_name_some_sliders_only(reader):
    assert reader.open("#square:color=light blue").sees() == shows(2, "light blue")


def test_a_changed_address_changes_the_state(reader):
    reader.open()
    for side in (1, 3):
        reader.page.evaluate(f"location.hash = '#square:side={side},color=red'")
        reader.page.wait_for_function(
            f"document.querySelector('#square').dataset.state[5] === '{side}'"
        )
        assert reader.sees() == shows(side, "red")


def test_reset_brings_back_the_first_state_and_its_address(reader):
    reader.open("#square:side=3,color=light%20blue")
    reader.page.locator("#square .explorer-reset").click()
    assert reader.sees() == shows(2, "red")
    assert reader.page.evaluate("location.hash") == "#square:side=2,color=red"


def test_the_caption_is_the_live_region_and_keeps_its_element(reader):
    reader.open()
    before = reader.page.evaluate_handle("document.querySelector('figcaption')")
    reader.drag("side", 0)
    assert before.get_attribute("aria-live") == "polite"
    assert before.text_content() == square(1)[1]


def test_until_the_frames_come_picture_and_caption_stay_together(reader):
    reader.hold_frames = True
    reader.open().drag("side", 0, 1, 2, 0, 2, 1, 2)  # a fast hand
    seen = reader.sees()
    assert seen["outputs"] == ["3", "red"]
    assert seen["caption"] == square(2)[1]
    assert seen["picture"] == picture(square, 2, "red")
    assert seen["spoken_picture"].endswith("side 2, color red")
    reader.let_frames_come()
    assert reader.sees() == shows(3, "red")
    reader.drag("side", 0)
    assert reader.sees() == shows(1, "red")


def test_a_linked_state_waits_for_late_frames(reader):
    reader.hold_frames = True
    reader.open("#square:side=1,color=red")
    assert reader.sees()["caption"] == square(2)[1]
    reader.let_frames_come()
    assert reader.sees() == shows(1, "red")


def test_frames_are_asked_for_once_and_after_the_page(reader):
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open()
    assert asked == [f"{SITE}/{file}" for file in ("page.html", "explorer.js")] + [
        f"{SITE}/frames.js"
    ]
    assert reader.page.evaluate(
        """() => {
            const [page] = performance.getEntriesByType("navigation");
            const frames = performance.getEntriesByType("resource")
                .find((entry) => entry.name.endsWith("frames.js"));
            return frames.startTime >= page.loadEventStart;
        }"""
    )


def test_frames_that_do_not_arrive_are_said_in_one_line(reader):
    reader.hold_frames = True
    reader.open().drag("side", 0)
    reader.lose_frames()
    for explorer in ("square", "dots"):
        lines = reader.page.locator(f"#{explorer} .explorer-missing")
        assert lines.count() == 1
        assert "did not arrive" in lines.text_content()
    assert reader.sees() == shows(2, "red"), "sliders, picture and caption agree"
    controls = reader.page.locator(".explorer-sliders input, .explorer-reset").all()
    assert all(control.is_disabled() for control in controls)
    reader.page.evaluate("location.hash = '#square:side=3,color=red'")
    reader.page.wait_for_timeout(50)
    assert reader.sees() == shows(2, "red")
