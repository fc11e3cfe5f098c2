"""Glyphs to rows: what stands on one baseline, cut at its gaps."""

from dataclasses import dataclass
from itertools import zip_longest

from index.formats.pdf_glyphs import Glyph
from index.formats.pdf_marks import distance, put_on

GUTTER = 0.4  # em between columns at least
_GUTTER_AFTER_BLANK = 1.0
WIDEST_BLANK = 4.0  # em that a drawn blank may be wide
_SAME_LINE = 0.25  # em between baselines of one line
_SHIFT = 0.12  # em between a glyph and the same one drawn once more, at most
_LEAST_BLANK = 0.1  # em that a drawn blank takes
_STRAY = 2.0  # em from a letter at which a mark is given up


@dataclass(slots=True)
class Segment:
    """A part of a line without a wide gap."""

    glyphs: list[Glyph]
    left: float
    right: float

    @property
    def ends_blank(self) -> bool:
        return self.glyphs[-1].text.isspace()


@dataclass(slots=True)
class Row:
    """What stands on one baseline."""

    base: float
    size: float
    segments: list[Segment]


def rows_of(letters: list[Glyph]) -> list[Row]:
    rows: list[Row] = []
    glyphs: list[list[Glyph]] = []
    for glyph in sorted(letters, key=lambda glyph: -glyph.base):
        if rows and rows[-1].base - glyph.base <= _SAME_LINE * max(glyph.size, rows[-1].size):
            glyphs[-1].append(glyph)
            if glyph.size > rows[-1].size:
                rows[-1].size, rows[-1].base = glyph.size, glyph.base
        else:
            rows.append(Row(glyph.base, glyph.size, []))
            glyphs.append([glyph])
    for row, its in zip(rows, glyphs, strict=True):
        row.segments = _segments(its, row.size)
    return [row for row in rows if row.segments]


def _segments(glyphs: list[Glyph], size: float) -> list[Segment]:
    """Cut a line at its gaps, where columns may meet."""
    segments: list[Segment] = []
    edge = 0.0
    ordered = sorted(glyphs, key=lambda glyph: glyph.left)
    for glyph, after in zip_longest(ordered, ordered[1:]):
        is_blank = glyph.text.isspace()
        if is_blank and after and max(after.left, glyph.right) - glyph.left < _LEAST_BLANK * size:
            continue
        echoed = _echoed(glyph, segments[-1].glyphs) if segments else None
        if echoed:
            echoed.bold |= glyph.bold
            continue
        if segments and (is_blank or glyph.left - edge <= (_GUTTER_AFTER_BLANK if segments[-1].ends_blank else GUTTER) * size):
            segments[-1].glyphs.append(glyph)
        elif not is_blank:
            segments.append(Segment([glyph], glyph.left, glyph.right))
        if segments:
            edge = max(edge, glyph.right)
            if not is_blank:
                segments[-1].right = max(segments[-1].right, glyph.right)
    return segments


def _echoed(glyph: Glyph, before: list[Glyph]) -> Glyph | None:
    """Return the glyph that is drawn once more, as for a shadow or for bold type."""
    for other in before[-2:]:
        if other.text == glyph.text and glyph.left - other.left < _SHIFT * glyph.size:
            return other
    return None


def hang_anywhere(mark: Glyph, rows: list[Row]) -> None:
    """Hang a mark on the nearest letter of the page."""
    near = [row for row in rows if abs(row.base - mark.base) <= 0.9 * mark.size]
    letters = (glyph for row in near for segment in row.segments if segment.left - 9 < mark.right for glyph in segment.glyphs)
    best = min(letters, key=lambda letter: distance(letter, mark), default=None)
    if best is not None and distance(best, mark) < _STRAY:
        put_on(best, mark)


def are_apart(left: Segment, right: Segment, size: float, gap: float) -> bool:
    """Whether there are ``gap`` em between two segments, more if a blank is drawn there."""
    return right.left - left.right > (WIDEST_BLANK if left.ends_blank else gap) * size
