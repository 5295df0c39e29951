"""Take the pictures of the book's own pages that the built book asks for.

    python -m book.tools.screenshots SITE

The figures of book/extensions/screenshots.py say in their data what to take. Only what
is missing, or older than the page that it shows, is taken; pictures that no page asks
for any more are deleted. Without a Chrome that starts, one line says so.
"""

import argparse
import io
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright

from book.extensions.screenshots import FOLDER
from book.tools.chrome import FLAGS, find_chrome


class Picture(NamedTuple):
    """A picture that a page asks for."""

    file: Path
    address: str  # of the page that it shows, in the site
    width: int
    height: int
    scheme: str

    def is_current(self, site: Path) -> bool:
        """Say whether the picture is there, and newer than the page that it shows."""
        page = site / self.address.partition("#")[0]
        file = self.file
        return file.exists() and file.stat().st_mtime >= page.stat().st_mtime


# What Furo's script shows some time after the page has scrolled: two runs would differ.
UNSEEN = """
.back-to-top { display: none !important }
.mobile-header { border: 0 !important; box-shadow: none !important }
.mobile-header { transition: none !important }
"""


def asked(site: Path) -> list[Picture]:
    """Return the pictures that the pages of the site ask for."""
    pictures = []
    for page in sorted(site.rglob("*.html")):
        text = page.read_text()
        if "data-scheme" not in text:  # parsing takes a while
            continue
        for figure in BeautifulSoup(text, "html.parser").select("figure.screenshot"):
            pictures.append(
                Picture(
                    file=(page.parent / figure.img["src"]).resolve(),
                    address=figure["data-page"],
                    width=int(figure.img["width"]),
                    height=int(figure.img["height"]),
                    scheme=figure["data-scheme"],
                )
            )
    return pictures


def take(picture: Picture, site: Path, browser: Browser) -> None:
    """Open the page as the picture asks, and write what is seen."""
    size = {"width": picture.width, "height": picture.height}
    tab = browser.new_page(viewport=size, color_scheme=picture.scheme)
    # An explorer's pictures come after the page.
    tab.goto(f"{site.as_uri()}/{picture.address}", wait_until="networkidle")
    tab.evaluate("document.fonts.ready")
    seen = tab.screenshot(style=UNSEEN)
    tab.close()
    picture.file.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(seen)).save(picture.file, quality=80, method=6)


def main() -> None:
    """Take what is missing or older than its page; delete what nobody asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    site = parser.parse_args().site.resolve()
    pictures = asked(site)
    for gone in set((site / FOLDER).glob("*")) - {p.file for p in pictures}:
        gone.unlink()
    wanted = [picture for picture in pictures if not picture.is_current(site)]
    if not wanted:
        return
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
        for picture in wanted:
            take(picture, site, browser)
        browser.close()


if __name__ == "__main__":
    main()
