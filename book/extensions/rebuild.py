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
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import viewcode

from book.extensions import cards, explorers, gallery, labs
from book.extensions.digests import digest, digests, known_to_all, shared_files


def leave_source_pages(app: Sphinx) -> None:
    """Leave the pages of the package's source as they are.

    To see whether they are up to date, viewcode would import every module, and torch.
    """
    for listener in list(app.events.listeners["html-collect-pages"]):
        if listener.handler is viewcode.collect_pages:
            app.disconnect(listener.id)


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
            leave_source_pages(app)
            return {page for page, m in env.metadata.items() if "lists others" in m}
        self.written = set()
        made = (cards.FOLDER, explorers.FOLDER, gallery.FOLDER, labs.FOLDER)
        for folder in ("_modules", *made):
            shutil.rmtree(Path(app.outdir, folder), ignore_errors=True)
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
    app.setup_extension("book.extensions.early_styles")
    app.setup_extension("book.extensions.search_index")  # Sphinx's own loses entries
    gc.disable()  # trees of nodes are all that is made, and they are needed to the end
    rebuild = Rebuild()
    app.connect("builder-inited", rebuild.start, priority=100)
    app.connect("env-get-outdated", rebuild.find_changed, priority=900)
    app.connect("env-get-updated", rebuild.choose_pages, priority=900)
    app.connect("html-page-context", rebuild.note_page)
    app.connect("build-finished", rebuild.clear_away)
    app.connect("build-finished", lambda *_: gc.enable(), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
