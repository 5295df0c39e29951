"""Break the site's machinery on purpose and see the quick tests turn red.

The lesson tools, the extensions, the tools of make and the scripts of explorers: each
mutant is tried in a copy of the repository, with those quick tests alone that run the
line (watched.py). A mutant that no test notices survives; SURVIVORS gives the reasons.
Writes machinery.md beside this file. Run: `make mutate`, or for some files: python -m
tests.mutation.machinery book/extensions/lists.py. EVERY=3: a third.
"""

import functools
import importlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.mutants import mutants
from tests.mutation.omissions import omissions, script_mutants
from tests.mutation.report import Excuses, Mutant, forked, mutate
from tests.mutation.watched import Seen, watch, who_runs
from tests.paths import ROOT

ROOMS = ("code/textbook/lesson", "book/extensions", "book/tools")
DATA = ("STROKES",)  # what we drew by hand, in numbers: another drawing is as good
DOCTESTS = "code/textbook"  # examples of docstrings, which are tests too
QUICK = ("lesson", "extensions", "tools", "script", "notebooks")
# The scripts of the page that have quick tests, and which.
SCRIPTS = {
    "book/static/explorer.js": "tests/script/test_explorer_script.py",
    "book/static/handles.js": "tests/script/test_explorer_script.py",
    "book/static/shared.js": "tests/script/test_explorer_script.py",
    "book/static/drawing.js": "tests/script/test_drawing_script.py",
    "code/textbook/lesson/labs/operations.js": "tests/script/test_operations.py",
}
# What a copy needs not, and what it shares with the original.
LEFT_OUT = (".git", ".venv", "_build", "node_modules", "__pycache__", ".*_cache")
SECONDS = 240  # of processor time: an endless loop is ended
# Loaded before the forks, so that these start at once.
LIBRARIES = (
    *("pytest", "hypothesis", "nbformat.validator", "sphinx.testing.util", "myst_nb"),
    *("sphinx_exercise", "sphinx_proof", "sphinxcontrib.bibtex", "ipywidgets"),
    *("matplotlib.pyplot", "bs4", "playwright.sync_api", "jupyter_cache", "torch"),
)


def files() -> list[str]:
    """Return the files that are mutated."""
    found = [path for room in ROOMS for path in (ROOT / room).glob("*.py")]
    names = [p.relative_to(ROOT).as_posix() for p in found if p.stem != "__init__"]
    return [*sorted(names), *SCRIPTS]


