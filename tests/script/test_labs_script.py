"""labs.js on a small page: when labs come, and what happens where they don't.

The figures are written by the book's own template; their scripts are in our hands.
"""

import pytest
from playwright.sync_api import Page, Route, expect

from book.extensions.figures import TEMPLATES
from tests.paths import ROOT

SITE = "http://book.test"
STATIC = ROOT / "book" / "static"
# What stands for pieces.js: a lab that keeps in its figure what it was set to.
PIECES = """const openLab = (figure, data) => {
  if (data === "of a mistake") throw new Error("this view knows no such option");
  figure.dataset.open = data;
  const meant = (name, text) => `${name} ${text}`;
  const set = (wanted) => { figure.dataset.at = JSON.stringify(wanted); };
  return { meant, set };
};"""
FILES = {
    "shared.js": (STATIC / "shared.js").read_text(),
    "labs.js": (STATIC / "labs.js").read_text(),
    "pieces.js": PIECES,
    "one.js": "window.labData = 'of one';",
    "two.js": "window.labData = 'of two';",
    "asked.js": "window.labData = 'of asked';",
}


def figure(name: str, asked: bool = False) -> str:
    """Return a lab as it stands on the page at first."""
    scripts = [f"{SITE}/pieces.js", f"{SITE}/{name}.js"]
    words = {"title": name, "caption": f"Sample of {name}.", "picture": "<svg></svg>"}
    shown = words | {"name": name, "view": "none", "scripts": scripts, "asked": asked}
    return TEMPLATES.get_template("lab.html").render(shown, kilobytes=1)


def attempt(name: str) -> str:
    """Return a button that sets a lab to a state."""
    state = f"{name}:sample=five,by=3"
    return f'<button class="try" value="{state}" disabled>try {name}</button>'


HTML = f"""<!doctype html><title>Labs</title>
{"".join(map(attempt, ["one", "asked"]))}
<p style="height: 5000px"></p>
{figure("one")}{figure("two")}{figure("asked", asked=True)}
<script defer src="/shared.js"></script><script defer src="/labs.js"></script>"""


class Reader:
    """Someone with the page open."""

    def __init__(self, page: Page) -> None:
        """Open it; scripts that are `lost` don't arrive."""
        self.page = page
        self.lost: set[str] = set()
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", self._answer)
        page.goto(f"{SITE}/page.html")

    def _answer(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        self.asked.append(name)
        if name in self.lost:
            route.abort()
        elif name in FILES:
            route.fulfill(body=FILES[name], content_type="text/javascript")
        else:
            route.fulfill(body=HTML, content_type="text/html; charset=utf-8")

    def lab(self, name: str):
        """Return the figure of a lab."""
        return self.page.locator(f"#{name}")

    def clicks(self, words: str) -> None:
        """Click a button."""
        self.page.get_by_role("button", name=words).click()


@pytest.fixture
def reader(browser):
    page = browser.new_page()
    reader = Reader(page)
    yield reader
    page.wait_for_timeout(50)
    page.close()
    assert reader.errors == []


def test_labs_come_when_the_reader_does_and_share_scripts(reader):
    assert reader.asked == ["page.html", "shared.js", "labs.js"]
    reader.lab("one").scroll_into_view_if_needed()
    for name in ("one", "two"):
        expect(reader.lab(name)).to_have_attribute("data-open", f"of {name}")
    assert reader.asked[3:] == ["pieces.js", "one.js", "two.js"]


def test_what_is_heavy_comes_when_it_is_asked_for(reader):
    reader.clicks("fetch the network")
    expect(reader.lab("asked")).to_have_attribute("data-open", "of asked")
    expect(reader.page.get_by_role("button", name="fetch")).to_have_count(0)


@pytest.mark.parametrize("name", ["one", "asked"])
def test_a_button_in_the_text_sets_a_lab_and_brings_it_into_sight(reader, name):
    reader.clicks(f"try {name}")
    state = '{"sample":"sample five","by":"by 3"}'
    expect(reader.lab(name)).to_have_attribute("data-at", state)
    expect(reader.lab(name)).to_be_in_viewport()
    expect(reader.lab(name).get_by_role("button", name="fetch")).to_have_count(0)


@pytest.mark.parametrize("words", ["fetch the network", "try asked"])
def test_a_lab_that_does_not_arrive_is_said_in_its_caption(reader, words):
    reader.lost = {"asked.js"}
    reader.clicks(words)
    expect(reader.lab("asked").locator("figcaption")).to_contain_text("did not arrive")
    reader.clicks("try one")
    expect(reader.lab("one")).to_have_attribute("data-open", "of one")


def test_a_mistake_in_a_view_is_told_to_its_author(reader, monkeypatch):
    monkeypatch.setitem(FILES, "asked.js", "window.labData = 'of a mistake';")
    with reader.page.expect_console_message() as told:
        reader.clicks("fetch the network")
    assert "this view knows no such option" in told.value.text
    expect(reader.lab("asked").locator("figcaption")).to_contain_text("did not arrive")
