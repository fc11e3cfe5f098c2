"""The library's documents as the page shows them: listed, described and removed. No gradio here."""

from contextlib import closing
from pathlib import Path
from typing import Any

from index.build import describe, remove
from index.errors import NoLibrary, UsageError
from index.library import open_library
from index.listing import Entry, entry_of, listing
from index.metadata import FIELDS, checked
from rag.bibliography.csl import kind_named
from ui.engine import Engine
from ui.source_view import file_name
from ui.web.uploads import UPLOADS

SHOWN = 200  # documents listed at once; the filter finds the others
_NAMES = ("author", "editor", "translator")  # several names, joined by "; "


def documents(engine: Engine, wanted: str = "", after: str = "") -> dict[str, Any]:
    """Return the documents whose title or name contains ``wanted``, 200 at once, and how many there are. Raises LibraryError."""
    try:
        found = listing(engine.folder, wanted, most=SHOWN, after=after)
    except NoLibrary:
        return {"documents": [], "matching": 0, "total": 0, "more": False}
    return {
        "documents": [_shown(entry) for entry in found.entries],
        "matching": found.matching,
        "total": found.total,
        "more": len(found.entries) == SHOWN,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    name = file_name(entry.source)
    suffix = Path(name).suffix.lstrip(".").upper() if "://" not in name else "WEB"
    return {
        "id": entry.document,
        "source": entry.source,
        "title": entry.title or name,
        "file": name,
        "format": suffix[:5] or "TXT",
        "kind": kind_named(entry.meta.get("kind", "")) or entry.meta.get("kind", ""),
        "author": entry.meta.get("author", ""),
        "year": entry.meta.get("year", ""),
        "paragraphs": entry.paragraphs,
        "pages": entry.pages,
        "unit": entry.unit,
        "passages": entry.passages,
        "state": "ready" if entry.whole else "partly",
    }


def described(engine: Engine, source: str) -> dict[str, Any]:
    """Return what is known of a document for a bibliography, every field. Raises UsageError for a source that the library has not."""
    entry = entry_of(engine.folder, source)
    document = engine.shelf.document(entry.document) if entry else None
    if document is None:
        raise UsageError("เอกสารนี้ถูกถอนหรือแทนที่ไปแล้ว", "This document has since been removed or replaced.")
    return {"source": source, "values": {field: document.meta.get(field, "") for field in FIELDS} | {"title": document.title}}


def describe_source(engine: Engine, source: str, said: dict[str, str]) -> dict[str, Any]:
    """Remember what the reader says of a document; an empty value takes a field away. Raises ThamError."""
    before = described(engine, source)["values"]
    changed = {field: " ".join(value.split()) for field, value in said.items() if " ".join(value.split()) != before.get(field, "")}
    filled = {field: _several(value) if field in _NAMES else value for field, value in changed.items() if value}
    values = {**checked(filled, file_name(source)), **{field: "" for field, value in changed.items() if not value and field in FIELDS}}
    with engine.writing:
        describe(engine.folder, source, values, engine.model())
    return described(engine, source)


def _several(names: str) -> list[str]:
    return [name.strip() for name in names.split(";") if name.strip()]


def remove_source(engine: Engine, source: str) -> str:
    """Remove one source from the library, and its copy where it was uploaded. Returns the name removed. Raises ThamError."""
    with engine.writing:
        gone = [entry for name in _sources(engine, source) if (entry := entry_of(engine.folder, name))]
        removed = remove(engine.folder, [source], engine.model())
        uploads = (engine.folder / UPLOADS).resolve()
        with closing(open_library(engine.folder)) as library:
            left = {entry.origin for entry in gone if library.sources_of(entry.origin)}
        for origin in {entry.origin for entry in gone if entry.source in removed} - left:
            if Path(origin).parent == uploads:
                Path(origin).unlink(missing_ok=True)
    return (gone[0].title or file_name(gone[0].source)) if gone else source


def _sources(engine: Engine, name: str) -> list[str]:
    """Return the sources that a source, a file or an id stands for; a title is not looked for: the page does not use it."""
    with closing(open_library(engine.folder)) as library:
        return sorted({name} | library.sources_of(name))
