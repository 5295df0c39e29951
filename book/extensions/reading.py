"""How long a chapter takes, under its title, and its sections for a second reading.

    :::{admonition} For a second reading
    :class: second-reading
    How fast the bound is reached; nothing later needs it.
    :::

under a heading marks the whole section. The minutes are counted from what is in sight,
by the rule of SECONDS, which *How to read this book* states: folded code, solutions and
the words of explorers cost nothing of their own. Exercises are counted apart.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator
from sphinx_exercise.nodes import exercise_enumerable_node
from textbook.lesson.words import plural

from book.extensions.exercises import checked
from book.extensions.explorers import explorer
from book.extensions.folding import folded
from book.extensions.labs import lab
from book.extensions.questions import question

SECONDS = {
    "word": 60 / 120,
    "formula": 60,
    "line": 2,
    "explorer": 120,
    "lab": 120,
    "question": 60,
    "exercise": 300,
}


class reading_time(nodes.General, nodes.Element):
    """The `times` of a chapter, and how many of its exercises the page checks.

    Without text of its own, so that neither the search nor descriptions take it up.
    """


class second_reading(nodes.General, nodes.Element):
    """Marks the section in which it stands; holds why one may come back to it."""


def mark(box: Directive) -> list[nodes.Node]:
    """Return the mark that a box holds, whose minutes are filled in later; boxes.py."""
    if not isinstance(box.state_machine.node, nodes.section):
        raise box.error("second-reading stands in the section that it marks")
    made = second_reading()
    box.state.nested_parse(box.content, box.content_offset, made)
    if [type(child) for child in made] != [nodes.paragraph]:
        raise box.error("second-reading says in one paragraph what for")
    return [made]


def in_sight(node: nodes.Node) -> Iterator[str]:
    """Yield what a reader meets in a node, each by its name in SECONDS.

    Sections for a second reading inside it, and what is folded, are left out; of the
    exercises only their number counts.
    """
    if isinstance(node, nodes.Text):
        yield from ("word" for _ in re.findall(r"\w[\w’'-]*", node))
    elif isinstance(node, nodes.math):
        yield "word"
    elif isinstance(node, nodes.math_block):
        yield "formula"
    elif isinstance(node, explorer):
        yield "explorer"
    elif isinstance(node, lab):
        yield "lab"
    elif isinstance(node, nodes.literal_block):
        yield from ("line" for _ in node.astext().rstrip("\n").split("\n"))
    elif isinstance(node, nodes.section) and "exercises" in node["ids"]:
        yield from ("exercise" for _ in node.findall(exercise_enumerable_node))
    elif not isinstance(node, nodes.Invisible | nodes.raw):  # raw: a drawing
        if isinstance(node, question):
            yield "question"
        for child in _unfolded(node):
            if _mark(child) is None:
                yield from in_sight(child)


def _unfolded(node: nodes.Element) -> list[nodes.Node]:
    """Return the children that are in sight."""
    if isinstance(node, folded):
        return node.children[:1]
    if node.get("nb_element") == "mime_bundle":  # of which a page shows one
        return node.children[:1]
    hidden = node.get("hide_mode", "")  # MyST-NB's own, of a cell
    if hidden == "all":
        return []
    if "input" in hidden:
        return [child for child in node if not _is_source(child)]
    return node.children


def _is_source(node: nodes.Element) -> bool:
    return node.get("nb_element") == "cell_code_source"


def _mark(node: nodes.Node) -> second_reading | None:
    """Return the mark of a section for a second reading."""
    children = node.children if isinstance(node, nodes.section) else []
    return next((c for c in children if isinstance(c, second_reading)), None)


def minutes(counted: Counter) -> int:
    """Return how many minutes it takes, rounded up.

    >>> minutes(Counter(word=240, explorer=1))
    4
    """
    return math.ceil(sum(SECONDS[kind] * n for kind, n in counted.items()) / 60)


def tell_times(app: Sphinx, doctree: nodes.document) -> None:
    """Put the minutes under a chapter's title, and into its marks.

    The summary counts as core. A solution is read after its exercise, within its time.
    """
    document = app.env.docname
    is_chapter = app.env.doc2path(document).endswith(".ipynb")
    if not is_chapter or document == app.config.root_doc:
        return
    chapter = next(doctree.findall(nodes.section))
    core, second = Counter(in_sight(chapter)), Counter()
    exercises = Counter(exercise=core.pop("exercise", 0))
    for section in chapter.findall(nodes.section):
        if mark := _mark(section):
            alone = Counter(kind for child in section for kind in in_sight(child))
            words = f"Second reading, {_spelled(minutes(alone))}."
            mark[0].insert(0, [nodes.strong("", words), nodes.Text(" ")])
            second += alone
    counted = {"core": core, "second reading": second, "exercises": exercises}
    times = {name: minutes(each) for name, each in counted.items()}
    chapter.insert(1, reading_time(times=times, checked=len(list(checked(doctree)))))


def _spelled(minutes: int) -> str:
    return f"{minutes} {plural('minute', minutes)}"


def visit_time(self: SphinxTranslator, node: reading_time) -> None:
    """Write the times in a line."""
    core, *others = (f"{name} {_spelled(n)}" for name, n in node["times"].items() if n)
    if node["checked"]:
        words = f"{node['checked']} checked in the page"
        others.append(f'<span class="exercises-checked">{words}</span>')
    line = " · ".join([core.capitalize(), *others])
    self.body.append(
        self.starttag(node, "p", "", CLASS="reading-time") + f"{line}</p>\n"
    )
    raise nodes.SkipNode


def visit_mark(self: SphinxTranslator, node: second_reading) -> None:
    """Begin the mark."""
    self.body.append(self.starttag(node, "div", CLASS="second-reading"))


def depart_mark(self: SphinxTranslator, node: second_reading) -> None:
    """End the mark."""
    self.body.append("</div>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for needed in ("exercises", "explorers", "questions"):
        app.setup_extension(f"book.extensions.{needed}")
    app.add_node(reading_time, html=(visit_time, None))
    app.add_node(second_reading, html=(visit_mark, depart_mark))
    app.connect("doctree-read", tell_times)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
