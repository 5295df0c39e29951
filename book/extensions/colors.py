"""Words that name a color of the figures are set in it.

"The orange curve" is orange in the text as it is in the picture, and underlined, so
that the color is not all that tells. Nobody marks them: on a page with figures they are
found.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.extensions.explorers import explorer
from book.extensions.figures import picture
from book.extensions.labs import lab
from book.extensions.texts import replace_text

# The names of the palette (code/textbook/lesson/figure.py) that stand in sentences.
COLORS = "blue", "orange", "green", "yellow", "purple"
PROSE = nodes.paragraph, nodes.emphasis, nodes.strong
THINGS = (
    "band|bars?|border|curves?|dots?|frame|lines?|marks?|ones?|outline|rings?|squares?"
)
_NAMED = re.compile(rf"\b((?:{'|'.join(COLORS)})(?: (?:{THINGS}))?)\b", re.IGNORECASE)
_END_OF_SENTENCE = re.compile(r"(?<=[.?!:])(?=\s)")


class ColorWords(SphinxPostTransform):
    """Sets the words in their colors."""

    default_priority = 500

    def run(self, **kwargs: Any) -> None:
        """Go through the paragraphs of a page that has figures."""
        figures = explorer, picture, lab
        if not any(any(self.document.findall(kind)) for kind in figures):
            return
        for paragraph in self.document.findall(nodes.paragraph):
            for text in list(paragraph.findall(nodes.Text)):
                if isinstance(text.parent, PROSE):
                    replace_text(text, in_colors(text))


def in_colors(text: str) -> list[nodes.Node]:
    """Return a text in pieces, of which those that name a color have it as a class.

    A sentence about red is one about the colors of a photograph.

    >>> [piece["classes"] for piece in in_colors("Find the orange bar.")[1:2]]
    [['in-orange']]
    """
    pieces = []
    for sentence in _END_OF_SENTENCE.split(text):
        if re.search(r"\bred\b", sentence):
            pieces.append(nodes.Text(sentence))
            continue
        for i, piece in enumerate(_NAMED.split(sentence)):
            color = piece.partition(" ")[0].lower()
            named = nodes.inline("", piece, classes=[f"in-{color}"])
            pieces.append(named if i % 2 else nodes.Text(piece))
    return pieces


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(ColorWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
