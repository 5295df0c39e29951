"""Small changes of Python source, each of which some test should notice.

Each mutant changes one operator, comparison, constant, axis or default, or drops one
term. Annotations and what is raised stay as they are. Not here: running the tests, and
what a surviving mutant means.
"""

import ast
import copy
from collections.abc import Iterator

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


def mutants(source: str, types: tuple[str, ...] = ()) -> Iterator[tuple[str, int, str]]:
    """Yield (changed source, line, "old → new") for every place that can be changed.

    types: names whose definitions compute nothing, such as aliases of types.
    """
    tree = ast.parse(source)
    places = computing(tree, types)
    for i, node in enumerate(ast.walk(tree)):
        for j in range(3 if i in places else 0):
            if not change(copy.copy(node), j):
                break  # before the whole tree is copied
            changed = copy.deepcopy(tree)
            target = next(n for k, n in enumerate(ast.walk(changed)) if k == i)
            old = ast.unparse(target) if isinstance(target, ast.expr) else ""
            change(target, j)
            new = ast.unparse(target).partition("\n")[0]  # of an if, its first line
            what = f"{old} → {new}" if old else new
            yield ast.unparse(ast.fix_missing_locations(changed)), node.lineno, what


def change(node: ast.AST, j: int) -> bool:
    """Make the j-th change that this node allows; return False if there is none."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and j == 0:
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and j == 1:
        node.right = ast.Constant(0)  # a dropped term, such as eps
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS and j == 0:
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS and j == 0:
        # A new list: a shallow copy of the node has the old one too.
        node.ops = [COMPARISONS[type(node.ops[0])](), *node.ops[1:]]
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


def computing(tree: ast.Module, types: tuple[str, ...]) -> set[int]:
    """Return the places in ast.walk of what computes: no types, no errors."""
    skipped = set()
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, ast.Raise):
            parts = [node]
        elif isinstance(node, ast.FunctionDef):
            parts = [a.annotation for a in node.args.args] + [node.returns]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in types:
            parts = [node]
        for part in filter(None, parts):
            skipped |= {id(n) for n in ast.walk(part)}
    return {i for i, node in enumerate(ast.walk(tree)) if id(node) not in skipped}
