"""Screenshots of the book's own pages: what a page asks for.

    :::{screenshot} chapters/p12_attention.html#five-steps:step=1
    :size: 390x780
    :scheme: dark
    :alt: What the picture shows.

    The caption.
    :::

A page is written the same whether or not its pictures are there: book/tools/screenshots
takes them from the finished site where there is a Chrome. A figure without its picture
takes itself off the page.
"""

import posixpath
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxTranslator

FOLDER = "_images/screenshots"


class screenshot(nodes.General, nodes.Element):
    """A picture of a page: its `address`, `size`, `scheme`, `alt`; in it, a caption."""


def _size(argument: str) -> tuple[int, int]:
    width, _, height = argument.partition("x")
    return int(width), int(height)


def _scheme(argument: str) -> str:
    return directives.choice(argument, ("light", "dark"))


class Screenshot(SphinxDirective):
    """Asks for a picture of a page of the book, given by its address in the site."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {
        "size": _size,
        "scheme": _scheme,
        "alt": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        (address,) = self.arguments
        docname = address.partition("#")[0].removesuffix(".html")
        if docname not in self.env.found_docs:
            raise self.error(f"there is no page {docname} to take a picture of")
        missing = self.option_spec.keys() - self.options.keys()
        if missing or not self.content:
            raise self.error(f"a screenshot needs {sorted(missing) or 'a caption'}")
        node = screenshot(address=address, **self.options)
        caption, messages = self.parse_inline(" ".join(self.content))
        node += caption
        return [node, *messages]


def file_name(node: dict[str, Any]) -> str:
    """Return the name of the picture's file, which says all that it shows."""
    width, height = node["size"]
    words = f"{node['address']} {width}x{height} {node['scheme']}"
    return f"{nodes.make_id(words)}.webp"


def visit_screenshot(self: SphinxTranslator, node: screenshot) -> None:
    """Open the figure; its data say what the picture is to show."""
    width, height = node["size"]
    figure = {"data-page": node["address"], "data-scheme": node["scheme"]}
    up = self.builder.get_relative_uri(self.docnames[0], self.config.root_doc)
    image = {
        "src": posixpath.join(posixpath.dirname(up), FOLDER, file_name(node)),
        "alt": node["alt"],
        "width": str(width),
        "height": str(height),
        "loading": "lazy",
        "onerror": "this.parentElement.remove()",
    }
    self.body += [
        self.starttag(node, "figure", CLASS="screenshot", **figure),
        self.emptytag({}, "img", **image),
        "<figcaption>",
    ]


def depart_screenshot(self: SphinxTranslator, node: screenshot) -> None:
    """Close the figure behind its caption."""
    self.body.append("</figcaption></figure>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("screenshot", Screenshot)
    app.add_node(screenshot, html=(visit_screenshot, depart_screenshot))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
