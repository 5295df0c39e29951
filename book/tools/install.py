"""Install what the book needs, unless it is there.

    python -m book.tools.install

Python's standard library is all that this module may import: it makes .venv, with pip
and what shows progress in it, whose Python then installs the rest (packages.py). What
is installed is right if the lists of what is needed are those of the last time. A
folder that was copied or moved is noticed: its .venv names the place it was made for.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from book.tools.lock import locked

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
PIP = VENV / "bin" / "pip"  # the last that is made
REQUIREMENTS = Path("requirements.txt")
PACKAGES = ["code/pyproject.toml", "book/pyproject.toml", "package.json"]
DONE = VENV / ".done"
BUILD = Path("_build")


def digest() -> str:
    """Return a digest of the lists of what is to be installed."""
    lists = b"\0".join(Path(file).read_bytes() for file in [REQUIREMENTS, *PACKAGES])
    return hashlib.sha256(lists).hexdigest()


def moved(venv: Path) -> bool:
    """Return whether a virtual environment was made for another place."""
    try:
        settings = (venv / "pyvenv.cfg").read_text()
    except FileNotFoundError:
        return False
    made = re.search(r"^command = .* -m venv (?:--\S+ )*(.+)$", settings, re.MULTILINE)
    return bool(made) and Path(made[1]).resolve() != venv.resolve()


def reason(log: str) -> str:
    """Return in one line why pip or npm failed, from what it printed."""
    if "Retrying" in log or re.search(
        "ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT", log
    ):
        return "the network does not answer. The next run goes on from here."
    if "No space left" in log or "ENOSPC" in log:
        return "the disk is full. Make room, then run it again."
    errors = re.findall(r"^(?:ERROR:|npm error) (.+)$", log, re.MULTILINE)
    return (errors or log.strip().splitlines() or ["no reason is given"])[-1]


def make_venv() -> None:
    """Make the virtual environment."""
    print("   Making .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)  # what a stopped run may have left
    command = [sys.executable, "-m", "venv", str(VENV.absolute())]
    made = subprocess.run(command, capture_output=True, text=True)
    if not made.returncode:
        return
    told = made.stdout + made.stderr
    shutil.rmtree(VENV, ignore_errors=True)
    if "ensurepip" in told:
        told = (
            f"{sys.executable} can't make virtual environments. "
            "On Debian: sudo apt-get install python3-venv"
        )
    sys.exit(f"== Installing failed: {reason(told)}")


def main() -> None:
    """Install what is needed."""
    if VENV.is_symlink():  # the environment of another folder, which answers for it
        return
    elsewhere = moved(VENV)
    if not elsewhere and DONE.exists() and DONE.read_text() == digest():
        return
    with locked(BUILD / ".lock"):
        start = time.monotonic()
        if elsewhere:
            print("== The folder was copied or moved", flush=True)
            # By these two a run knows what is whole. The rest goes when it is made
            # anew, which takes long enough for a Ctrl-C to leave a half of it.
            DONE.unlink(missing_ok=True)
            PIP.unlink(missing_ok=True)
        print("== Installing (the first time takes a few minutes)", flush=True)
        if not PIP.exists():
            make_venv()
        pins = re.findall(r"^(?:pip|rich)==\S+", REQUIREMENTS.read_text(), re.MULTILINE)
        print(f"   Installing {' and '.join(pins)}", flush=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        first = subprocess.run([*pip, *pins], stderr=subprocess.PIPE, text=True)
        if first.returncode:
            sys.exit(f"== Installing failed: {reason(first.stderr)}")
        rest = subprocess.run([PYTHON, "-m", "book.tools.packages"])
    if rest.returncode:
        sys.exit(rest.returncode)
    print(f"== Installed in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("== Stopped; the next run goes on from here.")
    except OSError as error:  # such as a folder that can't be written to
        sys.exit(f"== Installing failed: {error.strerror}: {error.filename}")
