"""The library's documents as the page keeps them: uploads copied to a lasting place, added, listed and removed. No gradio here."""

import shutil
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

from index.build import Summary, add, remove
from index.errors import NoLibrary, SourceError, ThamError
from index.library import Held, open_library
from index.parse import digest
from index.progress import Progress
from ui.i18n import say
from ui.web_chat import file_name
from ui.web_engine import Engine

UPLOADS = "uploads"
_SHOWN = 200  # documents listed at once; the filter finds the others
_NAME_BYTES = 200  # of UTF-8: file systems allow 255, and a Thai letter takes three
_UNSAFE = '/\\:*?"<>|'
Tell = Callable[[float, str], None]


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
            return
        self.path.unlink(missing_ok=True)
        if self._before.exists():
            self._before.replace(self.path)


def add_uploads(engine: Engine, uploaded: Sequence[Path], language: str, tell: Tell) -> Summary:
    """Copy uploaded files into ``<library>/uploads`` and add them; what was not added leaves no copy. Raises ThamError."""
    tell(0.0, say("stage_copy", language))
    uploads = engine.folder.resolve() / UPLOADS
    copies: dict[Path, _Copy] = {}
    failed: list[ThamError] = []
    try:
        for file in uploaded:
            path = uploads / safe_name(file.name)
            try:
                copy = copies[path] if path in copies else copies.setdefault(path, _Copy(path))
                copy.take(file)
            except OSError as error:
                failed.append(_not_copied(file, error))
        paths = [path for path in copies if path.exists()]
        summary = add(engine.folder, paths, engine.model(), report=_reporting(tell, language)) if paths else Summary()
    finally:
        for copy in copies.values():
            copy.settle(engine.folder)
    summary.failed[:0] = failed
    return summary


def _not_copied(file: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{file.name}: คัดลอกเข้าคลังไม่ได้ ({error.strerror}) โปรดตรวจเนื้อที่ดิสก์",
        f"{file.name}: cannot be copied into the library ({error.strerror}); check disk space.",
    )


def _reporting(tell: Tell, language: str) -> Callable[[Progress], None]:
    """Return a report that tells the page: reading is the first half, indexing and embedding a quarter each."""
    begins = {"read": (0.0, 0.5), "index": (0.5, 0.25), "embed": (0.75, 0.25)}

    def report(progress: Progress) -> None:
        start, length = begins[progress.stage]
        share = min(progress.done / progress.total, 1.0) if progress.total else 1.0
        words = say(f"stage_{progress.stage}", language)
        tell(start + length * share, words.format(progress.name if progress.stage == "read" else f"{progress.passages:,}"))

    return report


def remove_source(engine: Engine, source: str) -> str:
    """Remove one source from the library, and its copy where it was uploaded. Returns the name removed. Raises ThamError."""
    before = {held.source: held for held in all_held(engine)}
    remove(engine.folder, [source], engine.model())
    left = {held.origin for held in all_held(engine)}
    uploads = (engine.folder / UPLOADS).resolve()
    gone = before.get(source)
    for origin in {held.origin for held in before.values()} - left:
        if Path(origin).parent == uploads:
            Path(origin).unlink(missing_ok=True)
    return (gone.title or file_name(gone.source)) if gone else source


def all_held(engine: Engine) -> list[Held]:
    """Return every source in the library, none where there is no library yet."""
    try:
        with closing(open_library(engine.folder)) as library:
            return library.held()
    except NoLibrary:
        return []


def summary_html(summary: Summary, language: str) -> str:
    """Return what an addition did, and why a file failed, in the reader's language."""
    counts = {"added": summary.added, "replaced": summary.replaced, "unchanged": summary.unchanged, "failed": len(summary.failed)}
    said = [say(name, language).format(count) for name, count in counts.items() if count]
    reasons = "".join(f"<li>{escape(error.english if language == 'en' else error.thai)}</li>" for error in summary.failed)
    style = "bad" if summary.failed else "good"
    listed = f"<ul>{reasons}</ul>" if reasons else ""
    return f'<div class="outcome {style}" role="status"><p>{escape(" · ".join(said) or say("nothing_added", language))}</p>{listed}</div>'


def outcome_html(words: str, *, good: bool) -> str:
    """Return one sentence as an outcome."""
    return f'<div class="outcome {"good" if good else "bad"}" role="status"><p>{escape(words)}</p></div>'


def documents_html(engine: Engine, language: str, wanted: str | None = None) -> str:
    """Return the list of the library's documents, those whose title or source contains ``wanted``; an unseen box holds None."""
    try:
        held = all_held(engine)
    except ThamError as error:
        return outcome_html(error.english if language == "en" else error.thai, good=False)
    if not held:
        return f'<div class="documents none"><p>{escape(say("welcome_empty", language))}</p></div>'
    key = (wanted or "").strip().casefold()
    matching = [one for one in held if key in one.title.casefold() or key in one.source.casefold()]
    rows = "".join(_row(one, language) for one in matching[:_SHOWN]) or f"<li>{escape(say('held_none', language))}</li>"
    more = len(matching) - _SHOWN
    rest = f'<p class="more">{escape(say("held_more", language).format(f"{more:,}"))}</p>' if more > 0 else ""
    count = escape(say("held", language).format(f"{len(held):,}"))
    return f'<div class="documents"><p class="count">{count}</p><ul>{rows}</ul>{rest}</div>'


def _row(held: Held, language: str) -> str:
    name = file_name(held.source)
    title = held.title or name
    passages = say("passages", language).format(f"{held.passages:,}")
    words: dict[str, Any] = {key: escape(say(key, language)) for key in ("remove", "remove_sure", "remove_not")}
    return (
        f'<li data-source="{escape(held.source)}"><div class="what"><strong>{escape(title)}</strong>'
        f'<span>{escape(name)} · {escape(passages)}</span></div>'
        f'<div class="do"><button type="button" class="remove" aria-label="{escape(say("remove_named", language).format(title))}">'
        f'{words["remove"]}</button><button type="button" class="sure" hidden>{words["remove_sure"]}</button>'
        f'<button type="button" class="keep" hidden>{words["remove_not"]}</button></div></li>'
    )
