"""Files to Documents: finds the files, tells their format, and hands each to the reader of its format."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import SourceError, UsageError
from index.formats import jsonl, text, wikiextractor
from index.formats.decode import is_text
from index.records import Document

_TEXT_SUFFIXES = {".txt", ".text", ".md", ""}
_JSONL_SUFFIXES = {".jsonl", ".ndjson"}
_PACKED = {".xz", ".gz", ".zst"}
_SNIFFED = 1024  # bytes looked at to tell a WikiExtractor file from plain text
_MANIFEST = "manifest.json"


def _nowhere(position: int) -> None:
    """Tell nobody."""


class Found(NamedTuple):
    """The files to read, and those in folders that were passed over because their format is not known."""

    files: list[Path]
    passed_over: list[Path]


def find_files(paths: list[Path]) -> Found:
    """Return the files to read: the named ones, and in folders those of a known format, sorted. Raises UsageError.

    Hidden files and links that lead out of the folder are left out without a word.
    """
    found: dict[Path, None] = {}
    passed_over: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"ไม่มีไฟล์หรือโฟลเดอร์ {path} โปรดตรวจชื่อ", f"There is no file or folder {path}; check the name.")
        if not path.is_dir():
            found[path.resolve()] = None
            continue
        for file in sorted(file for file in path.rglob("*") if file.is_file() and _belongs(file, path)):
            if file.suffix and format_of(file) is not None:
                found[file.resolve()] = None
            elif file.name != _MANIFEST:
                passed_over.append(file)
    return Found(list(found), passed_over)


def _belongs(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return not hidden and file.resolve().is_relative_to(folder.resolve())


def format_of(file: Path) -> str | None:
    """Return the format a file's name speaks for, or None for an unknown one."""
    suffix = file.suffix.lower()
    inner = Path(file.stem).suffix.lower() if suffix in _PACKED else suffix
    if inner in _JSONL_SUFFIXES:
        return "jsonl"
    return "text" if inner in _TEXT_SUFFIXES and suffix not in _PACKED else None


def readable_name(file: Path) -> str:
    """Return the file's path as text. Raises SourceError for a name that is no text, as old Thai archives leave them."""
    name = str(file)
    if not is_text(name):
        shown = os.fsencode(file.name).decode("cp874", "replace")
        raise SourceError(
            f"{shown}: ชื่อไฟล์ไม่ใช่ UTF-8 โปรดเปลี่ยนชื่อไฟล์แล้วเพิ่มใหม่", f"{shown}: the file's name is not UTF-8; rename it and add it again."
        )
    return name


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces; with it the metadata the folder's manifest gives it."""
    with file.open("rb") as data:
        content = hashlib.file_digest(data, "sha256")
    content.update(json.dumps(dict(manifest_entry(file)), sort_keys=True).encode())
    return content.hexdigest()


def manifest_entry(file: Path) -> Mapping[str, str]:
    """Return what ``manifest.json`` beside the file says of it (title, author, publisher, url, licence), or nothing."""
    try:
        listed: Any = json.loads((file.parent / _MANIFEST).read_text(encoding="utf-8"))
        entries = listed["documents"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("file") == file.name:
            return {str(name): value for name, value in entry.items() if isinstance(value, str) and name not in {"file", "sha256"}}
    return {}


def parse(file: Path, form: str = "auto", at: Callable[[int], None] = _nowhere) -> Iterator[Document | SourceError]:
    """Yield the Documents of a file, and a SourceError for each record that cannot be read; ``at`` is told the bytes read so far.

    Raises SourceError where the file as a whole cannot be read, OSError where it cannot be opened.
    """
    known = form if form != "auto" else format_of(file)
    if known is None:
        raise SourceError(
            f"{file.name}: ยังไม่รองรับไฟล์ชนิด {file.suffix} โปรดแปลงเป็นข้อความ (.txt) หรือ .jsonl ก่อน",
            f"{file.name}: files of type {file.suffix} are not supported yet; convert it to text (.txt) or .jsonl first.",
        )
    meta = manifest_entry(file)
    if known == "jsonl":
        yield from jsonl.read(file, meta, at)
    elif known == "wikiextractor" or _is_wikiextractor(file):
        yield from wikiextractor.read(file, meta)
    else:
        yield from text.read(file, meta)


def _is_wikiextractor(file: Path) -> bool:
    with file.open("rb") as data:
        return wikiextractor.recognises(data.read(_SNIFFED).decode("utf-8", "ignore"))
