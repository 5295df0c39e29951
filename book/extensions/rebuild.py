"""A build over an existing site gives the same bytes as one from nothing."""

from pathlib import Path

from sphinx.application import Sphinx


def drop_note(app: Sphinx, exception: Exception | None) -> None:
    """Drop Sphinx's note for its next build: it depends on where the book stands."""
    (Path(app.outdir) / ".buildinfo").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", drop_note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
