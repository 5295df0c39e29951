"""What the first check of an exercise costs a reader: bytes to fetch, milliseconds.

Each exercise of the built book is checked three times with its stub, in Chromium: the
first time on a new page, which fetches and starts MicroPython.
"""

import gzip
import statistics

from tests.site.built import SITE, checked, open_browser, serve_site

CHECK = """async (label) => {
    const form = document.querySelector(`form.editor-live[data-exercise=${label}]`);
    const output = form.querySelector("output");
    const start = performance.now();
    form.requestSubmit();
    while (!output.dataset.verdict) await new Promise((done) => setTimeout(done));
    return performance.now() - start;
}"""

if __name__ == "__main__":
    engine = (SITE / "_static/python.js").read_bytes()
    size = len(gzip.compress(engine))
    print(f"python.js: {len(engine)} bytes, {size} compressed, at the first check\n")
    times: list[list[float]] = [[], [], []]
    with serve_site() as address, open_browser() as browser:
        for path, label in checked("editor-live"):
            page = browser.new_page()
            page.goto(f"{address}/{path}")
            for each in times:
                each.append(page.evaluate(CHECK, label))
            page.close()
    for name, each in zip(("first", "second", "third"), times, strict=True):
        middle, longest = statistics.median(each), max(each)
        print(f"{name} check: median {middle:.0f} ms, longest {longest:.0f} ms")
