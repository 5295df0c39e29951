"""Formulas: rendered when the book is built, with the fonts that they need."""

import re
import sys
import time
from importlib import util
from subprocess import Popen

import pytest
from bs4 import BeautifulSoup
from sphinxcontrib import katex

from book.extensions import formulas
from book.extensions.npm import installed
from tests.extensions.support import build_book, page

SETTINGS = {
    "html_math_renderer": "checked_katex",
    "katex_prerender": True,
    "katex_css_path": "katex/katex.min.css",
}
FORMULAS = r"""# Home

If $x < 1$, then so be it. A long one, $\sum_{i=1}^n a_i b_i c_i d_i$, too.

The largest $\lambda_{\max} + x^{\min}$.

$$a^2 + b^2 = c^2$$ (pythagoras)

See {eq}`pythagoras`.
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("formulas")
    pages = {"index": FORMULAS}
    return build_book(folder, pages, "book.extensions.formulas", **SETTINGS)


def test_a_formula_is_rendered_and_numbered(book):
    found = page(book, "index")
    assert len(found.select(".math .katex-mathml math")) == 4
    assert found.select_one(".eqno").get_text().startswith("(1)")
    assert not found.select("script[src*=katex]")


def children(part):
    return len(part.find_all(True, recursive=False))


def test_a_name_in_a_subscript_is_one_child_of_it(book):
    marks = page(book, "index").select("msub, msup")
    named = [m for m in marks if "max" in m.text or "min" in m.text]
    assert [children(mark) for mark in named] == [2, 2]


def test_upstream_makes_two_of_it(book):
    made = BeautifulSoup(katex.render_latex(r"\lambda_{\max}"), "html.parser")
    assert children(made.msub) == 3


def style(app):
    return (app.outdir / "_static" / "katex" / "katex.min.css").read_text()


def test_every_font_is_in_the_style_sheet_or_beside_it(book):
    addresses = re.findall(r"url\(([^)]+)\)", style(book))
    inside = [a for a in addresses if a.startswith("data:font/woff2;base64,")]
    assert len(inside) == len(formulas.USUAL_FONTS)
    beside = set(addresses) - set(inside)
    files = (book.outdir / "_static" / "katex" / "fonts").iterdir()
    assert {f"fonts/{file.name}" for file in files} == beside
    assert len(beside) >= 15
    assert all(address.endswith(".woff2") for address in beside)


def test_upstream_has_other_kinds_of_each_font_too():
    style = (installed("katex") / "dist" / "katex.min.css").read_text()
    assert style.count('format("woff")') == style.count('format("truetype")') >= 15


def test_a_formula_that_cannot_be_read_is_named_with_its_place(build):
    pages = {"index": "# Home\n\nFirst.\n\nThen $\\frac{1$ and $x$.\n"}
    app = build(pages, "book.extensions.formulas", warns=True, **SETTINGS)
    [error] = app.warning.getvalue().strip().split("\n")
    assert re.search(
        r"index\.md:5: ERROR: KaTeX can't read \\frac\{1: .*Unexpected end of input",
        error,
    )
    assert page(app, "index").select_one("code").get_text() == r"\frac{1"
    assert len(page(app, "index").select(".katex-mathml")) == 1


@pytest.fixture
def upstream():
    """Return the extension as it comes, without what the book changes in it."""
    found = util.find_spec("sphinxcontrib.katex")
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_upstream_reads_over_a_formula_that_cannot_be_read(upstream, book):
    upstream.KaTeXServer.katex_server = katex.KaTeXServer.get()  # Node is running
    assert "katex-error" in upstream.render_latex(r"\frac{1")


LATE = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
time.sleep(0.5)  # a busy machine
server.listen()
server.settimeout(10)
server.accept()
"""


def late_server(socket):
    return [sys.executable, "-c", LATE, str(socket)]


def test_a_server_that_listens_late_is_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr(katex.KaTeXServer, "build_command", late_server)
    server, connection = formulas.start_katex(tmp_path, timeout=20)
    connection.close()
    server.communicate()
    assert server.returncode == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # it leaves a socket open
def test_upstream_does_not_wait_for_it(upstream, monkeypatch, tmp_path):
    started = []

    def start(*arguments, **options):
        started.append(Popen(*arguments, **options))
        return started[0]

    monkeypatch.setattr(upstream, "Popen", start)
    monkeypatch.setattr(upstream.KaTeXServer, "build_command", late_server)
    with pytest.raises(ConnectionRefusedError):
        upstream.KaTeXServer.start_server_process(tmp_path, 20)
    started[0].kill()
    started[0].communicate()


def test_a_server_that_never_starts_is_an_error(monkeypatch, tmp_path):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(katex.KaTeXServer, "build_command", lambda socket: sleep)
    begin = time.monotonic()
    with pytest.raises(formulas.ExtensionError, match="did not start within 0 seconds"):
        formulas.start_katex(tmp_path, timeout=0.1)
    assert time.monotonic() - begin < 30  # the server is ended, not waited for
