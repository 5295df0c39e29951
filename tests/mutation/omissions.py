"""What an author may forget: a statement, an argument; in Python and in JavaScript.

Beside the small changes of mutants.py, these break what wires a site together. What is
raised, and texts for people alone, stay as they are.
"""

import ast
import copy
from collections.abc import Iterator

from pygments.lexers import JavascriptLexer
from pygments.token import Token

SWAPPED = {
    "===": "!==",
    "!==": "===",
    ">=": "<",
    "<": ">=",
    ">": "<=",
    "+": "-",
    "*": "+",
    "&&": "||",
    "||": "&&",
    "??": "&&",
    "??=": "&&=",
}


def omissions(source: str) -> Iterator[tuple[str, int, str]]:
    """Yield (changed source, line, "old → new") for what can be left out."""
    tree = ast.parse(source)
    for i, node in enumerate(ast.walk(tree)):
        for j in range(len(getattr(node, "keywords", [])) or 1):
            if not can_be_omitted(node):
                break  # before the whole tree is copied
            changed = copy.deepcopy(tree)
            target = next(n for k, n in enumerate(ast.walk(changed)) if k == i)
            what = omit(target, j)
            yield ast.unparse(ast.fix_missing_locations(changed)), node.lineno, what


def can_be_omitted(node: ast.AST) -> bool:
    """Say whether something can be left out of the node."""
    if isinstance(node, ast.Call):
        return bool(node.keywords)
    if isinstance(node, ast.Return):
        return node.value is not None and not is_none(node.value)
    if isinstance(node, ast.Assign):
        return not isinstance(node.targets[0], ast.Name)
    called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return called or isinstance(node, ast.AugAssign | ast.Delete)


def omit(node: ast.AST, j: int) -> str:
    """Leave something out, of a call its j-th keyword; return "old → new"."""
    if isinstance(node, ast.Call):
        keyword = node.keywords.pop(j)
        return f"{keyword.arg}={ast.unparse(keyword.value)} → "
    old = ast.unparse(node)
    if isinstance(node, ast.Return):
        node.value = ast.Constant(None)
        return f"{old} → return None"
    node.__class__, node.__dict__ = ast.Pass, {}
    return f"{old} → pass"


def is_none(value: ast.expr) -> bool:
    """Say whether this is the constant None."""
    return isinstance(value, ast.Constant) and value.value is None


def script_mutants(source: str) -> Iterator[tuple[str, int, str]]:
    """Yield (changed source, line, "old → new") for a script: operators and numbers.

    A statement that is a line of its own is left out, too.
    """
    tokens = [
        (place, text)
        for place, kind, text in JavascriptLexer().get_tokens_unprocessed(source)
        if kind in Token.Operator or kind in Token.Literal.Number
    ]
    for place, text in tokens:
        new = str(int(text) + 1) if text.isdigit() else SWAPPED.get(text)
        if new:
            line = source.count("\n", 0, place) + 1
            yield (
                source[:place] + new + source[place + len(text) :],
                line,
                f"{text} → {new}",
            )
    lines = source.split("\n")
    for i, line in enumerate(lines):
        is_call = line.endswith(";") and line.startswith("  ")
        if is_call and not line.lstrip().startswith(
            ("const ", "let ", "}", '"', "return")
        ):
            changed = "\n".join([*lines[:i], "", *lines[i + 1 :]])
            yield changed, i + 1, f"{line.strip()} → "
