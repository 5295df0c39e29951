"""Questions that the page answers: choose, and read why.

    ::::{admonition} Halve ε. How many examples does the promise cost then?
    :class: question dropdown
    :label: ask-half-epsilon
    :right: 2

    - Twice as many.

      ε stands in the bound squared.
    - Four times as many.

      So says the bound: N grows like 1/ε².
    ::::

Each choice opens what is to be said of it, by mouse, touch or keyboard and without a
script. What is right is never only stated: a cell of the chapter holds it, by
`answered("ask-half-epsilon", 2, …)`, or `:theorem:` names the theorem that says so.
"""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator

from book.extensions.folding import fold_line, folded


class question(nodes.General, nodes.Element):
    """A question: a paragraph, which asks, and a `folded` for each choice."""


def ask(box: Directive) -> list[nodes.Node]:
    """Return the question that a box holds, with its choices; boxes.py says when."""
    missing = {"label", "right"} - set(box.options)
    if missing:
        raise box.error(f"a question needs {' and '.join(sorted(missing))}")
    label, right = box.options["label"], box.options["right"]
    choices = _choices(box)
    if not right <= len(choices):
        raise box.error(f"{label} has {len(choices)} choices, none number {right}")
    words, _ = box.state.inline_text(box.arguments[0], box.lineno)
    made = question(ids=[label])
    made += nodes.paragraph("", "", *words, ids=[f"{label}-asks"])
    for number, choice in enumerate(choices, start=1):
        made += _folded(choice, label, number == right)
    return [made]


def _choices(box: Directive) -> list[nodes.list_item]:
    content = nodes.Element()
    box.state.nested_parse(box.content, box.content_offset, content)
    lists = [child for child in content if isinstance(child, nodes.bullet_list)]
    if len(lists) != 1 or len(content) != 1 or not 2 <= len(lists[0]) <= 4:
        raise box.error("a question holds one list, of two to four choices")
    choices = list(lists[0])
    if any(len(choice) < 2 for choice in choices):
        raise box.error("each choice is a line, and below it what is to be said")
    return choices


def _folded(choice: nodes.list_item, group: str, is_right: bool) -> folded:
    """Return a choice with what is to be said of it folded under its line."""
    line, *reason = choice.children
    verdict = nodes.strong("", "Right." if is_right else "Not so.")
    reason[0].insert(0, [verdict, nodes.Text(" ")])
    classes = ["choice", "right" if is_right else "wrong"]
    made = folded(group=group, classes=classes)
    made += [fold_line("", "", *line.children), *reason]
    return made


def visit_question(self: SphinxTranslator, node: question) -> None:
    """Begin the group, named by what it asks."""
    name = {"aria-labelledby": node[0]["ids"][0]}
    self.body.append(self.starttag(node, "div", CLASS="question", role="group", **name))


def depart_question(self: SphinxTranslator, node: question) -> None:
    """End the group."""
    self.body.append("</div>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.folding")
    app.add_node(question, html=(visit_question, depart_question))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
