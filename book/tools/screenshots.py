"""Take the screenshots that the built book asks for: python book/screenshots.py SITE.

A page asks by a hidden figure, which is shown once it has its picture:

    <figure class="screenshot" data-page="index.html" data-size="1280x800"
     data-scheme="light" data-alt="What it shows" hidden>…</figure>

Without a Chrome that starts, the figures stay hidden.
"""

import argparse
import html
import io
import posixpath
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright

from book.tools.chrome import FLAGS, find_chrome

FOLDER = "_images/screenshots"
ASKED = re.compile(
    r'<figure class="screenshot" data-page="([^"]+)" data-size="(\d+)x(\d+)"\s+'
    r'data-scheme="(light|dark)" data-alt="([^"]+)" hidden>'
)
SHOWN = """<figure class="screenshot"><img src="{}" alt="{}" width="{}" height="{}"
 loading="lazy">"""


def fill(page: Path, site: Path, browser: Browser) -> None:
    """Take the screenshots of one page, and show the figures that wait for them."""
    up = posixpath.relpath(site, page.parent)

    def take(asked: re.Match) -> str:
        address, width, height, scheme, alt = asked.groups()
        words = re.findall(r"\w+", f"{Path(address).stem}-{width}-{scheme}")
        name = f"{'-'.join(words)}.webp"
        tab = browser.new_page(
            viewport={"width": int(width), "height": int(height)}, color_scheme=scheme
        )
        tab.goto(f"{site.as_uri()}/{html.unescape(address)}")
        tab.evaluate("document.fonts.ready")
        image = Image.open(
            io.BytesIO(
                tab.screenshot(style=".back-to-top { display: none !important }")
            )
        )
        tab.close()
        (site / FOLDER).mkdir(parents=True, exist_ok=True)
        image.save(site / FOLDER / name, quality=80, method=6)
        return SHOWN.format(f"{up}/{FOLDER}/{name}", alt, width, height)

    page.write_text(ASKED.sub(take, page.read_text()))


def main() -> None:
    """Take the screenshots of all pages that ask for some."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    site = parser.parse_args().site.resolve()
    pages = [page for page in site.rglob("*.html") if ASKED.search(page.read_text())]
    executable = find_chrome()
    if not executable:
        print("   No Chrome found: the book is built without its screenshots.")
        return
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        except Error as error:
            reason = error.message.partition("\n")[0]
            print(f"   The book is built without its screenshots: {reason}")
            return
        for page in pages:
            fill(page, site, browser)
        browser.close()


if __name__ == "__main__":
    main()
