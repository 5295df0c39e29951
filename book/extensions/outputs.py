"""What cells printed, the same however it reached us."""

import copy

from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from sphinx.application import Sphinx


def join_prints(outputs: list) -> list:
    """Join what a cell printed, which may reach us in pieces, cut at any place.

    MyST-NB alone would break the line there: the same notebook could give another page.
    """
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
        else:
            joined.append(copy.copy(output))
    return coalesce_streams(joined)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    render.coalesce_streams = join_prints
    return {"parallel_read_safe": True, "parallel_write_safe": True}
