"""Lines of pages to headings, paragraphs and footnotes, across columns and pages."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from index.formats.pdf_lines import Line
from index.formats.pdf_notes import Footnote, body_size, split_footnotes, without_running_heads
from index.repair import CUT_IN_MID_SENTENCE, join
from thai.boundaries import boundary_score
from thai.words import words

_LARGER, _SAME_SIZE = 1.1, 1.06  # size of a heading, to that of the text; of one style, to one another
_LONGEST_HEADING, _HEADING_PITCH = 150, 1.9  # code points; em between its lines
_WIDER = 1.22  # pitch between paragraphs, to that between lines
_INDENT = 0.7  # em
_ITEM = re.compile(r"(?:[-–•●▪◦*·]|\(?(?:[0-9]{1,3}|[๐-๙]{1,3}|[ก-ฮa-zA-Z])[.)]|[0-9๐-๙]+(?:\.[0-9๐-๙]+)+\.?)\s")
_SURE_END = 1.5  # from this score on, a line that fills its column ends a paragraph at the end of a page: seldom, so it must be sure
_SURE_BLANK = 0.0  # from this score on, a blank stood at the end of a line: on the seed it did at 51 line ends, at 13 not
_LONGEST_WORD = 40  # code points
_AFTER_BLANK = re.compile(r"ๆ|(?:[ก-ฮ]{1,2}\.){2}")  # repeated words and abbreviations stand apart
_HYPHENATED, _WORD_START = re.compile(r"([^\W\d_][\w\u0e31-\u0e4e]*)[-/]$"), re.compile(r"[^\W\d_]+")
_LATIN_END = re.compile("[A-Za-z0-9]$")
_CLOSES = re.compile(r"[\u0e01-\u0e4e)\]”’\"'.,]$")


@dataclass(slots=True)
class Piece:
    """A heading (``level`` from 1 on, 1 the outermost), a paragraph (0) or a footnote, as ``Composer`` takes it."""

    text: str
    page: int
    size: float
    bold: bool
    level: int = 0
    is_row: bool = False
    note: str | None = None
    turns: list[tuple[int, int]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A line on a page, and the edges of its column."""

    line: Line
    page: int
    left: float
    right: float
    marks: tuple[tuple[int, str], ...]


def read_pieces(pages: dict[int, list[Line]]) -> list[Piece]:
    """Return what stands on pages, by their numbers, in reading order; footnotes follow the paragraph that they are marked in."""
    numbers = list(pages)
    kept = without_running_heads([pages[number] for number in numbers])
    usual = body_size(line for page in kept for line in page)
    split = [split_footnotes(page, usual) for page in kept]
    layout = _Layout([lines for lines, _ in split], usual)
    for number, (lines, notes) in zip(numbers, split, strict=True):
        layout.page(number, lines, notes)
    return _with_levels(layout.end(), usual)


