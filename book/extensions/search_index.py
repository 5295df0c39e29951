"""The index of the search, the same whether all pages are written or a few.

Sphinx's own loses and keeps what it should not where only some pages are written:
https://github.com/sphinx-doc/sphinx/blob/v7.4.7/sphinx/search/__init__.py#L295-L345
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index


def restore_search(env: BuildEnvironment, site: Path) -> None:
    """Give the search back the index entries of the pages that are not written again.

    The loader forgets them. Without an index from the last build there are none.
    """
    file = site / "searchindex.js"
    index = js_index.loads(file.read_text()) if file.exists() else {"indexentries": {}}
    restored = {docname: [] for docname in sorted(env.found_docs)}
    for entry, places in index["indexentries"].items():
        for number, identity, is_main in places:
            main = "main" if is_main else ""
            restored[index["docnames"][number]].append((entry, identity, main))
    env._search_index_index_entries.update(restored)


def forget_words(app: Sphinx) -> list:
    """Drop the words that no page has any more."""
    search = app.builder.indexer
    for words in (search._mapping, search._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return []  # no page is added


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-collect-pages", forget_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
