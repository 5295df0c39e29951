"""The colors of a page: of code on dark pages, and the accent of its part."""

from sphinx.application import Sphinx

from book.extensions.chapters import part_number

DARK_CODE = "a11y-high-contrast-dark"  # beside the light one of _config.yml


def color_dark_code(app: Sphinx) -> None:
    """Choose dark code colors: Furo registers the option after _config.yml is read."""
    app.config.pygments_dark_style = DARK_CODE


def name_part(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Tell a page's template its part, whose accent identity.css has."""
    context["part"] = part_number(app.env, pagename)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.chapters")
    app.connect("builder-inited", color_dark_code, priority=100)
    app.connect("html-page-context", name_part)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
