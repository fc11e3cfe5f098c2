"""The tables of ``library.sqlite`` and how a connection to them is set."""

import sqlite3
from pathlib import Path

from index.errors import LibraryError

FILE, FORMAT = "library.sqlite", "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, layout TEXT NOT NULL, meta TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS document_title ON document(title);
CREATE TABLE IF NOT EXISTS source (
    source TEXT PRIMARY KEY, origin TEXT NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL REFERENCES document(id));
CREATE INDEX IF NOT EXISTS source_origin ON source(origin);
CREATE INDEX IF NOT EXISTS source_document ON source(document);
CREATE TABLE IF NOT EXISTS passage (
    row INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL REFERENCES document(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passage_document ON passage(document);
CREATE TABLE IF NOT EXISTS description (source TEXT PRIMARY KEY, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS removed (removal INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS mark (number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL);
"""


def connect(folder: Path) -> sqlite3.Connection:
    """Return a connection to a library's tables, made where there are none. Raises LibraryError where they are damaged."""
    try:
        connection = sqlite3.connect(folder / FILE, timeout=30, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was reported done survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(_SCHEMA)
    except sqlite3.Error as error:
        raise LibraryError(
            f"เปิดคลังที่ {folder} ไม่ได้ ({error}) ไฟล์ library.sqlite อาจเสียหาย",
            f"The library at {folder} cannot be opened ({error}); library.sqlite may be damaged.",
        ) from error
    return connection
