"""The dated sentences of a document: what a timeline is drawn from.

Document ──mentions of days, months, years, decades, centuries──▶ Event, a sentence with the date in it
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.records import Document, Paragraph
from thai.dates import Day, Mention
from thai.mentions import mentions
from thai.sentences import sentences

_MAY_DATE = re.compile(r"\d|ศักราช|ศตวรรษ|ทศวรรษ|ศ\s?\.|century|BCE?|AD\b")  # most paragraphs hold none of these and are not read further
_BARE = re.compile(r"[0-9๐-๙]{4}")  # a number that nothing says is a year
_BELIEVED = range(1200, 2101)  # years of the Common Era that a bare number is taken for
# What stands before a number that is no year.
_COUNTING = re.compile(r"(?:ที่|ลำดับ|หมายเลข|หน้า|มาตรา|ข้อ|รุ่น|เบอร์|รหัส|เล่ม|[Nn]o\.|[Pp]ages?|pp?\.)\s{0,2}$")


class Precision(StrEnum):
    """How exactly a date is said."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


_FINENESS = {precision: at for at, precision in enumerate(Precision)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A sentence that says when: ``document.text[start:end] == quote``, its date is ``document.text[at:until]``.

    ``first`` and ``last`` are what the date spans in the Common Era, as exactly as it is said (``thai.dates.Day``: year 0 is 1 BC, an
    unsaid month or day is 0); they are equal for one day, month or year. ``document`` is its id, ``paragraph`` the sentence's.
    """

    document: str
    paragraph: int
    start: int
    end: int
    quote: str
    at: int
    until: int
    first: Day
    last: Day
    precision: Precision


def events(document: Document) -> tuple[Event, ...]:
    """Return the dated sentences of a document in the order of its text, a sentence of several dates once for each.

    Footnotes are left out: their years are mostly those of the works they name. A day without a year is no date.

    >>> from index.compose import Composer
    >>> composer = Composer()
    >>> composer.paragraph("คณะราษฎรเปลี่ยนแปลงการปกครองเมื่อ ๒๔ มิ.ย. ๒๔๗๕")
    >>> [(event.first, event.precision.value) for event in events(composer.document(title="", source=""))]
    [(Day(year=1932, month=6, day=24), 'day')]
    """
    dated = (
        paragraph
        for paragraph in document.paragraphs
        if paragraph.note is None and _MAY_DATE.search(document.text, paragraph.start, paragraph.end)
    )
    return tuple(event for paragraph in dated for event in _events(document, paragraph))


def in_time(event: Event) -> tuple[Day, Day, str, int]:
    """Return the key that sorts events by time, those of one time by document and place."""
    return event.first, event.last, event.document, event.at


def _events(document: Document, paragraph: Paragraph) -> list[Event]:
    text = document.text[paragraph.start : paragraph.end]
    found = [mention for mention in mentions(text) if _is_date(mention, text)]
    spans = sentences(text) if found else ()
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    by_sentence: dict[tuple[int, int], list[Mention]] = {}
    for mention in found:  # a date that a sentence's end would cut belongs to both sides
        place = starts[bisect_right(starts, mention.start) - 1], ends[bisect_left(ends, mention.end)]
        by_sentence.setdefault(place, []).append(mention)
    return [
        _event(document, paragraph, place, mention)
        for place, within in by_sentence.items()
        for mention in within
        if not _said_already(mention, within)
    ]


def _event(document: Document, paragraph: Paragraph, place: tuple[int, int], mention: Mention) -> Event:
    start = paragraph.start + place[0]
    quote = document.text[start : paragraph.start + place[1]].rstrip()
    assert mention.first is not None and mention.last is not None
    return Event(
        document=document.id, paragraph=paragraph.number, start=start, end=start + len(quote), quote=quote,
        at=paragraph.start + mention.start, until=paragraph.start + mention.end,
        first=mention.first, last=mention.last, precision=_precision(mention),
    )  # fmt: skip


def _is_date(mention: Mention, text: str) -> bool:
    """Return whether a mention says a year; a bare number only where it is a likely one."""
    if mention.first is None or mention.last is None or mention.first.year is None or mention.last.year is None:
        return False
    if not _BARE.fullmatch(text, mention.start, mention.end):
        return True
    return mention.first.year in _BELIEVED and not _COUNTING.search(text, max(0, mention.start - 10), mention.start)


def _precision(mention: Mention) -> Precision:
    if mention.kind == "date" and mention.first is not None:
        return Precision.DAY if mention.first.day else Precision.MONTH
    return {"decade": Precision.DECADE, "century": Precision.CENTURY}.get(mention.kind, Precision.YEAR)


def _said_already(mention: Mention, within: Sequence[Mention]) -> bool:
    """Return whether its sentence says the same time before it, or more exactly: พ.ศ. 2475 (ค.ศ. 1932), 24 มิ.ย. 2475 … พ.ศ. 2475."""
    return any(
        (other.start < mention.start and (other.first, other.last) == (mention.first, mention.last)) or _finer(other, mention)
        for other in within
    )


def _finer(other: Mention, mention: Mention) -> bool:
    """Return whether another date lies in this one year or month and is said more exactly."""
    if mention.first is None or mention.first != mention.last or other.first is None or other.last is None:
        return False
    if _FINENESS[_precision(other)] >= _FINENESS[_precision(mention)]:
        return False
    said = 2 if mention.first.month else 1
    return other.first[:said] == other.last[:said] == mention.first[:said]
