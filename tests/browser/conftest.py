"""A browser on the built book, served as to a reader, every other host cut off."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlparse

import psutil
import pytest
from playwright.sync_api import Browser, Page

from tests.site.built import (
    FRAMES_ARE_THERE,
    PAGES,
    SITE,
    explorers,
    labs,
    open_browser,
    serve_site,
)


def longest(*beginnings: str) -> str:
    """Return the longest of the pages whose addresses begin so."""
    found = [page for page in PAGES if page.startswith(beginnings)]
    return max(found, key=lambda page: (SITE / page).stat().st_size)


# Pages that are made alike: of each kind the longest stands for all.
ALIKE = ("_modules/textbook/", "chapters/api_")
LONGEST = longest("_modules/textbook/")
READ = [page for page in PAGES if not page.startswith(ALIKE)] + list(
    map(longest, ALIKE)
)

# A page of each kind, for what styles alone decide (the mark of_each_kind).
KINDS = [
    "index.html",
    "chapters/p09_what_we_know.html",
    "chapters/p11_stride_and_padding.html",
    "chapters/p12_attention.html",
    "chapters/gallery.html",
    "chapters/glossary.html",
    longest("chapters/api_"),
    "genindex.html",
    "search.html",
    LONGEST,
]

WIDE, NARROW = 1280, 390  # pixels that a page is opened at
TOUCHED = 600  # pixels; what is narrower is a phone

HANGS = 100  # seconds; no test takes a fifth of them on a machine that has time

RESET = """() => {
    if (window.explorerFrames) for (const explorer of explorers.values()) {
        explorer.stop();
        explorer.set(Object.fromEntries(
            explorer.controls.map((c) => [c.name, c.values[c.start]])));
        explorer.handles.point(null);
    }
    for (const form of document.querySelectorAll("form:has(output[data-verdict])")) {
        delete form.querySelector("output").dataset.verdict;
        form.querySelector("[type=button]")?.click(); // the Reset of an editor
        for (const field of form.querySelectorAll("input")) field.value = "";
        for (const said of form.querySelectorAll(".verdict")) said.textContent = "";
        for (const why of form.querySelectorAll("[data-value]")) why.hidden = true;
    }
    for (const mark of document.querySelectorAll(".solved")) mark.remove();
    for (const told of document.querySelectorAll("[data-words]"))
        told.textContent = told.dataset.words;
    localStorage.clear();
    for (const details of document.querySelectorAll("details")) details.open = false;
    document.activeElement.blur();
    history.replaceState(null, "", location.pathname);
    scrollTo({ top: 0, behavior: "instant" });
}"""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the built book; give its address."""
    with serve_site() as address:
        yield address


class Keeper:
    """Keeps one browser for all tests, and starts another where it has ended."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self.opened = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        """Return a browser that answers."""
        if not self._browser or not self._browser.is_connected():
            self.opened.close()
            self._browser = self.opened.enter_context(open_browser())
        return self._browser


@pytest.fixture(scope="session")
def keeper() -> Iterator[Keeper]:
    """Keep a browser from test to test."""
    keeper = Keeper()
    yield keeper
    keeper.opened.close()


@pytest.fixture
def browser(keeper) -> Iterator[Browser]:
    """Give the browser of all tests, which is ended if it hangs.

    A Chrome that doesn't answer would keep Playwright waiting for good. The waiting
    call then fails with TargetClosedError, on which `make browser-test` tries again.
    """
    browser = keeper.browser()
    watch = threading.Timer(HANGS, end_chrome)
    watch.start()
    yield browser
    watch.cancel()


def end_chrome() -> None:
    """Kill each Chrome that this process has started."""
    for process in psutil.Process().children(recursive=True):
        if "chrom" in process.name():
            process.kill()


class Visit:
    """An open page, what it weighed, and everything that went wrong on it."""

    def __init__(self, browser: Browser, address: str, width: int, **options) -> None:
        """Open the page; options are the context's."""
        options = {"has_touch": width < TOUCHED} | options
        self.context = browser.new_context(viewport=screen(width), **options)
        self.page: Page = self.context.new_page()
        self.own_host = urlparse(address).netloc
        self.problems: list[str] = []
        self.sizes: dict[str, int] = {}  # compressed bytes of each address
        self.page.on("request", self._note_other_host)
        self.page.on("requestfailed", lambda r: self._note(f"failed: {r.url}"))
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("console", self._note_error)
        self.page.on("response", self._weigh)
        self.page.goto(address, wait_until="load")
        if options.get("java_script_enabled", True):
            self.page.wait_for_function(FRAMES_ARE_THERE)
            self.page.evaluate("document.fonts.ready.then(() => undefined)")
        self.brought = dict(self.sizes)  # before a reader has done anything

    def back_to_start(self, width: int) -> "Visit":
        """Put the page back to how it was when it was opened, at a width."""
        self.page.emulate_media(
            media="screen", color_scheme="light", reduced_motion="no-preference"
        )
        if self.page.viewport_size != screen(width):
            self.page.set_viewport_size(screen(width))
        self.page.mouse.move(0, 0)
        self.page.evaluate(RESET)
        return self

    def close(self) -> None:
        """Close the page, if its browser has not ended."""
        if self.context.browser.is_connected():
            self.context.close()

    def _note_other_host(self, request) -> None:
        if urlparse(request.url).netloc not in ("", self.own_host):
            self._note(f"other host: {request.url}")

    def _note(self, problem: str) -> None:
        self.problems.append(problem)

    def _note_error(self, message) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console: {message.text} {message.location['url']}")

    def _weigh(self, response) -> None:
        self.sizes[response.url] = int(response.headers.get("content-length", 0))
        if response.status >= 400:
            self._note(f"{response.status}: {response.url}")


