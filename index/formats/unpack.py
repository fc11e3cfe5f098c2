"""Zip-based files (DOCX, ODT, PPTX, XLSX, EPUB) opened with care: what is packed stays within bounds, its XML names nothing outside itself.

Archives inside an archive are never unpacked. The sizes that an archive declares are the most that ``zipfile`` reads of it.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any

from index.errors import SourceError

MOST_ENTRIES = 50_000
MOST_UNPACKED = 2 * 2**30  # bytes of all entries
MOST_PART = 2**28  # bytes of an entry that is read whole
MOST_RATIO = 300  # times larger unpacked; office files reach 50, bombs 1000
_UNSUSPECTED = 2**26  # bytes unpacked that are no danger whatever the ratio
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office 97-2003, and what holds a newer file with a password
_OTHERS = {b"%PDF": ".pdf", b"{\\rtf": ".rtf", b"<html": ".html", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"Rar!": ".rar"}
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
Element = Any  # lxml's have no types


def opened(path: Path) -> zipfile.ZipFile:
    """Open a zip-based file, to be used as a context. Raises SourceError for what is none, damaged, locked or a bomb; OSError."""
    with path.open("rb") as file:
        start = file.read(8)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise _no_zip(path, start) from error
    try:
        _check(archive, path)
    except SourceError:
        archive.close()
        raise
    return archive


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of an entry. Raises SourceError where it is missing, damaged or too large."""
    file = Path(archive.filename or "").name
    try:
        if archive.getinfo(name).file_size > MOST_PART:
            raise _bomb(file)
        return archive.read(name)
    except KeyError:
        raise SourceError(
            f"{file}: ไม่มีส่วน {name} ที่ไฟล์ชนิดนี้ต้องมี โปรดตรวจว่าเป็นไฟล์ชนิดนี้จริง หรือบันทึกใหม่",
            f"{file}: lacks {name}, which files of its kind have; check that it is one, or save it again.",
        ) from None
    except DAMAGES as error:
        raise damaged(file, f"{name}: {error}") from error


def xml(data: bytes, name: str) -> Element:
    """Return the root element of an XML part of the file ``name``. Entities are left alone, nothing else is fetched. Raises SourceError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise damaged(name, str(error)) from error


def damaged(name: str, why: str) -> SourceError:
    """Return the error that says that a file is damaged."""
    why = " ".join(why.split())[:200]
    return SourceError(
        f"{name}: ไฟล์เสียหาย อ่านไม่ได้ โปรดเปิดในโปรแกรมเดิมแล้วบันทึกใหม่ ({why})",
        f"{name}: the file is damaged; open it in its own program and save it again ({why}).",
    )


def locked(path: Path) -> SourceError:
    """Return the error that says that a file has a password."""
    return SourceError(
        f"{path.name}: มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน", f"{path.name}: is protected by a password; save it again without one."
    )


def misnamed(path: Path, other: str = "") -> SourceError:
    """Return the error that says that a file is not of the kind that its name says, but ``other`` if that is known."""
    kind = (f" แต่เป็น {other}", f" but {other}") if other else ("", "")
    return SourceError(
        f"{path.name}: ไม่ใช่ไฟล์ {path.suffix} จริง{kind[0]} โปรดแก้ชื่อไฟล์ให้ตรงชนิด หรือบันทึกใหม่",
        f"{path.name}: is no real {path.suffix} file{kind[1]}; give it the ending of its kind, or save it again.",
    )


def _no_zip(path: Path, start: bytes) -> SourceError:
    name, suffix = path.name, path.suffix.lower()
    if not start:
        return SourceError(f"{name}: ไฟล์ว่างเปล่า ไม่มีข้อความให้อ่าน", f"{name}: the file is empty; add a file with text in it.")
    if start.startswith(_OLE):
        return SourceError(
            f"{name}: มีรหัสผ่าน หรือเป็นไฟล์ Office 97-2003 โปรดบันทึกใหม่เป็น {suffix} โดยไม่ใส่รหัสผ่าน",
            f"{name}: is protected by a password or an Office 97-2003 file; save it again as {suffix} without a password.",
        )
    if start.startswith(b"PK"):
        return damaged(name, "cut short")
    return misnamed(path, next((ending for beginning, ending in _OTHERS.items() if start.startswith(beginning)), ""))


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    suspect = unpacked > _UNSUSPECTED and unpacked > MOST_RATIO * path.stat().st_size
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or suspect:
        raise _bomb(path.name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise locked(path)


def _bomb(name: str) -> SourceError:
    return SourceError(
        f"{name}: คลี่ออกแล้วใหญ่ผิดปกติ จึงไม่เปิด ถ้าเป็นเอกสารจริง โปรดแยกเป็นหลายไฟล์",
        f"{name}: unpacks to far more than a document, so it is not opened; if it is one, split it into several files.",
    )
