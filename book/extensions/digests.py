"""What a page depends on, and what pages know of each other, in few bytes.

Nothing is decided here; book/extensions/rebuild.py does that.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

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
    kept["metadata"] = {  # MyST counts the words of each page
        docname: {k: v for k, v in data.items() if not k.startswith("wordcount")}
        for docname, data in env.metadata.items()
    }
    kept["domaindata"] = {
        name: {k: v for k, v in data.items() if (name, k) not in NOT_ON_PAGES}
        for name, data in env.domaindata.items()
        if name not in NOT_ON_PAGES
    }
    cited = kept["domaindata"].get("cite", {})
    if "citation_refs" in cited:  # in the order in which the pages were read
        cited["citation_refs"] = sorted(cited["citation_refs"], key=repr)
    for text in canonical(kept):
        total.update(text.encode())
    return total.hexdigest()
