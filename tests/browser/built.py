"""What the built book consists of."""

from bs4 import BeautifulSoup
from paths import ROOT

SITE = ROOT / "_build" / "html"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


def soup(page: str) -> BeautifulSoup:
    """Return the parsed page."""
    return BeautifulSoup((SITE / page).read_text(), "html.parser")


def explorers() -> list[tuple[str, str]]:
    """Return (page, id) of every explorer."""
    return [(p, f["id"]) for p in PAGES for f in soup(p).select("figure.explorer")]
