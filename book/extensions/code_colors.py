"""Code in colors, with elements only for what has a color of its own.

Half of the elements that Pygments writes have the color of the text around them: names,
brackets, spaces. A page with listings would be parsed and laid out with thousands of
them: https://github.com/pygments/pygments/blob/2.21.0/pygments/formatters/html.py
"""

from collections.abc import Iterable
from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Punctuation, Text, Whitespace
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

# In the light style (_config.yml) and in the dark one (theme.py).
PLAIN = (Name, Name.Namespace, Punctuation, Whitespace)


class ColoredOnly(HtmlFormatter):
    """Pygments' formatter for HTML; what is plain text stands in no element."""

    def format_unencoded(
        self, tokensource: Iterable[tuple[Any, str]], outfile: Any
    ) -> None:
        """Write the tokens to the file."""
        plain = ((Text if kind in PLAIN else kind, text) for kind, text in tokensource)
        super().format_unencoded(plain, outfile)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    PygmentsBridge.html_formatter = ColoredOnly
    return {"parallel_read_safe": True, "parallel_write_safe": True}
