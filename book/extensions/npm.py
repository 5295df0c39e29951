"""Packages from npm, which `make` installs at the top of the book (package.json)."""

from pathlib import Path

from sphinx.errors import ExtensionError

MODULES = Path(__file__).parents[2] / "node_modules"


def installed(package: str) -> Path:
    """Return the folder of a package; raise ExtensionError if it is not installed."""
    folder = MODULES / package
    if not folder.is_dir():
        raise ExtensionError(
            f"{package} is not installed: run `make book`, or `npm install` at the top"
        )
    return folder
