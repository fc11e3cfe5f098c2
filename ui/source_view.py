"""A document to be read on: some of its paragraphs at a time with their pages, headings and footnotes, and what is found in it.

Offsets count code points from the beginning of the paragraph, because that is all the page has of the text.
"""

import re
from bisect import bisect_left, bisect_right
from datetime import timedelta
from typing import Any

from index.records import Document, Page, Paragraph, Unit
from ui.show import title_of

WINDOW = 40  # paragraphs sent at once, at most
_LENGTH = 24_000  # code points sent at once, unless one paragraph alone has more
_FOUND = 500  # places shown of what is searched for
_LINE = re.compile(r"\S.*")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def file_name(source: str) -> str:
    """Return the last part of a path; an address stays whole."""
    return source if "://" in source else source.replace("\\", "/").rsplit("/", 1)[-1]


def opened(document: Document, start: int, end: int) -> dict[str, Any]:
    """Return a document and its paragraphs around ``text[start:end]``, with that place by paragraph, offset and length."""
    if not document.paragraphs:
        return {**_head(document), "paragraphs": [], "places": []}
    first, last = _at(document, start).number, _at(document, max(start, end - 1)).number
    shown = window(document, max(1, first - 6), forward=True)
    if shown and shown[-1]["number"] < last:  # a long run before it: begin at the place itself
        shown = window(document, first, forward=True)
    return {**_head(document), "paragraphs": shown, "places": places(document, start, end)}


def _head(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": title_of(document),
        "file": file_name(document.source),
        "count": len(document.paragraphs),
        "unit": document.unit.value,
        "pages": len(document.pages),
    }


def places(document: Document, start: int, end: int) -> list[dict[str, int]]:
    """Return where ``text[start:end]`` stands: for each paragraph that it touches, its number and the offsets in it.

    >>> from index.compose import Composer
    >>> composer = Composer()
    >>> composer.paragraph("กขค"); composer.paragraph("งจฉ")
    >>> places(composer.document(title="", source=""), 1, 7)
    [{'number': 1, 'start': 1, 'end': 3}, {'number': 2, 'start': 0, 'end': 2}]
    """
    if not document.paragraphs:
        return []
    first = _at(document, start).number
    found = []
    for paragraph in document.paragraphs[first - 1 :]:
        if paragraph.start >= end:
            break
        inside = max(start, paragraph.start) - paragraph.start, min(end, paragraph.end) - paragraph.start
        if inside[0] < inside[1]:
            found.append({"number": paragraph.number, "start": inside[0], "end": inside[1]})
    return found


def window(document: Document, number: int, *, forward: bool) -> list[dict[str, Any]]:
    """Return paragraphs from ``number`` on, or up to it, as many as are sent at once, in the order of the text."""
    step = 1 if forward else -1
    taken: list[Paragraph] = []
    length = 0
    at = number
    while 1 <= at <= len(document.paragraphs) and len(taken) < WINDOW:
        paragraph = document.paragraphs[at - 1]
        length += paragraph.end - paragraph.start
        if taken and length > _LENGTH:
            break
        taken.append(paragraph)
        at += step
    return [_shown(document, paragraph) for paragraph in (taken if forward else taken[::-1])]


def _shown(document: Document, paragraph: Paragraph) -> dict[str, Any]:
    before = document.paragraphs[paragraph.number - 2] if paragraph.number > 1 else None
    title = title_of(document)
    shown: dict[str, Any] = {
        "number": paragraph.number,
        "start": paragraph.start,
        "text": document.text[paragraph.start : paragraph.end],
        "headings": [] if before and before.headings == paragraph.headings else [one for one in paragraph.headings if one != title],
        "heads": heads(document, paragraph),
        "pages": _turns(document, paragraph, before),
        "marks": _marks(document, paragraph),
    }
    if paragraph.note:
        shown["note"] = paragraph.note
        shown["called"] = sorted({_at(document, note.at).number for note in document.notes if note.paragraph == paragraph.number})
    return shown


def heads(document: Document, paragraph: Paragraph) -> list[list[Any]]:
    """Return the headings that stand before a paragraph, and after it where it is the last one: offset from its beginning, words.

    The offset is None where the text itself has no such words: they are known from the table of contents.
    """
    before = document.paragraphs[paragraph.number - 2].end if paragraph.number > 1 else 0
    found = _headings(document, before, paragraph.start)
    if paragraph.number == len(document.paragraphs):
        found |= _headings(document, paragraph.end, len(document.text))
    return [[None if at is None else at - paragraph.start, words] for words, at in found.items()]


