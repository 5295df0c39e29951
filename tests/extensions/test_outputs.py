"""What cells printed."""

import pytest

from tests.extensions.support import BOOK, build_book, cell, notebook, page

PIECES = ("one\ntw", "o\nthr", "ee\n")
CELL = cell("print('one')", *({"text": piece} for piece in PIECES))
APART = cell(
    "show()", {"text": "before\n"}, {"text/plain": "middle"}, {"text": "after"}
)


def printed(app):
    found = page(app, "index").select("div.output.stream pre, div.output pre")
    return [pre.get_text() for pre in found]


@pytest.fixture
def merges():
    """Return whether MyST-NB itself joins streams in the book."""
    return BOOK["sphinx"]["config"].get("nb_merge_streams", False)


def test_upstream_breaks_the_line_where_a_piece_ends(tmp_path):
    pages = {"index": notebook("# Home", CELL)}
    app = build_book(tmp_path, pages, nb_merge_streams=True)
    assert printed(app) != ["one\ntwo\nthree\n"]


def test_pieces_of_what_a_cell_printed_are_joined(build, merges):
    pages = {"index": notebook("# Home", CELL)}
    app = build(pages, "book.extensions.outputs", nb_merge_streams=merges)
    assert printed(app) == ["one\ntwo\nthree\n"]


def test_what_is_printed_before_and_after_a_result_stays_there(build, merges):
    pages = {"index": notebook("# Home", APART, CELL)}
    app = build(pages, "book.extensions.outputs", nb_merge_streams=merges)
    assert printed(app) == ["before\n", "middle\n", "after\n", "one\ntwo\nthree\n"]


def test_pieces_give_the_same_page_as_the_whole(tmp_path, merges):
    pages = []
    for name, outputs in ("pieces", PIECES), ("whole", ("".join(PIECES),)):
        made = cell("print('one')", *({"text": text} for text in outputs))
        app = build_book(
            tmp_path / name,
            {"index": notebook("# Home", made)},
            "book.extensions.outputs",
            nb_merge_streams=merges,
        )
        pages.append((tmp_path / name / "_build" / "html" / "index.html").read_text())
    assert pages[0] == pages[1]
    assert printed(app)
