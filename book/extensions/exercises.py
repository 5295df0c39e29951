"""Exercises that the page checks: a function that the reader writes, a number found.

A cell that ends in a call of check() becomes an editor: what stands above the call is
the reader's to change, and MicroPython runs it in the page, with the package's own
check (book/static/exercises.js). A cell that calls asks() becomes a field for a number.
Both belong to the exercise above them. Without a script, and on paper, the page shows
the cell as it is, or a line to write on.
"""

import ast
import base64
import gzip
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxTranslator
from sphinx.util.osutil import relative_uri
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node
from textbook.lesson import exercise
from textbook.lesson.asking import MIME

from book.extensions.data_outputs import DataOutput
from book.extensions.figures import TEMPLATES
from book.extensions.npm import installed
from book.extensions.scripts import versioned

ROOT = Path(__file__).parents[2]
ENGINE = "_static/python.js"
GUIDE = "chapters/how_to_read"


class editor(nodes.General, nodes.Element):
    """The cell of an exercise: its exercise's "label", and as text its "stub", the
    "cases" that check it, and the printed "solution".
    """


class number_field(nodes.General, nodes.Element):
    """A field for a number: its exercise's "label"; as "data" what asks() gives."""


class progress(nodes.General, nodes.Element):
    """How many exercises are solved on the reader's device; all can be forgotten."""


class NumberOutput(DataOutput):
    """Makes the field of the data that a cell gives (an entry point of MyST-NB)."""

    mime = MIME

    @staticmethod
    def node(content: dict[str, Any]) -> nodes.Element:
        """Return the field."""
        return number_field(data=content)


class Progress(SphinxDirective):
    """Make the line that says how many are solved."""

    def run(self) -> list[nodes.Node]:
        """Return the line."""
        return [progress()]


def parts(source: str, where: str) -> tuple[str, str] | None:
    r"""Return what the reader changes, and the call that checks it, if a cell has one.

    where: the exercise, in the words of an ExtensionError.

    >>> parts("def twice(x):\n    return x\n\n\ncheck(twice, [((1,), 2)])", "ex-twice")
    ('def twice(x):\n    return x\n', 'check(twice, [((1,), 2)])\n')
    """
    if "\ncheck(" not in source:
        return None
    *_, last = ast.parse(source).body
    match last:
        case ast.Expr(ast.Call(ast.Name("check"))):
            lines = source.rstrip("\n").split("\n")
            stub = "\n".join(lines[: last.lineno - 1]).rstrip()
            return f"{stub}\n", "\n".join([*lines[last.lineno - 1 :], ""])
    raise ExtensionError(f"the cell that calls check() for {where} must end with it")


def find_editors(app: Sphinx, doctree: nodes.document) -> None:
    """Put the cells that check an answer into nodes of their own, under their labels.

    Raises ExtensionError for a second check of one exercise, for one of none, and for
    a function that no solution defines.
    """
    solutions = {s["target_label"]: s for s in doctree.findall(solution_node)}
    label, taken = "", set()
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, exercise_enumerable_node):
            label = node["label"]
            continue
        is_cell = node.get("nb_element") == "cell_code"
        where = f"exercise {label!r} of {app.env.docname}"
        found = parts(_source(node), where) if is_cell else None
        if not found and not isinstance(node, number_field):
            continue
        if not label:
            raise ExtensionError(f"no exercise is above a check of {app.env.docname}")
        if label in taken:
            raise ExtensionError(f"{where} has two checks, and may have one")
        taken.add(label)
        if not found:
            node["label"] = label
            continue
        stub, cases = found
        solution = _printed(solutions.get(label))
        if not solution:
            raise ExtensionError(f"no solution defines a function for {where}")
        made = editor(label=label, stub=stub, cases=cases, solution=solution)
        node.replace_self(made)
        made += node


def _source(cell: nodes.Element) -> str:
    block = next(cell.findall(nodes.literal_block), None)
    return block.astext() if block else ""


def _printed(solution: solution_node | None) -> str:
    """Return the code of a solution that defines a function, "" if there is none."""
    blocks = solution.findall(nodes.literal_block) if solution else ()
    for block in blocks:
        if "def " in block.astext():
            return block.astext().rstrip() + "\n"
    return ""


def checked(doctree: nodes.Node) -> Iterator[editor | number_field]:
    """Yield what the page checks, in order."""
    return doctree.findall(lambda node: isinstance(node, editor | number_field))


def visit_editor(self: SphinxTranslator, node: editor) -> None:
    """Begin with the cell as it is printed, and as it stands without a script."""
    self.body.append(self.starttag(node, "div", CLASS="editor"))
    self.body.append('<div class="editor-printed">')


def depart_editor(self: SphinxTranslator, node: editor) -> None:
    """Add the editor."""
    cases = self.highlighter.highlight_block(node["cases"], "python")
    page = self.builder.get_target_uri(self.docnames[0])
    written = (Path(self.builder.outdir) / ENGINE).read_bytes()
    engine = versioned(relative_uri(page, ENGINE), written)
    guide = relative_uri(page, self.builder.get_target_uri(GUIDE))
    made = TEMPLATES.get_template("editor.html").render(
        node.attributes, shown=cases, engine=engine, guide=guide
    )
    self.body.append(f"</div>{made}</div>\n")


def visit_number(self: SphinxTranslator, node: number_field) -> None:
    """Write the field, with what is to be said of wrong numbers."""
    data = node["data"] | {"label": node["label"]}
    self.body.append(TEMPLATES.get_template("number.html").render(data))
    raise nodes.SkipNode


def visit_progress(self: SphinxTranslator, node: progress) -> None:
    """Write the line."""
    self.body.append(TEMPLATES.get_template("progress.html").render())
    raise nodes.SkipNode


def engine() -> bytes:
    """Return the script with MicroPython and the check, which only a click fetches.

    Both files of MicroPython are compressed in it: as the text that a script must be,
    they would be twice as large.
    """
    micropython = installed("@micropython/micropython-webassembly-pyscript")
    release = json.loads((micropython / "package.json").read_text())["version"]
    _, begins, license = (ROOT / "LICENSE").read_text().partition("Permission")
    check = "".join(map(inspect.getsource, [exercise._list_of, exercise.check]))
    content = {
        name: base64.b64encode(gzip.compress(file.read_bytes(), 9, mtime=0)).decode()
        for name, file in (
            ("module", micropython / "micropython.mjs"),
            ("wasm", micropython / "micropython.wasm"),
        )
    }
    return _ENGINE.format(
        release=release,
        license=begins + license.rstrip(),
        content=json.dumps(content | {"check": check}),
    ).encode()


_ENGINE = """\
/* MicroPython {release}, https://micropython.org

The MIT License (MIT)

Copyright (c) 2013-2026 Damien P. George

{license} */
window.python = {content};
"""


def write_engine(app: Sphinx) -> None:
    """Write the script into the site."""
    file = Path(app.outdir) / ENGINE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(engine())


def add_script(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Give a page what its exercises need."""
    kinds = editor, number_field, progress
    if doctree and any(doctree.findall(lambda node: isinstance(node, kinds))):
        app.add_js_file("exercises.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx_exercise")
    app.setup_extension("book.extensions.device")
    app.setup_extension("book.extensions.scripts")
    app.add_css_file("exercises.css")
    app.add_directive("progress", Progress)
    app.add_node(editor, html=(visit_editor, depart_editor))
    app.add_node(number_field, html=(visit_number, None))
    app.add_node(progress, html=(visit_progress, None))
    app.connect("builder-inited", write_engine)
    app.connect("doctree-read", find_editors, priority=400)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
