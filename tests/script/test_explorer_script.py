"""explorer.js and handles.js on a small page: all that they do, without the book.

The page is written by the book's own template; what the server sends is in our hands,
so that the frames can come late, or not at all.
"""

import json
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)
from textbook.lesson.explore import explore
from textbook.lesson.sliders import Slider

from book.extensions.explorers import explorer_of, figure_of
from tests.paths import ROOT

SITE = "http://book.test"
STATIC = ROOT / "book" / "static"
NAMES = ("shared.js", "drawing.js", "handles.js", "explorer.js")
SCRIPTS = {f"/{name}": (STATIC / name).read_text() for name in NAMES}
STYLE = (STATIC / "book.css").read_text()
ASK = "for (const explorer of explorers.values()) explorer.ask()"
ARRIVED = "[...explorers.values()].every((explorer) => explorer.pictures)"
TRY = '<button class="try" value="square:side=1,color=light blue" disabled>try</button>'

# A strip over sides 0 to 6; on it, at the right, what is to be clicked and pointed at.
STRIP = (
    '<g data-x="side" data-x-axis="0 6 linear" data-y="row_count" data-y-axis="0 4 '
    'linear"><path d="M0 0H60V60H0z" fill="none"/></g>'
)
CORNER = (
    '<g data-sets="side=5,color=light blue"><path d="M50 50H60V60H50z"/></g>'
    '<g data-reveals="the edge" data-says="{says}"><path d="M50 0H60V10H50z"/></g>'
    '<g data-revealed="the edge" visibility="hidden"><circle r="1"/></g>'
    '<g data-revealed="the rest;all" visibility="hidden"><circle r="2"/></g>'
)


def square(side=2, color="red"):
    """A square of some color"""
    strip = STRIP.replace(' data-y="row_count" data-y-axis="0 4 linear"', "")
    corner = CORNER.replace("{says}", f"4 times {side}")
    picture = (
        '<svg viewBox="0 0 60 60" style="width:60px">'
        f'<rect width="{side}" fill="{color}"/>{strip}{corner}</svg>'
    )
    return picture, f"A {color} square of side {side} has area {side**2} < 100."


def dots(row_count=1, lamp=0):
    """Dots in rows"""
    marks = "".join(f'<circle r="{i + 1}"/>' for i in range(row_count))
    strip = STRIP.replace(' data-x="side" data-x-axis="0 6 linear"', "")
    dial = '<g data-angle="lamp"><path d="M100 0H160V60H100z" fill="none"/></g>'
    box = 'viewBox="0 0 160 60" style="width:160px"'
    return f"<svg {box}>{marks}{strip}{dial}</svg>", f"{row_count} in a row, at {lamp}"


@pytest.fixture(scope="module")
def data() -> list[dict]:
    """Return the data of both explorers, as their cells give it."""
    side = Slider(range(1, 6), unit="cm", play=True)
    lamp = Slider(range(0, 360, 45), unit="°")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEXTBOOK_STATIC", "1")
        both = (
            explore(square, side=side, color=["red", "light blue"]),
            explore(dots, row_count=range(1, 4), lamp=lamp),
        )
    return [explorer.data for explorer in both]


def path_of(route: Route) -> str:
    """Return which file a request asks for."""
    return "/" + route.request.url.rpartition("/")[2]


