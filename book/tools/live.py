"""Serve the book, and build it anew when its source changes: python -m book.tools.live.

Open pages then reload by themselves. What is served is a copy of the built site: the
built files know nothing of reloading, and a build that fails leaves the pages as they
were. (sphinx-autobuild would call Sphinx itself, without Jupyter Book's settings and
without running notebooks, and serve what a failing build has left.)
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import watchfiles

from book.tools.build import SITE
from book.tools.progress import one_line, say
from book.tools.serve import Handler, serve

SOURCES = "index.ipynb chapters book code references.bib _toc.yml _config.yml"
BUILDS = "/builds"  # the address that says how many builds have ended
RELOAD = f"""<script>
(async () => {{
  const builds = () => fetch("{BUILDS}").then((answer) => answer.text())
  const first = await builds()
  setInterval(async () => {{ if (await builds() !== first) location.reload() }}, 1000)
}})()
</script>
</body>"""


class LiveHandler(Handler):
    """Serve files, pages with a script that reloads them after a build."""

    def do_GET(self) -> None:
        """Answer how many builds have ended, or send a file."""
        if self.path != BUILDS:
            super().do_GET()
            return
        answer = Path(self.directory).resolve().name.encode()
        self.send_response(200)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def read(self, path: Path) -> bytes:
        """Return a file's bytes; those of a page with the script."""
        body = super().read(path)
        if path.suffix == ".html":
            body = body.replace(b"</body>", RELOAD.encode())
        return body


def publish(site: Path, folder: Path) -> Path:
    """Copy the site into the folder; return its link `current`, which leads there."""
    link = folder / "current"
    last = link.resolve() if link.exists() else None
    number = int(last.name) + 1 if last else 1
    shutil.copytree(site, folder / str(number))
    new = folder / "new"
    new.symlink_to(str(number))
    new.replace(link)
    if last:
        shutil.rmtree(last)
    return link


def is_source(change: watchfiles.Change, path: str) -> bool:
    """Return whether a file that changed can change the book."""
    inside = Path(path).relative_to(Path.cwd()).parts
    hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in inside)
    return not hidden and watchfiles.DefaultFilter()(change, path)


def build() -> bool:
    """Build the book; return whether that succeeded. It ends with this program."""
    command = [sys.executable, "-m", "book.tools.build"]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait() == 0
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Serve and watch until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    with one_line("== Stopped."), tempfile.TemporaryDirectory() as folder:
        link = publish(SITE, Path(folder))
        server = serve(link, arguments.port, LiveHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(
            f"The book is at http://127.0.0.1:{server.server_port} (Ctrl-C stops it). "
            "A page reloads when its source has changed."
        )
        sources = [Path(source).absolute() for source in SOURCES.split()]
        for _ in watchfiles.watch(*sources, watch_filter=is_source, debounce=300):
            if build():
                publish(SITE, Path(folder))


if __name__ == "__main__":
    main()
