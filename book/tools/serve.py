"""A server of the built book on 127.0.0.1, which compresses as a web host would."""

import errno
import gzip
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TEXT = {".html", ".css", ".js", ".json", ".svg", ".txt", ".ipynb"}


class Handler(SimpleHTTPRequestHandler):
    """Serve files as the standard library does, text compressed."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> object:
        """Send a file's headers; return what is still to be sent, as the base does."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (wanted and path.suffix in TEXT and path.is_file()):
            return super().send_head()
        body = gzip.compress(self.read(path), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(str(path))}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        return None

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file that is text."""
        return path.read_bytes()

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


class Server(ThreadingHTTPServer):
    """Serve each request in a thread."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went on before the page was there."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(folder: Path, port: int, handler: type[Handler] = Handler) -> Server:
    """Return a server of `folder` on 127.0.0.1: on `port` or the next free one."""
    for candidate in range(port, port + 100):
        try:
            return Server(("127.0.0.1", candidate), partial(handler, directory=folder))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            print(f"Port {candidate} is in use, trying {candidate + 1}.")
    sys.exit(
        f"No free port from {port} to {port + 99}: name one, `make serve PORT=9000`."
    )
