"""A browser for scripts on small pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from book.tools.chrome import FLAGS, find_chrome


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser to all tests of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chrome(), args=FLAGS)
        yield browser
        browser.close()
