"""Citations: the bibliography labels its entries as the text cites them.

The text cites by authors and year; the bibliography's entries are labeled by the same
style, and sorted as pybtex's own style sorts them.

sphinxcontrib-bibtex asks pybtex for a plug-in at each citation, and pybtex looks into
the records of every package, some 20 ms each time, unless the plug-in is registered:
https://docs.pybtex.org/api/plugins.html
"""

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import find_plugin, register_plugin
from pybtex.style.formatting.alpha import Style
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

PLUGIN = ("pybtex.backends", "plaintext")


class AuthorYear(BaseLabelStyle):
    """Labels such as "Wu and He, 2018", as a citation in parentheses reads."""

    def format_labels(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the label of each entry."""
        style = AuthorYearReferenceStyle()
        names = style.person.author_or_editor_or_title(full=False)
        for entry in entries:
            cited = names.format_data({"entry": entry, "style": style})
            label = f"{cited.render_as('plaintext')}{style.author_year_sep}"
            yield label + entry.fields["year"]


class AuthorYearStyle(Style):
    """The usual form of an entry, with that label."""

    default_label_style = AuthorYear


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    register_plugin(*PLUGIN, find_plugin(*PLUGIN), force=True)
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
