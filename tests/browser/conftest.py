"""A browser on the built book, served as to a reader, every other host cut off."""

from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from built import PAGES, explorers, open_browser, serve_site
from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the built book; give its address."""
    with serve_site() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one browser to all tests."""
    with open_browser() as browser:
        yield browser


class Visit:
    """A page and everything that went wrong on it."""

    def __init__(self, context: BrowserContext, own_host: str) -> None:
        self.page: Page = context.new_page()
        self.own_host = own_host
        self.problems: list[str] = []
        self.bytes = 0
        self.page.route("**/*", self._let_own_host_through)
        self.page.on("requestfailed", lambda r: self._note(f"failed: {r.url}"))
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("console", self._note_error)
        self.page.on("response", self._weigh)

    def _let_own_host_through(self, route) -> None:
        host = urlparse(route.request.url).netloc
        if host in ("", self.own_host):
            route.continue_()
        else:
            self._note(f"other host: {route.request.url}")
            route.abort()

    def _note(self, problem: str) -> None:
        self.problems.append(problem)

    def _note_error(self, message) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console: {message.text}")

    def _weigh(self, response) -> None:
        self.bytes += int(response.headers.get("content-length", 0))
        if response.status >= 400:
            self._note(f"{response.status}: {response.url}")


@pytest.fixture
def visit(browser, site):
    """Return a function that opens a page; at the end, hold that nothing went wrong."""
    contexts, visits = [], []

    def open_page(path: str, width: int = 1280, **options) -> Visit:
        viewport = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, **options))
        visits.append(Visit(contexts[-1], urlparse(site).netloc))
        address = path if path.startswith("file:") else f"{site}/{path}"
        visits[-1].page.goto(address, wait_until="load")
        return visits[-1]

    yield open_page
    problems = [problem for visit in visits for problem in visit.problems]
    for context in contexts:
        context.close()
    assert not problems


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that ask for them once for every page, or for every explorer."""
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", PAGES)
    if "explorer" in metafunc.fixturenames:
        metafunc.parametrize("explorer", explorers(), ids=lambda e: f"{e[0]}#{e[1]}")
