"""Looking through what a library holds, some of it at a time: the whole list of a large library is too long to read and to show."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import LibraryError, UsageError, no_library


class Entry(NamedTuple):
    """A source of the library with its document; ``pages`` is 0 where it has none, ``whole`` is False where it was not read to its end."""

    source: str
    origin: str
    document: str
    title: str
    meta: Mapping[str, str]
    paragraphs: int
    pages: int
    unit: str
    passages: int
    whole: bool


class Named(NamedTuple):
    """What a name stands for: a source and the id of its document."""

    source: str
    document: str


class Listing(NamedTuple):
    """Some entries in the order of their sources, how many match, and how many there are."""

    entries: tuple[Entry, ...]
    matching: int
    total: int


_WAYS = (
    "FROM source s WHERE s.source IN (:name, :path)",
    "FROM source s WHERE s.origin IN (:name, :path)",
    "FROM source s WHERE s.document = :name",
    "FROM source s WHERE substr(s.origin, -length(:name) - 1) IN ('/' || :name, char(92) || :name)",  # a file by its name alone
    "FROM document d JOIN source s ON s.document = d.id WHERE d.title = :name",
)
_MATCHING = "FROM source s JOIN document d ON d.id = s.document WHERE (instr(lower(d.title), :key) OR instr(lower(s.source), :key))"
_ALL = "FROM source s JOIN document d ON d.id = s.document WHERE 1"
_ENTRY = (
    "SELECT s.source, s.origin, d.id, d.title, d.meta, json_array_length(d.layout, '$.paragraphs'), "
    "coalesce(json_array_length(d.layout, '$.pages'), 0), coalesce(json_extract(d.layout, '$.unit'), 'page'), "
    "(SELECT count(*) FROM passage p WHERE p.document = d.id), s.digest <> '' "
)


def listing(folder: Path, wanted: str = "", *, most: int = 200, after: str = "") -> Listing:
    """Return up to ``most`` sources whose title or name contains ``wanted`` and whose name comes after ``after``.

    Capital and small Latin letters are one. Raises NoLibrary where there is no library, LibraryError where it cannot be read.
    """
    values = {"key": wanted.strip().lower(), "after": after, "most": most}
    chosen = _MATCHING if values["key"] else _ALL
    names = f"SELECT s.source {chosen} AND s.source > :after ORDER BY s.source LIMIT :most"
    with _reading(folder) as sql:
        total = int(sql.execute("SELECT count(*) FROM source").fetchone()[0])
        matching = int(sql.execute(f"SELECT count(*) {chosen}", values).fetchone()[0]) if values["key"] else total
        rows = sql.execute(f"{_ENTRY} {_ALL} AND s.source IN ({names}) ORDER BY s.source", values).fetchall()
    return Listing(tuple(map(_entry, rows)), matching, total)


def entry_of(folder: Path, source: str) -> Entry | None:
    """Return the entry of one source, or None. Raises NoLibrary where there is no library, LibraryError where it cannot be read."""
    with _reading(folder) as sql:
        row = sql.execute(f"{_ENTRY} {_ALL} AND s.source = ?", (source,)).fetchone()
    return _entry(row) if row else None


def named(folder: Path, name: str) -> list[Named]:
    """Return what a name stands for: a source before a file, a file before an id, an id before a name of a file, that before a title.

    Those two must be one document's.

    Raises UsageError for a name of nothing, or for a title of several; NoLibrary and LibraryError as ``listing``.
    """
    path = str(Path(name).resolve()) if name else ""
    values = {"name": name, "path": path}
    way, found = "", list[Named]()
    with _reading(folder) as sql:
        for way in _WAYS if name else ():
            found = [Named(*row) for row in sql.execute(f"SELECT s.source, s.document {way} ORDER BY s.source", values)]
            if found:
                break
    if not found:
        raise UsageError(f"ในคลังไม่มีเอกสาร {name} ดูชื่อทั้งหมดด้วย: tham list", f"The library has no document {name}; see all with: tham list")
    if way in _WAYS[-2:] and len({one.document for one in found}) > 1:
        raise UsageError(f"มีหลายเอกสารชื่อ {name} ระบุด้วยรหัสหรือไฟล์", f"Several documents are called {name}; name one by its id or file.")
    return found


def the_document(folder: Path, name: str) -> str:
    """Return the id of the one document that a name stands for. Raises as ``named``, and UsageError for a file of several documents."""
    found = {one.document for one in named(folder, name)}
    if len(found) > 1:
        raise UsageError(f"{name} มีหลายเอกสาร ระบุด้วยรหัสหรือแหล่งที่มา", f"{name} has several documents; name one by its id or source.")
    return found.pop()


def withdrawn(name: str) -> UsageError:
    """Return the error for a document that went away after its name was looked up."""
    return UsageError(f"เอกสาร {name} เพิ่งถูกถอนหรือแทนที่", f"The document {name} has just been removed or replaced.")


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry._make((*row[:4], json.loads(row[4]), *row[5:9], bool(row[9])))


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / "library.sqlite"
    if not path.is_file():
        raise no_library(folder)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as sql:
            yield sql
    except sqlite3.Error as error:
        raise LibraryError(f"อ่านคลังที่ {folder} ไม่ได้ ({error})", f"The library at {folder} cannot be read ({error}).") from error
