"""Citations, without looking through all installed packages for each of them.

sphinxcontrib-bibtex asks pybtex for a plug-in at each citation, and pybtex looks into
the records of every package, some 20 ms each time, unless the plug-in is registered:
https://docs.pybtex.org/api/plugins.html
"""

from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx

PLUGIN = ("pybtex.backends", "plaintext")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    register_plugin(*PLUGIN, find_plugin(*PLUGIN), force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
