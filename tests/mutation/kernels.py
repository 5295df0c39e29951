"""Break the kernels on purpose, one small change at a time, and see the tests turn red.

A mutant that no test notices survives; EQUIVALENT gives the reasons, each for named
changes of a line. Only those tests run that run the line (watched.py), and JAX's are
left out, being slow to start. Writes kernels.md beside this file.
Run: `make mutate`, or for some modules: python -m tests.mutation.kernels conv/pooling
spatial. EVERY=3: a third.
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
from tests.mutation.report import Mutant, forked, mutate
from tests.mutation.watched import Seen, watch, who_runs
from tests.paths import ROOT

PACKAGE = ROOT / "code" / "textbook"
SLOW = ("grad", "16384", "random_features", "vmap", "hessian", "export", "importing")
NO_JAX = ["-k", "not jax"]
TYPES = ("Pair", "Axes", "Number", "PaddingMode")
SPEED = "only speed: the size of the slabs"
EITHER = "only speed: both ways are exact"
AGAIN = "output_size asks it again"
GUARD = "the lengths are equal: a guard"
CONSTANTS = ("1 → 0", "1 → 2", "2 → 1", "2 → 3")
STRICT = ("True → False",)
# (module, part of the line, changes, why no test can or need see these)
EQUIVALENT = [
    ("slabs", "SLAB = 1 << 20", ("1 → 0", "1 → 2", "20 → 19", "20 → 21"), "only speed"),
    ("slabs", "max(1, SLAB", ("0 → -1", "1 → 2"), "only speed: one length"),
    ("slabs", "if n <= step", ("n <= step → n < step",), EITHER),
    ("slabs", "strict=", STRICT, GUARD),
    ("arrays", "strict=", STRICT, "not reached: the lengths are compared before"),
    ("arrays", "dtypes[0]", ("0 → -1",), "the last for the first: all are equal"),
    ("gradients", "strict=", STRICT, GUARD),
    (
        "gradients",
        "*[None] *",
        ("len(ctx.options) - len(gradients) → len(ctx.options) + len(gradients)",),
        "autograd takes superfluous Nones",
    ),
    (
        "normalization/standardization",
        "math.prod(norm.shape)",
        ("1 → 2",),
        "the sum it divides is 0 where they differ",
    ),
    (
        "attention/chunked",
        "columns.stop > rows.start + 1",
        (
            "1 → 0",
            "columns.stop > rows.start + 1 → columns.stop >= rows.start + 1",
            "rows.start + 1 → rows.start + 0",
            "rows.start + 1 → rows.start - 1",
        ),
        "only speed: nothing to block",
    ),
    (
        "attention/chunked",
        "columns.start >= rows.stop",
        ("columns.start >= rows.stop → columns.start > rows.stop",),
        "only speed: nothing to see",
    ),
    (
        "attention/efficient",
        "block = max(window, 32)",
        ("32 → 31", "32 → 33"),
        "only speed: the least size of a block",
    ),
    (
        "attention/efficient",
        "xp.where(x > 0",
        ("0 → 1", "x > 0 → x >= 0"),
        "elu is the same from both sides",
    ),
    (
        "attention/efficient",
        "// 64",
        ("-q.shape[-2] // 64 → -q.shape[-2] * 64", "64 → 63", "64 → 65"),
        "only speed: superfluous blocks of zeros",
    ),
    ("attention/efficient", "_blocks(a, 64", ("64 → 63", "64 → 65"), EITHER),
    (
        "attention/efficient",
        "if n <= 3 * block",
        (
            "3 * block → 3 / block",
            "3 → 2",
            "3 → 4",
            "n <= 3 * block → n < 3 * block",
            "if not n <= 3 * block:",
        ),
        EITHER,
    ),
    (
        "attention/efficient",
        "-(-n // block)",
        ("-n // block → -n * block",),
        "only speed: superfluous blocks",
    ),
    ("attention/efficient", "count=count + 2", ("2 → 3",), EITHER),
    ("autograd", "default=0", ("0 → 1",), "only the order of depths counts"),
    ("conv/convolution", 'pair("padding"', ("0 → -1",), AGAIN),
    ("conv/convolution", 'pair("stride"', ("1 → 0",), AGAIN),
    ("conv/pooling", 'pair("stride"', ("1 → 0",), AGAIN),
    ("conv/windows", "pair(", ("1 → 0",), AGAIN),
    (
        "conv/convolution",
        "numbers=",
        (
            "groups * c * kh * kw * oh * ow → groups * c * kh * kw * oh / ow",
            "groups * c * kh * kw * oh → groups * c * kh * kw / oh",
            "groups * c * kh * kw → groups * c * kh / kw",
            "groups * c * kh → groups * c / kh",
            "groups * c → groups / c",
        ),
        SPEED,
    ),
    (
        "conv/pooling",
        "numbers=",
        (
            *CONSTANTS,
            "2 * math.prod(framed.shape[1:]) → 2 / math.prod(framed.shape[1:])",
            "2 * math.prod(x.shape[1:]) → 2 / math.prod(x.shape[1:])",
            "2 * x.shape[1] * math.prod(sizes) → 2 * x.shape[1] / math.prod(sizes)",
            "2 * x.shape[1] → 2 / x.shape[1]",
        ),
        SPEED,
    ),
    ("conv/pooling", "strict=", STRICT, GUARD),
    ("conv/sizes", "strict=", STRICT, GUARD),
    (
        "conv/sizes",
        "if any_pair else result[0]",
        ("0 → -1", "0 → 1"),
        "both numbers are the same there",
    ),
    ("conv/windows", "strict=", STRICT, GUARD),
    (
        "generalization",
        "xp.where(n < d, n, d)",
        ("n < d → n <= d",),
        "the same number where they are equal",
    ),
    (
        "generalization",
        "numpy.float64(0)",
        ("0 → -1", "0 → 1"),
        "only its library is asked for",
    ),
    ("generalization", "device(arrays[0])", ("0 → -1",), "all are on one device"),
    (
        "normalization/batch",
        "n, size =",
        (
            "1 → 0",
            "1 → 2",
            "2 → 1",
            "2 → 3",
            "2 * x.shape[1] * x.shape[2] → 2 * x.shape[1] / x.shape[2]",
            "2 * x.shape[1] → 2 / x.shape[1]",
        ),
        SPEED,
    ),
    (
        "normalization/batch",
        "numbers=",
        (
            *CONSTANTS,
            "2 * math.prod(maps.shape[1:]) → 2 / math.prod(maps.shape[1:])",
            "2 * math.prod(x.shape[1:]) → 2 / math.prod(x.shape[1:])",
        ),
        SPEED,
    ),
    (
        "normalization/layers",
        "numbers=",
        (
            "2 * c → 2 / c",
            "2 * c * pixels → 2 * c / pixels",
            "2 * d → 2 / d",
            *CONSTANTS,
        ),
        SPEED,
    ),
    (
        "normalization/layers",
        "axis=-1, keepdims=True) + eps",
        ("-1 → +1",),
        "two axes: -1 is 1",
    ),
    (
        "normalization/layers",
        "standardize(x, -1",
        ("-1 → +1",),
        "two axes: -1 is 1",
    ),
    (
        "spatial",
        "numbers=",
        (
            "8 * c * h * w → 8 * c * h / w",
            "8 * c * h → 8 * c / h",
            "8 * c → 8 / c",
            "8 → 7",
            "8 → 9",
        ),
        SPEED,
    ),
    ("spatial", "xp.clip(xp.stack(", ("1 → 2",), "beyond the border all is zero"),
]


def path_of(module: str) -> Path:
    """Return the file of a module such as conv/pooling."""
    return PACKAGE / f"{module}.py"


def modules() -> list[str]:
    """Return all modules of kernels: no lists of a package's names, no lesson tools."""
    paths = (path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py")))
    names = (path.with_suffix("").as_posix() for path in paths if path.stem[0] != "_")
    return [name for name in names if not name.startswith("lesson/")]


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield (changed source, line, what) for every mutant of a module."""
    return mutants(path_of(module).read_text(), TYPES)


def killed(module: str, source: str, tests: list[str], folder: Path) -> bool:
    """Run the tests against a package with this module; return whether one fails."""
    (folder / "textbook" / f"{module}.py").write_text(source)
    resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))  # an endless loop is killed
    sys.path[:0] = [str(folder), str(ROOT)]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest
    from hypothesis import Phase, settings

    from tests.kernels import support

    phases = [Phase.explicit, Phase.generate]  # no failure is shrunk
    for name in ("reproducible", "briefly"):
        setattr(support, name, settings(getattr(support, name), phases=phases))
    options = ["-x", "-q", "--no-header", "--assert=plain", *NO_JAX]
    options += ["-p", "no:cacheprovider"]
    options += ["--rootdir", str(ROOT)]
    os.chdir(ROOT)
    return pytest.main([*tests, *options], plugins=[QuickTestsFirst()]) != 0


class QuickTestsFirst:
    """A pytest plugin: most mutants die in the tests that cost little."""

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Put what differentiates numerically or needs long sequences last."""
        items.sort(key=lambda item: any(word in item.name for word in SLOW))


def spawn(seen: Seen, module: str, source: str, line: int) -> tuple[int, Path]:
    """Fork a child that tries one mutant, with all libraries loaded already."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / "code" / "textbook", folder / "textbook")
    tests = who_runs(seen, path_of(module), line)
    child = forked(lambda: tests and killed(module, source, tests, folder))
    return child, folder


def main() -> None:
    """Mutate the modules named on the command line, or all, and write the table."""
    for library in (
        "array_api_compat.torch",
        "array_api_strict",
        "hypothesis",
        "jax.numpy",
        "nbformat.validator",  # for tests/conftest.py: it alone takes seconds
        "pytest",
    ):
        importlib.import_module(library)  # before the forks, so that they start at once
    import torch

    torch.set_num_threads(1)
    seen = watch(sorted(ROOT.glob("tests/kernels/test_*.py")), NO_JAX)
    page = Path(__file__).with_suffix(".md")
    spawn_ = functools.partial(spawn, seen)
    mutate("the kernels", page, modules(), path_of, mutants_of, spawn_, EQUIVALENT)


if __name__ == "__main__":
    main()
