"""`make serve`: pages reload after a build, and only then."""

import gzip
import threading
import urllib.request

import pytest
from watchfiles import Change

from book.tools.live import BUILDS, LiveHandler, is_source, publish
from book.tools.serve import serve


@pytest.fixture
def site(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<html><body>one</body></html>")
    (site / "a.js").write_text("'</body>'")
    return site


@pytest.fixture
def server(site, tmp_path):
    server = serve(publish(site, tmp_path), 8500, LiveHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(server, path):
    address = f"http://127.0.0.1:{server.server_port}{path}"
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        gzipped = answer.headers["Content-Encoding"] == "gzip"
    return (gzip.decompress(body) if gzipped else body).decode()


def test_a_page_has_the_script_and_the_built_file_has_not(server, site):
    page = get(server, "/")
    assert page.startswith("<html><body>one<script>")
    assert page.endswith("</script>\n</body></html>")
    assert BUILDS in page
    assert "script" not in (site / "index.html").read_text()
    assert get(server, "/a.js") == "'</body>'"


def test_a_page_shows_a_build_only_when_it_is_published(server, site, tmp_path):
    first = get(server, BUILDS)
    (site / "index.html").write_text("<html><body>two</body></html>")
    assert "one" in get(server, "/")
    assert get(server, BUILDS) == first
    publish(site, tmp_path)
    assert "two" in get(server, "/")
    assert get(server, BUILDS) != first


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("chapters/p12_attention.ipynb", True),
        ("book/static/book.css", True),
        ("chapters/.ipynb_checkpoints/p12_attention.ipynb", False),
        ("chapters/.~p12_attention.ipynb", False),
        ("code/textbook/__pycache__/arrays.cpython-311.pyc", False),
        ("code/textbook.egg-info/PKG-INFO", False),
    ],
)
def test_what_editors_and_python_leave_behind_starts_no_build(
    name, counts, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert is_source(Change.modified, str(tmp_path / name)) == counts
