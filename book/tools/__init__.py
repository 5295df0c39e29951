"""What `make` runs beside Sphinx: python -m book.tools.NAME."""

import sys
from types import TracebackType


def _say_stopped(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in one line that Ctrl-C was pressed, also while a tool is being loaded."""
    if issubclass(kind, KeyboardInterrupt):
        print("== Stopped; the next run goes on from here.", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_stopped
