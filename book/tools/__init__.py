"""What `make` runs beside Sphinx: python -m book.tools.NAME."""

import signal
import sys
from types import TracebackType


def _say_stopped(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in one line that the tool was stopped, also while it is being loaded."""
    if issubclass(kind, KeyboardInterrupt):
        print("== Stopped; the next run goes on from here.", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_stopped

# A tool that is ended, or whose terminal is closed, tidies up as after Ctrl-C.
for _ending in (signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(_ending) == signal.SIG_DFL:  # nohup has it ignored
        signal.signal(_ending, signal.default_int_handler)
