"""What is known of a text for a bibliography, from the file itself and from what its owner says of it.

The owner's word counts more: ``tham describe`` before a sidecar ``NAME.meta.yaml`` before the folder's ``manifest.json`` before the file's
own metadata. Nothing is guessed.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.errors import SourceError

# The names of CSL (citationstyles.org) where they are plain words; "container" is the book, journal or site a text stands in.
FIELDS = (
    "title", "author", "editor", "translator", "year", "publisher", "place", "edition", "container", "volume", "issue", "pages", "url",
    "accessed", "doi", "isbn", "kind", "language", "licence",
)  # fmt: skip
KINDS = ("book", "chapter", "article", "encyclopedia", "webpage", "thesis", "law", "report", "news", "video", "other")
MANIFEST, SIDECAR = "manifest.json", ".meta.yaml"
_MOST_BYTES = 1_000_000  # of a sidecar: more is no description
_YEAR = re.compile(r"\d{4}")
_UNDATED = frozenset({"ม.ป.ป.", "ม.ป.ป", "n.d.", "n.d"})  # says what an empty year says


def sidecar_of(file: Path) -> Path:
    """Return where the description of a file stands: NAME.meta.yaml beside NAME or beside NAME.pdf; the first if neither is there."""
    full, short = file.with_name(file.name + SIDECAR), file.with_name(file.stem + SIDECAR)
    return short if short.is_file() and not full.is_file() else full


def is_description(file: Path) -> bool:
    """Whether a file describes others instead of being a text of its own."""
    return file.name == MANIFEST or file.name.endswith(SIDECAR)


def known(meta: Mapping[str, str], own: Mapping[str, str | None]) -> dict[str, str]:
    """Return the owner's ``meta`` completed by what the file says of itself, empty values left out."""
    said = {name: " ".join(value.split()) for name, value in own.items() if value and value.strip()}
    return {**said, **meta}


def year_of(date: str | None) -> str | None:
    """Return the four-digit year that stands in a date as files write it (2021-05-04T…, D:20210504…), or None."""
    found = _YEAR.search(date or "")
    return found[0] if found else None


def described(file: Path) -> dict[str, str]:
    """Return what the folder's manifest and the file's sidecar say of it. Raises SourceError for a sidecar that cannot be read."""
    return {**_manifest_entry(file), **_sidecar(file)}


def checked(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a description as text by field: lists of names joined by "; ". Raises SourceError for an unknown field or an odd value."""
    found: dict[str, str] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise SourceError(
                f"{name}: ไม่รู้จักหัวข้อ {field} ใช้ได้: {', '.join(FIELDS)}", f"{name}: unknown field {field}; known are: {', '.join(FIELDS)}."
            )
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict | list) for part in parts):
            raise SourceError(f"{name}: ค่าของ {field} ต้องเป็นข้อความหรือรายการข้อความ", f"{name}: {field} must be a text or a list of texts.")
        text = "; ".join(" ".join(str(part).split()) for part in parts if part is not None)
        if field == "kind" and text not in KINDS:
            raise SourceError(
                f"{name}: ไม่รู้จักชนิด {text} ใช้ได้: {', '.join(KINDS)}", f"{name}: unknown kind {text}; known are: {', '.join(KINDS)}."
            )
        if field == "year" and text in _UNDATED:
            continue
        if field == "year" and text and not any(letter.isdecimal() for letter in text):
            raise SourceError(
                f"{name}: ปี “{text}” ไม่มีตัวเลข เขียนเช่น 2564 หรือ ค.ศ. 2021 ถ้าไม่ทราบปีให้เว้นว่าง",
                f"{name}: the year “{text}” has no number; write 2564 or ค.ศ. 2021, and leave it empty where it is not known.",
            )
        if text:
            found[field] = text
    return found


def _sidecar(file: Path) -> dict[str, str]:
    import yaml

    sidecar = sidecar_of(file)
    try:
        with sidecar.open("rb") as data:
            loaded: Any = yaml.safe_load(data.read(_MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise SourceError(f"{sidecar.name}: อ่านไม่ได้ ต้องเป็น YAML ({why})", f"{sidecar.name}: cannot be read as YAML ({why}).") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SourceError(f"{sidecar.name}: ต้องเป็นบรรทัดแบบ title: ชื่อเรื่อง", f"{sidecar.name}: must have lines like title: The title.")
    return checked({str(field): value for field, value in loaded.items()}, sidecar.name)


def _manifest_entry(file: Path) -> dict[str, str]:
    """Return what ``manifest.json`` beside the file says of it, or nothing."""
    try:
        listed: Any = json.loads((file.parent / MANIFEST).read_text(encoding="utf-8"))
        entries = listed["documents"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("file") == file.name:
            return {str(name): value for name, value in entry.items() if isinstance(value, str) and name not in {"file", "sha256"}}
    return {}
