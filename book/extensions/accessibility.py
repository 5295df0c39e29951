"""Names and roles by which screen readers find their way, and ids that stand once.

Each mend names what it mends; tests/extensions/test_accessibility.py fails once an
upstream needs it no longer.
"""

from typing import Any

from docutils import nodes
from jinja2.ext import Extension
from myst_nb import sphinx_ as myst_nb
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxTranslator
from sphinx.writers.html5 import HTML5Translator

# Every exercise, solution and proof gets the same id, which nothing links to:
# https://github.com/executablebooks/sphinx-exercise/blob/v1.2.1/sphinx_exercise/directive.py
# https://github.com/executablebooks/sphinx-proof/blob/v0.4.0/sphinx_proof/directive.py
REPEATED = ("exercise-content", "solution-content", "proof-content", "proof")

# What Furo puts around wide formulas and tables gets their ids too:
# https://github.com/pradyunsg/furo/blob/2025.12.19/src/furo/__init__.py
WRAPPERS = ("math-wrapper", "table-wrapper")

# Furo's two landmarks of one kind have no names to tell them apart:
# https://github.com/pradyunsg/furo/blob/2025.12.19/src/furo/theme/furo/page.html
LANDMARKS = {
    '<aside class="sidebar-drawer"': "Chapters",
    '<aside class="toc-drawer': "On this page",
}

# A name that differs from the words in sight, so that voice control can't find it:
# https://github.com/executablebooks/MyST-NB/blob/v1.4.0/myst_nb/sphinx_.py
NAMED_SUMMARY = '<summary aria-label="Toggle hidden content">\n'


class DropRepeatedIds(SphinxPostTransform):
    """Drop the ids that extensions give to more than one node of a page.

    When a page is written, that is: while it is read, Sphinx numbers what is in the
    sections, and wants each to have an id.
    """

    default_priority = 700  # after Furo's own

    def run(self, **kwargs: Any) -> None:
        """Leave the nodes, without these ids."""
        for node in self.document.findall(nodes.Element):
            if isinstance(node, nodes.section | nodes.admonition):
                node["ids"] = [each for each in node["ids"] if each not in REPEATED]
            elif any(name in WRAPPERS for name in node["classes"]):
                node["ids"] = []


class AccessibleTranslator(HTML5Translator):
    """Sphinx's own writer, with roles that hold up."""

    def starttag(
        self,
        node: nodes.Element,
        tagname: str,
        suffix: str = "\n",
        empty: bool = False,
        **attributes: str,
    ) -> str:
        """Write a tag as Sphinx does, but for two roles."""
        # A heading needs a level: https://github.com/sphinx-doc/sphinx/issues/14030
        if attributes.get("ROLE") == "heading":
            attributes["aria-level"] = "2"
        # Deprecated within lists: https://github.com/w3c/dpub-aria/pull/22
        if attributes.get("role") == "doc-biblioentry":
            attributes["role"] = "listitem"
        return super().starttag(node, tagname, suffix, empty, **attributes)


def visit_folded(self: SphinxTranslator, node: nodes.Element) -> None:
    """Write a folded cell as MyST-NB does, under its own first line if that says what.

    Its summary is named by the words in sight.
    """
    first = node[0].astext().partition("\n")[0]
    if first.startswith("# "):
        node["prompt_show"] = node["prompt_hide"] = f"Code: {first.removeprefix('# ')}"
    start = len(self.body)
    myst_nb.visit_HideCellInput(self, node)
    self.body[self.body.index(NAMED_SUMMARY, start)] = "<summary>\n"


class NamedLandmarks(Extension):
    """Names the landmarks in the source of the theme's template of every page."""

    def preprocess(
        self, source: str, name: str | None, filename: str | None = None
    ) -> str:
        """Return the template's source with the names."""
        if not (filename or "").endswith("furo/page.html"):
            return source
        for tag, label in LANDMARKS.items():
            if source.count(tag) != 1:
                raise ExtensionError(f"Furo's page.html has no {tag} to name any more")
            named = tag.replace("<aside ", f'<aside aria-label="{label}" ')
            source = source.replace(tag, named)
        return source


def name_landmarks(app: Sphinx) -> None:
    """Let the templates of the theme be read with the names."""
    if app.builder.format == "html":
        app.builder.templates.environment.add_extension(NamedLandmarks)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("myst_nb")
    app.add_post_transform(DropRepeatedIds)
    app.set_translator("html", AccessibleTranslator)
    app.add_node(
        myst_nb.HideCodeCellNode,
        override=True,
        html=(visit_folded, myst_nb.depart_HideCellInput),
    )
    app.connect("builder-inited", name_landmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
