"""Pieces of a text, in order, to a Document: the one place where offsets, paragraph numbers and ids are made."""

import hashlib
from collections.abc import Mapping

from index.records import Document, Paragraph, Section

GAP = "\n\n"  # between pieces of the shown text


def document_id(text: str) -> str:
    """Return the id of a text: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Composer:
    """Collects headings and paragraphs and makes a Document of them.

    A heading opens a section; what was said before the first heading is a section without headings. Empty pieces are left out.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._headings: tuple[str, ...] = ()
        self._section_start = 0
        self._sections: list[Section] = []
        self._paragraphs: list[Paragraph] = []

    def heading(self, headings: tuple[str, ...], shown: str) -> None:
        """Open a section named by ``headings`` (outermost first); ``shown`` is the heading as it stands in the source."""
        self._close_section()
        self._headings = headings
        self._append(shown)

    def paragraph(self, text: str, page: int | None = None) -> None:
        """Add a paragraph; ``page`` is the number of the page on which it starts, where there are pages."""
        text = text.strip()
        if not text:
            return
        start = self._append(text)
        number = len(self._paragraphs) + 1
        end = start + len(text)
        self._paragraphs.append(Paragraph(number=number, start=start, end=end, page=page, headings=self._headings))

    def document(self, *, title: str, source: str, meta: Mapping[str, str] | None = None) -> Document:
        """Return the Document of all pieces so far."""
        self._close_section()
        text = GAP.join(self._pieces)
        return Document(
            id=document_id(text),
            title=title,
            source=source,
            text=text,
            sections=tuple(self._sections),
            paragraphs=tuple(self._paragraphs),
            meta=dict(meta or {}),
        )

    def _append(self, piece: str) -> int:
        start = self._length + (len(GAP) if self._pieces else 0)
        self._pieces.append(piece)
        self._length = start + len(piece)
        return start

    def _close_section(self) -> None:
        if self._length > self._section_start:
            self._sections.append(Section(headings=self._headings, start=self._section_start, end=self._length))
        self._section_start = self._length
