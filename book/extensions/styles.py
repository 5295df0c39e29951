"""One style sheet for all pages, in place of more than ten that each would wait for."""

import re
from pathlib import Path, PurePosixPath

from furo import get_pygments_stylesheet
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet
from sphinx.errors import ExtensionError

BUNDLE = "_static/styles.css"

_FILE = re.compile(r"url\((?!['\"]?(?:data|https?):)['\"]?([^)'\"]+)['\"]?\)")


def bundle(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Let a page ask for one style sheet, made of those that the extensions named."""
    files = [str(css.filename) for css in context["css_files"]]
    if not hasattr(app, "bundled_styles"):
        app.bundled_styles = files
        text = "\n".join(style(app, file) for file in files)
        (Path(app.outdir) / BUNDLE).write_text(text)
    if files != app.bundled_styles:
        other = sorted(set(files) ^ set(app.bundled_styles))
        raise ExtensionError(f"{', '.join(other)}: name a style for all pages or none")
    context["css_files"] = [_CascadingStyleSheet(BUNDLE)]


def style(app: Sphinx, file: str) -> str:
    """Return a style sheet of the site as it reads in another folder.

    That of highlighted code is Furo's own, which it writes after all pages.
    """
    if file.endswith("pygments.css"):
        return get_pygments_stylesheet()
    folder = PurePosixPath(file).parent.relative_to("_static")
    return _FILE.sub(rf"url({folder}/\1)", (Path(app.outdir) / file).read_text())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.early_styles")
    app.connect("html-page-context", bundle, priority=950)  # when all have named theirs
    return {"parallel_read_safe": True, "parallel_write_safe": True}
