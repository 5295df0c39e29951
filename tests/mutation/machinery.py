"""Break the site's machinery on purpose and see the quick tests turn red.

The lesson tools, the extensions, the tools of make and explorer.js: each mutant is
tried in a copy of the repository, with those quick tests alone that import the module,
directly or through others. A mutant that no test notices survives; SURVIVORS gives the
reasons. Writes machinery.md beside this file. Run: `make mutate`, or for some files:
python -m tests.mutation.machinery book/extensions/lists.py. EVERY=3: a third.
"""

import importlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.imports import reached
from tests.mutation.mutants import mutants
from tests.mutation.omissions import omissions, script_mutants

ROOT = Path(__file__).parents[2]
ROOMS = ("code/textbook/lesson", "book/extensions", "book/tools")
QUICK = ("lesson", "extensions", "tools", "script", "notebooks")
SCRIPT = "book/static/explorer.js"
# What a copy needs not, and what it shares with the original.
LEFT_OUT = (".git", ".venv", "_build", "node_modules", "__pycache__", ".*_cache")
SECONDS = 120  # of processor time: an endless loop is ended
# Loaded before the forks, so that these start at once.
LIBRARIES = (
    *("pytest", "hypothesis", "nbformat.validator", "sphinx.testing.util", "myst_nb"),
    *("sphinx_exercise", "sphinx_proof", "sphinxcontrib.bibtex", "ipywidgets"),
    *("matplotlib.pyplot", "bs4", "playwright.sync_api", "jupyter_cache", "torch"),
)
# (file, part of the line, changes, why no quick test can or need see these)
SURVIVORS: list[tuple[str, str, tuple[str, ...], str]] = []


def files() -> list[str]:
    """Return the files that are mutated."""
    found = [path for room in ROOMS for path in (ROOT / room).glob("*.py")]
    names = [p.relative_to(ROOT).as_posix() for p in found if p.stem != "__init__"]
    return [*sorted(names), SCRIPT]


def mutants_of(file: str) -> Iterator[tuple[str, int, str]]:
    """Yield (changed source, line, what) for every mutant of a file."""
    source = (ROOT / file).read_text()
    if file == SCRIPT:
        yield from script_mutants(source)
    else:
        yield from mutants(source)
        yield from omissions(source)


def tests_of(file: str) -> list[str]:
    """Return the quick tests that import a file, directly or through others."""
    if file == SCRIPT:
        return ["tests/script"]
    found = (
        path for room in QUICK for path in (ROOT / "tests" / room).glob("test_*.py")
    )
    return sorted(p.relative_to(ROOT).as_posix() for p in found if uses(p, file))


def uses(test: Path, file: str) -> bool:
    """Say whether a test imports a file, or has Sphinx load it by its name."""
    imported = reached(test)
    name = file.removesuffix(".py").replace("/", ".")
    return ROOT / file in imported or any(name in p.read_text() for p in imported)


def copy_of_the_book() -> Path:
    """Return a copy of the repository in which a file can be broken."""
    folder = Path(tempfile.mkdtemp()) / "book"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for shared in (".venv", "node_modules"):
        (folder / shared).symlink_to(ROOT / shared)
    return folder


def fails(folder: Path, tests: list[str]) -> bool:
    """Run the tests in the copy; return whether one fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.chdir(folder)
    path = [str(folder / "code"), str(folder)]
    sys.path[:0] = path
    os.environ["PYTHONPATH"] = os.pathsep.join(path)
    sys.dont_write_bytecode = True
    for name in [
        n for n in sys.modules if n.split(".")[0] in ("tests", "book", "textbook")
    ]:
        del sys.modules[name]
    import pytest

    options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return pytest.main([*tests, *options, "--rootdir", str(folder)]) != 0


def spawn(folder: Path, file: str, source: str) -> int:
    """Fork a child that tries one mutant in a copy; return its process."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        status = 1
        try:
            (folder / file).write_text(source)
            status = 1 if fails(folder, tests_of(file)) else 0
        finally:
            os._exit(status)
    return child


def survivors_of(file: str, every: int) -> tuple[int, list[tuple[int, str]]]:
    """Try the mutants of a file; return their number and the survivors."""
    waiting = list(mutants_of(file))[::every]
    total, running, alive = len(waiting), {}, []
    while waiting or running:
        while waiting and len(running) < 2:
            source, line, what = waiting.pop(0)
            folder = copy_of_the_book()
            running[spawn(folder, file, source)] = (line, what, folder)
        child, status = os.wait()
        line, what, folder = running.pop(child)
        shutil.rmtree(folder.parent)
        if status == 0:
            alive.append((line, what))
            print(f"{file}:{line}: survived: {what}", flush=True)
    return total, alive


def reason(file: str, line: int, what: str) -> str:
    """Return why this mutant of this line survives."""
    text = (ROOT / file).read_text().splitlines()[line - 1].strip()
    for known, part, changes, why in SURVIVORS:
        if known == file and part in text and what in changes:
            return why
    return f"**not caught**, in `{text}`"


def report(results: dict[str, tuple[int, list[tuple[int, str]]]], every: int) -> str:
    """Return the report: for each file, its number of mutants and its survivors."""
    rows, notes, tried, same, missed = [], [], 0, 0, 0
    for file, (total, alive) in results.items():
        rows.append(f"| {file} | {total} | {total - len(alive)} | {len(alive)} |")
        tried += total
        for line, what in sorted(alive):
            why = reason(file, line, what)
            same, missed = same + (why[0] != "*"), missed + (why[0] == "*")
            notes.append(f"- `{file}`, `{what}`: {why}")
    caught = 100 * (1 - missed / max(1, tried - same))
    text = [
        f"# Mutation of the machinery: {caught:.1f}% of {tried - same} caught",
        "",
        f"{tried} mutants were tried; {same} change nothing that a quick test can or",
        "need see, for the reasons below.",
        "",
        "| file | mutants | caught | survivors |",
        "|---|---|---|---|",
        *rows,
        "",
        *([f"A sample: one mutant in {every}.", ""] if every > 1 else []),
        "Survivors:",
        "",
        *notes,
        "",
    ]
    return "\n".join(text)


def main() -> None:
    """Mutate the files named on the command line, or all, and write the table."""
    for library in LIBRARIES:
        importlib.import_module(library)
    every = int(os.environ.get("EVERY", 1))
    results = {}
    for file in sys.argv[1:] or files():
        folder = copy_of_the_book()
        child = spawn(folder, file, (ROOT / file).read_text())
        status = os.waitpid(child, 0)[1]
        shutil.rmtree(folder.parent)
        if status != 0 or not tests_of(file):
            sys.exit(
                f"the tests of {file} fail without any mutation, or there are none"
            )
        results[file] = survivors_of(file, every)
        print(f"{file}: {results[file][0]} mutants", flush=True)
    text = report(results, every)
    if not sys.argv[1:]:
        Path(__file__).with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