class _Layout:
    """Takes pages one after the other and puts lines together to paragraphs."""

    def __init__(self, pages: list[list[Line]], usual: float) -> None:
        self._usual = usual
        self._pieces: list[Piece] = []
        self._lines: list[_Place] = []  # of the paragraph at hand
        self._notes: list[tuple[int, Footnote]] = []  # of the pages it stands on
        self._known: set[str] = set()  # marks of the footnotes of a page
        self._pitch = _usual_pitch(pages)
        lines = [line for page in pages for line in page]
        self._draws_blanks = sum(line.open for line in lines) > 0.02 * len(lines)
        repeats = [line.text[found.end() :][:1] for line in lines for found in re.finditer("ๆ(?=.)", line.text)]
        self._blank_after_repeats = sum(after == " " for after in repeats) >= len(repeats) / 2
        self._words = Counter(word for line in lines for word in re.findall("[a-z]+", line.text.lower()))

    def page(self, number: int, lines: list[Line], notes: list[Footnote]) -> None:
        """Take the lines and the footnotes of a page."""
        self._known = {note.mark for note in notes}
        self._notes += [(number, note) for note in notes]
        for column in dict.fromkeys(line.column for line in lines):
            its = [line for line in lines if line.column == column]
            text = [line for line in its if not line.is_row] or its
            left, right = min(line.left for line in text), max(line.right for line in text)
            for line in its:
                place = _Place(line, number, left, right, self._marked(line))
                if self._lines and self._begins(place):
                    self._close()
                self._lines.append(place)
        if not lines:
            self._close()

    def end(self) -> list[Piece]:
        """Return all pieces."""
        self._close()
        self._add_notes(self._notes)
        return self._pieces

    def _marked(self, line: Line) -> tuple[tuple[int, str], ...]:
        """Set a blank before the raised signs of a line that are footnote marks; return these with their places."""
        marks, moved = [], 0
        for offset, sign in line.raised:
            before, mark = line.text[: offset + moved], sign.strip("[]()")
            if mark not in self._known and not (_CLOSES.search(before) and mark.isdigit()):
                continue
            if not before.endswith(" "):
                line.text = f"{before} {line.text[offset + moved :]}"
                moved += 1
            if mark in self._known:
                marks.append((offset + moved, mark))
        return tuple(marks)

    def _begins(self, place: _Place) -> bool:
        """Whether a line begins a paragraph."""
        last, line = self._lines[-1].line, place.line
        if place.page - self._lines[-1].page > 1 or line.is_row or last.is_row or line.bold != last.bold:
            return True
        if not 1 / _SAME_SIZE < line.size / last.size < _SAME_SIZE:
            return True
        together = self._lines[-1].page == place.page and last.column == line.column
        if self._is_large(line):
            return not together or last.base - line.base > _HEADING_PITCH * line.size or bool(_ITEM.match(line.text))
        if together:
            pitch = self._pitch.get(round(line.size), 0.0) * line.size
            if last.base - line.base > _WIDER * pitch or last.base < line.base:
                return True
        if self._is_indented(place):
            return True
        return self._ends(place, together)

    def _is_indented(self, place: _Place) -> bool:
        """Whether a line stands further in than the paragraph at hand goes on, or further out."""
        most = _INDENT * place.line.size
        indent = place.line.left - place.left
        indents = [one.line.left - one.left for one in self._lines]
        if len(indents) > 1:
            return abs(indent - indents[-1]) > most
        return indent - indents[0] > most and not _ITEM.match(self._lines[0].line.text)

    def _ends(self, place: _Place, together: bool) -> bool:
        """Whether the paragraph at hand ends: its last line leaves room, or the words say so."""
        last, after = self._lines[-1], place.line
        room = last.right - last.line.right - _width_of_first_word(after)
        score = boundary_score(last.line.text, after.text)
        if _ITEM.match(after.text) and (score > CUT_IN_MID_SENTENCE or room > 0):
            return True
        if room > 0.3 * (last.right - last.left):
            return True
        if room > after.size:
            return score > CUT_IN_MID_SENTENCE
        return not together and score > _SURE_END

    def _is_large(self, line: Line) -> bool:
        return line.size > _LARGER * self._usual

    def _close(self) -> None:
        """End the paragraph at hand; the footnotes marked in it follow, and those of earlier pages whose marks were not found."""
        if self._lines:
            self._pieces.append(self._put_together(self._lines))
            marks, page = {mark for _, mark in self._pieces[-1].marks}, self._pieces[-1].page
            self._lines = []
            self._add_notes([one for one in self._notes if one[1].mark in marks or one[0] < page])

    def _add_notes(self, notes: list[tuple[int, Footnote]]) -> None:
        for page, note in notes:
            if note.lines:
                self._pieces.append(self._put_together([_Place(line, page, 0.0, 0.0, ()) for line in note.lines]))
                self._pieces[-1].note = note.mark
        self._notes = [one for one in self._notes if one not in notes]

    def _put_together(self, places: list[_Place]) -> Piece:
        """Return the lines of a paragraph as one."""
        first = places[0]
        bold = sum(len(one.line.text) for one in places if one.line.bold) > 0.5 * sum(len(one.line.text) for one in places)
        piece = Piece(first.line.text, first.page, first.line.size, bold, is_row=first.line.is_row, marks=list(first.marks))
        for before, place in pairwise(places):
            joined = self._joined(piece.text, before.line, place.line)
            start = len(joined) - len(place.line.text)
            if place.page != before.page:
                piece.turns.append((start, place.page))
            piece.text = joined
            piece.marks += [(start + offset, mark) for offset, mark in place.marks]
        return piece

    def _joined(self, text: str, before: Line, after: Line) -> str:
        """Join two lines. A blank at the end of a line is known only where the page's maker draws it; else the words tell."""
        broken = _HYPHENATED.search(text[-_LONGEST_WORD:])
        if broken and (rest := _WORD_START.match(after.text)):
            is_one_word = broken[1].isascii() and self._words[f"{broken[1]}{rest[0]}".lower()] > 0
            return (text[:-1] if is_one_word else text) + after.text
        if before.open or (not self._draws_blanks and self._has_blank(text, after.text)):
            return f"{text} {after.text}"
        if self._draws_blanks and not (_LATIN_END.search(text[-1:]) and _LATIN_END.search(after.text[:1])):
            return text + after.text
        return text + join(text[-1:], after.text)[1:]

    def _has_blank(self, text: str, after: str) -> bool:
        if text.endswith("ๆ"):
            return self._blank_after_repeats
        return bool(_AFTER_BLANK.match(after)) or boundary_score(text, after) > _SURE_BLANK


def _usual_pitch(pages: list[list[Line]]) -> dict[int, float]:
    """Return the distance of the lines of a paragraph, in em, by the size of the type."""
    found: dict[int, list[float]] = {}
    for page in pages:
        for before, line in pairwise(page):
            pitch = (before.base - line.base) / (line.size or 1.0)
            if before.column == line.column and abs(before.size - line.size) < 0.3 and 0.7 < pitch < 4 and not line.is_row:
                found.setdefault(round(line.size), []).append(pitch)
    return {size: sorted(pitches)[len(pitches) * 3 // 10] for size, pitches in found.items()}


def _width_of_first_word(line: Line) -> float:
    """Return about how much room the first word of a line takes, with the blank before it."""
    first = line.text.split(" ", 1)[0]
    word = next(iter(words(first[:40])), "") if "\u0e00" <= first[:1] <= "\u0e7f" else first
    return (len(word) + 1) * (line.right - line.left) / max(1, len(line.text))


def _with_levels(pieces: list[Piece], usual: float) -> list[Piece]:
    """Tell headings by their type, and their levels by its size."""
    characters = sum(len(piece.text) for piece in pieces)
    bold_stands_out = sum(len(piece.text) for piece in pieces if piece.bold and piece.size <= _LARGER * usual) < 0.3 * characters
    headings = [piece for piece in pieces if _is_heading(piece, usual, bold_stands_out)]
    styles = sorted({(round(piece.size), piece.bold) for piece in headings}, reverse=True)
    for piece in headings:
        piece.level = 1 + styles.index((round(piece.size), piece.bold))
    return pieces


def _is_heading(piece: Piece, usual: float, bold_stands_out: bool) -> bool:
    if piece.is_row or piece.note or len(piece.text) > _LONGEST_HEADING or not any(character.isalpha() for character in piece.text):
        return False
    return piece.size > _LARGER * usual or (piece.bold and bold_stands_out and piece.size > usual / _LARGER)