PARALLEL = "{'parallel_read_safe': True, 'parallel_write_safe': True}"
NEIGHBORS = tuple(f"{n} → {n + step}" for n in range(1000) for step in (-1, 1))
SOONER = ("self.page.set_default_timeout(120000) → pass",)
STRICT = ("True → False", "strict=True → ")
MANTISSA = ("mantissa < '2' → mantissa <= '2'",)
NOTES = "self.notes.get(self._name(path), {}).items()"
ITEMS = (f"now.items() <= {NOTES} → now.items() < {NOTES}",)
ESTIMATE = "an estimate: tests/browser holds the sum within a tenth"
# (file, part of the line, changes, why no quick test can or need see these)
SURVIVORS: Excuses = [
    *(
        (
            file,
            "parallel_read_safe",
            ("True → False", f"return {PARALLEL} → return None"),
            "only speed: one page at a time",
        )
        for file in files()
    ),
    *(
        (file, "priority=", NEIGHBORS, "any number near this one does")
        for file in files()
    ),
    *(
        ("book/extensions/section_sizes.py", part, NEIGHBORS, ESTIMATE)
        for part in ("TITLE, FOLDED", "EDITOR, FIELD", "LINE, GAP", "Column(", "MANY =")
    ),
    (
        "book/extensions/rebuild.py",
        "self.from_nothing = False",
        ("False → True",),
        "start() says it",
    ),
    ("book/tools/editions.py", "set_default_timeout", SOONER, "for busy machines"),
    ("book/tools/execute.py", "asyncio.sleep(1)", NEIGHBORS, "how often it is told"),
    ("book/tools/results.py", "now.items() <=", ITEMS, "the note has the seconds, too"),
    (
        "book/tools/screenshots.py",
        "quality=80",
        ("quality=80 → ",),
        "80 is the default",
    ),
    (
        "code/textbook/lesson/evidence.py",
        '(mantissa < "2")',
        MANTISSA,
        "2.0 is more than 2",
    ),
    (
        "code/textbook/lesson/words.py",
        "if 100 <=",
        ("100 → 99",),
        "less is gone before",
    ),
    ("code/textbook/lesson/figure.py", '"axes.titlesize"', NEIGHBORS, "a look"),
    ("code/textbook/lesson/figure.py", '"legend.borderaxespad"', NEIGHBORS, "a look"),
    ("code/textbook/lesson/figure.py", "fontsize=9", ("fontsize=9 → ",), "a look"),
    ("code/textbook/lesson/figure.py", "quality=80", NEIGHBORS, "a look"),
    (
        "code/textbook/lesson/surface.py",
        "np.linspace(0, 2",
        NEIGHBORS,
        "a finer circle",
    ),
    (
        "code/textbook/lesson/dictation.py",
        "steps: int =",
        NEIGHBORS,
        "a step of training",
    ),
    ("code/textbook/lesson/dictation.py", "SHAPES =", NEIGHBORS, "a unit of a network"),
    ("code/textbook/lesson/tagging.py", "n, row =", NEIGHBORS, "one place for padding"),
    *((f, "strict=", STRICT, "a guard: the lengths are equal") for f in files()),
    (
        "book/extensions/accessibility.py",
        "default_priority",
        ("700 → 699", "700 → 701"),
        "any number behind Furo's own does",
    ),
    (
        "book/extensions/downloads.py",
        "mkdir(",
        ("parents=True → ",),
        "the folder above is there: it holds the page",
    ),
    (
        "book/extensions/figures.py",
        "_blocks=True",
        ("True → False", "trim_blocks=True → ", "lstrip_blocks=True → "),
        "only white space in the page",
    ),
    (
        "book/extensions/explorers.py",
        "PAGE_BUDGET",
        ("250000 → 249999", "250000 → 250001"),
        "a round number near the one that is meant",
    ),
    (
        "book/extensions/formulas.py",
        "NODEJS_BINARY",
        ("katex.NODEJS_BINARY = NODE → pass",),
        "where the machine has a Node of its own, that one renders",
    ),
    (
        "book/extensions/glossary.py",
        'replace("term-"',
        ("1 → 2",),
        "an id has this beginning once",
    ),
    (
        "book/extensions/publishing.py",
        "DESCRIPTION_LENGTH",
        ("200 → 199", "200 → 201"),
        "a round number near the one that is meant",
    ),
    (
        "book/extensions/outputs.py",
        "default_priority",
        ("400 → 399", "400 → 401"),
        "any number near this one does",
    ),
]


def path_of(file: str) -> Path:
    """Return where a file stands."""
    return ROOT / file


def mutants_of(file: str) -> Iterator[Mutant]:
    """Yield (changed source, line, what) for every mutant of a file."""
    source = path_of(file).read_text()
    if file in SCRIPTS:
        yield from script_mutants(source)
    else:
        yield from mutants(source, DATA)
        yield from omissions(source)


def quick_tests() -> list[Path]:
    """Return the tests that need no built book."""
    rooms = [*(f"tests/{room}/test_*.py" for room in QUICK), f"{DOCTESTS}/**/*.py"]
    return sorted(path for room in rooms for path in ROOT.glob(room))


def copy_of_the_book() -> Path:
    """Return a copy of the repository in which a file can be broken."""
    folder = Path(tempfile.mkdtemp())
    left_out = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(ROOT, folder, ignore=left_out, dirs_exist_ok=True)
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

    options = ["-x", "-q", "--no-header", "--assert=plain", "--doctest-modules"]
    options += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    return pytest.main([*tests, *options, "--rootdir", str(folder)]) != 0


def spawn(seen: Seen, file: str, source: str, line: int) -> tuple[int, Path]:
    """Fork a child that tries one mutant in a copy; return its process and the copy."""
    folder = copy_of_the_book()
    (folder / file).write_text(source)
    known = SCRIPTS.get(file)
    tests = [known] if known else who_runs(seen, path_of(file), line)
    child = forked(lambda: tests and fails(folder, tests))
    return child, folder


def main() -> None:
    """Mutate the files named on the command line, or all, and write the table."""
    for library in LIBRARIES:
        importlib.import_module(library)
    seen = watch(quick_tests(), ["--doctest-modules"])
    page = Path(__file__).with_suffix(".md")
    spawn_ = functools.partial(spawn, seen)
    mutate("the machinery", page, files(), path_of, mutants_of, spawn_, SURVIVORS)


if __name__ == "__main__":
    main()