def screen(width: int) -> dict[str, int]:
    """Return the size of a screen of some width."""
    return {"width": width, "height": 900}


@pytest.fixture
def visit(browser, site):
    """Return a function that opens a page; at the end, hold that nothing went wrong."""
    visits = []

    def open_page(path: str, width: int = WIDE, source: str = site, **options) -> Visit:
        visits.append(Visit(browser, f"{source}/{path}", width, **options))
        return visits[-1]

    yield open_page
    for visit in visits:
        visit.close()
    assert not [problem for visit in visits for problem in visit.problems]


class Shelf(dict):
    """The visits to one page of the book that its tests share."""

    spoiled = False  # a failed test may leave its page in any state

    def clear(self) -> None:
        """Close the pages and forget them."""
        for visit in self.values():
            visit.close()
        super().clear()
        self.spoiled = False


@pytest.fixture(scope="session")
def shelf(keeper) -> Iterator[Shelf]:
    """Keep pages open from test to test."""
    shelf = Shelf()
    yield shelf
    shelf.clear()


@pytest.fixture
def shared_visit(shelf, browser, site):
    """Return a function that gives a visit to a page as if it had just been opened.

    The page stays open for the tests that follow, which saves most of their time: once
    for narrow screens, once for wide ones, and made as wide as a test wants. At the
    end, hold that nothing went wrong.
    """

    def open_page(path: str, width: int = WIDE, source: str = site, **options) -> Visit:
        if shelf.spoiled or any(path != kept for kept, *_ in shelf):
            shelf.clear()
        first = NARROW if width < TOUCHED else WIDE
        key = (path, first, source, *options.items())
        if key not in shelf:
            shelf[key] = Visit(browser, f"{source}/{path}", first, **options)
        return shelf[key].back_to_start(width)

    yield open_page
    assert not [problem for visit in shelf.values() for problem in visit.problems]


@pytest.fixture
def shared(shared_visit):
    """Return a function that gives the page of a shared visit."""
    return lambda *place, **options: shared_visit(*place, **options).page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Keep a failed test from handing its page on."""
    report = yield
    if report.failed and "shelf" in item.funcargs:
        item.funcargs["shelf"].spoiled = True
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that ask for them once for every page, chapter or explorer."""
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    some = "of_some" in marked
    if "path" in metafunc.fixturenames:
        kinds = KINDS if "of_each_kind" in marked else READ
        thirds = list(dict.fromkeys([*KINDS, *READ[::3]]))
        metafunc.parametrize("path", thirds if some else kinds)
    if "chapter" in metafunc.fixturenames:
        chapters = sorted({page for page, _ in explorers()})
        metafunc.parametrize("chapter", chapters[::3] if some else chapters)
    if "explorer" in metafunc.fixturenames:
        metafunc.parametrize("explorer", explorers(), ids=lambda e: f"{e[0]}#{e[1]}")
    if "each_lab" in metafunc.fixturenames:
        metafunc.parametrize("each_lab", labs(), ids=lambda e: f"{e[0]}#{e[1]}")


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a page, or else of a file, together and in the same process."""

    def page_of(item: pytest.Item) -> str:
        values = item.callspec.params if hasattr(item, "callspec") else {}
        if page := values.get("path") or values.get("chapter"):
            return page
        named = {"explorer", "each_lab", "exercise"} & values.keys()
        return values[named.pop()][0] if named else ""

    items.sort(key=page_of, reverse=True)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(page_of(item) or item.path.stem))
