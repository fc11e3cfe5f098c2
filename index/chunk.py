"""Documents to passages: runs of whole sentences within one section."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from index.records import Document, Paragraph, Unit
from thai.sentences import sentences

TARGET, MOST = 700, 1000  # code points of a passage
SETTINGS = f"sentences2/{TARGET}/{MOST}"  # remembered by a library: other settings need a rebuild


class Cut(NamedTuple):
    """A passage to be: ``document.text[start:end]`` under ``headings``."""

    start: int
    end: int
    headings: tuple[str, ...]


def chunk(document: Document) -> Iterator[Cut]:
    """Yield the passages of a document in order; each sentence is in exactly one of them. A row of a table stands alone."""
    start = end = 0
    headings: tuple[str, ...] = ()
    openings = [section.start for section in document.sections]
    for paragraph in document.paragraphs:
        other_section = bisect_right(openings, paragraph.start) != bisect_right(openings, start)
        fresh = end == 0 or other_section or end - start >= TARGET // 2 or document.unit is Unit.ROW
        if fresh and end:
            yield Cut(start, end, headings)
        if fresh:
            start, headings = paragraph.start, paragraph.headings
        if paragraph.end - start <= TARGET:  # no sentence of it can be one too many
            end = paragraph.end
            continue
        for first, last in sentence_spans(document.text, paragraph):
            if (last - start > MOST and end > start) or (end - start >= TARGET and last - start > TARGET):
                yield Cut(start, end, headings)
                start = first
            end = last
    if end:
        yield Cut(start, end, headings)


def sentence_spans(text: str, paragraph: Paragraph) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of the sentences of a paragraph in the document's text, without the blanks after them."""
    for span in sentences(text[paragraph.start : paragraph.end]):
        start, end = paragraph.start + span.start, paragraph.start + span.end
        yield start, start + len(text[start:end].rstrip())
