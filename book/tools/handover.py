"""A pytest plugin: what nbval has run, the build needn't run again.

A notebook whose result isn't stored (results.py) runs under nbval as it does for the
site, every state of its explorers drawn, and its result is stored once all its cells
have passed. The others run as in JupyterLab; nothing is stored of them.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbval.kernel
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from book.tools.fingerprint import fingerprint
from book.tools.kernels import FileKernelManager
from book.tools.lock import locked
from book.tools.results import FOLDER, Results

nbval.kernel.KernelManager = FileKernelManager  # nbval has no option for it


@dataclass
class Run:
    """A run of a notebook: whether it is for the site, and what it began with."""

    for_site: bool
    fingerprint: str
    start: float
    passed: int = 0  # cells


RUN = pytest.StashKey[Run]()


@contextmanager
def results(root: Path) -> Iterator[Results]:
    """Open the stored results, which the notebooks that run beside this one share."""
    with locked(root / FOLDER / ".results.lock", wait=True):
        yield Results(root)


@pytest.hookimpl(tryfirst=True)  # before the kernel starts, which asks TEXTBOOK_STATIC
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a notebook's first cell, see whether the build lacks its result."""
    if not isinstance(item, IPyNbCell) or RUN in item.parent.stash:
        return
    root = item.config.rootpath
    with results(root) as stored:
        due = not stored.usable(item.path)
    mark = fingerprint(item.parent.nb, root)
    item.parent.stash[RUN] = Run(due, mark, time.monotonic())
    os.environ["TEXTBOOK_STATIC"] = "1" if due else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Iterator[None]:
    """Keep what a cell gave, once nbval has compared it."""
    report = yield
    if isinstance(item, IPyNbCell) and report.when == "call" and report.passed:
        run = item.parent.stash[RUN]
        run.passed += 1
        keep(item)
        cells = [cell for cell in item.parent.nb.cells if cell.cell_type == "code"]
        if run.for_site and run.passed == len(cells):
            store(item.parent, run)
    return report


def keep(cell: IPyNbCell) -> None:
    """Put into a cell what it gave; nbval's kernels don't count cells."""
    count = cell.cell_num + 1
    for output in cell.test_outputs:
        if "execution_count" in output:
            output.execution_count = count
    cell.cell.update(outputs=cell.test_outputs, execution_count=count)


def store(file: IPyNbFile, run: Run) -> None:
    """Store the result of a notebook as execute.py does."""
    told = file.kernel.kc.kernel_info(reply=True)
    file.nb.metadata["language_info"] = told["content"]["language_info"]
    seconds = round(time.monotonic() - run.start, 1)
    with results(file.config.rootpath) as stored:
        stored.store(file.path, file.nb, run.fingerprint, seconds)
