"""The stages in a row: files → documents → passages → library, then the derived indexes follow it."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, islice
from pathlib import Path

from filelock import FileLock, Timeout

from index import parse
from index.apart import SILENCE, Cutting, ReadingProcess
from index.chunk import SETTINGS, chunk
from index.embed import Embedder
from index.errors import LibraryBusy, LibraryError, LibraryMismatch, SourceError, ThamError
from index.follow import catch_up
from index.lexical_beside import MANY, LexicalProcess
from index.library import Library, create_library, open_library
from index.listing import named
from index.progress import Progress, Report, silent
from index.records import Document
from index.tables import FORMAT
from thai.words import ENGINE

_RECORDS_AT_ONCE = 2000  # documents a transaction: many are fast, few lose little on a power cut


@dataclass(slots=True, kw_only=True)
class Summary:
    """What an addition did: counts of documents, the reasons of those that failed, and the files of unknown format."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[ThamError] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the library's writer lock. Raises LibraryBusy, naming the process that holds it."""
    holder = folder / "writer.pid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        pid = holder.read_text().strip() if holder.exists() else "?"
        raise LibraryBusy(
            f"โปรแกรมอื่น (pid {pid}) กำลังเขียนคลังนี้อยู่ รอให้เสร็จแล้วลองใหม่",
            f"Another process (pid {pid}) is writing to this library; wait until it is done and try again.",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"เขียนคลังที่ {folder} ไม่ได้ ({error.strerror}) โปรดตรวจชื่อโฟลเดอร์และสิทธิ์",
            f"The library at {folder} cannot be written ({error.strerror}); check the folder's name and permissions.",
        ) from error
    with contextlib.suppress(OSError):  # the name of the holder is a courtesy
        holder.write_text(str(os.getpid()))
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def wanted_settings(embedder: Embedder) -> dict[str, str]:
    """Return what a library must have been built with to be searched with this embedder and this program."""
    return {
        "format": FORMAT,
        "passages": SETTINGS,
        "words": ENGINE,
        "embedder": embedder.name,
        "dimension": str(embedder.dimension),
        "fingerprint": embedder.fingerprint,
    }


def check(library: Library, embedder: Embedder) -> None:
    """Raise LibraryMismatch where the library was built with another model or other settings."""
    was, now = library.settings(), wanted_settings(embedder)
    if "fingerprint" not in was:
        return
    if (was.get("fingerprint"), was.get("dimension")) != (now["fingerprint"], now["dimension"]):
        before, after = (f"{settings.get('embedder')} ({settings.get('fingerprint')})" for settings in (was, now))
        thai, english = (
            ("", "")
            if was.get("embedder") == embedder.name
            else (f"ใช้ --embedder {was['embedder']} หรือ", f"use --embedder {was['embedder']} or ")
        )
        raise LibraryMismatch(
            f"คลังนี้สร้างด้วยโมเดล {before} แต่กำลังเปิดด้วย {after} {thai}สร้างดัชนีใหม่ด้วย: tham rebuild",
            f"This library was built with the model {before} but is opened with {after}; {english}build it again with: tham rebuild",
        )
    differing = [name for name in ("format", "passages", "words") if was.get(name) != now[name]]
    if differing:
        raise LibraryMismatch(
            f"คลังนี้สร้างด้วยการตั้งค่าอื่น ({', '.join(differing)}) สร้างดัชนีใหม่ด้วย: tham rebuild",
            f"This library was built with other settings ({', '.join(differing)}); build it again with: tham rebuild",
        )


def add(
    folder: Path,
    paths: list[Path],
    embedder: Embedder,
    *,
    form: str = "auto",
    follow_links: bool = False,
    silence: float = SILENCE,
    report: Report = silent,
) -> Summary:
    """Add files and folders to the library in ``folder``, making it where there is none.

    A file that cannot be read, or of which nothing is heard for ``silence`` seconds, is named in the summary and the others go on.
    Raises ThamError where nothing can be done at all.
    """
    files, passed_over, missing = parse.find_files(paths, follow_links=follow_links)
    with writing(folder), closing(create_library(folder)) as library:
        check(library, embedder)
        with library.change():
            library.configure(wanted_settings(embedder))
        summary = Summary(passed_over=passed_over, failed=list(missing))
        with LexicalProcess() as words:
            with ReadingProcess(silence) as process:
                _add_files(library, files, summary, _Reading(process, form, files, report), words)
            catch_up(library, embedder, report, words)
    return summary


