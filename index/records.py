"""What flows from texts to a library: frozen records, offsets in code points, tuples and no dicts between stages.

Document ──has──▶ Section (headings) ──has──▶ Paragraph (numbered, page) ──cut into──▶ Passage ──found as──▶ Hit
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Unit(StrEnum):
    """What a document's pages are: printed pages, slides, rows of a table, or seconds of a recording."""

    PAGE = "page"
    SLIDE = "slide"
    ROW = "row"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """From ``start`` on, until the next one, the text stands on page ``number``.

    ``confidence`` (0..1) is how sure character recognition was of it; None where the file itself has the text.
    """

    number: int
    start: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A footnote: its ``mark`` belongs at offset ``at`` of the text, what it says is paragraph number ``paragraph``."""

    mark: str
    at: int
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``text[start:end]`` under the headings, outermost first; headings are empty before the first one."""

    headings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """``text[start:end]``, numbered from 1 within its document; ``page`` is the one it starts on, None where the source has no pages.

    ``note`` is the mark of the footnote that the paragraph is, None for running text.
    """

    number: int
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text as its reader sees it.

    ``id`` is derived from the text alone: the same text under two names is one document with two sources. ``text`` is decoded,
    with only whitespace and line breaks repaired; it is never rewritten. ``source`` is where it came from (a path or an address),
    ``meta`` what is known of it for a bibliography (``index.metadata``). ``pages`` and ``notes`` are in the order of the text.
    """

    id: str
    title: str
    source: str
    text: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = Unit.PAGE
    pages: tuple[Page, ...] = ()
    notes: tuple[Note, ...] = ()

    def page_at(self, offset: int) -> Page | None:
        """Return the page on which an offset of the text stands, or None where the source has no pages."""
        before = bisect_right(self.pages, offset, key=lambda page: page.start)
        return self.pages[before - 1] if before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences within one section: what is retrieved. ``row`` is its lasting number in the library."""

    row: int
    document: str
    title: str
    headings: tuple[str, ...]
    start: int
    end: int
    text: str

    @property
    def subject(self) -> str:
        """What it is about as its document names it: title and headings."""
        return " ".join((self.title, *self.headings)).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question; ``legs`` says which way of retrieving found it, with that leg's own score.

    ``features`` (0..1) are what ``score`` was made of where the hits were put in order (``rag.rerank``), empty before.
    """

    passage: Passage
    score: float
    rank: int
    legs: Mapping[str, float]
    features: Mapping[str, float] = field(default_factory=dict)
