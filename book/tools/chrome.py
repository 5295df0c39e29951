"""The Chrome that takes the book's screenshots and opens it in the tests.

python -m book.tools.chrome: fail if there is none, or if $CHROME is no program.
"""

import os
import shutil
import sys

# The headless shell is Chrome without windows: with it, the tests take half the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# A machine may have no display, no GPU, and no way out for Chrome's own calls.
# Other hosts are cut off here: routing would do it too, but switch the cache off.
FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chrome() -> str | None:
    """Return the path of $CHROME, or of the first Chrome on the path, if any."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    return os.environ.get("CHROME") or (found[0] if found else None)


if __name__ == "__main__":
    sys.exit(shutil.which(find_chrome() or "") is None)
