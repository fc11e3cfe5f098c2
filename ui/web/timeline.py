"""The timeline as the page shows it: the dated sentences of the chosen documents, read in a job and remembered. No gradio here."""

import threading
from collections.abc import Collection, Sequence
from contextlib import closing
from typing import Any

from index.errors import NoLibrary
from index.library import Library, open_library
from rag.timeline import Event, events, in_time
from thai.eras import BUDDHIST_OFFSET
from thai.normalize import canonical
from ui.engine import Engine
from ui.show import title_of
from ui.web.jobs import Job

SHOWN = 1000  # events sent at once; the filter and a shorter time bring the others
_BARS = 60  # parts of the whole time, each with how many events begin in it
_KEPT = 60_000  # events remembered of all documents together
_LENGTH = 20_000_000  # code points read for one timeline at most
_LAST_YEAR = 9999


class Timelines:
    """The events of the documents of an engine's library. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._events: dict[str, tuple[Event, ...]] = {}  # by document, whose id is its text's: they never change
        self._lengths: dict[str, int] = {}

    def work(self, job: Job, only: Sequence[str] | None, wanted: str, years: tuple[int, int] | None) -> None:
        """Tell how many documents have been read, then the events whose sentence or year has what is wanted, in time.

        ``years`` are the first and last year of the Common Era to show in full, None for all; what lies outside is counted only.
        """
        try:
            library = open_library(self._engine.folder)
        except NoLibrary:
            job.tell(stage="done", **_shown([], "", None), documents={}, read=0, total=0)
            return
        with closing(library):
            held = library.document_ids()
            chosen = frozenset(held if only is None else only)
            names = [name for name in held if name in chosen]
            found, read = self._found(job, library, names)
            if job.stopped or job.left:
                job.tell(stage="stopped")
                return
            told = _shown(found, canonical(wanted).strip(), years)
            titles = {name: _title(library, name) for name in dict.fromkeys(one["document"] for one in told["events"])}
        job.tell(stage="done", **told, documents=titles, read=read, total=len(names))

    def _found(self, job: Job, library: Library, names: Sequence[str]) -> tuple[list[Event], int]:
        """Return the events of the documents, and how many of them were read before it was enough."""
        found: list[Event] = []
        length = 0
        for at, name in enumerate(names):
            if job.stopped or job.left or length > _LENGTH or len(found) > _KEPT:
                return found, at
            with self._lock:
                held = self._events.get(name)
            if held is None:
                job.tell(stage="reading", read=at, total=len(names))
                held = self._read(library, name)
            found += held
            length += self._lengths[name]
        return found, len(names)

    def _read(self, library: Library, name: str) -> tuple[Event, ...]:
        document = library.document(name)
        told = events(document) if document else ()
        with self._lock:
            while self._events and sum(map(len, self._events.values())) + len(told) > _KEPT:
                del self._events[next(iter(self._events))]
            self._events[name], self._lengths[name] = told, len(document.text) if document else 0
        return told


def _title(library: Library, name: str) -> str:
    document = library.document(name)
    return title_of(document) if document else ""


def _shown(found: Collection[Event], wanted: str, years: tuple[int, int] | None) -> dict[str, Any]:
    """Return the events that match as plain data: as many as can be shown, evenly thinned, and how many there are at all."""
    matching = sorted((event for event in found if _matches(event, wanted)), key=in_time)
    within = [event for event in matching if years is None or (_year(event.last) >= years[0] and _year(event.first) <= years[1])]
    shown = within if len(within) <= SHOWN else [within[at * len(within) // SHOWN] for at in range(SHOWN)]
    first, last = (min(_year(one.first) for one in matching), max(_year(one.last) for one in matching)) if matching else (0, 0)
    bars = [0] * _BARS
    for event in matching:
        bars[(_year(event.first) - first) * _BARS // (last - first + 1)] += 1
    return {
        "events": [_event(event) for event in shown],
        "within": len(within),
        "matching": len(matching),
        "bounds": [first, last],
        "bars": bars,
        "held": len(found),
    }


def _year(day: Any) -> int:
    return min(day.year or 0, _LAST_YEAR)


def _matches(event: Event, wanted: str) -> bool:
    """Return whether the sentence has the words, or whether they are its year in either era."""
    if not wanted:
        return True
    years = (str((event.first.year or 0) + offset) for offset in (0, BUDDHIST_OFFSET))
    return wanted in canonical(event.quote) or wanted in years


def _event(event: Event) -> dict[str, Any]:
    return {
        "document": event.document,
        "paragraph": event.paragraph,
        "start": event.start,
        "end": event.end,
        "quote": event.quote,
        "date": [event.at - event.start, event.until - event.start],
        "first": list(event.first),
        "last": list(event.last),
        "precision": event.precision.value,
    }
