"""Glyphs to lines in reading order: columns one after the other, tables row by row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import median

from index.formats.pdf_columns import cells_of, columns, grouped
from index.formats.pdf_glyphs import Box, Sheet
from index.formats.pdf_marks import FOLLOWERS, compose, hang, lower
from index.formats.pdf_rows import Row, Segment, hang_anywhere, rows_of
from index.repair import join

CELL = " | "  # between the cells of a row
_GAP = 0.2  # em without a glyph that are a blank


@dataclass(slots=True)
class Line:
    """A line of text or a row of a table, where it stands, and the raised signs in it with their offsets.

    ``column`` counts the columns and tables of a page; ``open`` says that it ends with a drawn blank.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    raised: tuple[tuple[int, str], ...]
    open: bool
    column: int = 0
    is_row: bool = False


def read_lines(sheet: Sheet) -> list[Line]:
    """Return the lines of a page in the order in which they are read."""
    letters, strays = hang(sheet.glyphs)
    raised = lower(letters)
    rows = rows_of(letters)
    for mark in strays:
        hang_anywhere(mark, rows)
    writer = _Writer(raised)
    found: list[Line] = []
    for column, region in enumerate(columns(rows, sheet.boxes)):
        for line in writer.lines(region, sheet.boxes):
            line.column = column
            found.append(line)
    return [line for line in found if line.text]


class _Writer:
    """Writes rows as lines of text."""

    def __init__(self, raised: set[int]) -> None:
        self._raised = raised

    def lines(self, rows: list[Row], boxes: list[Box]) -> Iterator[Line]:
        """Yield the lines of a column; a row of a table is one."""
        for group, is_row in grouped(rows, boxes):
            yield self._table_row(cells_of(group)) if is_row else self._line(group[0].segments)

    def _table_row(self, cells: list[list[Segment]]) -> Line:
        parts = [[self._line([segment]) for segment in cell] for cell in cells]
        lines = [line for cell in parts for line in cell]
        text = CELL.join(reduce(join, (line.text for line in cell)) for cell in parts)
        edges = min(line.left for line in lines), max(line.right for line in lines)
        return Line(text, *edges, lines[0].base, lines[0].size, all(line.bold for line in lines), (), False, is_row=True)

    def _line(self, segments: list[Segment]) -> Line:
        """Write glyphs that stand on one baseline, blanks where they are drawn or left out."""
        glyphs = [glyph for segment in segments for glyph in segment.glyphs]
        shown = [glyph for glyph in glyphs if not glyph.text.isspace()]
        usual = max(0.0, median([after.left - before.right for before, after in pairwise(shown)] or [0.0]))
        raised: list[tuple[int, str]] = []
        text, blank, edge = "", False, 0.0
        for glyph in glyphs:
            if glyph.text.isspace():
                blank = True
                continue
            if text and glyph.text[0] not in FOLLOWERS and (blank or glyph.left - edge > _GAP * glyph.size + 1.5 * usual):
                text += " "
            if id(glyph) in self._raised:
                if raised and raised[-1][0] + len(raised[-1][1]) == len(text):
                    raised[-1] = raised[-1][0], raised[-1][1] + glyph.text
                else:
                    raised.append((len(text), glyph.text))
            text += glyph.text
            edge, blank = glyph.right, False
        sizes = Counter(round(glyph.size, 1) for glyph in shown)
        size, bold = sizes.most_common(1)[0][0], sum(glyph.bold for glyph in shown) > 0.8 * len(shown)
        marks = tuple((len(compose(text[:offset])), sign) for offset, sign in raised)
        base = next(glyph.base for glyph in shown if round(glyph.size, 1) == size)
        return Line(compose(text), shown[0].left, max(glyph.right for glyph in shown), base, size, bold, marks, blank)
