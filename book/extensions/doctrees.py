"""The doctrees of other pages, to be read and not to be changed.

Sphinx reads a doctree from the disk whenever it is asked for one; what the lists of the
book and the glossary look at is read once in a build.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_read: dict[str, nodes.document] = {}


def doctree_of(env: BuildEnvironment, docname: str) -> nodes.document:
    """Return the doctree of a page as it was read; don't change it."""
    if docname not in _read:
        _read[docname] = env.get_doctree(docname)
    return _read[docname]


def number_of(env: BuildEnvironment, docname: str, kind: str, label: str) -> str:
    """Return the number that Sphinx gave to something of a page, such as "7.2".

    kind: "figure", "exercise", or another of its counters; "" for what has no number.
    """
    numbers = env.toc_fignumbers.get(docname, {}).get(kind, {})
    return ".".join(map(str, numbers.get(label, ())))


def forget(*_: object) -> None:
    """Forget the doctrees: a build begins, or pages have just been read."""
    _read.clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("env-updated", forget, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
