"""One at a time: two programs that write to the same folder disturb each other."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path, wait: bool = False) -> Iterator[None]:
    """Hold the lock while the block runs.

    Where another program holds it: wait, or else end this one.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            sys.exit("== The book is being built already: wait until that has ended.")
        yield
