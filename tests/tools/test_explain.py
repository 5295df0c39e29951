"""The one line for each cause that a failed build ends with."""

import pytest

from book.tools.explain import causes

FAILED = """\
updating environment
\x1b[91m/book/chapters/one.ipynb: WARNING: Executing notebook failed: CellExecutionError
Traceback (most recent call last):
  File "client.py", line 918, in run
nbclient.exceptions.CellExecutionError: An error occurred while executing this cell:
------------------
1 / 0
------------------

\x1b[36mCell\x1b[39m \x1b[32mIn[2]\x1b[39m\x1b[32m, line 3\x1b[39m
\x1b[31mZeroDivisionError\x1b[39m: division by zero

 [mystnb.exec]\x1b[39;49;00m
"""
LATE = (
    "/b/two.ipynb: WARNING: Executing notebook failed: CellTimeoutError\n…[mystnb.exec]"
)
BOXED = """\
FileNotFoundError: [Errno 2] No such file or directory: 'x'

sphinx.errors.ExtensionError: Handler f threw an exception: x

The above exception was the direct cause of the following exception:

  File "main.py", line 528, in builder_specific_actions
RuntimeError:
\x1b[91m=====================\x1b[0m

There was an error in building your book. Look above for the cause.

\x1b[91m=====================\x1b[0m
"""
BROKEN = "KeyError: 'Notebook file does not exist for cache record PK: 17'"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (FAILED, "one.ipynb, cell [2], line 3: ZeroDivisionError: division by zero"),
        (LATE, "two.ipynb: CellTimeoutError"),
        ("read\n/b/p.md:3: WARNING: no title\n", "/b/p.md:3: WARNING: no title"),
        ("read\nKeyError: 'x'\n", "KeyError: 'x'"),
        (BOXED, "sphinx.errors.ExtensionError: Handler f threw an exception: x"),
        ("Killed\n", "Killed"),
    ],
)
def test_a_cause_is_one_line(log, cause):
    assert causes(log) == [cause]


def test_each_failure_is_named():
    assert [
        c.split(":")[0] for c in causes(FAILED + LATE + "\n/p.md:3: ERROR: a\n")
    ] == [
        "one.ipynb, cell [2], line 3",
        "two.ipynb",
        "/p.md",
    ]


@pytest.mark.parametrize("log", ["OSError: No space left on device\n" + BROKEN, BROKEN])
def test_what_one_can_do_is_said(log):
    [cause] = causes(FAILED + log)
    assert cause.endswith("run it again.")
