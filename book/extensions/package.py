"""The pages of the package, linked to the chapters.

autodoc makes the pages from the docstrings; _config.yml says that `backticks` there set
code. A kernel whose source a chapter shows links to that listing, and the listing's
caption to the kernel. Docstrings and signatures are left as they are written.
"""

from collections.abc import Collection

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx


def find_listings(app: Sphinx, doctree: nodes.document) -> None:
    """Note which functions a chapter shows, and where."""
    if found := [(b["listing"], b["ids"][0]) for b in _listings(doctree)]:
        app.env.metadata[app.env.docname]["listings"] = found


def _listings(doctree: nodes.document) -> list[nodes.container]:
    """Return the listings of a page: each has the full name of its function."""
    return [b for b in doctree.findall(nodes.container) if "listing" in b]


def documented(function: str, names: Collection[str]) -> str | None:
    """Return the one of the names that means the function, which packages pass on.

    >>> documented("textbook.conv.sizes.output_size", {"textbook.conv.output_size"})
    'textbook.conv.output_size'
    """
    *modules, name = function.split(".")
    possible = [".".join([*modules[:n], name]) for n in range(len(modules), 0, -1)]
    return next((each for each in possible if each in names), None)


def link_listings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the listings of a chapter to the package's pages, and those to chapters."""
    functions = app.env.get_domain("py").objects
    for block in _listings(doctree):
        if name := documented(block["listing"], functions):
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
    explained = {}
    for chapter, facts in sorted(app.env.metadata.items()):
        for function, place in facts.get("listings", ()):
            name = documented(function, functions)
            explained.setdefault(name, []).append((chapter, place))
    for entry in doctree.findall(addnodes.desc):
        links = []
        for chapter, place in explained.get(entry[0]["ids"][0], []):
            there = app.builder.get_relative_uri(docname, chapter)
            title = app.env.titles[chapter].astext()
            links += [nodes.Text(", ")] if links else []
            links += [
                nodes.reference("", title, refuri=f"{there}#{place}", internal=True)
            ]
        if links:
            entry[-1] += nodes.paragraph("", "", nodes.Text("Explained in: "), *links)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", find_listings)
    app.connect("doctree-resolved", link_listings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
