"""The library on disk: ``library.sqlite``, the truth. Documents by content, their sources, and passages by row.

Rows are given out once and never again, so "the last row and the last removal seen" says how far a derived index has followed.
Readers may work while one writer writes.
"""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from index.chunk import Cut
from index.errors import LibraryError, no_library
from index.layout import document_of, layout_of
from index.lexical import Applied
from index.records import Document, Passage
from index.tables import FILE, FORMAT, connect

_PASSAGE = 'SELECT p.row, p.document, d.title, p.headings, p.start, p."end" FROM passage p JOIN document d ON d.id = p.document '


class Held(NamedTuple):
    """A source in the library: where a document came from. ``origin`` is the file that held it, often the source itself."""

    source: str
    origin: str
    document: str
    title: str
    characters: int
    passages: int


class Library:
    """One connection to a library folder. Use one per thread; ``open_library`` and ``create_library`` make it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._sql = connection

    def close(self) -> None:
        self._sql.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """All changes inside happen together or not at all. Raises LibraryError on a full disk, leaving all as it was."""
        try:
            with self._sql:
                yield
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"เขียนคลังไม่สำเร็จ ({error}) คลังยังเหมือนเดิม โปรดตรวจเนื้อที่ดิสก์และสิทธิ์ แล้วลองใหม่",
                f"The library could not be written ({error}); it is as it was. Check disk space and permissions and try again.",
            ) from error

    def settings(self) -> dict[str, str]:
        return dict(self._sql.execute("SELECT name, value FROM setting"))

    def configure(self, values: Mapping[str, str]) -> None:
        self._sql.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", values.items())

    def put(self, document: Document, origin: str, cuts: Sequence[Cut]) -> str:
        """Add a document under its source, or replace what the source held. Returns added, replaced or unchanged.

        ``seal`` the origin when all its documents are in: until then it counts as not read. A source taken over from another file
        leaves that one unsealed, so that reading it again brings its own record back.
        """
        document = _described(document, self.description(document.source))
        old = self._sql.execute("SELECT document, origin FROM source WHERE source = ?", (document.source,)).fetchone()
        changed = self._keep(document, cuts)
        self._sql.execute("INSERT OR REPLACE INTO source VALUES (?, ?, '', ?)", (document.source, origin, document.id))
        if old and old[1] != origin:
            self.seal(old[1], "")
        if old and old[0] != document.id:
            self._drop_unheld(old[0])
            return "replaced"
        return ("replaced" if changed else "unchanged") if old else "added"

    def _keep(self, document: Document, cuts: Sequence[Cut]) -> bool:
        """Insert the document, or bring its title and layout up to date where no other source holds it. Returns whether it changed."""
        values = (document.title, _json(layout_of(document)), _json(dict(document.meta)))
        known = self._sql.execute("SELECT title, layout, meta FROM document WHERE id = ?", (document.id,)).fetchone()
        if known is None:
            self._sql.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", (document.id, values[0], document.text, *values[1:]))
            self._insert(document.id, cuts)
            return True
        others = "SELECT 1 FROM source WHERE document = ? AND source <> ?"
        if known == values or self._sql.execute(others, (document.id, document.source)).fetchone():
            return False
        self._sql.execute("UPDATE document SET title = ?, layout = ?, meta = ? WHERE id = ?", (*values, document.id))
        if known[:2] != values[:2]:
            self.recut(document.id, cuts)
        return True

    def _insert(self, document: str, cuts: Sequence[Cut]) -> None:
        self._sql.executemany(
            'INSERT INTO passage (document, start, "end", headings) VALUES (?, ?, ?, ?)',
            ((document, cut.start, cut.end, _json(list(cut.headings))) for cut in cuts),
        )

    def _delete_passages(self, document: str) -> None:
        self._sql.execute("INSERT INTO removed (row) SELECT row FROM passage WHERE document = ? ORDER BY row", (document,))
        self._sql.execute("DELETE FROM passage WHERE document = ?", (document,))

    def description(self, source: str) -> dict[str, str]:
        """Return what the owner said of a source by ``describe``, by field; an empty text says that nothing is known."""
        row = self._sql.execute("SELECT said FROM description WHERE source = ?", (source,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def describe(self, source: str, values: Mapping[str, str]) -> bool:
        """Remember what the owner says of a source, before anything its file says. Returns whether the title changed: then recut it."""
        said = {**self.description(source), **values}
        self._sql.execute("INSERT OR REPLACE INTO description VALUES (?, ?)", (source, _json(said)))
        name = self._sql.execute("SELECT document FROM source WHERE source = ?", (source,)).fetchone()[0]
        was = self.document(name)
        assert was is not None
        now = _described(was, said)
        self._sql.execute("UPDATE document SET title = ?, meta = ? WHERE id = ?", (now.title, _json(dict(now.meta)), name))
        return now.title != was.title

    def forget(self, source: str) -> int:
        """Remove a source; a document that no source holds any more goes too. Returns 1, or 0 where there was none."""
        held = self._sql.execute("SELECT document FROM source WHERE source = ?", (source,)).fetchone()
        if held is None:
            return 0
        self._sql.execute("DELETE FROM source WHERE source = ?", (source,))
        self._sql.execute("DELETE FROM description WHERE source = ?", (source,))
        self._drop_unheld(held[0])
        return 1

    def _drop_unheld(self, document: str) -> None:
        if self._sql.execute("SELECT 1 FROM source WHERE document = ?", (document,)).fetchone():
            return
        self._delete_passages(document)
        self._sql.execute("DELETE FROM document WHERE id = ?", (document,))

    def recut(self, document: str, cuts: Sequence[Cut]) -> None:
        """Replace the passages of a document by others (new rows)."""
        self._delete_passages(document)
        self._insert(document, cuts)

    def seal(self, origin: str, digest: str) -> None:
        """Remember the content hash of a file all of whose documents are in."""
        self._sql.execute("UPDATE source SET digest = ? WHERE origin = ?", (digest, origin))

    def prune(self, removal: int) -> None:
        """Drop the record of removals that every derived index has followed."""
        self._sql.execute("DELETE FROM removed WHERE removal <= ?", (removal,))

    def digest(self, origin: str) -> str | None:
        """Return the content hash the file had when it was last read to its end, or None where it was not."""
        found = self._sql.execute("SELECT min(digest) FROM source WHERE origin = ?", (origin,)).fetchone()
        return str(found[0]) if found else None

    def sources_of(self, origin: str) -> set[str]:
        return {row[0] for row in self._sql.execute("SELECT source FROM source WHERE origin = ?", (origin,))}

    def held(self) -> list[Held]:
        """Return every source with its document, in the order of their names."""
        rows = self._sql.execute(
            "SELECT s.source, s.origin, s.document, d.title, length(d.text), "
            "(SELECT count(*) FROM passage p WHERE p.document = d.id) "
            "FROM source s JOIN document d ON d.id = s.document ORDER BY s.source"
        )
        return [Held(*row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """Return how many documents and passages there are."""
        documents, passages = self._sql.execute("SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)").fetchone()
        return int(documents), int(passages)

    def version(self) -> int:
        """Return a number that changes when another connection has changed the library."""
        return int(self._sql.execute("PRAGMA data_version").fetchone()[0])

    def reached(self) -> Applied:
        """Return the last row and the last removal ever given out, and the last mark made."""
        names = dict(self._sql.execute("SELECT name, seq FROM sqlite_sequence"))
        last = self._sql.execute("SELECT token FROM mark ORDER BY number DESC LIMIT 1").fetchone()
        return Applied(int(names.get("passage", 0)), int(names.get("removed", 0)), last[0] if last else "")

    def make_mark(self) -> None:
        """Make a new mark. A derived index with a mark unknown here followed another history: a copy put back reuses rows."""
        self._sql.execute("INSERT INTO mark (token) VALUES (?)", (secrets.token_hex(8),))

    def knows(self, token: str) -> bool:
        return not token or self._sql.execute("SELECT 1 FROM mark WHERE token = ?", (token,)).fetchone() is not None

    def count_after(self, row: int) -> int:
        return int(self._sql.execute("SELECT count(*) FROM passage WHERE row > ?", (row,)).fetchone()[0])

    def passages_after(self, row: int, most: int) -> list[Passage]:
        """Return up to ``most`` passages whose row is greater, in row order."""
        return self._passages(_PASSAGE + "WHERE p.row > ? ORDER BY p.row LIMIT ?", (row, most))

    def removed_after(self, removal: int) -> list[int]:
        """Return the rows removed since that removal, in order."""
        return [row[0] for row in self._sql.execute("SELECT row FROM removed WHERE removal > ? ORDER BY removal", (removal,))]

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Return the passages that still exist, by row."""
        marks = ",".join("?" * len(rows))
        return {p.row: p for p in self._passages(_PASSAGE + f"WHERE p.row IN ({marks})", tuple(rows))}

    def _passages(self, query: str, values: tuple[int, ...]) -> list[Passage]:
        found = self._sql.execute(query, values).fetchall()
        texts: dict[str, str] = {}
        for name in {row[1] for row in found}:
            texts.update(self._sql.execute("SELECT id, text FROM document WHERE id = ?", (name,)))
        return [
            Passage(
                row=row, document=document, title=title, headings=tuple(json.loads(headings)), start=start, end=end,
                text=texts[document][start:end],
            )
            for row, document, title, headings, start, end in found
            if document in texts  # a writer may have taken it away since
        ]  # fmt: skip

    def rows_of(self, documents: Collection[str]) -> list[int]:
        """Return the rows of the passages of these documents, in order; ids of no document are passed over."""
        wanted = _json(sorted(documents))
        query = "SELECT row FROM passage WHERE document IN (SELECT value FROM json_each(?)) ORDER BY row"
        return [row[0] for row in self._sql.execute(query, (wanted,))]

    def document_ids(self) -> list[str]:
        return [row[0] for row in self._sql.execute("SELECT id FROM document ORDER BY rowid")]

    def document(self, name: str) -> Document | None:
        """Return the document with this id, under the first of its sources, or None."""
        row = self._sql.execute("SELECT title, text, layout, meta FROM document WHERE id = ?", (name,)).fetchone()
        held = self._sql.execute("SELECT source FROM source WHERE document = ? ORDER BY rowid LIMIT 1", (name,)).fetchone()
        if row is None or held is None:
            return None
        return document_of(name, row[0], held[0], row[1], json.loads(row[2]), json.loads(row[3]))


def _described(document: Document, said: Mapping[str, str]) -> Document:
    """Return the document with what its owner says of it; an empty text takes a field away."""
    if not said:
        return document
    meta = {field: value for field, value in {**document.meta, **said}.items() if value}
    return replace(document, title=said.get("title") or document.title, meta=meta)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def open_library(folder: Path) -> Library:
    """Open an existing library. Raises NoLibrary where there is none, LibraryError where it is damaged."""
    if not (folder / FILE).is_file():
        raise no_library(folder)
    return Library(folder, connect(folder))


def create_library(folder: Path) -> Library:
    """Open a library, making it where there is none. Raises LibraryError where the folder cannot be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"สร้างคลังที่ {folder} ไม่ได้ ({error.strerror})", f"Cannot make a library at {folder} ({error.strerror})."
        ) from error
    library = Library(folder, connect(folder))
    if not library.settings():
        with library.change():
            library.configure({"format": FORMAT})
    return library
