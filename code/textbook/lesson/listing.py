"""The source of a kernel, shown where a chapter speaks of it.

One source, wherever the chapter is read: on the site, in JupyterLab, in a download. The
listing is what Python itself runs, so a reader who changes a kernel sees the change.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import textbook

MIME = "application/vnd.textbook.listing+json"


class Listing:
    """A function's source: its full `name`, its `file` in the book, the `source`."""

    def __init__(self, name: str, file: str, source: str) -> None:
        self.name, self.file, self.source = name, file, source

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {
            MIME: {"name": self.name, "file": self.file, "source": self.source},
            "text/markdown": f"`{self.file}`\n```python\n{self.source}```",
            "text/plain": self.source,
        }


def listing(function: Callable) -> Listing:
    """Show the source of a function of the package.

    >>> from textbook.conv import windows
    >>> listing(windows).file
    'code/textbook/conv/windows.py'
    """
    function = inspect.unwrap(function)
    file = Path(inspect.getsourcefile(function))
    place = file.relative_to(Path(textbook.__file__).parent).as_posix()
    return Listing(
        name=f"{function.__module__}.{function.__qualname__}",
        file=f"code/textbook/{place}",
        source=inspect.getsource(function),
    )
