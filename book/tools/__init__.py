"""What `make` runs beside Sphinx: python -m book.tools.NAME."""

import signal
import sys
from types import FrameType, TracebackType


def _say_stopped(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in one line that the tool was stopped, also while it is being loaded."""
    if issubclass(kind, KeyboardInterrupt):
        print("== Stopped; the next run goes on from here.", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_stopped

ENDINGS = signal.SIGTERM, signal.SIGHUP


def _stop(number: int, frame: FrameType | None) -> None:
    """Tidy up as after Ctrl-C, once: `timeout` sends its signal twice."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


for _ending in ENDINGS:
    if signal.getsignal(_ending) == signal.SIG_DFL:  # nohup has it ignored
        signal.signal(_ending, _stop)
