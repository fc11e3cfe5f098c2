"""Errors a user can meet. Each says in one Thai and one English sentence what is wrong and what to do.

ThamError
├── UsageError          the command was asked wrongly (exit code 2)
├── SourceError         one file cannot be read; the others go on
└── LibraryError        the library cannot be used as asked
├── NoLibrary       there is none yet
├── LibraryBusy     another process is writing
└── LibraryMismatch it was built with another model or other settings
"""

from pathlib import Path


class ThamError(Exception):
    """A failure to be shown to the user as it is, without a traceback."""

    exit_code = 1

    def __init__(self, thai: str, english: str) -> None:
        super().__init__(f"{thai}\n{english}")
        self.thai = thai
        self.english = english


class UsageError(ThamError):
    """The command was asked wrongly."""

    exit_code = 2


class SourceError(ThamError):
    """One file or record cannot be read; the library stays as it was and the other files go on."""


class LibraryError(ThamError):
    """The library cannot be used as asked; it stays as it was."""


class NoLibrary(LibraryError):
    """There is no library in this folder yet."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class LibraryMismatch(LibraryError):
    """The library was built with another model or other settings than it is opened with."""


def no_library(folder: Path) -> NoLibrary:
    """Return the error that says that a folder holds no library yet, and how to make one."""
    return NoLibrary(
        f"ยังไม่มีคลังเอกสารที่ {folder} สร้างด้วย: tham add ไฟล์หรือโฟลเดอร์",
        f"There is no library at {folder} yet; make one with: tham add FILE_OR_FOLDER",
    )


def damaged_model(weights: Path, error: Exception) -> LibraryError:
    """Return the error that says that shipped weights are missing or damaged, and what to do."""
    return LibraryError(
        f"ไฟล์ models/{weights.name} หายหรือเสียหาย โปรดดึงโค้ดของโครงการมาใหม่",
        f"models/{weights.name} is missing or damaged; check the project out again ({error}).",
    )
