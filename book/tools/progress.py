"""What `make` shows while it works: one line at a time in a terminal, all in a log."""

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

CONSOLE = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
# A log hears what goes on when this many seconds have passed without a line.
PATIENCE = 8
TOLD = {
    errno.ENOSPC: "The disk is full. Make room, then run it again.",
    errno.EROFS: "The book's folder can't be written to: copy it to one that can.",
    errno.EACCES: "The book's folder can't be written to: copy it to one that can.",
}


def say(line: str) -> None:
    """Print a line that stays."""
    global _said
    _said = time.monotonic()
    CONSOLE.print(line)


_said = time.monotonic()


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show text, and then what the yielded function is told, while the block runs."""
    what = TextColumn(
        "{task.description}",
        markup=False,
        table_column=Column(no_wrap=True, overflow="ellipsis"),
    )
    columns = (SpinnerColumn(), what, TimeElapsedColumn())
    live = CONSOLE.is_terminal
    with Progress(
        *columns, console=CONSOLE, transient=True, disable=not live
    ) as progress:
        task = progress.add_task(text)

        def show(text: str) -> None:
            progress.update(task, description=text)
            if not live and time.monotonic() - _said > PATIENCE:
                say(f"   {text}")

        yield show


@contextmanager
def one_line(
    stopped: str = "== Stopped; the next run goes on from here.",
) -> Iterator[None]:
    """End the program with one line where it can't go on: a full disk, Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        say(stopped)
        sys.exit(130)
    except OSError as error:
        say(f"== {TOLD.get(error.errno, error)}")
        sys.exit(1)
