"""Install what the book needs, unless it is there.

    python -m book.tools.install

Python's standard library is all that this module may import: it makes .venv, with pip
and what shows progress in it, whose Python then installs the rest (packages.py). What
is installed is right if the lists of what is needed are those of the last time. A
folder that was copied or moved is noticed: its .venv names the place it was made for.
"""

import hashlib
import os
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


def runs(*arguments: str) -> bool:
    """Return whether the environment has a Python that runs this without an error.

    Where the system's Python was removed or replaced by a newer one, there is none, or
    one that finds none of the packages.
    """
    try:
        ended = subprocess.run([PYTHON, *arguments], capture_output=True)
    except FileNotFoundError:
        return False
    return ended.returncode == 0


def reason(log: str) -> str:
    """Return in one line why venv, pip or npm failed, from what it printed."""
    if "No space left" in log or "ENOSPC" in log:
        return "the disk is full. Make room, then run it again."
    if re.search("No module named '?(venv|ensurepip)", log):
        return (
            f"{sys.executable} can't make virtual environments. "
            "On Debian: sudo apt-get install python3-venv"
        )
    if "Retrying" in log or re.search(
        "ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT", log
    ):
        return "the network does not answer. The next run goes on from here."
    errors = re.findall(r"^(?:ERROR:|npm error) (.+)$", log, re.MULTILINE)
    return (errors or log.strip().splitlines() or ["no reason is given"])[-1]


def make_venv() -> None:
    """Make the virtual environment."""
    print("   Making .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)  # what a stopped run may have left
    # venv would call ensurepip itself, but keep to itself why that fails.
    for command in (
        [sys.executable, "-m", "venv", "--without-pip", str(VENV.absolute())],
        [PYTHON, "-Im", "ensurepip", "--default-pip"],
    ):
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            sys.exit(f"== Installing failed: {reason(made.stdout + made.stderr)}")


def main() -> None:
    """Install what is needed."""
    if VENV.is_symlink():  # the environment of another folder, which answers for it
        return
    elsewhere = moved(VENV)
    done = DONE.exists() and DONE.read_text() == digest()
    if done and not elsewhere and runs("-c", "import pip"):
        return
    start = time.time()
    with locked(BUILD / ".lock"):
        if elsewhere:
            print("== The folder was copied or moved", flush=True)
            # By this and by DONE a run knows what is whole. The rest goes when it is
            # made anew, which takes long enough for a Ctrl-C to leave a half of it.
            PIP.unlink(missing_ok=True)
        DONE.unlink(missing_ok=True)
        print("== Installing (the first time takes a few minutes)", flush=True)
        if not (PIP.exists() and runs("-m", "pip", "--version")):
            make_venv()
        pins = re.findall(r"^(?:pip|rich)==\S+", REQUIREMENTS.read_text(), re.MULTILINE)
        print(f"   Installing {' and '.join(pins)}", flush=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        first = subprocess.run([*pip, *pins], stderr=subprocess.PIPE, text=True)
        if first.returncode:
            sys.exit(f"== Installing failed: {reason(first.stderr)}")
    # In this program's place, so that what stops this one stops that one.
    os.execv(PYTHON, [PYTHON, "-m", "book.tools.packages", str(start)])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("== Stopped; the next run goes on from here.")
    except OSError as error:  # such as a folder that can't be written to
        sys.exit(f"== Installing failed: {error.strerror}: {error.filename}")
