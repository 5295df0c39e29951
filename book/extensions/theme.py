"""Colors of code on dark pages."""

from sphinx.application import Sphinx


def color_dark_code(app: Sphinx) -> None:
    """Choose dark code colors: Furo registers the option after _config.yml is read."""
    app.config.pygments_dark_style = "a11y-high-contrast-dark"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", color_dark_code, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
