"""Break the kernels on purpose, one small change at a time, and see the tests turn red.

Each mutant changes one operator, comparison, constant, axis or default, or drops one
term. A mutant that no test notices survives; EQUIVALENT gives the reasons. JAX's tests
are left out, being slow to start. Writes benchmarks/mutation.md. Run: `make mutate`, or
for some modules: python benchmarks/mutate.py conv/pooling spatial. EVERY=3: a third.
"""

import ast
import copy
import importlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = {
    "arrays": ["arrays", "normalization", "conv", "attention"],
    "attention/chunked": ["attention"],
    "attention/dot_product": ["attention"],
    "attention/efficient": ["attention"],
    "attention/positions": ["attention"],
    "conv/convolution": ["conv"],
    "conv/padding": ["conv"],
    "conv/pooling": ["conv"],
    "conv/sizes": ["conv"],
    "conv/windows": ["conv"],
    "generalization": ["generalization"],
    "normalization/batch": ["normalization"],
    "normalization/layers": ["normalization"],
    "normalization/standardization": ["normalization"],
    "spatial": ["spatial"],
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
SLOW = ("grad", "16384", "random_features")
TYPES = ("Pair", "Axes", "Number", "PaddingMode")
# (module, part of the line, why no test can or need see the change)
EQUIVALENT = [
    ("arrays", "SLAB = 1 << 20", "only speed"),
    ("arrays", "wanted =", "only the words of an error"),
    ("arrays", "isinstance(e, int) and e != s", "`strict` there is not reached"),
    ("arrays", "dtypes[0]", "the last for the first: all are equal, or it is an error"),
    ("arrays", "max(1, SLAB", "only speed; the arrays have one length"),
    ("arrays", "math.prod(norm.shape)", "the sum it divides is 0 where they differ"),
    ("arrays", "if n <= step", "one slab is the whole batch either way"),
    ("arrays", "is_numpy_array(first)", "only speed: the parts are joined either way"),
    ("arrays", "strict=", "the lengths are equal: a guard"),
    ("arrays", "*[None] *", "autograd takes superfluous Nones"),
    ("attention/chunked", "columns.stop > rows.start", "only speed: nothing to block"),
    ("attention/efficient", "block = q.shape", "only speed: the least size of a block"),
    ("attention/efficient", "xp.where(x > 0, x + 1", "elu is the same from both sides"),
    ("attention/efficient", "// 64", "only speed: superfluous blocks of zeros"),
    ("attention/efficient", "_blocks(a, 64", "only speed: the size of a block"),
    ("generalization", "xp.where(n < d, n, d)", "the same number where they are equal"),
    ("generalization", "numpy.float64(0)", "only its library is asked for"),
    ("conv/pooling", "numbers", "only speed: the size of the slabs"),
    ("normalization/layers", "axis=-1, keepdims=True) + eps", "two axes: -1 is 1"),
    ("normalization/layers", "numbers=2", "only speed: the size of the slabs"),
    ("conv/convolution", "numbers", "only speed: the size of the slabs"),
    ("conv/pooling", "strict=", "the lengths are equal: a guard"),
    ("normalization/batch", "numbers=", "only speed: the size of the slabs"),
    ("attention/efficient", "if n <= 3 * block", "only speed: both ways are exact"),
    ("spatial", "numbers=", "only speed: the size of the slabs"),
    ("conv/windows", "strict=", "the lengths are equal: a guard"),
    ("conv/windows", 'pair("", ', "output_size has checked it"),
    ("conv/pooling", "pair(", "output_size checks it again"),
    ("conv/sizes", "strict=", "the lengths are equal: a guard"),
    ("conv/sizes", "if any_pair else result[0]", "both numbers are the same there"),
    ("normalization/batch", "n, size =", "only speed: the size of the slabs"),
    ("normalization/batch", "[:, 0]", "there is one column"),
    ("normalization/layers", "standardize(x, -1", "two axes: -1 is 1"),
    ("generalization", "device(arrays[0])", "all are on one device"),
    ("attention/chunked", "columns.start >= rows.stop", "only speed: nothing to see"),
    ("attention/efficient", "-(-n // block)", "only speed: superfluous blocks"),
    ("attention/efficient", "count=count + 2", "only speed: superfluous blocks"),
    ("spatial", "xp.clip(xp.stack(", "beyond the border all is zero"),
]


def mutants(tree: ast.Module) -> Iterator[tuple[ast.Module, int, str]]:
    """Yield (changed copy, line, description) for every place that can be changed."""
    places = computing(tree)
    for i, node in enumerate(ast.walk(tree)):
        for j in range(3 if i in places else 0):
            changed = copy.deepcopy(tree)
            target = next(n for k, n in enumerate(ast.walk(changed)) if k == i)
            old = ast.unparse(target) if isinstance(target, ast.expr) else ""
            if not change(target, j):
                break
            new = ast.unparse(target)
            yield changed, node.lineno, f"{old} → {new}" if old else new


def change(node: ast.AST, j: int) -> bool:
    """Make the j-th change that this node allows; return False if there is none."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and j == 0:
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and j == 1:
        node.right = ast.Constant(0)  # a dropped term, such as eps
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS and j == 0:
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS and j == 0:
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp) and j == 0:
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.UnaryOp) and j == 0:
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.USub()
    elif isinstance(node, ast.IfExp) and j == 0:
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.If) and j == 0:
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool) and j == 0:
        node.value = not node.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and j < 2:
        node.value = node.value + (1 if j == 0 else -1)
    else:
        return False
    return True


def computing(tree: ast.Module) -> set[int]:
    """Return the places in ast.walk of what computes: no types, no errors."""
    skipped = set()
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, ast.Raise):
            parts = [node]
        elif isinstance(node, ast.FunctionDef):
            parts = [a.annotation for a in node.args.args] + [node.returns]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in TYPES:
            parts = [node]
        for part in filter(None, parts):
            skipped |= {id(n) for n in ast.walk(part)}
    return {i for i, node in enumerate(ast.walk(tree)) if id(node) not in skipped}


def killed(module: str, source: str, tests: list[str], folder: Path) -> bool:
    """Run the tests against a package with this module; return whether one fails."""
    (folder / "textbook" / f"{module}.py").write_text(source)
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))  # an endless loop is killed
    sys.path[:0] = [str(folder), str(ROOT / "tests")]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest
    from hypothesis import Phase, settings

    from tests.kernels import support

    phases = [Phase.explicit, Phase.generate]  # no failure is shrunk
    for name in ("reproducible", "briefly"):
        setattr(support, name, settings(getattr(support, name), phases=phases))
    files = [str(ROOT / "tests" / f"test_{test}.py") for test in tests]
    options = ["-x", "-q", "--no-header", "--assert=plain", "-k", "not jax"]
    options += ["-p", "no:cacheprovider"]
    options += ["--rootdir", str(ROOT)]
    return pytest.main([*files, *options], plugins=[QuickTestsFirst()]) != 0


class QuickTestsFirst:
    """A pytest plugin: most mutants die in the tests that cost little."""

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Put what differentiates numerically or needs long sequences last."""
        items.sort(key=lambda item: any(word in item.name for word in SLOW))


def spawn(module: str, source: str) -> tuple[int, Path]:
    """Fork a child that tries one mutant, with all libraries loaded already."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / "code" / "textbook", folder / "textbook")
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        status = 1
        try:
            status = 1 if killed(module, source, TESTS[module], folder) else 0
        finally:
            os._exit(status)
    return child, folder


def survivors_of(module: str, every: int) -> tuple[int, list[tuple[int, str]]]:
    """Try all mutants of a module; return their number and the survivors."""
    tree = ast.parse((ROOT / "code" / "textbook" / f"{module}.py").read_text())
    waiting = list(mutants(tree))[::every]
    total, running, alive = len(waiting), {}, []
    while waiting or running:
        while waiting and len(running) < 2:
            changed, line, what = waiting.pop(0)
            child, folder = spawn(
                module, ast.unparse(ast.fix_missing_locations(changed))
            )
            running[child] = (line, what, folder)
        child, status = os.wait()
        line, what, folder = running.pop(child)
        shutil.rmtree(folder)
        if status == 0:
            alive.append((line, what))
            print(f"{module}:{line}: survived: {what}", flush=True)
    return total, alive


def reason(module: str, line: int) -> str:
    """Return why a mutant of this line survives."""
    path = ROOT / "code" / "textbook" / f"{module}.py"
    text = path.read_text().splitlines()[line - 1]
    for known, part, why in EQUIVALENT:
        if known == module and part in text:
            return why
    return f"**not caught**, in `{text.strip()}`"


def table(results: dict[str, tuple[int, list[tuple[int, str]]]], every: int) -> str:
    """Return the report: for each module, its number of mutants and its survivors."""
    rows, notes, tried, same, missed = [], [], 0, 0, 0
    for module, (total, alive) in results.items():
        killed = total - len(alive)
        rows.append(f"| {module} | {total} | {killed} | {len(alive)} |")
        tried += total
        for line, what in sorted(alive):
            why = reason(module, line)
            same, missed = same + (why[0] != "*"), missed + (why[0] == "*")
            notes.append(f"- `{module}`, `{what}`: {why}")
    share = 100 * (tried - same - missed) / tried
    earnest = 100 * (1 - missed / (tried - same))
    text = [
        f"# Mutation of the kernels: {share:.1f}% of {tried} killed",
        "",
        f"{same} survivors change nothing that a test can or need see; of the others,",
        f"{earnest:.1f}% are killed.",
        "",
        "| module | mutants | killed | survivors |",
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
    every = int(os.environ.get("EVERY", 1))
    results = {}
    for module in sys.argv[1:] or TESTS:
        child, folder = spawn(
            module, (ROOT / "code" / "textbook" / f"{module}.py").read_text()
        )
        if os.waitpid(child, 0)[1] != 0:
            sys.exit(f"the tests of {module} fail without any mutation")
        shutil.rmtree(folder)
        results[module] = survivors_of(module, every)
        print(f"{module}: {results[module][0]} mutants", flush=True)
    report = table(results, every)
    if not sys.argv[1:]:
        (ROOT / "benchmarks" / "mutation.md").write_text(report)
    print(report)


if __name__ == "__main__":
    main()
