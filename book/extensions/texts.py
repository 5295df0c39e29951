"""Texts in a doctree, which are replaced where they stand."""

from docutils import nodes


def replace_text(text: nodes.Text, new: list[nodes.Node]) -> None:
    """Put nodes in the place of a text.

    docutils' own replace() looks for the first child that is equal, and equal texts,
    such as two commas, are common between formulas.
    """
    siblings = text.parent.children
    place = next(i for i, node in enumerate(siblings) if node is text)
    text.parent[place : place + 1] = new
