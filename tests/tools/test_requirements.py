"""requirements.txt names, with its version, all that the repository imports."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions, version

import pytest
import yaml

from tests.paths import NOTEBOOKS, ROOT

OWN = {"book", "textbook", "tests", "benchmarks"}
# A peer that the benchmark measures where somebody has installed it by hand.
OPTIONAL = {"numpy_ml"}


def plain(name):
    """Return a package's name in the form by which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    found = [re.fullmatch(r"([\w.-]+)==(\S+)", line) for line in lines]
    return {plain(match[1]): match[2] for match in found if match}


def sources():
    """Yield the code of the repository: of files, and of the cells of notebooks."""
    for folder in "book", "code", "tests", "benchmarks":
        for path in (ROOT / folder).rglob("*.py"):
            yield path.read_text()
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def imported():
    """Return the names of the packages that the repository imports."""
    names = set()
    for node in (node for code in sources() for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    names |= set(config["sphinx"]["extra_extensions"])
    return {name.partition(".")[0] for name in names} - OWN - OPTIONAL


def test_every_package_that_is_imported_is_pinned():
    pinned, providers = pins(), packages_distributions()
    outside = imported() - set(sys.stdlib_module_names)
    assert len(outside) > 20
    assert [
        name
        for name in sorted(outside)
        if not any(plain(provider) in pinned for provider in providers[name])
    ] == []


@pytest.mark.parametrize("name", sorted(set(pins()) - {"pip"}))
def test_the_pinned_version_is_the_installed_one(name):
    assert version(name).partition("+")[0] == pins()[name]