def _headings(document: Document, start: int, end: int) -> dict[str, int | None]:
    """Return the headings of the sections that begin in ``text[start:end]``, which holds nothing else, and where their words stand."""
    found: dict[str, int | None] = {}
    first = bisect_left(document.sections, start, key=lambda section: section.start)
    for number, section in enumerate(document.sections[first:], first):
        if section.start >= end:
            break
        known = document.sections[number - 1].headings if number else ()
        stretch = max(section.start, start), min(section.end, end)
        for words, at in _named(document.text, *stretch, [name for name in section.headings if name not in known]):
            if at is not None or words != document.title:
                found.setdefault(words, at)
    return found


def _named(text: str, start: int, end: int, names: list[str]) -> list[tuple[str, int | None]]:
    """Return the names with their places in ``text[start:end]``; its lines where it has none, else the last name."""
    found: list[tuple[str, int | None]] = []
    after = start
    for name in names:
        if (at := text.find(name, after, end)) >= 0:
            found.append((name, at))
            after = at + len(name)
    found = found or [(line[0].rstrip(), line.start()) for line in _LINE.finditer(text, start, end)]
    return found or [(name, None) for name in names[-1:]]


def _turns(document: Document, paragraph: Paragraph, before: Paragraph | None) -> list[list[Any]]:
    """Return the pages that begin at or inside a paragraph: offset, label, how sure a scan was. A heading's page is its paragraph's."""
    after = before.end if before else 0
    first = bisect_left(document.pages, after, key=lambda page: page.start)
    last = bisect_right(document.pages, paragraph.end - 1, key=lambda page: page.start)
    return [[max(0, page.start - paragraph.start), page_label(document.unit, page), page.confidence] for page in document.pages[first:last]]


def page_label(unit: Unit, page: Page) -> str:
    """Return a page's number as it is shown: a time of a recording as 0:01:30."""
    return str(timedelta(seconds=page.number)) if unit is Unit.TIME else str(page.number)


def _marks(document: Document, paragraph: Paragraph) -> list[list[Any]]:
    """Return the footnote marks that belong in a paragraph: offset, mark, the footnote's paragraph."""
    first = bisect_left(document.notes, paragraph.start, key=lambda note: note.at)
    last = bisect_right(document.notes, paragraph.end, key=lambda note: note.at)
    return [[note.at - paragraph.start, note.mark, note.paragraph] for note in document.notes[first:last]]


def found_in(document: Document, words: str) -> dict[str, Any]:
    """Return where words stand in a document, small and capital letters, kinds of digits and of blanks being one.

    Every place as [paragraph, offset, end], 500 at most; ``total`` counts them all, within one paragraph or one of the ``heads`` only:
    a place in a heading before its paragraph has offsets below zero.
    """
    wanted = _one_form(" ".join(words.split()))
    if not wanted or not document.paragraphs:
        return {"places": [], "total": 0}
    pattern = re.compile(r"\s+".join(map(re.escape, wanted.split(" "))))
    text = _one_form(document.text)
    found: list[list[int]] = []
    total = 0
    for hit in pattern.finditer(text):
        if paragraph := _shown_with(document, *hit.span()):
            total += 1
            if len(found) < _FOUND:
                found.append([paragraph.number, hit.start() - paragraph.start, hit.end() - paragraph.start])
    return {"places": found, "total": total}


def _shown_with(document: Document, start: int, end: int) -> Paragraph | None:
    """Return the paragraph in which, or in a heading of which, all of ``text[start:end]`` is shown; None where there is none."""
    paragraph = _at(document, start)
    if paragraph.start <= start < paragraph.end:
        return paragraph if end <= paragraph.end else None
    if paragraph.end <= start and paragraph.number < len(document.paragraphs):
        paragraph = document.paragraphs[paragraph.number]
    first, last = start - paragraph.start, end - paragraph.start
    within = any(at is not None and at <= first and last <= at + len(words) for at, words in heads(document, paragraph))
    return paragraph if within else None


def _at(document: Document, offset: int) -> Paragraph:
    """Return the paragraph of an offset as ``rag.cite.paragraph_at`` does, without looking at all of them."""
    return document.paragraphs[max(bisect_right(document.paragraphs, offset, key=lambda paragraph: paragraph.start) - 1, 0)]


def _one_form(text: str) -> str:
    """Return the text in one form, letter for letter, so that offsets stay."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(_THAI_DIGITS)
