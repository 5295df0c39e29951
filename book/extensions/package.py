"""The pages of the package: its docstrings as they are written, linked to the chapters.

The docstrings are plain prose with names in `backticks`; here they become what autodoc
reads. A kernel whose source a chapter shows links to that listing, and the listing's
caption to the kernel.
"""

import ast
import inspect
import re
import textwrap

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# `name`, or names with their shape: w_q, w_k: (d, heads * a)
_CODE = re.compile(
    r"(`[^`]+`|(?:\w+,\s)*\w+:\s\((?:[^()]|\([^()]*\))*\))", flags=re.DOTALL
)


def read_prose(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Turn a docstring of plain prose into reStructuredText, in place."""
    prose, *examples = re.split(r"(?m)^(?=>>> )", "\n".join(lines), maxsplit=1)
    pieces = _CODE.split(prose)
    pieces[::2] = [re.sub(r"([\\*_|<>])", r"\\\1", words) for words in pieces[::2]]
    pieces[1::2] = [f"``{' '.join(c.strip('`').split())}``" for c in pieces[1::2]]
    lines[:] = "".join(pieces + examples).split("\n")


def read_signature(
    app: Sphinx, what: str, name: str, obj: object, *_: object
) -> tuple[str, str] | None:
    """Return a function's signature as it is written: Array says more than Any."""
    if what != "function":
        return None
    written = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(obj)))).body[0]
    return f"({ast.unparse(written.args)})", ast.unparse(written.returns)


def find_listings(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Note in which chapters the source of each function is shown."""
    env.listings = {}
    for docname in sorted(env.found_docs):
        for name, block in _listings(env.get_doctree(docname)):
            place = docname, block["ids"][0]
            env.listings.setdefault(name, []).append(place)
    return []


def _listings(doctree: nodes.document) -> list[tuple[str, nodes.container]]:
    """Return the listings of a page: each function's full name, and the block."""
    blocks = doctree.findall(nodes.container)
    return [(b["listing"], b) for b in blocks if "listing" in b]


def link_listings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the listings of a chapter to the package's pages, and those to chapters."""
    functions = app.env.get_domain("py").objects
    for name, block in _listings(doctree):
        if name in functions:
            there = app.builder.get_relative_uri(docname, functions[name].docname)
            caption = block[0]
            link = nodes.reference(
                "",
                caption.astext(),
                refuri=f"{there}#{functions[name].node_id}",
                reftitle=f"{name} on the pages of the package",
                internal=True,
            )
            caption.children = []
            caption += link
    for entry in doctree.findall(addnodes.desc):
        places = app.env.listings.get(entry[0]["ids"][0], [])
        if places:
            links = []
            for chapter, place in places:
                there = app.builder.get_relative_uri(docname, chapter)
                title = app.env.titles[chapter].astext()
                links += [nodes.Text(", ")] if links else []
                links += [
                    nodes.reference("", title, refuri=f"{there}#{place}", internal=True)
                ]
            entry[-1] += nodes.paragraph("", "", nodes.Text("Explained in: "), *links)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("autodoc-process-docstring", read_prose)
    app.connect("autodoc-process-signature", read_signature)
    app.connect("env-updated", find_listings)
    app.connect("doctree-resolved", link_listings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
