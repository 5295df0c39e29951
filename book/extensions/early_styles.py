"""Style sheets that upstream copies when all pages are written, copied before.

Pages name a style sheet by its checksum, and make one of all (styles.py): they need to
find it there, also in a first build.
"""

from pathlib import Path

import sphinx_exercise
import sphinx_proof
from myst_nb import sphinx_ext as myst_nb
from sphinx.application import Sphinx

LATE = (
    myst_nb.add_global_html_resources,
    sphinx_exercise.copy_asset_files,
    sphinx_proof.copy_asset_files,
)


def copy_early(app: Sphinx) -> None:
    """Let those that copy their style sheets late do it at once."""
    if app.builder.format == "html":
        Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
        for copy_style_sheets in LATE:
            copy_style_sheets(app, None)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    # After what clears the site (rebuild.py).
    app.connect("builder-inited", copy_early, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
