"""Files to Documents: finds the files, tells their format, and hands each to the reader of its format."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from index.errors import SourceError, UsageError
from index.formats import wikiextractor
from index.formats.decode import is_text
from index.metadata import described, is_description
from index.records import Document

# format -> the endings of its files' names; each is read by the module of its name in index/formats
FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ""),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm", ".xhtml"),
    "pdf": (".pdf",),
    "docx": (".docx",),
    "odt": (".odt",),
    "epub": (".epub",),
    "pptx": (".pptx",),
    "table": (".csv", ".tsv", ".xlsx"),
    "subtitles": (".srt", ".vtt"),
    "image": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"),
    "jsonl": (".jsonl", ".ndjson"),
    "wikiextractor": (),  # told by its first line
}
_FORMAT_OF = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}
_PACKED = {".xz", ".gz", ".zst"}  # around records only
_SNIFFED = 1024  # bytes looked at to tell a WikiExtractor file from plain text
Record = Document | SourceError


def _nowhere(position: int) -> None:
    """Tell nobody."""


class Found(NamedTuple):
    """The files to read, those in folders that were passed over because their format is not known, and named ones that are not there."""

    files: list[Path]
    passed_over: list[Path]
    missing: list[UsageError]


def find_files(paths: list[Path], *, follow_links: bool = False) -> Found:
    """Return the files to read: the named ones, and in folders those of a known format, sorted. Raises UsageError where none is there.

    Hidden files and descriptions of files are left out without a word, and so are links that lead out of the folder, unless they
    are to be followed.
    """
    found: dict[Path, None] = {}
    passed_over: list[Path] = []
    missing: list[UsageError] = []
    for path in paths:
        if not path.exists():
            missing.append(UsageError(f"ไม่มีไฟล์หรือโฟลเดอร์ {path} โปรดตรวจชื่อ", f"There is no file or folder {path}; check the name."))
            continue
        if not path.is_dir():
            found[path.resolve()] = None
            continue
        for file in sorted(file for file in _walk(path, follow_links) if not is_description(file)):
            if file.suffix and format_of(file) is not None:
                found[file.resolve()] = None
            else:
                passed_over.append(file)
    if missing and len(missing) == len(paths):
        raise missing[0]
    return Found(list(found), passed_over, missing)


def _walk(folder: Path, follow_links: bool) -> Iterator[Path]:
    """Yield the files under a folder, each folder once however links lead back to it."""
    root, seen = folder.resolve(), set()
    for here, folders, names in os.walk(folder, followlinks=follow_links):
        place = Path(here)
        if place.resolve() in seen:
            folders.clear()
            continue
        seen.add(place.resolve())
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in (place / name for name in names if not name.startswith(".")):
            if file.is_file() and (follow_links or file.resolve().is_relative_to(root)):
                yield file


def format_of(file: Path) -> str | None:
    """Return the format a file's name speaks for, or None for an unknown one."""
    suffix = file.suffix.lower()
    if suffix in _PACKED:
        inner = _FORMAT_OF.get(Path(file.stem).suffix.lower())
        return inner if inner == "jsonl" else None
    return _FORMAT_OF.get(suffix)


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
    """Return the SHA-256 of a file's bytes, read in pieces; with it what its owner says of it. Raises SourceError, OSError."""
    if not file.is_file():
        raise SourceError(f"{file.name}: ไม่ใช่ไฟล์ธรรมดา โปรดคัดลอกเป็นไฟล์ก่อน", f"{file.name}: not a plain file; copy it to one first.")
    with file.open("rb") as data:
        content = hashlib.file_digest(data, "sha256")
    content.update(json.dumps(described(file), sort_keys=True).encode())
    return content.hexdigest()


def parse(file: Path, form: str = "auto", at: Callable[[int], None] = _nowhere) -> Iterator[Record]:
    """Yield the Documents of a file, and a SourceError for each record that cannot be read; ``at`` is told the bytes read so far.

    Raises SourceError where the file as a whole cannot be read, OSError where it cannot be opened.
    """
    known = form if form != "auto" else format_of(file)
    if known is None:
        raise SourceError(
            f"{file.name}: ยังไม่รองรับไฟล์ชนิด {file.suffix} โปรดแปลงเป็น PDF, DOCX หรือข้อความ (.txt) ก่อน",
            f"{file.name}: files of type {file.suffix} are not supported; convert it to PDF, DOCX or text (.txt) first.",
        )
    if form == "auto" and known == "text" and _is_wikiextractor(file):
        known = "wikiextractor"
    yield from import_module(f"index.formats.{known}").read(file, described(file), at)


def _is_wikiextractor(file: Path) -> bool:
    with file.open("rb") as data:
        return wikiextractor.recognises(data.read(_SNIFFED).decode("utf-8", "ignore"))
