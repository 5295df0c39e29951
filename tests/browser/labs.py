"""A lab, opened as a reader opens it."""

from playwright.sync_api import Locator, Page

# The grays of a canvas, read from a copy, as the page itself never reads it.
PIXELS = """(canvas) => {
    const { width, height } = canvas;
    const pen = new OffscreenCanvas(width, height).getContext("2d");
    pen.drawImage(canvas, 0, 0);
    const { data } = pen.getImageData(0, 0, width, height);
    return [...data].filter((_, i) => i % 4 === 0);
}"""


def open_lab(page: Page, name: str) -> Locator:
    """Go to a lab, ask for its weights if it wants that, and wait until it is there."""
    figure = page.locator(f"figure.lab#{name}")
    figure.scroll_into_view_if_needed()
    fetch = figure.locator(".lab-fetch")
    if fetch.count():
        fetch.click()
    page.wait_for_selector(f"#{name}[data-open]")
    return figure


def settled(page: Page) -> None:
    """Wait until what the reader did is drawn."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() =>"
        " requestAnimationFrame(() => setTimeout(done))))"
    )
