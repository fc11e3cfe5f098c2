"""Files given to the page: copied to a lasting place and added with each one's progress; what was not added, or was called off, leaves
no trace. No gradio here.
"""

import shutil
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from index.build import Summary, add, writing
from index.errors import NoLibrary, SourceError, ThamError
from index.follow import catch_up
from index.library import open_library
from index.parse import digest
from index.progress import Progress
from ui.engine import Engine

UPLOADS = "uploads"
_NAME_BYTES = 200  # of UTF-8: file systems allow 255, and a Thai letter takes three
_UNSAFE = '/\\:*?"<>|'
_STAGES = {"read": 0.5, "index": 0.25, "embed": 0.25}  # shares of the whole; words and meaning are indexed side by side
_SOONEST, _LEAST = 2.0, 0.05  # seconds and share after which the time left is told


class Adding(NamedTuple):
    """How far an addition is: the files by name as (state, share of it read), the share of all done, and the seconds left if known."""

    files: Mapping[str, tuple[str, float]]
    share: float
    left: float | None
    stage: str


Tell = Callable[[Adding], None]


class Cancelled(ThamError):
    """The user called an addition off; the library is as it was."""


def cancelled() -> Cancelled:
    return Cancelled("ยกเลิกแล้ว คลังเหมือนเดิม", "Cancelled; the library is as it was.")


def safe_name(name: str) -> str:
    """Return a file name that stays inside its folder; Thai is kept.

    >>> safe_name("../../บันทึก: ๑.txt")
    'บันทึก ๑.txt'
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c not in _UNSAFE and unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    stem, ending = (stem, dot + suffix) if dot else (suffix, "")
    while len((stem + ending).encode()) > _NAME_BYTES:
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
    cleaned = (stem.rstrip() + ending) or "file"
    # a manifest beside the copies would give other uploads their titles
    return f"_{cleaned}" if cleaned.lower() == "manifest.json" else cleaned


class _Copy:
    """A file copied into the library's uploads; ``settle`` keeps it where the library now holds it and else puts all back as it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._before = path.with_name(f".{path.name}.before")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(self._before)

    def take(self, uploaded: Path) -> None:
        shutil.copyfile(uploaded, self.path)

    def settle(self, folder: Path) -> None:
        try:
            with closing(open_library(folder)) as library:
                held = bool(library.sources_of(str(self.path))) and library.digest(str(self.path)) == digest(self.path)
        except (NoLibrary, FileNotFoundError):
            held = False
        if held:
            self._before.unlink(missing_ok=True)
        else:
            self.undo()

    def undo(self) -> bool:
        """Put back what was there before; returns whether there was anything."""
        self.path.unlink(missing_ok=True)
        if self._before.exists():
            self._before.replace(self.path)
            return True
        return False


class _Progress:
    """Turns what the library says of its work into how far each file is."""

    def __init__(self, sizes: Mapping[str, int], tell: Tell) -> None:
        self._sizes, self._tell = sizes, tell
        self._files = {name: ("waiting", 0.0) for name in sizes}
        self._shares = dict.fromkeys(_STAGES, 0.0)
        self._began = time.monotonic()
        self._before, self._at = 0, ""

    def report(self, progress: Progress) -> None:
        """See ``index.progress.Report``; raises whatever ``tell`` raises, to call the addition off."""
        share = min(progress.done / progress.total, 1.0) if progress.total else 1.0
        if progress.stage == "read":
            self._read(progress.name.partition(" ")[2], progress)
        else:
            self._files = dict.fromkeys(self._files, ("read", 1.0))
            self._shares["read"] = 1.0
        self._shares[progress.stage] = max(self._shares[progress.stage], share)
        done = sum(length * self._shares[stage] for stage, length in _STAGES.items())
        elapsed = time.monotonic() - self._began
        left = elapsed * (1 - done) / done if elapsed > _SOONEST and done > _LEAST else None
        self._tell(Adding(dict(self._files), done, left, progress.stage))

    def _read(self, name: str, progress: Progress) -> None:
        if name != self._at:
            if self._at in self._files:
                self._files[self._at] = ("read", 1.0)
                self._before += self._sizes[self._at]
            self._at = name
        size = max(1, self._sizes.get(name, progress.total))
        share = min(1.0, (progress.done - self._before) / size)
        if name in self._files:
            self._files[name] = ("read" if share >= 1 else "reading", share)


def add_uploads(engine: Engine, uploaded: Sequence[Path], tell: Tell) -> Summary:
    """Copy uploaded files into ``<library>/uploads`` and add them; what was not added leaves no copy.

    ``tell`` hears how far it is and calls it all off by raising Cancelled: then the library is as it was. Raises ThamError.
    """
    uploads = engine.folder.resolve() / UPLOADS
    copies: dict[Path, _Copy] = {}
    failed: list[ThamError] = []
    summary = Summary()
    called_off: Cancelled | None = None
    try:
        for file in uploaded:
            path = uploads / safe_name(file.name)
            try:
                copy = copies[path] if path in copies else copies.setdefault(path, _Copy(path))
                copy.take(file)
            except OSError as error:
                failed.append(_not_copied(file, error))
        paths = [path for path in copies if path.exists()]
        progress = _Progress({path.name: path.stat().st_size for path in paths}, tell)
        if paths:
            summary = add(engine.folder, paths, engine.model(), report=progress.report)
    except Cancelled as error:
        called_off = error.with_traceback(None)  # what it was raised through still holds the index's own lock
    finally:
        if called_off is None:
            for copy in copies.values():
                copy.settle(engine.folder)
    if called_off is not None:
        _undo(engine, list(copies.values()))
        raise called_off
    summary.failed[:0] = failed
    return summary


def _undo(engine: Engine, copies: Sequence[_Copy]) -> None:
    """Take what was added out of the library again, and bring back what it replaced."""
    again = [copy.path for copy in copies if copy.undo()]
    model = engine.model()
    with writing(engine.folder), closing(open_library(engine.folder)) as library:
        with library.change():
            for path in {copy.path for copy in copies} - set(again):
                for source in sorted(library.sources_of(str(path))):
                    library.forget(source)
        catch_up(library, model)
    if again:
        add(engine.folder, again, model)


def _not_copied(file: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{file.name}: คัดลอกเข้าคลังไม่ได้ ({error.strerror}) โปรดตรวจเนื้อที่ดิสก์",
        f"{file.name}: cannot be copied into the library ({error.strerror}); check disk space.",
    )


def summary_data(summary: Summary) -> dict[str, Any]:
    """Return what an addition did as plain data: counts, and why a file failed, in both languages."""
    return {
        **{name: getattr(summary, name) for name in ("added", "replaced", "unchanged", "removed")},
        "failed": [[error.thai, error.english] for error in summary.failed],
    }
