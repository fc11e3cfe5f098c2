"""What flows from texts to a library: frozen records, offsets in code points, tuples and no dicts between stages.

Document ──has──▶ Section (headings) ──has──▶ Paragraph (numbered, page) ──cut into──▶ Passage ──found as──▶ Hit
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``text[start:end]`` under the headings, outermost first; headings are empty before the first one."""

    headings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """``text[start:end]``, numbered from 1 within its document; ``page`` is None where the source has no pages."""

    number: int
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text as its reader sees it.

    ``id`` is derived from the text alone: the same text under two names is one document with two sources. ``text`` is decoded,
    with only whitespace and line breaks repaired; it is never rewritten. ``source`` is where it came from (a path or an address),
    ``meta`` what is known of it for a bibliography (author, publisher, url, licence).
    """

    id: str
    title: str
    source: str
    text: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    meta: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question; ``legs`` says which way of retrieving found it, with that leg's own score."""

    passage: Passage
    score: float
    rank: int
    legs: Mapping[str, float]
