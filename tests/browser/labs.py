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


# A lab that was used is opened anew, without what its view listened to.
ANEW = """(figure) => {
    if (!figure.dataset.used) return (figure.dataset.used = "yes");
    const lab = labs.get(figure.id);
    const other = figure.cloneNode(true);
    other.querySelector(".lab-warning").remove();
    figure.replaceWith(other);
    const [options, samples] = [lab.options, lab.samples].map((o) => Object.entries(o));
    labs.set(other.id, openLab(other, { ...lab, options, samples }));
    opening.set(other.id, labs.get(other.id));
}"""


def open_lab(page: Page, name: str) -> Locator:
    """Go to a lab, ask for its weights if it wants that, and wait until it is there.

    On a page that tests share it is as it was before the first of them used it.
    """
    figure = page.locator(f"figure.lab#{name}")
    figure.scroll_into_view_if_needed()
    fetch = figure.locator(".lab-fetch")
    if fetch.count():
        fetch.click()
    page.wait_for_selector(f"#{name}[data-open]")
    figure.evaluate(ANEW)
    settled(page)  # what it begins with has been drawn
    return figure


def touch(page: Page, path: list[tuple[float, float]]) -> None:
    """Lead a finger along places of the screen."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", path[0])
    for place in path[1:]:
        send("touchMove", place)
    send("touchEnd")
    session.detach()


def settled(page: Page) -> None:
    """Wait until what the reader did is drawn."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() =>"
        " requestAnimationFrame(() => setTimeout(done))))"
    )
