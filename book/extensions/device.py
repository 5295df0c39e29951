"""What a reader's device keeps: the script by which others keep it, on every page."""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the script stands before those that call it."""
    app.add_js_file("device.js", loading_method="defer", priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
