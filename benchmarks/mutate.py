"""Break the kernels on purpose, one small change at a time, and see the tests turn red.

Each mutant changes one operator, comparison, constant, axis or default, or drops one
term. A mutant that no test notices survives; EQUIVALENT gives the reasons. JAX's tests
are left out, being slow to start. Writes benchmarks/mutation.md. Run with `make mutate`,
or for some modules: python benchmarks/mutate.py conv attention
"""

import ast
import copy
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = {
    "arrays": ["arrays", "conv", "normalization"],
    "attention": ["attention"],
    "chunked": ["attention"],
    "conv": ["conv"],
    "generalization": ["generalization"],
    "gradients": ["conv"],
    "normalization": ["normalization"],
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
EQUIVALENT: dict[tuple[str, str], str] = {}


def mutants(tree: ast.Module) -> Iterator[tuple[ast.Module, int, str]]:
    """Yield (changed copy, line, description) for every place that can be changed."""
    for i, node in enumerate(ast.walk(tree)):
        for j in range(3):
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


def executed(tree: ast.Module) -> ast.Module:
    """Drop what computes nothing: docstrings, annotations and the texts of errors."""

    class Strip(ast.NodeTransformer):
        def visit_Raise(self, node):
            return (
                node
                if node.exc is None
                else ast.Raise(ast.Name(node.exc.func.id), None)
            )

        def visit_FunctionDef(self, node):
            self.generic_visit(node)
            node.returns = None
            node.body = node.body[1:] if ast.get_docstring(node) else node.body
            return node

        def visit_arg(self, node):
            node.annotation = None
            return node

    return ast.fix_missing_locations(Strip().visit(tree))


def killed(module: str, source: str, tests: list[str], folder: Path) -> bool:
    """Run the tests against a package with this module; return whether one fails."""
    (folder / "textbook" / f"{module}.py").write_text(source)
    signal.alarm(120)
    sys.path[:0] = [str(folder), str(ROOT / "tests")]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import kernels_support as support
    import pytest
    from hypothesis import Phase, settings

    for name in (
        "reproducible",
        "briefly",
    ):  # no failure is shrunk
        quick = settings(
            getattr(support, name), phases=[Phase.explicit, Phase.generate]
        )
        setattr(support, name, quick)
    files = [str(ROOT / "tests" / f"test_{test}.py") for test in tests]
    options = ["-x", "-q", "--no-header", "--assert=plain", "-k", "not jax"]
    options += ["-p", "no:cacheprovider"]
    return pytest.main([*files, *options, "--rootdir", str(ROOT)]) != 0


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


def survivors_of(module: str) -> tuple[int, list[tuple[int, str]]]:
    """Try all mutants of a module, two at a time; return their number, the survivors."""
    tree = executed(
        ast.parse((ROOT / "code" / "textbook" / f"{module}.py").read_text())
    )
    waiting = list(mutants(tree))
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


def main() -> None:
    """Mutate the modules named on the command line, or all, and write the table."""
    import array_api_compat.torch
    import array_api_strict
    import hypothesis.strategies
    import jax.numpy
    import numpy
    import pytest
    import torch

    torch.set_num_threads(1)
    rows, notes, tried, missed = [], [], 0, 0
    for module in sys.argv[1:] or TESTS:
        child, folder = spawn(
            module, (ROOT / "code" / "textbook" / f"{module}.py").read_text()
        )
        if os.waitpid(child, 0)[1] != 0:
            sys.exit(f"the tests of {module} fail without any mutation")
        shutil.rmtree(folder)
        total, alive = survivors_of(module)
        tried, missed = tried + total, missed + len(alive)
        rows.append(f"| {module} | {total} | {total - len(alive)} | {len(alive)} |")
        for line, what in sorted(alive):
            reason = EQUIVALENT.get((module, what), "not caught")
            notes.append(f"- `{module}`: `{what}`: {reason}")
        print(rows[-1], flush=True)
    score = f"{100 * (tried - missed) / tried:.1f}"
    table = ["| module | mutants | killed | survivors |", "|---|---|---|---|", *rows]
    text = [f"# Mutation of the kernels: {score}% of {tried} killed", "", *table, ""]
    text += ["Survivors, with the reason:", "", *notes, ""]
    if not sys.argv[1:]:
        (ROOT / "benchmarks" / "mutation.md").write_text("\n".join(text))
    print(f"{score}% of {tried} mutants killed")


if __name__ == "__main__":
    main()