class Reader:
    """A page in the browser, and what its reader sees of an explorer."""

    def __init__(self, browser: Browser | BrowserContext, data: list[dict]) -> None:
        """Prepare the page; `open` it to have it loaded."""
        figures = "".join(figure_of(explorer_of(d)) for d in data)
        addresses = {d["name"]: f"/{d['name']}.js" for d in data}
        self.html = (
            f"<!doctype html><title>Two explorers</title><style>{STYLE}</style><body>"
            f"<p style='height:2000px'></p>{TRY}{figures}<p style='height:2000px'></p>"
            "<script defer src='/shared.js'></script>"
            "<script defer src='/drawing.js'></script>"
            "<script defer src='/handles.js'></script>"
            f"<script defer src='/explorer.js' data-frames='{json.dumps(addresses)}'>"
            "</script>"
        )
        self.drawn = {
            d["name"]: ["".join(d["tags"][t] for t in f) for f in d["frames"]]
            for d in data
        }
        shipped = {d["name"]: {k: d[k] for k in ("tags", "frames")} for d in data}
        self.frames = {
            f"/{name}.js": f"(window.explorerFrames ??= {{}}).{name} = {json.dumps(d)};"
            for name, d in shipped.items()
        }
        self.waiting: list[Route] = []  # requests of the frames that are held back
        self.hold_frames = False
        self.page: Page = browser.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        path = path_of(route)
        if path in SCRIPTS:
            route.fulfill(body=SCRIPTS[path], content_type="text/javascript")
        elif path not in self.frames:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        elif self.hold_frames:
            self.waiting.append(route)
        else:
            self._send_frames(route)

    def _send_frames(self, route: Route) -> None:
        route.fulfill(body=self.frames[path_of(route)], content_type="text/javascript")

    def open(self, address: str = "") -> "Reader":
        """Load the page; wait for the frames unless they are held back."""
        self.page.goto(f"{SITE}/page.html{address}", wait_until="load")
        self.page.evaluate(ASK)
        if self.hold_frames:
            while len(self.waiting) < len(self.frames):
                self.page.wait_for_timeout(5)
        else:
            self.page.wait_for_function(ARRIVED)
        return self

    def let_frames_come(self) -> None:
        """Send what was held back, and wait until it is there."""
        while self.waiting:
            self._send_frames(self.waiting.pop())
        self.page.wait_for_function(ARRIVED)

    def lose_frames(self) -> None:
        """Break the requests off, and wait until the page says so of each."""
        while self.waiting:
            self.waiting.pop().abort()
        for name in self.drawn:
            self.page.wait_for_selector(f"#{name} .explorer-missing")

    def part(self, selector: str, explorer: str = "square") -> Locator:
        """Return a part of an explorer."""
        return self.page.locator(f"#{explorer}").locator(selector)

    def drag(self, *places: int) -> None:
        """Move the first slider through these places, and let it go."""
        self.part("input[type=range]").evaluate(
            """(slider, places) => {
                for (const place of places) {
                    slider.value = place;
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                }
                slider.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            places,
        )

    def choose(self, text: str, explorer: str = "square") -> None:
        """Click the radio button with this text."""
        label = self.part(".explorer-options label", explorer)
        label.filter(has_text=text).click()

    def state(self, explorer: str = "square") -> str:
        """Return the state as the page says it."""
        return self.page.locator(f"#{explorer}").get_attribute("data-state")

    def address(self) -> str:
        """Return what the address ends with."""
        return unquote(self.page.evaluate("location.hash"))

    def sees(self, explorer: str = "square") -> dict:
        """Return what the explorer shows and says."""
        return self.page.locator(f"#{explorer}").evaluate(
            """(figure) => {
                const frame = figure.querySelector(".explorer-frame").cloneNode(true);
                for (const part of frame.querySelectorAll("[role]"))
                    for (const name of ["role", "tabindex", "aria-label", "class"])
                        part.removeAttribute(name);
                const wanted = document.createElement("div");
                const range = figure.querySelector("input[type=range]");
                return {
                    state: figure.dataset.state,
                    picture: frame.innerHTML.replaceAll(' class=""', ""),
                    spoken_picture: frame.getAttribute("aria-label"),
                    caption: figure.querySelector(".explorer-result").textContent,
                    told: figure.querySelector("output").value,
                    spoken: range.getAttribute("aria-valuetext"),
                    checked: [...figure.querySelectorAll(":checked + *")]
                        .map((option) => option.textContent),
                    reset: figure.querySelector(".explorer-reset").ariaDisabled,
                    link: figure.querySelector(".explorer-link").getAttribute("href"),
                };
            }"""
        )

    def shows(self, side: int, color: str) -> dict:
        """Return what must be seen of the first explorer in this state."""
        place, told = 2 * (side - 1) + (color != "red"), f"{side}\xa0cm"
        return {
            "state": f"side={side},color={color}",
            "picture": self.as_written(self.drawn["square"][place]),
            "spoken_picture": f"A square of some color: side {told}, color {color}",
            "caption": square(side, color)[1],
            "told": told,
            "spoken": told,
            "checked": [color],
            "reset": str((side, color) == (2, "red")).lower(),
            "link": f"#square:side={side},color={color.replace(' ', '%20')}",
        }

    def as_written(self, drawing: str) -> str:
        """Return the drawing as the browser writes it."""
        return self.page.evaluate(
            """(drawing) => {
                const place = document.createElement("div");
                place.innerHTML = drawing;
                return place.innerHTML;
            }""",
            drawing,
        )


@pytest.fixture
def reader(browser, data) -> Iterator[Reader]:
    """Give a page that is not loaded yet; hold that no script failed on it."""
    reader = Reader(browser, data)
    yield reader
    reader.page.close()
    assert reader.errors == []


def test_at_first_the_state_of_the_defaults_is_shown(reader):
    assert reader.open().sees() == reader.shows(2, "red")


def test_a_drag_changes_picture_caption_and_what_is_spoken(reader):
    reader.open().drag(2)
    assert reader.sees() == reader.shows(3, "red")
    reader.choose("light blue")
    assert reader.sees() == reader.shows(3, "light blue")
    reader.drag(0)
    assert reader.sees() == reader.shows(1, "light blue")


def test_the_keyboard_moves_a_slider_and_stops_at_its_ends(reader):
    reader.open().part("input[type=range]").focus()
    for key, side in (("ArrowRight", 3), ("End", 5), ("ArrowRight", 5), ("Home", 1)):
        reader.page.keyboard.press(key)
        assert reader.sees() == reader.shows(side, "red")


def test_the_keyboard_moves_radio_buttons(reader):
    reader.open().part("input:checked").focus()
    reader.page.keyboard.press("ArrowRight")
    assert reader.sees() == reader.shows(2, "light blue")


def test_the_address_follows_when_a_drag_ends(reader):
    reader.open().choose("light blue")
    assert reader.address() == "#square:side=2,color=light blue"
    length = reader.page.evaluate("history.length")
    reader.drag(0)
    assert reader.page.evaluate("history.length") == length, "Back must leave the page"


def test_while_a_slider_moves_the_address_waits(reader):
    reader.open().part("input[type=range]").evaluate(
        """(slider) => {
            slider.value = 0;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    assert reader.address() == ""


def test_the_two_explorers_do_not_disturb_each_other(reader):
    reader.open().choose("3", "dots")
    assert reader.sees() == reader.shows(2, "red")
    seen = reader.sees("dots")
    assert seen["caption"] == "3 in a row, at 0"
    assert seen["picture"] == reader.as_written(reader.drawn["dots"][16])
    assert seen["spoken_picture"] == "Dots in rows: row count 3, lamp 0°"
    assert reader.address() == "#dots:row_count=3,lamp=0"


def test_a_linked_state_is_shown_and_brought_into_sight(reader):
    reader.open("#square:side=3,color=light%20blue")
    assert reader.sees() == reader.shows(3, "light blue")
    assert reader.sees("dots")["caption"] == "1 in a row, at 0"
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
    assert reader.open(address).sees() == reader.shows(2, "red")


def test_an_address_may_name_some_sliders_only(reader):
    reader.open("#square:color=light blue")
    assert reader.sees() == reader.shows(2, "light blue")


def test_a_changed_address_changes_the_state(reader):
    reader.open()
    for side in (1, 3):
        reader.page.evaluate(f"location.hash = '#square:side={side},color=red'")
        reader.page.wait_for_function(
            f"document.querySelector('#square').dataset.state[5] === '{side}'"
        )
        assert reader.sees() == reader.shows(side, "red")


def test_reset_is_gray_at_the_start_and_brings_it_back(reader):
    reader.open("#square:side=3,color=light%20blue")
    reset = reader.part(".explorer-reset")
    assert reset.get_attribute("aria-disabled") == "false"
    reset.focus()
    reader.page.keyboard.press("Enter")
    assert reader.sees() == reader.shows(2, "red")
    assert reader.address() == "#square:side=2,color=red"
    assert reset.evaluate("(button) => document.activeElement === button")


@pytest.mark.parametrize("refused", [False, True])
def test_the_link_can_be_copied(reader, refused):
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open()
    if refused:  # as Safari does, after a hundred changes in half a minute
        reader.page.evaluate(
            "void (history.replaceState = () => { throw new DOMException('often') })"
        )
    reader.drag(3)
    # The clipboard is there for secure pages only, which this one isn't.
    reader.page.evaluate(
        """Object.defineProperty(navigator, "clipboard", { value: {
            writeText: async (text) => { window.copied = text; } } })"""
    )
    link = reader.part(".explorer-link")
    link.click()
    reader.page.wait_for_function("window.copied")
    copied = unquote(reader.page.evaluate("copied"))
    assert copied == f"{SITE}/page.html#square:side=4,color=red"
    assert link.text_content() == "Copied"
    assert link.get_attribute("aria-live") == "polite"
    expect(link).to_have_text("Copy link")
    assert link.get_attribute("aria-live") == "off"


def test_where_nothing_can_be_copied_the_link_is_in_the_address(reader):
    reader.open().choose("light blue")
    reader.page.evaluate("history.replaceState(null, '', '#')")
    reader.part(".explorer-link").click()
    assert reader.address() == "#square:side=2,color=light blue"


def test_the_caption_is_the_only_live_region_and_keeps_its_element(reader):
    reader.open()
    before = reader.page.evaluate_handle("document.querySelector('.explorer-result')")
    reader.drag(0)
    assert before.get_attribute("aria-live") == "polite"
    assert before.text_content() == square(1)[1]
    for quiet in ("output", ".explorer-link"):
        assert reader.part(quiet).get_attribute("aria-live") == "off"


def test_until_the_frames_come_picture_and_caption_stay_together(reader):
    reader.hold_frames = True
    reader.open().drag(0, 1, 2, 0, 2, 1, 2)  # a fast hand
    seen, first = reader.sees(), reader.shows(2, "red")
    assert seen["told"] == "3\xa0cm"
    for what in ("caption", "picture", "spoken_picture"):
        assert seen[what] == first[what]
    reader.let_frames_come()
    assert reader.sees() == reader.shows(3, "red")
    reader.drag(0)
    assert reader.sees() == reader.shows(1, "red")


def test_a_linked_state_waits_for_late_frames(reader):
    reader.hold_frames = True
    reader.open("#square:side=1,color=red")
    assert reader.sees()["caption"] == square(2)[1]
    reader.let_frames_come()
    assert reader.sees() == reader.shows(1, "red")


def test_frames_are_asked_for_once_when_they_are_wanted_and_after_the_page(reader):
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.page.goto(f"{SITE}/page.html#square:side=1,color=red")
    reader.page.wait_for_function("window.explorerFrames")
    reader.drag(0)
    files = ("page.html", *NAMES, "square.js")
    assert asked[: len(files)] == [f"{SITE}/{file}" for file in files]
    assert reader.page.evaluate(
        """() => {
            const [page] = performance.getEntriesByType("navigation");
            const frames = performance.getEntriesByType("resource")
                .find((entry) => entry.name.endsWith("square.js"));
            return frames.startTime >= page.loadEventStart;
        }"""
    )
    assert asked.count(f"{SITE}/square.js") == 1


def test_frames_are_asked_for_when_the_reader_is_a_screen_away(reader):
    reader.page.goto(f"{SITE}/page.html")
    top = reader.page.locator("#square").bounding_box()["y"]
    screen = reader.page.viewport_size["height"]
    for screens, come in ((2.3, False), (1.9, True)):
        reader.page.evaluate(f"scrollTo(0, {top - screens * screen})")
        reader.page.wait_for_timeout(200)
        assert reader.page.evaluate("window.explorerFrames !== undefined") == come


def test_frames_that_do_not_arrive_are_said_in_one_line(reader):
    reader.hold_frames = True
    reader.open().drag(0)
    reader.lose_frames()
    for explorer in ("square", "dots"):
        lines = reader.page.locator(f"#{explorer} .explorer-missing")
        assert lines.count() == 1
        assert "did not arrive" in lines.text_content()
    assert reader.sees() == reader.shows(2, "red"), "controls and picture agree"
    controls = reader.page.locator(".explorer :is(input, button)").all()
    assert all(control.is_disabled() for control in controls)
    reader.page.evaluate("location.hash = '#square:side=3,color=red'")
    reader.page.wait_for_timeout(50)
    reader.page.locator("button.try").click()
    assert reader.sees() == reader.shows(2, "red")


# Steps and playing


def test_steps_go_to_the_ends_and_no_farther(reader):
    reader.open()
    back, on = (reader.part(f"[data-by='{by}']") for by in (-1, 1))
    for button, sides in ((back, (1, 1)), (on, (2, 3, 4, 5, 5))):
        for side in sides:
            button.evaluate("(button) => button.click()")  # gray or not
            assert reader.sees() == reader.shows(side, "red")
            for end, by in ((1, back), (5, on)):
                assert by.get_attribute("aria-disabled") == str(side == end).lower()
    assert reader.address() == "#square:side=5,color=red"


def playing(reader):
    reader.page.clock.install(time=0)
    reader.open()
    reader.page.clock.pause_at(60_000)  # else a slow machine plays on by itself
    play = reader.part(".explorer-play")
    play.click()
    return play


def test_play_steps_at_once_and_stops_at_the_end(reader):
    play = playing(reader)
    live = reader.part(".explorer-result")
    for side in (3, 4):
        assert reader.sees() == reader.shows(side, "red")
        assert play.get_attribute("aria-pressed") == "true"
        assert live.get_attribute("aria-live") == "off"
        reader.page.clock.run_for(700)
    assert reader.sees() == reader.shows(5, "red")
    assert play.get_attribute("aria-pressed") == "false"
    assert live.get_attribute("aria-live") == "polite"
    play.click()
    assert reader.sees() == reader.shows(1, "red"), "from the end it starts anew"


@pytest.mark.parametrize(
    "touch", ["play", "escape", "slider", "option", "picture", "key", "try"]
)
def test_any_touch_stops_what_plays(reader, touch):
    play = playing(reader)
    if touch == "play":
        play.click()
    elif touch == "escape":
        play.press("Escape")
    elif touch == "slider":
        reader.part("input[type=range]").click()
    elif touch == "option":
        reader.choose("red")
    elif touch == "picture":
        reader.part(".explorer-frame").click(position={"x": 2, "y": 2})
    elif touch == "key":
        reader.part(".explorer-reset").press("ArrowLeft")
    else:
        reader.page.locator("button.try").click()
    state = reader.state()
    reader.page.clock.run_for(5000)
    assert reader.state() == state
    assert play.get_attribute("aria-pressed") == "false"


def test_what_plays_stops_when_its_pictures_do_not_arrive(reader):
    reader.hold_frames = True
    play = playing(reader)
    reader.lose_frames()
    assert play.get_attribute("aria-pressed") == "false"
    reader.page.evaluate("history.replaceState(null, '', '#')")
    reader.page.clock.run_for(5000)
    assert reader.address() == ""


def test_who_asked_for_calm_gets_steps_only(reader):
    reader.page.emulate_media(reduced_motion="reduce")
    reader.open()
    assert not reader.part(".explorer-play").is_visible()
    assert reader.part("[data-by='1']").is_visible()


# Handles


def middle(reader, selector, explorer="square"):
    """Return the middle of a part of the drawing, in pixels of the window."""
    reader.part(".explorer-frame", explorer).scroll_into_view_if_needed()
    box = reader.part(selector, explorer).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def along(reader, share, selector="[data-x]", explorer="square", up=0.5):
    """Return the place at a share of the way along a strip."""
    reader.part(".explorer-frame", explorer).scroll_into_view_if_needed()
    box = reader.part(selector, explorer).bounding_box()
    return box["x"] + share * box["width"], box["y"] + (1 - up) * box["height"]


SETS, REVEALS = "[data-sets]", "[data-reveals]"


def test_a_click_on_a_part_sets_what_it_says(reader):
    reader.open().page.mouse.click(*middle(reader, SETS))
    assert reader.state() == "side=5,color=light blue"
    assert reader.address() == "#square:side=5,color=light blue"


def test_a_screen_readers_click_has_no_place_and_counts_too(reader):
    reader.open().part(SETS).dispatch_event("click")
    assert reader.state() == "side=5,color=light blue"


def test_of_two_parts_under_a_click_the_nearer_middle_counts(reader):
    reader.open().part(f"{REVEALS} path").evaluate(  # it lies above the other one now
        "(path) => path.setAttribute('d', 'M50 0H60V60H50z')"
    )
    for up, color in ((0.4, "red"), (0.1, "light blue")):  # the first one drags
        reader.page.mouse.click(*along(reader, 0.5, REVEALS, up=up))
        assert reader.state() == f"side=5,color={color}"


def test_a_part_says_in_words_what_it_is(reader):
    reader.open()
    for selector, role, name in (
        (SETS, "button", "side 5\xa0cm, color light blue"),
        (REVEALS, "img", "the edge: 4 times 2"),
    ):
        part = reader.part(selector)
        assert part.get_attribute("role") == role
        assert part.get_attribute("aria-label") == name
    assert reader.part(".explorer-frame").get_attribute("role") == "group"


@pytest.mark.parametrize(
    ("reveals", "says", "name"),
    [
        ("Side 5\xa0cm", "side 5\xa0cm: large", "side 5\xa0cm: large"),
        ("side 5\xa0cm", "large", "side 5\xa0cm: large"),
        ("the edge", "The edge, at 5", "side 5\xa0cm: The edge, at 5"),
        ("the edge", "", "side 5\xa0cm: the edge"),
    ],
)
def test_a_part_says_nothing_twice(reader, reveals, says, name):
    named = reader.open().page.evaluate(
        """([reveals, says]) => explorers.get("square").handles.named(
            { dataset: { sets: "side=5", reveals, says }, textContent: "" })""",
        [reveals, says],
    )
    assert named == name


def test_a_part_that_is_a_word_is_named_by_it_too(reader):
    reader.open().part(".explorer-frame").evaluate(
        """(frame) => {
            const { handles } = explorers.get("square");
            const [part] = handles.parts;
            part.append(Object.assign(document.createElementNS(
                "http://www.w3.org/2000/svg", "text"), { textContent: "large" }));
            handles.prepare();
        }"""
    )
    name = reader.part(SETS).get_attribute("aria-label")
    assert name == "large: side 5\xa0cm, color light blue"


def seen(reader):
    """Return which of the two circles are seen, and what is said."""
    circles = [circle.is_visible() for circle in reader.part("[data-revealed]").all()]
    return circles, reader.part(".explorer-says").text_content().strip()


def test_pointing_reveals_and_leaving_hides(reader):
    reader.open()
    assert seen(reader) == ([False, False], "")
    reader.page.mouse.move(*middle(reader, REVEALS))
    assert seen(reader) == ([True, False], "4 times 2")
    assert reader.part(f"{REVEALS}.pointed").count() == 1
    reader.page.mouse.move(*along(reader, 0.3))
    assert seen(reader) == ([False, False], "")
    assert reader.part(".pointed").count() == 0


def test_what_has_the_focus_is_revealed_again_when_the_pointer_leaves(reader):
    reader.open().part(REVEALS).focus()
    reader.page.mouse.move(*middle(reader, SETS))
    assert seen(reader) == ([False, False], "")
    reader.page.mouse.move(*along(reader, 0.5, up=-1))
    assert seen(reader) == ([True, False], "4 times 2")


def test_the_keyboard_walks_from_part_to_part_and_chooses(reader):
    reader.open().part(".explorer-link").focus()
    reader.page.keyboard.press("Tab")  # one stop for all parts
    focused = "(part) => document.activeElement === part"
    assert reader.part(SETS).evaluate(focused)
    reader.page.keyboard.press("ArrowRight")
    assert reader.part(REVEALS).evaluate(focused)
    assert seen(reader)[0] == [True, False]
    reader.page.keyboard.press("ArrowRight")  # the last one
    assert reader.part(REVEALS).evaluate(focused)
    for key, reached in (("ArrowUp", SETS), ("ArrowDown", REVEALS)):
        reader.page.keyboard.press(key)
        assert reader.part(reached).evaluate(focused)
        assert reader.part(".explorer-frame [tabindex='0']").count() == 1
    reader.page.keyboard.press("Home")
    assert seen(reader)[0] == [False, False]
    reader.page.keyboard.press("Enter")
    assert reader.state() == "side=5,color=light blue"
    assert reader.part(SETS).evaluate(focused), "the focus stays in the new drawing"
    reader.page.keyboard.press("Tab")
    assert reader.part("summary").evaluate(focused)


def test_dragging_along_an_axis_moves_the_slider_to_the_nearest_value(reader):
    mouse = reader.open().page.mouse
    mouse.move(*along(reader, 2.6 / 6))
    mouse.down()
    assert reader.state() == "side=3,color=red"
    for side, nearest in ((3.4, 3), (3.6, 4), (9, 5), (-1, 1)):
        mouse.move(*along(reader, side / 6))
        assert reader.state() == f"side={nearest},color=red"
    assert reader.address() == ""
    mouse.up()
    assert reader.address() == "#square:side=1,color=red"
    mouse.move(*along(reader, 0.5))
    assert reader.state() == "side=1,color=red", "let go"


def test_dragging_up_an_axis_moves_its_slider(reader):
    reader.open().page.mouse.click(*along(reader, 0.5, "[data-y]", "dots", up=0.7))
    assert reader.state("dots") == "row_count=3,lamp=0"


@pytest.mark.parametrize(
    ("x", "up", "lamp"), [(1, 0.5, 0), (0.5, 1, 90), (0, 0.52, 180), (0.9, 0.1, 315)]
)
def test_dragging_around_turns(reader, x, up, lamp):
    reader.open().page.mouse.click(*along(reader, x, "[data-angle]", "dots", up=up))
    assert reader.state("dots") == f"row_count=1,lamp={lamp}"


def test_the_cursor_says_what_can_be_dragged(reader):
    reader.open()
    frame = reader.part(".explorer-frame")
    beside = along(reader, -0.5)
    for place, cursor in ((along(reader, 0.3), "ew-resize"), (beside, "")):
        reader.page.mouse.move(*place)
        assert frame.evaluate("(frame) => frame.style.cursor") == cursor


def touches(reader, *moves, explorer="square", selector="[data-x]"):
    """Move a finger through shares of the strip, as the browser tells the page."""
    reader.part(selector, explorer).evaluate(
        """(strip, moves) => {
            const box = strip.getBoundingClientRect();
            const frame = strip.closest(".explorer-frame");
            frame.setPointerCapture = () => {};
            for (const [name, x] of moves)
                frame.dispatchEvent(new PointerEvent(name, {
                    pointerId: 2, pointerType: "touch", bubbles: true,
                    clientX: box.left + x * box.width, clientY: box.top + 30 }));
        }""",
        moves,
    )


def test_a_finger_that_scrolls_moves_nothing(reader):
    reader.open()
    touches(
        reader, ("pointerdown", 0.9), ("pointermove", 0.92), ("pointercancel", 0.92)
    )
    touches(reader, ("pointermove", 0.5))
    assert reader.state() == "side=2,color=red"
    touch_action = "(frame) => getComputedStyle(frame).touchAction"
    assert reader.part(".explorer-frame").evaluate(touch_action) == "pan-y"


def test_a_finger_taps_and_drags(reader):
    reader.open()
    touches(reader, ("pointerdown", 0.5), ("pointerup", 0.5))
    assert reader.state() == "side=3,color=red"
    touches(reader, ("pointerdown", 0.5), ("pointermove", 0.3), ("pointermove", 0.68))
    assert reader.state() == "side=4,color=red"


def test_a_tap_on_a_part_points_at_it_and_moves_nothing(browser, data):
    context = browser.new_context(has_touch=True)
    reader = Reader(context, data).open()
    reader.page.touchscreen.tap(*middle(reader, REVEALS))
    assert reader.state() == "side=2,color=red"
    assert seen(reader) == ([True, False], "4 times 2")
    reader.page.touchscreen.tap(*along(reader, 0.5))
    assert reader.state() == "side=3,color=red"
    context.close()


# Phrases in the text


def test_a_phrase_sets_the_state_and_marks_what_moved(reader):
    reader.page.clock.install()
    reader.open().page.locator("button.try").scroll_into_view_if_needed()
    reader.part(".explorer-frame").scroll_into_view_if_needed()
    reader.drag(0)
    before = reader.page.evaluate("scrollY")
    reader.page.locator("button.try").evaluate("(button) => button.click()")
    assert reader.page.evaluate("scrollY") == before
    assert reader.sees() == reader.shows(1, "light blue")
    assert reader.address() == "#square:side=1,color=light blue"
    moved = [box.get_attribute("data-name") for box in reader.part(".moved").all()]
    assert moved == ["color"], "the side stood there already"
    reader.page.clock.run_for(2000)
    assert reader.part(".moved").count() == 0


def test_a_phrase_brings_an_explorer_into_sight_that_is_not(reader):
    reader.open().page.evaluate("scrollTo(0, 0)")
    reader.page.locator("button.try").evaluate("(button) => button.click()")
    box = reader.part(".explorer-frame").bounding_box()
    assert 0 <= box["y"] < reader.page.viewport_size["height"]


def test_without_a_script_nothing_seems_to_move(browser, data):
    page = browser.new_page(java_script_enabled=False)
    page.set_content(Reader(browser, data).html)
    assert page.locator("button.try").is_disabled()
    assert not page.locator("#square .explorer-controls").is_visible()
    assert page.locator("#square .explorer-unscripted").is_visible()
    assert page.locator("#square tbody td").last.is_visible()
    page.close()
