"""Explorers: from the data that a cell gives to the figure, its script and its frames.

A cell that calls explore() gives all states as data (textbook/lesson/explore.py). Here
the data becomes a node of its own; the page is written from the node, and so is the
file of its frames, which book/static/explorer.js asks for when the reader comes near.
It is a script, not data, so that it also arrives where the book is read from the disk.
"""

import json
import os
import zlib
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxTranslator
from textbook.lesson.explore import MIME
from textbook.lesson.frames import unpack
from textbook.lesson.states import alternative_text, states

from book.extensions.data_outputs import DataOutput
from book.extensions.figures import TEMPLATES, figure_number, numbered
from book.extensions.scripts import versioned

FOLDER = "_static/explorers"
PAGE_BUDGET = 250_000  # compressed bytes that the explorers of a page weigh together


class explorer(numbered):
    """An explorer: under "data" what textbook.lesson.explore.Explorer has, but for the
    drawings, which are under "frames" as the text of a JSON object of tags and frames.

    As a text, they cost nothing where the doctree is read for something else.
    """

    def drawings(self) -> dict[str, list]:
        """Return the `tags` and `frames` of the drawings."""
        return json.loads(self["frames"])


def explorer_of(content: dict[str, Any]) -> explorer:
    """Return the node of what a cell gives."""
    data = dict(content)
    drawings = {key: data.pop(key) for key in ("tags", "frames")}
    frames = json.dumps(drawings, ensure_ascii=False, separators=(",", ":"))
    name, title = data["name"], data["description"]
    return explorer(data=data, frames=frames, ids=[name], title=title)


class ExplorerOutput(DataOutput):
    """Makes the node of the data that a cell gives (an entry point of MyST-NB)."""

    mime = MIME
    node = staticmethod(explorer_of)


def first_state(node: explorer) -> dict[str, Any]:
    """Return what is shown first: `state`, the values; its `picture`, `caption`, `alt`.

    `told` are all states in their order, as a reader is told of them.
    """
    data, drawings = node["data"], node.drawings()
    sliders = data["sliders"]
    state = {s["name"]: s["values"][s["start"]] for s in sliders}
    told = states({s["label"]: s["shown"] for s in sliders})
    number = states({s["name"]: s["values"] for s in sliders}).index(state)
    return {
        "told": [list(each.values()) for each in told],
        "state": state,
        "picture": unpack(drawings["tags"], drawings["frames"][number]),
        "caption": data["captions"][number],
        "alt": alternative_text(data["description"], told[number]),
    }


def longest_texts(node: explorer) -> dict[str, Any]:
    """Return the texts that need most room: of the captions, of what handles say.

    The page keeps that room, so that nothing below moves while one drags.
    """
    said = [
        unescape(tag.partition(' data-says="')[2].partition('"')[0])
        for tag in node.drawings()["tags"]
    ]
    captions = sorted(dict.fromkeys(node["data"]["captions"]), key=_room, reverse=True)
    return {"longest": captions[:2] * 2, "longest_said": max(said, key=_room)}


def _room(text: str) -> float:
    """Return about how long a text is, in letters of middle width."""
    narrow, wide = "fijlrtI1.,:;'’“”()| ", "mwMW%—"
    return sum(0.5 if c in narrow else 1.5 if c in wide else 1 for c in text)


def figure_of(node: explorer, number: str = "") -> str:
    """Return the figure as it stands at first, and all states in words, as HTML."""
    labels = {s["name"]: s["label"] for s in node["data"]["sliders"]}
    shown = node["data"] | first_state(node) | longest_texts(node)
    for kind in ("drags", "clicks"):
        shown[kind] = [labels[name] for name in node["data"][kind]]
    template = TEMPLATES.get_template("explorer.html")
    return template.render(shown, number=number)


def visit_explorer(self: SphinxTranslator, node: explorer) -> None:
    """Write the figure."""
    self.body.append(figure_of(node, figure_number(self, node)))
    raise nodes.SkipNode


def ship_frames(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Write the frames of a page's explorers and give the page the script for them."""
    found = list(doctree.findall(explorer)) if doctree else []
    if not found:
        return
    frames = {}
    for node in found:
        name = node["data"]["name"]
        if name in frames:
            raise ExtensionError(f"{pagename} has two explorers named {name}")
        frames[name] = node["frames"]
    weights = {n: len(zlib.compress(drawn.encode())) for n, drawn in frames.items()}
    if sum(weights.values()) > PAGE_BUDGET:
        each = ", ".join(f"{n}: {weight // 1000} kB" for n, weight in weights.items())
        raise ExtensionError(
            f"the explorers of {pagename} weigh over {PAGE_BUDGET // 1000} kB: {each}"
        )
    folder = Path(app.outdir) / FOLDER / pagename
    folder.mkdir(parents=True, exist_ok=True)
    addresses = {}
    for name, drawn in frames.items():
        place = f"(window.explorerFrames ??= {{}})[{json.dumps(name)}]"
        script = f"{place} = {drawn};\n".encode()
        (folder / f"{name}.js").write_bytes(script)
        address = context["pathto"](f"{FOLDER}/{pagename}/{name}.js", 1)
        addresses[name] = versioned(address, script)
    app.add_js_file("drawing.js")
    app.add_js_file("handles.js")
    app.add_js_file("explorer.js", **{"data-frames": json.dumps(addresses)})


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; tell the kernels that a static page is being built."""
    os.environ["TEXTBOOK_STATIC"] = "1"
    app.setup_extension("book.extensions.figures")
    app.setup_extension("book.extensions.scripts")
    app.add_enumerable_node(
        explorer, "figure", lambda node: node["title"], html=(visit_explorer, None)
    )
    app.connect("html-page-context", ship_frames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
