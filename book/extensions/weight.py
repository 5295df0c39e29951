"""Out of every page stays what this book never uses; nothing delays the rest."""

from docutils import nodes
from sphinx.application import Sphinx

# Jupyter Book always loads these extensions; this book uses none of them:
# https://github.com/jupyter-book/jupyter-book/blob/v1.0.4/jupyter_book/config.py
UNUSED = ("thebe", "sphinx-book-theme", "design-tabs", "sphinx-design", "THEBE_JS_URL")
# Sphinx's own search tells this script what to mark on the page that one opens from it.
UNUSED += ("sphinx_highlight",)

KERNEL_SETTINGS = ("x-thebe-config", "kernelName = ")


def lighten(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Take off the page what is never used, and what would delay or move the rest."""
    for kind in ("script_files", "css_files"):
        context[kind] = [
            f for f in context[kind] if not any(u in _source(f) for u in UNUSED)
        ]
    context["script_files"] = [_deferred(f) for f in context["script_files"]]


def drop_kernel_settings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Drop what sphinx-thebe says at the end of each page about kernels of its own.

    https://github.com/executablebooks/sphinx-thebe/blob/v0.3.1/sphinx_thebe/__init__.py
    """
    for raw in list(doctree.findall(nodes.raw)):
        if raw.parent is doctree and any(s in raw.astext() for s in KERNEL_SETTINGS):
            doctree.remove(raw)


def _deferred(script: object) -> object:
    """Return the script so that the page doesn't wait for it, if it is a file."""
    if not getattr(script, "filename", None):
        return script
    attributes = script.attributes | {"defer": "defer"}
    return type(script)(script.filename, priority=script.priority, **attributes)


def _source(asset: object) -> str:
    return f"{getattr(asset, 'filename', '')} {getattr(asset, 'attributes', '')}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", drop_kernel_settings, priority=900)
    app.connect("html-page-context", lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