def _add_files(library: Library, files: list[Path], summary: Summary, reading: "_Reading", words: LexicalProcess) -> None:
    for file in files:
        try:
            for _ in _add_file(library, file, summary, reading):
                if reading.passages > MANY:
                    words.more(library)
        except SourceError as error:
            summary.failed.append(error)
        except OSError as error:
            name = file.name
            why = error.strerror or str(error)
            summary.failed.append(SourceError(f"{name}: เปิดไฟล์ไม่ได้ ({why})", f"{name}: cannot be opened ({why})."))
        reading.finished(file)


class _Reading:
    """Reads files apart and tells how far it is, in bytes."""

    def __init__(self, process: ReadingProcess, form: str, files: list[Path], report: Report) -> None:
        self._process, self._form, self._report = process, form, report
        self._sizes = {file: file.stat().st_size if file.is_file() else 0 for file in files}
        self._total = sum(self._sizes.values())
        self._number = {file: f"{number}/{len(files)}" for number, file in enumerate(files, start=1)}
        self._before = 0
        self.passages = 0

    def read(self, file: Path) -> Iterator[Cutting | SourceError]:
        self.at(file, 0)
        return self._process.read(file, self._form, lambda position: self.at(file, position))

    def at(self, file: Path, position: int) -> None:
        done = self._before + position
        self._report(Progress(stage="read", done=done, total=self._total, passages=self.passages, name=f"{self._number[file]} {file.name}"))

    def finished(self, file: Path) -> None:
        self._before += self._sizes[file]
        self.at(file, 0)


def _add_file(library: Library, file: Path, summary: Summary, reading: _Reading) -> Iterator[None]:
    """Put the documents of a file into the library; yield when some of them are in."""
    origin = parse.readable_name(file)
    content = parse.digest(file)
    held = library.sources_of(origin)
    if held and library.digest(origin) == content:
        summary.unchanged += len(held)
        return
    seen: set[str] = set()
    failed = len(summary.failed)
    records = reading.read(file)
    while batch := list(islice(records, _RECORDS_AT_ONCE)):
        with library.change():
            for record in batch:
                _put(library, record, origin, summary, seen, reading)
        yield
    if not seen or len(summary.failed) > failed:  # not read to its end: what it held before stays, and it is read again next time
        return
    with library.change():
        for source in sorted(held - seen):
            summary.removed += library.forget(source)
        library.seal(origin, content)


def _put(library: Library, cutting: Cutting | SourceError, origin: str, summary: Summary, seen: set[str], reading: _Reading) -> None:
    if isinstance(cutting, SourceError):
        summary.failed.append(cutting)
        return
    record, cuts = cutting
    if not cuts:
        name = Path(origin).name if record.source == origin else f"{Path(origin).name}, {record.title or record.source}"
        summary.failed.append(SourceError(f"{name}: ไม่พบข้อความ", f"{name}: no text found; nothing was added."))
        return
    if record.source in seen:  # pages of one book, say: each is its own source
        numbers = (f"{record.source}#{number}" for number in count(2))
        record = replace(record, source=next(name for name in numbers if name not in seen))
    outcome = library.put(record, origin, cuts)
    setattr(summary, outcome, getattr(summary, outcome) + 1)
    seen.add(record.source)
    reading.passages += len(cuts)


def remove(folder: Path, names: list[str], embedder: Embedder) -> list[str]:
    """Remove documents by source, file, id or title. Returns the removed sources. Raises UsageError for a name of nothing or of several."""
    with writing(folder), closing(open_library(folder)) as library:
        check(library, embedder)
        wanted = list(dict.fromkeys(one.source for name in names for one in named(folder, name)))
        with library.change():
            for source in wanted:
                library.forget(source)
        catch_up(library, embedder, silent)
    return wanted


def describe(folder: Path, name: str, values: Mapping[str, str], embedder: Embedder) -> Document:
    """Say what is known of a document, before what its file says: fields of ``index.metadata``, an empty text takes one away.

    Returns the document as it is now. Raises UsageError for a name of nothing or of several.
    """
    with writing(folder), closing(open_library(folder)) as library:
        check(library, embedder)
        held = named(folder, name)[0]
        if values:
            with library.change():
                retitled = library.describe(held.source, values)
                document = library.document(held.document)
                assert document is not None
                if retitled:  # titles are searched too
                    library.recut(held.document, list(chunk(document)))
            catch_up(library, embedder)
        document = library.document(held.document)
        assert document is not None
    return document


def rebuild(folder: Path, embedder: Embedder, report: Report = silent) -> None:
    """Cut and embed every document of the library again, with this embedder and the present settings."""
    with writing(folder), closing(open_library(folder)) as library:
        with library.change():
            for name in library.document_ids():
                document = library.document(name)
                if document is not None:
                    library.recut(name, list(chunk(document)))
            library.configure(wanted_settings(embedder))
        catch_up(library, embedder, report)
