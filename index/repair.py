"""Lines and pages back to paragraphs. Only whitespace and line breaks are touched, never a letter.

Scanned books come hard-wrapped, with paragraphs cut in mid-sentence by page ends; some dumps come as one endless line. What the words on
both sides of a break say (``thai.boundaries``) decides whether it is a real one.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from thai.boundaries import boundary_score
from thai.sentences import sentences

CUT_IN_MID_SENTENCE = -2.05  # a lower score: the break was made by a page end. On the seed chapter 11 of 12 cuts, 1 false of 35
_LONGEST_HEADING = 80  # code points
_BODY = 100  # code points of the shortest paragraph that has a heading
_WRAPPED = range(25, 160)  # code points of a hard-wrapped line
_READABLE, _TOO_LONG = 450, 1000  # code points of a paragraph cut out of an endless line
_BLANK_LINES = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+")
_THAI_END, _THAI_START = re.compile(r"[\u0e01-\u0e4e]$"), re.compile(r"^[\u0e01-\u0e4e]")
_LIST_ITEM = re.compile(r"^\s*(?:[-•*·]|\(?[0-9๐-๙ก-ฮa-zA-Z]{1,3}[.)])\s")
_CHAPTER = re.compile(r"^(?:บทที่|ภาคที่|ภาค|ตอนที่|หมวดที่|หมวด|ส่วนที่|ลักษณะ|chapter|part)\s*[0-9๐-๙IVX]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A repaired stretch of a plain text: a heading or a paragraph, and the page it starts on (None without pages)."""

    text: str
    page: int | None
    is_heading: bool


def blocks(text: str) -> list[Block]:
    """Return the headings and paragraphs of a plain text, lines joined and page cuts mended."""
    mended: list[Block] = []
    for piece, page in _pieces(text):
        previous = mended[-1] if mended else None
        if previous and not previous.is_heading and _continues(previous.text, piece):
            mended[-1] = Block(text=join(previous.text, piece), page=previous.page, is_heading=False)
        else:
            mended.append(Block(text=piece, page=page, is_heading=_looks_like_heading(piece)))
    pairs = zip(mended, [*mended[1:], None], strict=False)
    return [replace(block, is_heading=block.is_heading and _heads_up(block, after)) for block, after in pairs]


def _heads_up(block: Block, after: Block | None) -> bool:
    """Whether what looks like a heading is one: a chapter, or followed by a clearly longer paragraph."""
    if after is None:
        return False
    if chapter_level(block.text) == 1 or len(after.text) >= 3 * len(block.text):
        return True
    return not after.is_heading and len(after.text) >= max(_BODY, 2 * len(block.text))


def join(before: str, after: str) -> str:
    """Join two lines of one paragraph: Thai letters meet without a blank, anything else with one.

    >>> join("ทำเก็บเครื่อง", "มือหนีไปหมด")
    'ทำเก็บเครื่องมือหนีไปหมด'
    >>> join("ด้านศิลปะ(LEF-", "Left Front in Art)")
    'ด้านศิลปะ(LEF- Left Front in Art)'
    """
    meets = _THAI_END.search(before) and _THAI_START.search(after)
    return before.rstrip() + ("" if meets else " ") + after.lstrip()


def chapter_level(heading: str) -> int:
    """Return 1 for a chapter heading (บทที่ 3 …), 2 for any other."""
    return 1 if _CHAPTER.match(heading) else 2


def readable(text: str, longest: int = _TOO_LONG) -> Iterator[str]:
    """Cut a paragraph of more than ``longest`` code points at sentence ends into readable ones; with a blank between them they are the
    text again.
    """
    if len(text) <= longest:
        yield text
        return
    ends = [span.end for span in sentences(text)]
    start = 0
    while len(text) - start > _TOO_LONG:
        first, last = bisect_left(ends, start + _READABLE), bisect_right(ends, min(start + _TOO_LONG, len(text) - _READABLE // 3))
        window = ends[first:last] or ends[bisect_right(ends, start + _TOO_LONG) :][:1] or [len(text)]
        cut = max(window, key=lambda end: boundary_score(text[max(0, end - 60) : end], text[end : end + 60]))
        yield text[start:cut].rstrip()
        start = cut
    if text[start:]:
        yield text[start:]


def _pieces(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield stretches between blank lines with their lines joined, and the page on which each starts (from form feeds)."""
    pages = text.split("\f")
    for number, page in enumerate(pages, start=1):
        for block in _BLANK_LINES.split(page.strip("\n")):
            for piece in _joined_lines([line for line in block.split("\n") if line.strip()]):
                yield piece, number if len(pages) > 1 else None


def _joined_lines(lines: list[str]) -> Iterator[str]:
    """Yield the paragraphs of a stretch without blank lines: hard-wrapped lines become one, long lines stay their own."""
    if not lines:
        return
    wrapped = _is_wrapped(lines)
    widest = max(len(line) for line in lines)
    current = lines[0].strip()
    for before, line in itertools.pairwise(lines):
        short = len(before) < 0.6 * widest and boundary_score(current, line) > CUT_IN_MID_SENTENCE
        if _heads(lines) or (wrapped and not short and not _LIST_ITEM.match(line)):
            current = join(current, line.strip())
        else:
            yield current
            current = line.strip()
    yield current


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a stretch is hard-wrapped: lines of about one width, most of them broken where no sentence ends."""
    if len(lines) < 2 or int(median(len(line) for line in lines[:-1])) not in _WRAPPED:
        return False
    breaks = [boundary_score(before, after) for before, after in pairwise(lines)]
    return fmean(breaks) < CUT_IN_MID_SENTENCE


def _heads(lines: list[str]) -> bool:
    """Whether the lines are one heading set in two lines: บทที่ 3 / its name."""
    return len(lines) == 2 and bool(_CHAPTER.fullmatch(lines[0].strip())) and len(lines[1]) <= _LONGEST_HEADING


def _continues(before: str, after: str) -> bool:
    if _LIST_ITEM.match(after) or _CHAPTER.match(after):
        return False
    return boundary_score(before, after) < CUT_IN_MID_SENTENCE


def _looks_like_heading(piece: str) -> bool:
    return (
        len(piece) <= _LONGEST_HEADING
        and "\n" not in piece
        and not _LIST_ITEM.match(piece)
        and not piece.endswith((".", "?", "!", "”", '"'))
    )
