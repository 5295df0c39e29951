"""Run another program and follow what it prints, line by line."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from pathlib import Path


def follow(
    command: list[str],
    log: Path,
    hear: Callable[[str], None],
    env: dict[str, str] | None = None,
) -> int:
    """Run a command until it ends; return its exit status.

    What it prints goes to the log. hear is called with each line, and with an empty one
    after each second without. If it is interrupted, so is the command.
    """
    return asyncio.run(_follow(command, log, hear, env))


async def _follow(
    command: list[str],
    log: Path,
    hear: Callable[[str], None],
    env: dict[str, str] | None,
) -> int:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, env=env, limit=2**24
    )
    try:
        with open(log, "w") as file:
            while True:
                try:
                    read = await asyncio.wait_for(process.stdout.readline(), 1)
                except TimeoutError:
                    hear("")
                    continue
                if not read:
                    return await process.wait()
                line = read.decode(errors="replace")
                file.write(line)
                hear(line)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
