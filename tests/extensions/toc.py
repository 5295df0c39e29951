"""A table of contents for a tiny book, as Jupyter Book reads it."""

from pathlib import Path
from typing import Any

import yaml


def with_toc(
    folder: Path, parts: dict[str, list[str]], numbered: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Write the parts, {caption: pages}; return the settings that name the file.

    The pages of the numbered parts are chapters.
    """
    toc = {
        "format": "jb-book",
        "root": "index",
        "parts": [
            ({"caption": caption} if caption else {})
            | ({"numbered": 1} if caption in numbered else {})
            | {"chapters": [{"file": name} for name in pages]}
            for caption, pages in parts.items()
        ],
    }
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    return {"external_toc_path": "_toc.yml"}
