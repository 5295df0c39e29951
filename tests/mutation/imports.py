"""Which files of this repository a file imports, directly or through others.

The source is read, nothing is run. A name that a package only passes on, such as
conv2d from textbook.conv, counts for the file that it comes from. Not here: imports of
whole packages (`import textbook`), which give no kernel.
"""

import ast
import functools
from pathlib import Path

from tests.paths import ROOT


def reached(path: Path) -> set[Path]:
    """Return a file, all that it imports, all that these import, and so on."""
    found, waiting = set(), [path]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file_of(*pair) for pair in imports(path) if file_of(*pair)]
    return found


@functools.cache
def imports(path: Path) -> list[tuple[str, str]]:
    """Return (module, name) for every `from module import name` of a file."""
    nodes = ast.walk(ast.parse(path.read_text()))
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return [(node.module, alias.name) for node in froms for alias in node.names]


def file_of(module: str, name: str) -> Path | None:
    """Return the file that `from module import name` has the name from, if one here."""
    top = ROOT / "code" if module.startswith("textbook") else ROOT
    base = top.joinpath(*module.split("."))
    package = base / "__init__.py"
    places = (base.with_suffix(".py"), base / f"{name}.py", base / name / "__init__.py")
    for place in places:
        if place.is_file():
            return place
    for passed_on, its_name in imports(package) if package.is_file() else []:
        if its_name == name:
            return file_of(passed_on, name)
    return None
