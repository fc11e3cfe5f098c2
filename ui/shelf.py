"""Documents taken from the library to be read, by a connection of their own: reading never waits for a question being answered."""

import threading
from collections import OrderedDict
from pathlib import Path

from index.errors import NoLibrary
from index.library import Library, open_library
from index.parse import digest
from index.records import Document

_KEPT = 64  # documents remembered
_KEPT_LENGTH = 8_000_000  # code points of all of them together


class Shelf:
    """The documents of a library folder by id, the last ones read kept. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._state: tuple[int, int] = (0, 0)  # the file and what was last written to it
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._whole: dict[str, tuple[int, int, str]] = {}

    def document(self, name: str) -> Document | None:
        """Return the document with this id as it is now, or None. Raises LibraryError where the library is damaged."""
        with self._lock:
            library = self._fresh()
            if library is None:
                return None
            found = self._kept.pop(name, None) or library.document(name)
            if found is not None:
                self._keep(found)
            return found

    def _keep(self, document: Document) -> None:
        self._kept[document.id] = document
        while len(self._kept) > 1 and (len(self._kept) > _KEPT or sum(len(one.text) for one in self._kept.values()) > _KEPT_LENGTH):
            self._kept.popitem(last=False)

    def _fresh(self) -> Library | None:
        """Return the open library, having forgotten what changed since; opened again where another stands in its place."""
        try:
            file = (self._folder / "library.sqlite").stat().st_ino
            if self._library is None or self._state[0] != file:
                self._library = open_library(self._folder)
                self._state = (file, -1)
        except (NoLibrary, FileNotFoundError):
            self._library = None
            return None
        version = self._library.version()
        if version != self._state[1]:
            self._kept.clear()
            self._state = (file, version)
        return self._library

    def unchanged_file(self, document: Document) -> Path | None:
        """Return the file from which a document was read if it is still there with the same content, else None."""
        path = Path(document.source)
        with self._lock:
            library = self._fresh()
            known = library.digest(document.source) if library else None
            if not known or not path.is_file():
                return None
            state = path.stat()
            seen = self._whole.get(document.source)
            if seen is None or seen[:2] != (state.st_mtime_ns, state.st_size):
                seen = self._whole[document.source] = (state.st_mtime_ns, state.st_size, digest(path))
            return path if seen[2] == known else None
