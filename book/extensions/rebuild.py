"""A build over an existing site gives the same bytes as one from nothing, in less time.

What is read again is decided by content, not by the dates of files: a page whose
source, included files or executed notebook differ from those of the last build. What is
written again is decided by what pages know of each other, such as titles, numbers and
terms, all of which Sphinx keeps in its environment: where that is as it was, only the
pages that were read and those that list others; else all of them. A change of what all
pages share, such as these extensions, makes a build from nothing. Pages that nothing
writes any more are deleted.
"""

import gc
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import sphinx_exercise
import sphinx_proof
from docutils import nodes
from jupyter_cache import get_cache
from myst_nb import sphinx_ext as myst_nb
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index

# What every page depends on, besides its own source.
SHARED = (
    "_config.yml",
    "_toc.yml",
    "references.bib",
    "requirements.txt",
    "package.json",
)
SHARED_FOLDERS = ("book", "code/textbook/lesson")

# What Sphinx keeps for itself or shares, and no page shows of another page.
NOT_ON_PAGES = {
    *("all_docs", "app", "config", "config_status", "config_status_extra"),
    *("dependencies", "digests", "domaindata", "domains", "events"),
    *("external_site_map", "included", "known", "myst_config", "mystnb_config"),
    *("nb_new_exec_data", "project", "sd_config", "settings", "shared", "temp_data"),
    *("titles_old", "images", "dlfiles", "nb_metadata", "srcdir", "doctreedir"),
    *("_pickled_doctree_cache", "_write_doc_doctree_cache", "c", "cpp"),
    ("cite", "bibdata"),
}


# They copy their style sheets when all pages are written: in a first build, the
# addresses of these would lack the checksum that they get in the next.
LATE = (
    myst_nb.add_global_html_resources,
    sphinx_exercise.copy_asset_files,
    sphinx_proof.copy_asset_files,
)


def digest(files: list[Path]) -> str:
    """Return a digest of what the files hold; one that is not there counts as empty."""
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.is_file() else b""
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def shared_files(top: Path) -> list[Path]:
    """Return the files that every page depends on."""
    folders = (file for name in SHARED_FOLDERS for file in (top / name).rglob("*"))
    found = (f for f in folders if f.is_file() and "__pycache__" not in f.parts)
    return [*(top / name for name in SHARED), *sorted(found)]


def executed_notebooks(folder: Path) -> dict[str, Path]:
    """Return what the cache keeps of each notebook, by the path of its source."""
    if not (folder / "global.db").is_file():
        return {}
    cache = get_cache(folder)
    return {
        record.uri: cache.path / "executed" / record.hashkey / "base.ipynb"
        for record in cache.list_cache_records()
    }


def digests(app: Sphinx, env: BuildEnvironment) -> dict[str, str]:
    """Return for each page the digest of what it depends on alone."""
    executed = executed_notebooks(Path(env.mystnb_config.execution_cache_path))
    found = {}
    for docname in env.found_docs:
        source = env.doc2path(docname)
        included = [Path(app.srcdir, f) for f in sorted(env.dependencies[docname])]
        run = [executed[source]] if source in executed else []
        found[docname] = digest([Path(source), *included, *run])
    return found


def canonical(value: object) -> Iterator[str]:
    """Give a text that is the same for equal values, whatever the order of their keys.

    An object of an unknown kind may give another text each time: then all is written.
    """
    if isinstance(value, dict):
        for key in sorted(value, key=repr):
            yield f"{key!r}:"
            yield from canonical(value[key])
    elif isinstance(value, set | frozenset):
        yield from sorted(map(repr, value))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from canonical(each)
            yield ","
    elif isinstance(value, nodes.Node):
        yield value.pformat()
    elif type(value).__repr__ is object.__repr__ and hasattr(value, "__dict__"):
        yield from canonical(vars(value))
    else:
        yield repr(value)
    yield ";"


