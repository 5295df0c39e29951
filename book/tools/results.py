"""The results of the notebooks, as jupyter-cache stores them for `jupyter-book build`.

jupyter-cache finds a result by the code of its notebook. What it doesn't know stands
beside it, in executed.json: the fingerprint (fingerprint.py) and how long the notebook
took. It is written last, so that a result is whole if it is named there.
"""

import json
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord

from book.tools.fingerprint import fingerprint

FOLDER = Path("_build")
CACHE = FOLDER / ".jupyter_cache"


class Results:
    """The stored results of the book whose folder is root."""

    def __init__(self, root: Path) -> None:
        """Open what is stored, if anything is."""
        self.root = root
        self.cache = get_cache(root / CACHE)
        self.file = root / FOLDER / "executed.json"
        try:
            self.notes = json.loads(self.file.read_text())
        except (FileNotFoundError, ValueError):  # none yet, or cut short
            self.notes = {}

    def usable(self, path: Path) -> bool:
        """Return whether the notebook's result can be used; drop it if it can't."""
        notebook = nbformat.read(path, as_version=4)
        _, code = self.cache.create_hashed_notebook(notebook)
        records = [r for r in self.cache.list_cache_records() if r.hashkey == code]
        mark = fingerprint(notebook, self.root)
        now = {"code": code, "fingerprint": mark}
        if (
            records
            and mark
            and now.items() <= self.notes.get(self._name(path), {}).items()
        ):
            return True
        # First the note: `jupyter-book build` may store a result, and doesn't say with
        # which package.
        self._note(path, seconds=self.seconds(path))
        self._drop(records)
        return False

    def seconds(self, path: Path) -> float:
        """Return how long the notebook took the last time; a day if that is unknown."""
        return self.notes.get(self._name(path), {}).get("seconds", 86400.0)

    def store(
        self, path: Path, notebook: nbformat.NotebookNode, mark: str, seconds: float
    ) -> None:
        """Store the executed notebook, whose fingerprint is mark; drop older ones."""
        uri = str(path.absolute())
        self._drop(NbCacheRecord.records_from_uri(uri, self.cache.db))
        record = self.cache.cache_notebook_bundle(
            CacheBundleIn(notebook, uri, data={"execution_seconds": seconds}),
            check_validity=False,
            overwrite=True,
        )
        self._note(path, code=record.hashkey, fingerprint=mark, seconds=seconds)

    def _name(self, path: Path) -> str:
        return path.resolve().relative_to(self.root.resolve()).as_posix()

    def _note(self, path: Path, **facts: object) -> None:
        self.notes[self._name(path)] = facts
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.notes, indent=1, sort_keys=True) + "\n")
        new.replace(self.file)

    def _drop(self, records: list[NbCacheRecord]) -> None:
        for record in records:
            try:
                self.cache.remove_cache(record.pk)
            except KeyError:  # its file was never written
                NbCacheRecord.remove_record(record.pk, self.cache.db)
