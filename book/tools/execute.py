"""Run the notebooks whose results are not stored yet.

    python -m book.tools.execute FILE…

Several run at a time, those that took longest first. Each result goes into
jupyter-cache, where `jupyter-book build` finds it, as soon as it is there, so that a
run that was stopped goes on where it was. A result is used again if neither the code of
the notebook nor its fingerprint (fingerprint.py) has changed.
"""

import argparse
import asyncio
import atexit
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.reader import NotJSONError
from sqlalchemy.exc import SQLAlchemyError

from book.tools.explain import STORED, causes
from book.tools.fingerprint import fingerprint
from book.tools.kernels import AsyncFileKernelManager
from book.tools.progress import one_line, say, working
from book.tools.results import CACHE, FOLDER, Results

TIMEOUT = 240  # seconds that one cell may take
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError)


def failure(path: Path, error: Exception) -> str:
    """Return in one line where and why the notebook failed."""
    if isinstance(error, CellTimeoutError):
        return f"{path.name}: a cell took more than {TIMEOUT} seconds"
    if isinstance(error, DeadKernelError):
        return f"{path.name}: its kernel died; is the memory full?"
    told = re.sub(r"\x1b\[[\d;]*m", "", error.traceback)
    cell = re.search(r"Cell In\[(\d+)\], line (\d+)", told)
    place = f", cell [{cell[1]}], line {cell[2]}" if cell else ""
    return f"{path.name}{place}: {error.ename}: {error.evalue}".partition("\n")[0]


async def run(
    paths: list[Path], results: Results, show: Callable[[str], None], log: TextIO
) -> list[str]:
    """Run the notebooks, as many at a time as there are processors.

    show is told every second what runs; what kernels say of themselves goes into the
    log. Returns a line for each notebook that failed.
    """
    free = asyncio.Semaphore(os.cpu_count() or 1)
    started: dict[str, float] = {}
    failures = []
    ended = 0

    async def one(path: Path) -> None:
        nonlocal ended
        async with free:
            say(f"   {path.stem} starts")
            started[path.stem] = time.monotonic()
            notebook = nbformat.read(path, as_version=4)
            mark = fingerprint(notebook, results.root)
            outcome = ""
            try:
                await execute_notebook(notebook, path.parent, log)
            except FAILURES as error:
                if asyncio.current_task().cancelling():  # to nbclient, a dead kernel
                    raise asyncio.CancelledError from None
                failures.append(failure(path, error))
                outcome = " failed"
            seconds = round(time.monotonic() - started.pop(path.stem), 1)
            if not outcome:
                results.store(path, notebook, mark, seconds)
            ended += 1
            say(f"   {ended} of {len(paths)} {path.stem}{outcome} {seconds:.0f} s")

    async def watch() -> None:
        while True:
            now = time.monotonic()
            running = ", ".join(f"{n} {now - t:.0f} s" for n, t in started.items())
            show(f"{ended} of {len(paths)} notebooks; running {running}")
            await asyncio.sleep(1)

    watcher = asyncio.create_task(watch())
    try:
        async with asyncio.TaskGroup() as group:
            for path in paths:
                group.create_task(one(path))
    finally:
        watcher.cancel()
    return failures


async def execute_notebook(
    notebook: nbformat.NotebookNode,
    folder: Path,
    log: TextIO | None = None,
    static: bool = True,
) -> None:
    """Run the notebook in the folder, in place, by default as for the static site.

    What its kernel says of itself goes into the log, if there is one.
    """
    client = NotebookClient(
        notebook,
        kernel_manager_class=AsyncFileKernelManager,
        timeout=TIMEOUT,
        record_timing=False,  # it would change what the cache knows the notebook by
        resources={"metadata": {"path": str(folder)}},
        shutdown_kernel="immediate",
    )
    env = {**os.environ, **({"TEXTBOOK_STATIC": "1"} if static else {})}
    try:
        await client.async_execute(env=env, stderr=log)
    finally:  # nbclient leaves a kernel that was canceled while it started till exit
        atexit.unregister(client._cleanup_kernel)
        if client.km and client.km.has_kernel:
            await client._async_cleanup_kernel()


def finish(work: Coroutine) -> object:
    """Return the result of a coroutine, which runs in a thread of its own.

    In the main thread nbclient would take Ctrl-C for itself, and end one kernel. Here
    Ctrl-C cancels all the work, and is raised when every kernel is gone.
    """
    runner = asyncio.Runner()
    loop = runner.get_loop()
    task = loop.create_task(work)
    with runner, ThreadPoolExecutor(1) as thread:
        result = thread.submit(runner.run, asyncio.wait_for(task, None))
        try:
            return result.result()
        except KeyboardInterrupt:
            loop.call_soon_threadsafe(task.cancel)
            raise


def unreadable(path: Path) -> bool:
    """Return whether the file is no notebook, as after a merge with conflicts."""
    try:
        nbformat.read(path, as_version=4)
    except NotJSONError:
        return True
    return False


def no_notebook(path: Path) -> str:
    """Return in one line what is wrong with a file that is no notebook."""
    return f"{path.name} is not JSON: has a merge left marks?"


def execute(paths: list[Path], root: Path) -> list[str]:
    """Run those of the notebooks that have no usable result.

    root is the folder of the book. Returns a line for each notebook that failed. Raises
    OSError where a result can't be stored, as on a full disk.
    """
    if broken := [path for path in paths if unreadable(path)]:
        return [no_notebook(path) for path in broken]
    try:
        results = Results(root)
        due = [path for path in paths if not results.usable(path)]
        if not due:
            return []
        due.sort(key=results.seconds, reverse=True)
        say(f"== Running {len(due)} of {len(paths)} notebooks")
        with (
            open(root / FOLDER / "execution.log", "w") as log,
            working("Starting to run notebooks") as show,
        ):
            return finish(run(due, results, show, log))
    except* OSError as errors:
        raise errors.exceptions[0] from None
    except* (SQLAlchemyError, RuntimeError) as errors:
        error = errors.exceptions[0]
        if isinstance(error, RuntimeError):  # jupyter-cache hides the database's error
            error = error.__cause__
        if not isinstance(error, SQLAlchemyError):
            raise
        [told] = causes(str(error.orig))
        if told == STORED:
            shutil.rmtree(root / CACHE)
        raise OSError(told) from None


def main() -> None:
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    with one_line():
        failures = execute(parser.parse_args().files, Path.cwd())
    for line in failures:
        say(f"== {line}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
