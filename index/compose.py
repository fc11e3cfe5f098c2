"""Pieces of a text, in order, to a Document: the one place where offsets, paragraph numbers, pages and ids are made."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from index.records import Document, Note, Page, Paragraph, Section, Unit

GAP = "\n\n"  # between pieces of the shown text
Turns = Sequence[tuple[int, int]]  # (offset in a paragraph, page that begins there)


def document_id(text: str) -> str:
    """Return the id of a text: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Composer:
    """Collects headings, paragraphs and footnotes and makes a Document of them.

    A heading opens a section; what was said before the first heading is a section without headings. Empty pieces are left out.
    """

    def __init__(self, unit: Unit = Unit.PAGE) -> None:
        self._unit = unit
        self._pieces: list[str] = []
        self._length = 0
        self._headings: tuple[str, ...] = ()
        self._section_start = 0
        self._sections: list[Section] = []
        self._paragraphs: list[Paragraph] = []
        self._pages: list[tuple[int, int]] = []  # (number, start)
        self._confidence: dict[int, float] = {}
        self._marks: list[tuple[str, int]] = []

    def heading(self, headings: tuple[str, ...], shown: str, page: int | None = None) -> None:
        """Open a section named by ``headings`` (outermost first); ``shown`` is the heading as it stands in the source."""
        shown = shown.strip()
        self._close_section()
        self._headings = headings
        if shown:
            self._turn(page, self._append(shown))

    def paragraph(
        self, text: str, page: int | None = None, *, turns: Turns = (), marks: Iterable[tuple[int, str]] = (), note: str | None = None
    ) -> None:
        """Add a paragraph that starts on ``page``, where there are pages.

        ``turns`` are the pages that begin inside it and ``marks`` the footnote marks that belong in it, each with its offset in ``text``.
        ``note`` is the mark of the footnote that the paragraph is.
        """
        blanks = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return
        start = self._append(text)
        end = start + len(text)
        self._turn(page, start)
        for offset, number in turns:
            self._turn(number, min(max(start, start + offset - blanks), end))
        self._marks += [(mark, min(max(start, start + offset - blanks), end)) for offset, mark in marks]
        self._paragraphs.append(
            Paragraph(number=len(self._paragraphs) + 1, start=start, end=end, page=page, headings=self._headings, note=note)
        )

    def scanned(self, page: int, confidence: float) -> None:
        """Remember how sure character recognition was of a page, 0..1."""
        self._confidence[page] = confidence

    def __len__(self) -> int:
        """Return the number of code points so far."""
        return self._length

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
            unit=self._unit,
            pages=tuple(Page(number=n, start=start, confidence=self._confidence.get(n)) for n, start in self._pages),
            notes=self._notes(),
        )

    def _notes(self) -> tuple[Note, ...]:
        """Return each footnote with the places of its mark: those before it that no earlier footnote of that mark has taken."""
        free: dict[str, list[int]] = {}
        for mark, place in self._marks:
            free.setdefault(mark, []).append(place)
        found: list[Note] = []
        for paragraph in self._paragraphs:
            mark = paragraph.note or ""
            places = free.get(mark, [])
            found += [Note(mark=mark, at=at, paragraph=paragraph.number) for at in places if at <= paragraph.start]
            free[mark] = [at for at in places if at > paragraph.start]
        return tuple(sorted(found, key=lambda note: (note.at, note.paragraph)))

    def _turn(self, number: int | None, start: int) -> None:
        if number is not None and (not self._pages or self._pages[-1][0] != number):
            self._pages.append((number, start))

    def _append(self, piece: str) -> int:
        start = self._length + (len(GAP) if self._pieces else 0)
        self._pieces.append(piece)
        self._length = start + len(piece)
        return start

    def _close_section(self) -> None:
        if self._length > self._section_start:
            self._sections.append(Section(headings=self._headings, start=self._section_start, end=self._length))
        self._section_start = self._length