def known_to_all(env: BuildEnvironment) -> str:
    """Return a digest of what any page may take from the environment."""
    total = hashlib.sha256()
    kept = {
        name: value
        for name, value in vars(env).items()
        if name not in NOT_ON_PAGES and not name.startswith("_search_index")
    }
    kept["domaindata"] = {
        name: {k: v for k, v in data.items() if (name, k) not in NOT_ON_PAGES}
        for name, data in env.domaindata.items()
        if name not in NOT_ON_PAGES
    }
    for text in canonical(kept):
        total.update(text.encode())
    return total.hexdigest()


def restore_search(env: BuildEnvironment, site: Path) -> None:
    """Give the search back the index entries of the pages that are not written again.

    Sphinx's loader of the search index forgets them:
    https://github.com/sphinx-doc/sphinx/blob/v7.4.7/sphinx/search/__init__.py#L303
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
    """Drop the words of the search that no page has any more: Sphinx keeps them."""
    search = app.builder.indexer
    for words in (search._mapping, search._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return []  # no page is added


class Rebuild:
    """One build: what it reads again, what it writes, and what is gone after it.

    Between builds the environment keeps three digests: `shared`, of what all pages
    depend on; `digests`, of what each page depends on alone; `known`, of what pages
    know of each other.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.from_nothing = False
        self.written: set[str] | None = None  # pages, if all of them are written

    def start(self, app: Sphinx) -> None:
        """Remove the site if what all its pages share has changed."""
        shared = digest(shared_files(Path(app.confdir)))
        self.from_nothing = getattr(app.env, "shared", None) != shared
        app.env.shared = shared
        if self.from_nothing and app.builder.format == "html":
            shutil.rmtree(app.outdir, ignore_errors=True)
        if app.builder.format == "html":
            Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
            for copy_style_sheets in LATE:
                copy_style_sheets(app, None)

    def find_changed(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        added: set[str],
        changed: set[str],
        removed: set[str],
    ) -> set[str]:
        """Choose what is read again: what differs from what was read last time."""
        if self.from_nothing:
            return set(env.found_docs)
        before, now = env.digests, digests(app, env)
        differ = {d for d in env.found_docs if before.get(d) != now[d]}
        for docname in changed - differ - env.reread_always:
            if Path(env.doctreedir, f"{docname}.doctree").exists():
                changed.remove(docname)  # a new date, no new text
        return differ

    def choose_pages(self, app: Sphinx, env: BuildEnvironment) -> set[str]:
        """Choose what is written, besides the pages that were read."""
        before = getattr(env, "known", None)
        env.digests = digests(app, env)  # what is included is known by now
        env.known = known_to_all(env)
        if env.known == before and not self.from_nothing:
            restore_search(env, Path(app.outdir))
            return set(env.pages_with_lists)
        self.written = set()
        shutil.rmtree(Path(app.outdir, "_modules"), ignore_errors=True)
        return set(env.found_docs)

    def note_page(self, app: Sphinx, pagename: str, *_: object) -> None:
        """Note that a page is written."""
        if self.written is not None:
            self.written.add(pagename)

    def clear_away(self, app: Sphinx, error: Exception | None) -> None:
        """Delete pages that are gone, and Sphinx's note of where the book stands."""
        if error or app.builder.format != "html":
            return
        Path(app.outdir, ".buildinfo").unlink(missing_ok=True)
        if self.written is None:
            return
        pages = {Path(app.builder.get_outfilename(name)) for name in self.written}
        for file in set(Path(app.outdir).rglob("*.html")) - pages:
            file.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    gc.disable()  # trees of nodes are all that is made, and they are needed to the end
    rebuild = Rebuild()
    app.connect("builder-inited", rebuild.start, priority=100)
    app.connect("env-get-outdated", rebuild.find_changed, priority=900)
    app.connect("env-get-updated", rebuild.choose_pages, priority=900)
    app.connect("html-page-context", rebuild.note_page)
    app.connect("html-collect-pages", forget_words)
    app.connect("build-finished", rebuild.clear_away)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
