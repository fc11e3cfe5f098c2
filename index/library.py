"""The library on disk: ``library.sqlite``, the truth. Documents by content, their sources, and passages by row.

Rows are given out once and never again, so "the last row and the last removal seen" says how far a derived index has followed.
Readers may work while one writer writes.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from index.chunk import Cut
from index.errors import LibraryError, NoLibrary
from index.lexical import Applied
from index.records import Document, Paragraph, Passage, Section

FORMAT = "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, layout TEXT NOT NULL, meta TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS source (
    source TEXT PRIMARY KEY, origin TEXT NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL REFERENCES document(id));
CREATE INDEX IF NOT EXISTS source_origin ON source(origin);
CREATE INDEX IF NOT EXISTS source_document ON source(document);
CREATE TABLE IF NOT EXISTS passage (
    row INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL REFERENCES document(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passage_document ON passage(document);
CREATE TABLE IF NOT EXISTS removed (removal INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL);
"""
_PASSAGE = (
    'SELECT p.row, p.document, d.title, p.headings, p.start, p."end", substr(d.text, p.start + 1, p."end" - p.start) AS text '
    "FROM passage p JOIN document d ON d.id = p.document "
)


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

        ``seal`` the origin when all its documents are in: until then it counts as not read.
        """
        old = self._sql.execute("SELECT document FROM source WHERE source = ?", (document.source,)).fetchone()
        if not self._sql.execute("SELECT 1 FROM document WHERE id = ?", (document.id,)).fetchone():
            self._insert(document, cuts)
        elif old and old[0] == document.id:
            self._describe(document)
        self._sql.execute("INSERT OR REPLACE INTO source VALUES (?, ?, '', ?)", (document.source, origin, document.id))
        if old and old[0] != document.id:
            self._drop_unheld(old[0])
            return "replaced"
        return "unchanged" if old else "added"

    def _insert(self, document: Document, cuts: Sequence[Cut]) -> None:
        layout = {
            "sections": [[s.start, s.end, list(s.headings)] for s in document.sections],
            "paragraphs": [[p.start, p.end, p.page, list(p.headings)] for p in document.paragraphs],
        }
        values = (document.id, document.title, document.text, _json(layout), _json(dict(document.meta)))
        self._sql.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", values)
        self._sql.executemany(
            'INSERT INTO passage (document, start, "end", headings) VALUES (?, ?, ?, ?)',
            ((document.id, cut.start, cut.end, _json(list(cut.headings))) for cut in cuts),
        )

    def _describe(self, document: Document) -> None:
        values = (document.title, _json(dict(document.meta)), document.id)
        self._sql.execute("UPDATE document SET title = ?, meta = ? WHERE id = ?", values)

    def forget(self, source: str) -> int:
        """Remove a source, or all sources of a file; documents no source holds any more go too. Returns how many sources went."""
        held = self._sql.execute("SELECT source, document FROM source WHERE source = ? OR origin = ?", (source, source)).fetchall()
        self._sql.executemany("DELETE FROM source WHERE source = ?", ((name,) for name, _ in held))
        for document in dict.fromkeys(document for _, document in held):
            self._drop_unheld(document)
        return len(held)

    def _drop_unheld(self, document: str) -> None:
        if self._sql.execute("SELECT 1 FROM source WHERE document = ?", (document,)).fetchone():
            return
        self._sql.execute("INSERT INTO removed (row) SELECT row FROM passage WHERE document = ? ORDER BY row", (document,))
        self._sql.execute("DELETE FROM passage WHERE document = ?", (document,))
        self._sql.execute("DELETE FROM document WHERE id = ?", (document,))

    def recut(self, document: str, cuts: Sequence[Cut]) -> None:
        """Replace the passages of a document by others (new rows)."""
        self._sql.execute("INSERT INTO removed (row) SELECT row FROM passage WHERE document = ? ORDER BY row", (document,))
        self._sql.execute("DELETE FROM passage WHERE document = ?", (document,))
        self._sql.executemany(
            'INSERT INTO passage (document, start, "end", headings) VALUES (?, ?, ?, ?)',
            ((document, cut.start, cut.end, _json(list(cut.headings))) for cut in cuts),
        )

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
        """Return the last row and the last removal ever given out."""
        names = dict(self._sql.execute("SELECT name, seq FROM sqlite_sequence"))
        return Applied(int(names.get("passage", 0)), int(names.get("removed", 0)))

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
        return [
            Passage(row=row, document=document, title=title, headings=tuple(json.loads(headings)), start=start, end=end, text=text)
            for row, document, title, headings, start, end, text in self._sql.execute(query, values)
        ]

    def document_ids(self) -> list[str]:
        return [row[0] for row in self._sql.execute("SELECT id FROM document ORDER BY rowid")]

    def document(self, name: str) -> Document | None:
        """Return the document with this id, under the first of its sources, or None."""
        row = self._sql.execute("SELECT title, text, layout, meta FROM document WHERE id = ?", (name,)).fetchone()
        held = self._sql.execute("SELECT source FROM source WHERE document = ? ORDER BY rowid LIMIT 1", (name,)).fetchone()
        if row is None or held is None:
            return None
        layout = json.loads(row[2])
        return Document(
            id=name,
            title=row[0],
            source=held[0],
            text=row[1],
            sections=tuple(Section(start=s, end=e, headings=tuple(h)) for s, e, h in layout["sections"]),
            paragraphs=tuple(
                Paragraph(number=number, start=s, end=e, page=page, headings=tuple(h))
                for number, (s, e, page, h) in enumerate(layout["paragraphs"], start=1)
            ),
            meta=json.loads(row[3]),
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def open_library(folder: Path) -> Library:
    """Open an existing library. Raises NoLibrary where there is none, LibraryError where it is damaged."""
    path = folder / "library.sqlite"
    if not path.is_file():
        raise NoLibrary(
            f"ยังไม่มีคลังเอกสารที่ {folder} สร้างด้วย: tham add ไฟล์หรือโฟลเดอร์",
            f"There is no library at {folder} yet; make one with: tham add FILE_OR_FOLDER",
        )
    return _connect(folder)


def create_library(folder: Path) -> Library:
    """Open a library, making it where there is none. Raises LibraryError where the folder cannot be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"สร้างคลังที่ {folder} ไม่ได้ ({error.strerror})", f"Cannot make a library at {folder} ({error.strerror})."
        ) from error
    library = _connect(folder)
    if not library.settings():
        with library.change():
            library.configure({"format": FORMAT})
    return library


def _connect(folder: Path) -> Library:
    try:
        connection = sqlite3.connect(folder / "library.sqlite", timeout=30, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was reported done survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(_SCHEMA)
    except sqlite3.Error as error:
        raise LibraryError(
            f"เปิดคลังที่ {folder} ไม่ได้ ({error}) ไฟล์ library.sqlite อาจเสียหาย",
            f"The library at {folder} cannot be opened ({error}); library.sqlite may be damaged.",
        ) from error
    return Library(folder, connection)
