"""List the addresses outside the book that its built pages link to, page by page."""

import sys
from pathlib import Path

from bs4 import BeautifulSoup


def external(page: Path) -> list[str]:
    """Return the addresses outside the book that the page's text links to, sorted."""
    article = BeautifulSoup(page.read_text(), "html.parser").article
    addresses = (link["href"] for link in article.select("a[href]"))
    return sorted({a for a in addresses if a.startswith(("http:", "https:", "//"))})


if __name__ == "__main__":
    site = Path(sys.argv[1])
    for page in sorted(site.rglob("*.html")):
        for address in external(page):
            print(f"{page.relative_to(site)}\t{address}")
