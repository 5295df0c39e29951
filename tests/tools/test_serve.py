"""`make serve`: compressed, and friendly about a port in use."""

import gzip
import socket
import threading
import time
import urllib.request

import pytest

from book.tools.serve import serve


@pytest.fixture
def server(tmp_path):
    (tmp_path / "index.html").write_text("<p>ä" * 1000)
    (tmp_path / "font.woff2").write_bytes(b"\0\1\2")
    server = serve(tmp_path, 8400)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(server, path):
    address = f"http://127.0.0.1:{server.server_port}{path}"
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def test_text_is_compressed(server):
    headers, body = get(server, "/")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == "<p>ä" * 1000
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_other_files_are_served_as_they_are(server):
    headers, body = get(server, "/font.woff2")
    assert headers["Content-Encoding"] is None
    assert body == b"\0\1\2"


def test_a_browser_that_goes_away_is_no_error(server, tmp_path, capfd):
    (tmp_path / "large.bin").write_bytes(bytes(50_000_000))
    before = threading.active_count()
    with socket.create_connection(("127.0.0.1", server.server_port)) as browser:
        browser.sendall(b"GET /large.bin HTTP/1.1\r\nHost: book\r\n\r\n")
        browser.recv(1000)
    while threading.active_count() > before:  # until the request's thread has ended
        time.sleep(0.01)
    assert capfd.readouterr().err == ""
    assert get(server, "/")[1]


def test_a_port_in_use_is_named_and_the_next_free_one_taken(server, tmp_path, capsys):
    with serve(tmp_path, server.server_port) as second:
        assert second.server_port > server.server_port
    port = server.server_port
    told = f"Port {port} is in use, trying {port + 1}."
    assert told in capsys.readouterr().out
