"""Scripts: what several of them share, and addresses that change when a script does."""

import hashlib

from sphinx.application import Sphinx


def versioned(address: str, content: bytes) -> str:
    """Return the address with a mark of the content: no browser keeps an older one.

    >>> versioned("frames.js", b"let frames;")
    'frames.js?v=8c4fb7c0'
    """
    return f"{address}?v={hashlib.sha256(content).hexdigest()[:8]}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the script stands before those that call it."""
    app.add_js_file("shared.js", priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
