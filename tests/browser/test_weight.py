"""What a page costs a reader on a phone: bytes, and parts that jump while it loads."""

import pytest

# Compressed bytes. Only what the browser asks for counts, so lazy pictures out of sight
# do not; the cache of the reader who goes on holds what the first page has brought.
FIRST_PAGE = 400_000
FURTHER_PAGE = 200_000
# The frames of explorers come when the page is there and painted; their own measure is
# held by the build (book/extensions/explorers.py), by another compression.
FRAMES = 270_000
# All texts of the book, instead of the pages that Sphinx's own search fetches to quote.
SEARCH_INDEX = 250_000
LAYOUT_SHIFT = 0.01  # by the definition of Cumulative Layout Shift, without its windows

READY = "document.fonts.ready.then(() => undefined)"


@pytest.fixture(scope="session")
def brought_by_the_first_page(keeper, site):
    """Return the addresses of what the home page asks for."""
    page = keeper.browser().new_page()
    asked = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{site}/index.html")
    page.evaluate(READY)
    page.close()
    return asked


def test_a_page_is_light(shared_visit, path, brought_by_the_first_page):
    sizes = dict(shared_visit(path, width=390).brought)
    frames = [a for a in sizes if "/_static/explorers/" in a]
    assert sum(map(sizes.pop, frames)) <= FRAMES
    index = [a for a in sizes if "/searchindex.js" in a]
    assert sum(map(sizes.pop, index)) <= SEARCH_INDEX
    further = {a: n for a, n in sizes.items() if a not in brought_by_the_first_page}
    print(f"{path}: {sum(sizes.values())} bytes, after the first page {further}")
    assert 10_000 < sum(sizes.values()) <= FIRST_PAGE
    assert sum(further.values()) <= FURTHER_PAGE


SHIFT_WHILE_READING = """async () => {
    let sum = 0;
    const add = (shifts) => shifts.forEach((shift) => (sum += shift.value));
    const watcher = new PerformanceObserver((list) => add(list.getEntries()));
    watcher.observe({ type: "layout-shift", buffered: true });
    await document.fonts.ready;
    const painted = () => new Promise((done) => requestAnimationFrame(() =>
        requestAnimationFrame(done)));
    await painted();
    for (let y = 0; y < document.body.scrollHeight; y += 700) {
        scrollTo({ top: y, behavior: "instant" });
        await painted();
    }
    add(watcher.takeRecords());
    return sum;
}"""


def shift_of(browser, address):
    """Return how far parts of a page jump while it loads and is read on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    # A phone's network answers late: text is painted before its fonts are there.
    slow = {"offline": False, "latency": 150, "downloadThroughput": -1}
    network = page.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    page.goto(address)
    shift = page.evaluate(SHIFT_WHILE_READING)
    page.close()
    return shift


def test_nothing_jumps_while_a_page_loads_and_is_read(browser, site, path):
    # On a busy machine, one time in hundreds, the screen is painted halfway through a
    # script; what jumps for every reader jumps twice.
    shifts = (shift_of(browser, f"{site}/{path}") for _ in range(2))
    assert any(shift <= LAYOUT_SHIFT for shift in shifts)
