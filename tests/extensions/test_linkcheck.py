"""`make linkcheck`: the extensions let Sphinx's builder of another kind be."""

from pathlib import Path

from tests.extensions.support import build_as_the_book, notebook


def test_the_addresses_of_the_book_can_be_checked(tmp_path):
    pages = {
        "index": "# Home\n\nThe first page.\n",
        "chapters/one": notebook("# One\n\n$x$, and [home](../index.md)."),
    }
    app = build_as_the_book(tmp_path, pages, builder="linkcheck")
    assert Path(app.outdir, "output.json").exists()
