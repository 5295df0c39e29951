"""Labs: from the data that a cell gives to the figure, its scripts and its graphs.

A cell that calls live() gives a lab as data (textbook/lesson/live.py). Here it becomes
a figure that shows the picture of the sample; book/static/labs.js puts the lab there
once it is near the reader. Graphs and weights are in a script of their own, so that
they also arrive where the book is read from the disk.
"""

import json
import zlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxTranslator
from sphinx.util.osutil import relative_uri
from textbook.lesson.live import LABS, MIME

from book.extensions.data_outputs import DataOutput
from book.extensions.figures import TEMPLATES, figure_number, numbered
from book.extensions.scripts import versioned

FOLDER = "_static/labs"
BUDGET = 60_000  # compressed bytes of a lab
ASKED_BUDGET = 250_000  # of one whose weights the reader asks for


class lab(numbered):
    """A lab: under "data" what is seen of it and what it can be set to; under "shipped"
    the text of a JSON object with what textbook.lesson.live.Lab has for the view.
    """


def lab_of(content: dict[str, Any]) -> lab:
    """Return the node of what a cell gives."""
    seen = {key: content[key] for key in ("name", "title", "picture", "caption")}
    seen |= {key: content[key] for key in ("view", "options", "asked")}
    seen["samples"] = [sample for sample, _ in content["samples"]]
    left_out = {"title", "picture", "caption", "asked"}
    shipped = {key: value for key, value in content.items() if key not in left_out}
    text = json.dumps(shipped, ensure_ascii=False, separators=(",", ":"))
    name = seen["name"]
    return lab(data=seen, shipped=text, ids=[name], title=seen["title"])


class LabOutput(DataOutput):
    """Makes the node of the data that a cell gives (an entry point of MyST-NB)."""

    mime = MIME
    node = staticmethod(lab_of)


def settings_of(node: lab) -> dict[str, list[str]]:
    """Return what a lab can be set to, by names, as an address has the values."""
    options = node["data"]["options"]
    texts = {name: list(map(str, values)) for name, values in options}
    return {"sample": node["data"]["samples"]} | texts


def figure_of(node: lab, scripts: list[str], number: str = "") -> str:
    """Return the figure as it stands at first; scripts: the addresses it is made by."""
    kilobytes = round(len(zlib.compress(node["shipped"].encode())) / 1000)
    template = TEMPLATES.get_template("lab.html")
    shown = node["data"] | {"scripts": scripts, "kilobytes": kilobytes}
    return template.render(shown, number=number)


def visit_lab(self: SphinxTranslator, node: lab) -> None:
    """Write the figure."""
    page = self.builder.get_target_uri(self.docnames[0])
    files = {
        f"_static/{name}": (LABS / name).read_bytes()
        for name in ("operations.js", "pieces.js", f"{node['data']['view']}.js")
    }
    files[f"{FOLDER}/{node['data']['name']}.js"] = _script(node)
    scripts = [
        versioned(relative_uri(page, file), content) for file, content in files.items()
    ]
    self.body.append(figure_of(node, scripts, figure_number(self, node)))
    raise nodes.SkipNode


def ship_labs(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Write the graphs of a page's labs, and give the page what opens them."""
    found = list(doctree.findall(lab)) if doctree else []
    for node in found:
        name, script = node["data"]["name"], _script(node)
        size = len(zlib.compress(script))
        most = ASKED_BUDGET if node["data"]["asked"] else BUDGET
        if size > most:
            raise ExtensionError(
                f"the lab {name} of {pagename} weighs {size // 1000} kB, "
                f"over {most // 1000} kB"
            )
        file = Path(app.outdir) / FOLDER / f"{name}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(script)
    if found:
        app.add_js_file("labs.js")


def _script(node: lab) -> bytes:
    return f"window.labData = {node['shipped']};\n".encode()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the scripts of the views stand with the package."""
    app.setup_extension("book.extensions.figures")
    app.setup_extension("book.extensions.scripts")
    app.config.html_static_path = [*app.config.html_static_path, str(LABS)]
    app.add_css_file("labs.css")
    app.add_enumerable_node(
        lab, "figure", lambda node: node["title"], html=(visit_lab, None)
    )
    app.connect("html-page-context", ship_labs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
