"""What stands on a page beside its running text: running heads, page numbers, footnotes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import median
from typing import NamedTuple

from index.formats.pdf_lines import Line

_EDGE = 3  # lines at the top and at the bottom of a page that may be running heads
_SAME_PLACE = 4.0  # points
_FEWEST = 3  # pages that a running head stands on, in a file of so many
_SHARE = 0.4  # of the pages between the first and the last with a running head; even pages may have another than odd ones
_NUMBERS = re.compile(r"[0-9๐-๙]+")
_PAGE_NUMBER = re.compile(r"\W*(?:หน้า|page|p\.)?\s*#(?:\s*(?:/|จาก|of)\s*#)?\W*", re.IGNORECASE)
_SMALLER = 0.94  # type of footnotes, to that of the text
_MARK = re.compile(r"\W?([0-9]{1,3}|[๐-๙]{1,3}|[*†‡§¶]{1,3})(?:[\s.)\]]\s*|(?=[^\W\d]|[\"“(]))")


class Footnote(NamedTuple):
    """A footnote: its mark and its lines, without the mark."""

    mark: str
    lines: list[Line]


def body_size(lines: Iterable[Line]) -> float:
    """Return the size of type that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Return the pages without what is repeated at the same place on most of them, numbers aside, and without page numbers."""
    at: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)  # text at an edge -> (page, height)
    for number, page in enumerate(pages):
        for line in _edges(page):
            at[_key(line, number)].append((number, line.base))
    kept = []
    for number, page in enumerate(pages):
        edges = _edges(page)
        repeated = [line for line in edges if _is_repeated(at[_key(line, number)], line, len(pages))]
        heads = {id(line) for line in edges if line in repeated or _numbers_page(line, page, number + 1)}
        kept.append([line for line in page if id(line) not in heads])
    return kept


def _edges(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: line.base)
    return by_height if len(page) <= 2 * _EDGE else by_height[:_EDGE] + by_height[-_EDGE:]


def _shape(line: Line) -> str:
    return _NUMBERS.sub("#", " ".join(line.text.split()))


def _key(line: Line, page: int) -> tuple[str, int]:
    """Return what running heads of several pages share: a number that opens one counts the pages, one that opens footnotes does not."""
    shape = _shape(line)
    return shape, int(_NUMBERS.findall(line.text)[0]) - page if shape.startswith("#") else 0


def _is_repeated(places: list[tuple[int, float]], line: Line, count: int) -> bool:
    pages = {number for number, base in places if abs(base - line.base) < _SAME_PLACE}
    return len(pages) > 1 and len(pages) >= min(_FEWEST, count) and len(pages) >= _SHARE * (max(pages) - min(pages) + 1)


def _numbers_page(line: Line, page: list[Line], number: int) -> bool:
    """Whether a line says nothing but the number of its page, apart from the text."""
    if not _PAGE_NUMBER.fullmatch(_shape(line)) or int(_NUMBERS.findall(line.text)[0]) != number:
        return False
    return len(page) > 1 and min(abs(line.base - other.base) for other in page if other is not line) > 1.5 * line.size


def split_footnotes(page: list[Line], usual: float) -> tuple[list[Line], list[Footnote]]:
    """Return the text of a page and the footnotes at its bottom: the last lines of a column, in smaller type, opened by a mark."""
    notes: list[Footnote] = []
    under: set[int] = set()
    middle = median(line.base for line in page) if page else 0.0
    for column in sorted({line.column for line in page}):
        lines = [line for line in page if line.column == column]
        first = len(lines)
        while first and lines[first - 1].size < _SMALLER * usual and not lines[first - 1].is_row:
            first -= 1
        small = lines[first:]
        while small and not _mark_of(small[0]):
            small = small[1:]
        if small and (small[0].base < middle or len(small) < len(lines)):
            notes += _footnotes(small)
            under |= {id(line) for line in small}
    return [line for line in page if id(line) not in under], notes


def _footnotes(lines: list[Line]) -> Iterator[Footnote]:
    current: Footnote | None = None
    for line in lines:
        mark = _mark_of(line)
        if mark:
            if current:
                yield current
            sign, length = mark
            current = Footnote(sign, [])
            line.text, line.raised = line.text[length:].lstrip(), ()
        if current and line.text:
            current.lines.append(line)
    if current:
        yield current


def _mark_of(line: Line) -> tuple[str, int] | None:
    """Return the mark that opens a footnote and how much of the line it takes."""
    if line.raised and line.raised[0][0] == 0:
        return line.raised[0][1].strip("[]() ."), len(line.raised[0][1])
    found = _MARK.match(line.text)
    return (found[1], found.end()) if found else None
