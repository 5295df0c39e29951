"""Pack the built book into one zip, the same bytes for the same book.

    python book/offline.py SITE FOLDER

The zip holds one folder, whose index.html opens the book from the disk.
"""

import argparse
import zipfile
from pathlib import Path

from publishing import version

NAME = "from-thresholds-to-attention"


def pack(site: Path, folder: Path) -> Path:
    """Write the zip of the site into the folder; return its path."""
    name = f"{NAME}-{version()}"
    target = folder / f"{name}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(site.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                # A fixed date and fixed rights, where zipfile would take the file's.
                entry = zipfile.ZipInfo(f"{name}/{file.relative_to(site).as_posix()}")
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    print(f"== The offline edition is {pack(arguments.site, arguments.folder)}")
