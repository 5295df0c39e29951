"""Names and roles by which screen readers find their way."""

import re
from pathlib import Path

from sphinx.application import Sphinx

SEARCH = '<form><input type="search" name="q" aria-label="Search"></form>'
# What axe-core and Lighthouse find in the pages of Sphinx, Furo, MyST-NB and docutils.
MENDED = [
    ('class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"'),
    (r'(<summary[^>]*?) aria-label="Toggle[^"]*"', r"\1"),
    ('<aside class="sidebar-drawer"', r'\g<0> aria-label="Chapters"'),
    ('<aside class="toc-drawer"', r'\g<0> aria-label="On this page"'),
    ('role="doc-biblioentry"', 'role="listitem"'),
    ('<div id="search-results"></div>', rf"<h1>Search</h1>{SEARCH}\g<0>"),
    ('<meta name="robots" content="noindex" />', ""),
]


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Give the pages the names and roles by which screen readers find their way."""
    if exception:
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text()
        for found, better in MENDED:
            page = re.sub(found, better, page)
        path.write_text(page)


def keep_ids_unique(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Keep the first of equal ids: some extensions give every exercise the same one."""
    seen = set()

    def once(match: re.Match) -> str:
        if match[1] in seen:
            return ""
        seen.add(match[1])
        return match[0]

    if "body" in context:
        context["body"] = re.sub(r' id="([^"]+)"', once, context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", keep_ids_unique, priority=900)
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
