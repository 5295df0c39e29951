"""Phrases in the text that set an explorer or a lab when they are clicked.

    [take two images](#normalized-batch:batch_size=2)

is a link to a state: it names an explorer of the page, and the values of some of its
sliders as an address has them; or a lab, and its sample or options. With blanks in it
the address stands in <>. What there isn't is an error of the build.
"""

from collections.abc import Iterator

from docutils import nodes
from myst_parser.mdit_to_docutils.transforms import ResolveAnchorIds
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from book.extensions.explorers import explorer
from book.extensions.labs import lab, settings_of

logger = logging.getLogger(__name__)


class attempt(nodes.Inline, nodes.TextElement):
    """A phrase, and under "state" what it sets, as `explorer:slider=value,…`."""


class MakeAttempts(SphinxTransform):
    """Makes links to states into phrases, before MyST looks for places so named."""

    default_priority = ResolveAnchorIds.default_priority - 1

    def apply(self) -> None:
        """Do it in the whole page."""
        for link in list(self.document.findall(nodes.reference)):
            state = link.get("refuri", "").removeprefix("#")
            if link.get("id_link") and ":" in state:
                made = attempt("", "", *link.children, state=state)
                made.source, made.line = link.source, link.line
                link.replace_self(made)


def check_attempts(app: Sphinx, doctree: nodes.document) -> None:
    """Hold that each phrase names what its page has, what can be set and values."""
    there = {
        node["ids"][0]: {s["name"]: s["values"] for s in node["data"]["sliders"]}
        for node in doctree.findall(explorer)
    }
    there |= {node["ids"][0]: settings_of(node) for node in doctree.findall(lab)}
    for node in doctree.findall(attempt):
        for mistake in _mistakes(node["state"], there):
            logger.error("try: %s", mistake, location=node)


def _mistakes(state: str, there: dict[str, dict[str, list]]) -> Iterator[str]:
    name, _, settings = state.partition(":")
    if name not in there:
        yield f"there is no explorer or lab {name} on the page, but {list(there)}"
        return
    values = there[name]
    for setting in settings.split(","):
        slider, _, value = setting.partition("=")
        if slider not in values:
            yield f"{name} has no slider {slider}, but {list(values)}"
        elif value not in values[slider]:
            yield f"{slider} of {name} is never {value}, but one of {values[slider]}"


def visit_attempt(self: SphinxTranslator, node: attempt) -> None:
    """Begin the button, which without a script is a phrase like others."""
    button = {"type": "button", "value": node["state"], "disabled": "disabled"}
    self.body.append(self.starttag(node, "button", "", CLASS="try", **button))


def depart_attempt(self: SphinxTranslator, node: attempt) -> None:
    """End the button."""
    self.body.append("</button>")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("book.extensions.explorers")
    app.setup_extension("book.extensions.labs")
    app.add_transform(MakeAttempts)
    app.add_node(attempt, html=(visit_attempt, depart_attempt))
    app.connect("doctree-read", check_attempts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
