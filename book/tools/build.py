"""Build the book into _build/html.

    python -m book.tools.build

Notebooks that need it are run (execute.py); then Jupyter Book reads what has changed
and writes the pages, warnings being errors; then the pages get the screenshots that
they lack, where there is a Chrome.
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path

from book.tools.execute import execute
from book.tools.explain import causes, unreadable
from book.tools.follow import follow
from book.tools.lock import locked
from book.tools.progress import one_line, say, working
from book.tools.results import CACHE, FOLDER

SITE = FOLDER / "html"
LOG = FOLDER / "book.log"
# What Sphinx keeps of the pages that it has read. It forgets their warnings, so that
# after a build that failed or was stopped all pages are read again.
READ = FOLDER / ".doctrees" / "environment.pickle"
UNFINISHED = FOLDER / ".unfinished"

# Ended at once, but for what is to be done at the exit, such as ending KaTeX's server:
# to free the trees of all pages, one by one, would take five seconds.
JUPYTER_BOOK = """
import atexit, os, sys
import book
from jupyter_book.cli.main import main
try:
    main()
except SystemExit as end:
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(int(bool(end.code)))
"""

STEP = re.compile(r"(reading sources|writing output)\.\.\. \[ *(\d+%)\] (\S+)")
DOING = {"reading sources": "Reading", "writing output": "Writing"}


def build_pages() -> bool:
    """Build the pages with Jupyter Book; return whether it did so without a warning."""
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", "."]
    command += ["-W", "-n", "--keep-going"]
    with working("Starting Sphinx") as show:

        def hear(line: str) -> None:
            if step := STEP.match(line):
                show(f"{DOING[step[1]]} pages: {step[2]}, {step[3]}")

        plain = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        return follow(command, LOG, hear, plain) == 0


def take_screenshots() -> None:
    """Take the screenshots that the pages lack; exit if that fails."""
    command = [sys.executable, "-m", "book.tools.screenshots", str(SITE)]
    log = FOLDER / "screenshots.log"
    with working("Taking screenshots"):
        failed = follow(command, log, lambda _: None)
    told = log.read_text()
    if failed:
        say(f"== Taking the screenshots failed; the whole log is {log}")
        fail(causes(told))
    for line in told.splitlines():
        say(line)


def fail(lines: list[str]) -> None:
    """End the program; each line says a cause."""
    for line in lines:
        say(f"   {line}")
    sys.exit(1)


def build() -> None:
    """Build the book, whose folder is the current one; exit if that fails."""
    times = {"notebooks": time.monotonic()}
    notebooks = [Path("index.ipynb"), *sorted(Path("chapters").glob("*.ipynb"))]
    if failures := execute(notebooks, Path.cwd()):
        say("== The build failed: these notebooks don't run to their end")
        fail(failures)

    times["pages"] = time.monotonic()
    say("== Building the pages")
    if UNFINISHED.exists():
        READ.unlink(missing_ok=True)
    UNFINISHED.touch()
    if not build_pages():
        log = LOG.read_text()
        if unreadable(log):
            shutil.rmtree(CACHE)
        say(f"== The build failed; the whole log is {LOG}")
        fail(causes(log))
    UNFINISHED.unlink()

    times["screenshots"] = time.monotonic()
    take_screenshots()
    (SITE / ".done").touch()
    ends = [*list(times.values())[1:], time.monotonic()]
    spent = ", ".join(
        f"{stage} {end - start:.0f} s"
        for (stage, start), end in zip(times.items(), ends, strict=True)
    )
    say(f"== Done ({spent}): the book is in {SITE}")


if __name__ == "__main__":
    with one_line(), locked(FOLDER / ".lock"):
        build()
