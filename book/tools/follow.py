"""Run another program and follow what it prints, line by line."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def follow(
    command: list[str],
    log: Path,
    hear: Callable[[str], None],
    env: dict[str, str] | None = None,
) -> int:
    """Run a command until it ends; return its exit status.

    What it prints goes to the log. hear is called with each line, and with an empty one
    after each second without. With this function ends the command, and what it has left
    running: a Sphinx that is killed leaves KaTeX's server, which holds the pipe.
    """
    return asyncio.run(_follow(command, log, hear, env))


async def _follow(
    command: list[str],
    log: Path,
    hear: Callable[[str], None],
    env: dict[str, str] | None,
) -> int:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=PIPE,
        stderr=STDOUT,
        env=env,
        limit=2**24,
        start_new_session=True,
    )
    try:
        with open(log, "w") as file:
            while True:
                try:
                    read = await asyncio.wait_for(process.stdout.readline(), 1)
                except TimeoutError:
                    if process.returncode is not None:
                        break
                    hear("")
                    continue
                if not read:
                    await process.wait()
                    break
                line = read.decode(errors="replace")
                file.write(line)
                hear(line)
    finally:
        with suppress(ProcessLookupError):  # nothing is left
            os.killpg(process.pid, signal.SIGTERM)
        await process.stdout.read()  # until none holds the pipe
        await process.wait()
    return process.returncode
