"""Which tests run which lines, seen once before anything is broken.

So a mutant meets only the tests that can notice it. Where tests share what one of them
has prepared, such as a small book, all of their file count. Not here: what runs in
another process, which no test is seen to run; such a line has the tests of its name.

As a program: run test files, and write what they ran into a file of coverage's.
"""

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from tests.paths import ROOT

Seen = dict[Path, dict[int, set[str]]]  # for each line of each file, its tests
SHARED = ('scope="module"', 'scope="session"')
IMPORTING = ""  # the context of what runs while tests are collected


class Watcher:
    """A pytest plugin that tells coverage which test is running."""

    def __init__(self, watch: coverage.Coverage) -> None:
        """Keep what is told."""
        self.watch = watch

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count what the test prepares and puts away, too."""
        self.watch.switch_context(item.nodeid.partition("[")[0])
        return (yield)


def watch(tests: list[Path], options: list[str]) -> Seen:
    """Run test files in two processes; return what ran. Nothing is broken: all pass."""
    seen: Seen = {}
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{half}" for half in (0, 1)]
        here = [sys.executable, "-m", "tests.mutation.watched"]
        runs = [
            subprocess.Popen([*here, file, *options, *map(str, tests[half::2])])
            for half, file in enumerate(files)
        ]
        if any([run.wait() for run in runs]):
            sys.exit("without any mutation, tests fail")
        for file in files:
            data = coverage.CoverageData(file)
            data.read()
            for path in data.measured_files():
                lines = seen.setdefault(Path(path), {})
                for line, names in data.contexts_by_lineno(path).items():
                    lines.setdefault(line, set()).update(names)
    if not seen:
        sys.exit(f"the tests ran nothing below {ROOT}: is another copy installed?")
    return seen


def who_runs(seen: Seen, path: Path, line: int) -> list[str]:
    """Return the tests that run the statement of a line, the file's own first.

    For what runs at import, such as a constant: all that run anything of the file.
    """
    found = seen.get(path, {})
    here = set().union(*(found.get(number, ()) for number in statement(path, line)))
    if IMPORTING in here:
        here = set().union(*found.values())
    own = ROOT.glob(f"tests/*/test_{path.stem}.py")
    tests = {whole(test) for test in here - {IMPORTING}}
    tests |= {test.relative_to(ROOT).as_posix() for test in own}
    alone = {test for test in tests if test.partition("::")[0] in tests - {test}}
    return sorted(tests - alone, key=lambda test: (path.stem not in test, test))


def whole(test: str) -> str:
    """Return the file of a test that shares what is prepared, else the test."""
    file = test.partition("::")[0]
    places = [ROOT / file, (ROOT / file).with_name("conftest.py")]
    texts = [place.read_text() for place in places if place.is_file()]
    return file if any(word in text for text in texts for word in SHARED) else test


def statement(path: Path, line: int) -> range:
    """Return the lines of the smallest statement around a line, without its body."""
    spans = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.stmt) and node.lineno <= line <= node.end_lineno:
            body = getattr(node, "body", None)
            end = body[0].lineno if body else node.end_lineno + 1
            spans.append(range(node.lineno, max(end, node.lineno + 1)))
    around = [span for span in spans if line in span]
    return min(around, key=len, default=range(line, line + 1))


def main() -> int:
    """Run the tests that the command line names, watched."""
    file, *arguments = sys.argv[1:]
    sources = [str(ROOT / "book"), str(ROOT / "code")]
    run = coverage.Coverage(file, source=sources, config_file=False)
    run.start()
    options = ["-q", "-x", "-p", "no:cacheprovider"]
    status = pytest.main([*options, *arguments], [Watcher(run)])
    run.stop()
    run.save()
    return status


if __name__ == "__main__":
    sys.exit(main())
