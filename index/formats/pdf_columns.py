"""Rows to columns, one after the other, and to rows of tables."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median

from index.formats.pdf_glyphs import Box
from index.formats.pdf_rows import GUTTER, WIDEST_BLANK, Row, Segment, are_apart

_CELL_GAP = 1.2  # em between cells at least
_LEAST_LINES, _FULL, _NARROWEST = 4, 0.7, 8.0  # lines of a column, the share of it that its lines fill, its width in em
_MOST_WITH_CELLS = 0.3  # of the lines of a column: more of them are a table
_RULING = 1.5  # points between lines that are one ruling
_ALIGNED, _CELL_PITCH = 2.5, 1.9  # points; em between the lines of a cell at most
_ITEM, _ITEM_ENDS = 5, ".)-–•●▪◦*·"  # glyphs of "12.)" and the like, which may stand apart from their text


def columns(rows: list[Row], boxes: list[Box]) -> Iterator[list[Row]]:
    """Yield the rows of each column: those above the columns, the left one, the right one, those below."""
    found = _gutter(rows, boxes)
    if found is None:
        if rows:
            yield _merged(rows)
        return
    first, last, edge = found
    yield from columns(rows[:first], boxes)
    for side in (True, False):
        parts = [Row(row.base, row.size, [one for one in row.segments if (one.left < edge) == side]) for row in rows[first:last]]
        yield from columns([part for part in parts if part.segments], boxes)
    yield from columns(rows[last:], boxes)


def _gutter(rows: list[Row], boxes: list[Box]) -> tuple[int, int, float] | None:
    """Return the longest run of rows, first and last, that stand in two columns, and where the right one begins."""
    starts = Counter(round(segment.left) for row in rows for segment in row.segments)
    best: tuple[int, int, float] | None = None
    for start, count in starts.items():
        if count + starts[start + 1] < _LEAST_LINES:
            continue
        for first, last in _clear_runs(rows, boxes, start - 1.0):
            longer = best is None or last - first > best[1] - best[0]
            if longer and last - first >= _LEAST_LINES and _are_columns(rows[first:last], start - 1.0):
                best = first, last, start - 1.0
    return best


def _clear_runs(rows: list[Row], boxes: list[Box], edge: float) -> Iterator[tuple[int, int]]:
    """Yield the runs of rows, first and last, that neither text nor a ruling crosses an edge in or between."""
    rulings = sorted(y for box in boxes if box.left < edge < box.right for y in (box.bottom, box.top))
    bands = [bisect_left(rulings, row.base) for row in rows]
    first = 0
    for at, row in enumerate(rows):
        if at and bands[at] != bands[at - 1]:
            yield first, at
            first = at
        if any(one.left < edge and one.right > edge - GUTTER / 2 * row.size for one in row.segments):
            yield first, at
            first = at + 1
    yield first, len(rows)


def _are_columns(rows: list[Row], edge: float) -> bool:
    """Whether rows hold running text on both sides of an edge: lines that fill their column."""
    size = median(row.size for row in rows)
    for is_left in (True, False):
        sides = [[one for one in row.segments if (one.left < edge) == is_left] for row in rows]
        spans = [(side[0].left, side[-1].right) for side in sides if side]
        with_cells = sum(any(are_apart(*pair, size, _CELL_GAP) for pair in pairwise(side)) for side in sides)
        if len(spans) < _LEAST_LINES or with_cells > _MOST_WITH_CELLS * len(spans):
            return False
        width = max(right for _, right in spans) - min(left for left, _ in spans)
        if width < _NARROWEST * size or median(right - left for left, right in spans) < _FULL * width:
            return False
    return True


def _merged(rows: list[Row]) -> list[Row]:
    """Return the rows of a column with what is no cell of a table joined; the sign of a list belongs to what follows it."""
    starts = [right.left for row in rows for left, right in pairwise(row.segments) if are_apart(left, right, row.size, _CELL_GAP)]
    made = []
    for row in rows:
        segments = [row.segments[0]]
        for segment in row.segments[1:]:
            last = segments[-1]
            is_item = len(segments) == 1 and len(last.glyphs) < _ITEM and last.glyphs[-1].text in _ITEM_ENDS
            is_aligned = any(abs(segment.left - start) < _ALIGNED for start in starts)
            if are_apart(last, segment, row.size, WIDEST_BLANK if is_item else GUTTER if is_aligned else _CELL_GAP):
                segments.append(segment)
            else:
                segments[-1] = Segment(last.glyphs + segment.glyphs, last.left, max(last.right, segment.right))
        made.append(Row(row.base, row.size, segments))
    return made


def grouped(rows: list[Row], boxes: list[Box]) -> Iterator[tuple[list[Row], bool]]:
    """Yield the rows one by one, those of one row of a table together, and whether they are that."""
    wide = [box for box in boxes if box.right - box.left > _NARROWEST / 2 * rows[0].size]
    rulings = sorted({round(edge) for box in wide for edge in (box.bottom, box.top)})
    bands = [bisect_left(rulings, row.base) for row in rows]
    for band, numbers in groupby(range(len(rows)), key=bands.__getitem__):
        group = [rows[at] for at in numbers]
        is_framed = 0 < band < len(rulings) and _spans(wide, rulings[band - 1]) == _spans(wide, rulings[band])
        if is_framed and any(len(row.segments) > 1 for row in group):
            yield group, True
        else:
            yield from _unruled(group)


def _spans(boxes: list[Box], height: float) -> tuple[float, float]:
    """Return how far to the left and to the right the lines at a height reach, to four points."""
    found = [box for box in boxes if min(abs(box.bottom - height), abs(box.top - height)) < _RULING]
    return round(min(box.left for box in found) / 4), round(max(box.right for box in found) / 4)


def _unruled(rows: list[Row]) -> Iterator[tuple[list[Row], bool]]:
    """Yield rows one by one, those together that are a row of a table without rulings: its cells are aligned, or go on below."""
    at = 0
    while at < len(rows):
        last = at + 1
        while last < len(rows) and _goes_on(rows[at], rows[last - 1], rows[last]):
            last += 1
        near = [rows[by] for by in (at - 1, last) if 0 <= by < len(rows)]
        is_row = last > at + 1 or any(_are_aligned(rows[at], other) for other in near)
        yield rows[at:last], is_row
        at = last


def _goes_on(row: Row, above: Row, below: Row) -> bool:
    """Whether what stands below a row of several cells are further lines of these, but for the first."""
    starts = [one.left for one in row.segments[1:]]
    aligned = all(any(abs(one.left - start) < _ALIGNED for start in starts) for one in below.segments)
    return aligned and above.base - below.base < _CELL_PITCH * row.size


def _are_aligned(row: Row, other: Row) -> bool:
    """Whether two rows have cells, after their first, that begin or end at the same place."""
    pairs = [(one, its) for one in row.segments[1:] for its in other.segments[1:]]
    return any(abs(one.left - its.left) < _ALIGNED or abs(one.right - its.right) < _ALIGNED for one, its in pairs)


def cells_of(rows: list[Row]) -> list[list[Segment]]:
    """Return the cells of a row of a table, from left to right: what stands above one another is one cell."""
    cells: list[list[Segment]] = []
    for segment in sorted((one for row in rows for one in row.segments), key=lambda one: one.left):
        if cells and segment.left < max(one.right for one in cells[-1]):
            cells[-1].append(segment)
        else:
            cells.append([segment])
    return [sorted(cell, key=lambda one: -one.glyphs[0].base) for cell in cells]
