"""Pack the built book into one zip, the same bytes for the same book.

    python -m book.tools.offline SITE FOLDER

The zip holds one folder, whose index.html opens the book from the disk.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from book.extensions.downloads import version, write_zip
from book.tools.progress import one_line

NAME = "from-thresholds-to-attention"


def run(make: Callable[[Path, Path], Path], about: str, named: str) -> None:
    """Make an edition of the site and folder that the command names; tell its path.

    It is there whole or not at all: the disk may be full.
    """
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    with one_line(), TemporaryDirectory(dir=folder) as unfinished:
        made = make(arguments.site, Path(unfinished))
        print(f"== {named} is {made.replace(folder / made.name)}")


def pack(site: Path, folder: Path) -> Path:
    """Write the zip of the site into the folder; return its path."""
    name = f"{NAME}-{version()}"
    target = folder / f"{name}.zip"
    files = [f for f in sorted(site.rglob("*")) if f.is_file() and f.name[0] != "."]
    write_zip(
        target,
        {f"{name}/{f.relative_to(site).as_posix()}": f.read_bytes() for f in files},
    )
    return target


if __name__ == "__main__":
    run(pack, __doc__, "The offline edition")
