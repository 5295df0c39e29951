"""How high the sections of a page will be, so that its scroll bar is steady.

What is far out of sight is laid out when it comes near (book/static/book.css). Until
then the browser takes the height that is estimated here from the section's nodes, for a
column of text and for a phone; tests/browser/test_pages.py has the truth beside it.
"""

import math
import re
from dataclasses import dataclass

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import solution_node
from textbook.lesson.live import LABS

from book.extensions.contents import chapter_cards
from book.extensions.exercises import editor, number_field
from book.extensions.explorers import explorer, first_state, longest_texts
from book.extensions.figures import picture
from book.extensions.folding import fold_line, folded
from book.extensions.labs import lab

_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*?width:([\d.]+)px')
_LAB = re.compile(r'data-view="(\w+)"\] \{ --wide: (\d+)rem; --narrow: (\d+)rem; \}')
LABS_HEIGHTS = {
    view: (int(wide) * 16, int(narrow) * 16)
    for view, wide, narrow in _LAB.findall((LABS / "labs.css").read_text())
}

# Pixels, on top of what is in them: frames, titles and the room around.
LINE, GAP = 24, 16
TITLE, FOLDED, BOX, FIGURE, CONTROL = 70, 38, 50, 150, 36
EDITOR, FIELD = 330, 110

MANY = 300  # formulas of a page


@dataclass(frozen=True)
class Column:
    """A width of text, in pixels and letters; a card's height, a lab's place."""

    width: int
    letters: int
    card: int
    lab: int

    def lines(self, letters: float) -> int:
        """Return the height of a text."""
        return LINE * math.ceil(letters / self.letters)

    def drawings(self, svg: str) -> float:
        """Return the height of drawings, side by side where there is room."""
        height = row = left = 0.0
        for box in _BOX.findall(svg):
            wide, high, shown = map(float, box)
            scale = min(shown, self.width) / wide
            if scale * wide > left:
                height, row, left = height + row, 0.0, self.width
            row, left = max(row, scale * high), left - scale * wide
        return height + row


WIDE = Column(width=702, letters=104, card=120, lab=0)
PHONE = Column(width=342, letters=46, card=250, lab=1)


def letters(node: nodes.Node) -> float:
    """Return how many letters a text has; of a formula's TeX half as many are seen."""
    texts = node.findall(nodes.Text)
    return sum(len(t) / (2 if isinstance(t.parent, nodes.math) else 1) for t in texts)


def height(node: nodes.Node, column: Column) -> float:
    """Return about how many pixels a node of a page takes in a column."""
    match node:
        case HideCodeCellNode() | solution_node():
            return FOLDED
        case nodes.paragraph():
            return GAP + column.lines(letters(node))
        case nodes.title():
            return TITLE
        case nodes.literal_block():
            return 32 + 20 * (node.astext().count("\n") + 1)
        case nodes.math_block():
            return 50 + 30 * node.astext().count(r"\\")
        case nodes.row():
            cells = (column.lines(letters(cell)) for cell in node)
            return 12 + max(cells) * len(node) / 2
        case explorer():
            return FIGURE + _explorer(node, column)
        case picture():
            return FIGURE / 2 + column.drawings(node["data"]["svg"])
        case lab():
            return FIGURE + _room(node["data"]["view"])[column.lab]
        case editor():
            return EDITOR
        case number_field():
            return FIELD
        case chapter_cards():
            return column.card * len(node["pages"])
        case folded():
            line = node.first_child_matching_class(fold_line)
            return GAP + (FOLDED if line is None else column.lines(letters(node[line])))
        case nodes.Invisible() | nodes.raw() | nodes.Text():
            return 0
    inside = sum(height(child, column) for child in node.children)
    return inside + (BOX if isinstance(node, nodes.Admonition) else 0)


def _room(view: str) -> tuple[int, int]:
    """Return the heights of a lab's view, in a column of text and on a phone."""
    if view not in LABS_HEIGHTS:
        line = f'[data-view="{view}"] {{ --wide: …rem; --narrow: …rem; }}'
        raise ExtensionError(f"the view {view!r} has no room: add to labs.css {line}")
    return LABS_HEIGHTS[view]


def _explorer(node: explorer, column: Column) -> float:
    caption = "".join(longest_texts(node)["longest"])
    pictures = column.drawings(first_state(node)["picture"])
    return (
        pictures + CONTROL * len(node["data"]["sliders"]) + column.lines(len(caption))
    )


def is_laid_out_late(doctree: nodes.document) -> bool:
    """Say whether a page has thousands of elements: explorers, or many formulas."""
    formulas = list(doctree.findall(nodes.math))
    return doctree.next_node(explorer) is not None or len(formulas) >= MANY


def estimate(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Tell the template the heights of the sections of a page laid out late, by ids."""
    if not doctree or not is_laid_out_late(doctree):
        return
    page = doctree.next_node(nodes.section)
    sections = [n for n in page if isinstance(n, nodes.section)]
    context["heights"] = {
        section["ids"][0]: [round(height(section, c)) for c in (WIDE, PHONE)]
        for section in sections
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needs in ("contents", "exercises", "explorers", "figures", "folding", "labs"):
        app.setup_extension(f"book.extensions.{needs}")
    app.connect("html-page-context", estimate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
