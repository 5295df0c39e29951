"""Trying mutants, two at a time, and the report on those that survive.

An excuse is (name of the module, part of the line, the changes, the reason): it holds
for these changes of that line alone. Not here: what is changed, and which tests run.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

Survivors = list[tuple[int, str]]  # line and "old → new"
Excuses = list[tuple[str, str, tuple[str, ...], str]]
Mutant = tuple[str, int, str]  # changed source, line, "old → new"
Spawn = Callable[[str, str, int], tuple[int, Path]]


def mutate(
    title: str,
    page: Path,
    names: list[str],
    path_of: Callable[[str], Path],
    mutants_of: Callable[[str], Iterable[Mutant]],
    spawn: Spawn,
    excuses: Excuses,
) -> None:
    """Mutate what the command line names, or all, and print the report.

    names: all that can be mutated. path_of: where the source of each stands. page: the
    report's file, written if all were tried. EVERY=3 in the environment: a third.
    """
    every = int(os.environ.get("EVERY", 1))
    results, sources = {}, {}
    for name in sys.argv[1:] or names:
        sources[name] = path_of(name).read_text()
        waiting = list(mutants_of(name))[every // 2 :: every]
        results[name] = survivors_of(name, waiting, spawn)
        print(f"{name}: {results[name][0]} mutants", flush=True)
    text = report(title, results, sources, excuses, every)
    if not sys.argv[1:]:
        page.write_text(text)
    print(text)


def forked(notices: Callable[[], bool]) -> int:
    """Start a silent process that exits with 0 if no test notices; return it."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        status = 1
        try:
            status = 1 if notices() else 0
        finally:
            os._exit(status)
    return child


def survivors_of(
    name: str,
    waiting: list[Mutant],
    spawn: Spawn,
) -> tuple[int, Survivors]:
    """Try the mutants of a module; return their number and the survivors.

    waiting: (changed source, line, what) of each; spawn(name, source, line) starts a
    process that exits with 0 if no test notices, and returns it and its scratch folder.
    """
    waiting = list(waiting)
    total, running, alive = len(waiting), {}, []
    while waiting or running:
        while waiting and len(running) < 2:
            source, line, what = waiting.pop(0)
            child, folder = spawn(name, source, line)
            running[child] = (line, what, folder)
        child, status = os.wait()
        line, what, folder = running.pop(child)
        shutil.rmtree(folder)
        if status == 0:
            alive.append((line, what))
            print(f"{name}:{line}: survived: {what}", flush=True)
    return total, alive


def reason(excuses: Excuses, name: str, text: str, what: str) -> str:
    """Return why this mutant of a line with this text survives."""
    for known, part, changes, why in excuses:
        if known == name and part in text and what in changes:
            return why
    return f"**not caught**, in `{text}`"


def report(
    title: str,
    results: dict[str, tuple[int, Survivors]],
    sources: dict[str, str],
    excuses: Excuses,
    every: int,
) -> str:
    """Return the report: for each module, its number of mutants and its survivors."""
    rows, notes, tried, same, missed = [], [], 0, 0, 0
    for name, (total, alive) in results.items():
        lines = sources[name].splitlines()
        rows.append(f"| {name} | {total} | {total - len(alive)} | {len(alive)} |")
        tried += total
        for line, what in sorted(alive):
            why = reason(excuses, name, lines[line - 1].strip(), what)
            same, missed = same + (why[0] != "*"), missed + (why[0] == "*")
            notes.append(f"- `{name}`, `{what}`: {why}")
    caught = 100 * (1 - missed / max(1, tried - same))
    text = [
        f"# Mutation of {title}: {caught:.1f}% of {tried - same} caught",
        "",
        f"{tried} mutants were tried; {same} change nothing that a test can or need",
        "see, for the reasons below.",
        "",
        "| module | mutants | caught | survivors |",
        "|---|---|---|---|",
        *rows,
        "",
        *([f"A sample: one mutant in {every}.", ""] if every > 1 else []),
        "Survivors, with the reason:",
        "",
        *notes,
        "",
    ]
    return "\n".join(text)
