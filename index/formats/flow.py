"""What a writer set down in an office file: paragraphs and headings in the order of the text, with page turns and footnote marks."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase
from typing import NamedTuple, TypeVar

from index.compose import Composer
from index.errors import SourceError
from index.metadata import known
from index.records import Document

CELLS = " | "  # between the cells of a row
BODY = 0  # the level of what is no heading
Item = TypeVar("Item")
_LONGEST_HEADING = 200  # code points; what is longer is a paragraph set as a heading
_BREAKS = re.compile(r"\s*\n\s*")
_NO_NAMES = {  # what programs and machines write where a person's name or a title belongs
    "", "admin", "administrator", "apache poi", "document", "document1", "microsoft office user", "openpyxl", "owner", "pc",
    "presentation1", "powerpoint presentation", "python-docx", "slide 1", "title", "unknown", "untitled", "user", "windows user",
    "word document", "งานนำเสนอ powerpoint", "ผู้ใช้", "ไม่มีชื่อเรื่อง",
}  # fmt: skip
_FULLER = 1.5  # times the text of the fullest other page that the last one may have
_FULLEST = 8000  # code points of a page: in a Thai book 2000 to 4500
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
_FILE_NAME = re.compile(r"\.(docx?|odt|rtf|pptx?|xlsx?|pdf)$|^microsoft (word|powerpoint|excel) - ", re.IGNORECASE)


class Flow:
    """The text of a paragraph as it comes."""

    def __init__(self, page: int = 1) -> None:
        self.start = self.page = page  # where the paragraph begins, where it stands now
        self.turns: list[tuple[int, int]] = []
        self.marks: list[tuple[int, str]] = []
        self._parts: list[str] = []
        self._length = 0
        self._blank = True

    @property
    def text(self) -> str:
        self._parts = ["".join(self._parts)]
        return self._parts[0]

    def say(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)
            self._blank = self._blank and text.isspace()

    def turn(self) -> None:
        """Go to the next page."""
        self.page += 1
        if self._blank:
            self.start = self.page
        else:
            self.turns.append((self._length, self.page))

    def mark(self, mark: str) -> None:
        self.marks.append((self._length, mark))

    def add(self, other: "Flow") -> None:
        """Go on with another paragraph as part of this one; its line breaks become blanks."""
        skipped = len(other.text) - len(other.text.lstrip())
        self.marks += [(self._length + max(0, at - skipped), mark) for at, mark in other.marks]
        self.say(other.text.strip().replace("\n", " "))


class Block(NamedTuple):
    """A heading of a level from 1 on, or a paragraph; ``note`` is the mark of the footnote that it is."""

    level: int
    flow: Flow
    note: str | None = None


def row(cells: Sequence[Flow]) -> Flow:
    """Return the row of a table as one paragraph, without text if no cell has any."""
    flow = Flow(max((cell.start for cell in cells), default=1))
    flow.page = max((cell.page for cell in cells), default=1)
    if any(cell.text.strip() for cell in cells):
        for number, cell in enumerate(cells):
            flow.say(CELLS if number else "")
            flow.add(cell)
    return flow


def joined(flows: Sequence[Flow], page: int) -> Flow:
    """Return the paragraphs of a cell as one."""
    flow = Flow(flows[0].start if flows else page)
    for number, one in enumerate(flows):
        flow.say(" " if number else "")
        flow.add(one)
        flow.page = one.page
    return flow


def counted(number: int, form: str) -> str:
    """Return a footnote's mark as Office names the ways of counting.

    >>> [counted(4, form) for form in ("decimal", "lowerRoman", "upperLetter", "thaiNumbers")]
    ['4', 'iv', 'D', '๔']
    """
    if form.endswith("Letter"):
        mark = ascii_lowercase[(number - 1) % 26] * ((number - 1) // 26 + 1)
    elif form.endswith("Roman"):
        mark = _roman(number)
    else:
        return str(number).translate(_THAI_DIGITS) if form == "thaiNumbers" else str(number)
    return mark.upper() if form.startswith("upper") else mark


def _roman(number: int) -> str:
    mark = ""
    for value, letters in _ROMAN.items():
        mark += letters * (number // value)
        number %= value
    return mark


def real(value: str | None) -> str | None:
    """Return a title or author that a file states, or None for what only a program or machine put there."""
    value = " ".join((value or "").split())
    return None if value.lower() in _NO_NAMES or _FILE_NAME.search(value) else value


def no_text(name: str) -> SourceError:
    """Return the error that says that a file has no text."""
    return SourceError(
        f"{name}: ไม่มีข้อความให้อ่าน (ถ้าเป็นภาพสแกน โปรดบันทึกเป็น PDF แล้วเพิ่มใหม่)",
        f"{name}: has no text to read (if it holds scanned pictures, save it as PDF and add that).",
    )


def composed(
    blocks: Iterable[Block], path: Path, meta: Mapping[str, str], own: Mapping[str, str | None], pages: int | None
) -> Document:
    """Return the Document of a file; ``own`` is what it says of itself.

    Page numbers are told only if the file counts as many ``pages`` itself. Raises SourceError.
    """
    with shallow(path.name):
        found = [block for block in blocks if block.flow.text.strip()]
    if not found:
        raise no_text(path.name)
    paged = _is_laid_out(found, pages)
    has_body = any(block.level == BODY for block in found)
    composer, title = Composer(), ""
    chain: list[tuple[int, str]] = []
    for level, flow, note in found:
        page = flow.start if paged else None
        if level == BODY or not has_body or len(flow.text) > _LONGEST_HEADING:
            turns = [turn for turn in flow.turns if paged and turn[0] < len(flow.text.rstrip())]
            composer.paragraph(flow.text, page, turns=turns, marks=flow.marks, note=note)
            continue
        heading = _BREAKS.sub(" ", flow.text.strip())
        title = title or heading
        chain = [*((above, text) for above, text in chain if above < level), (level, heading)]
        composer.heading(tuple(text for _, text in chain), heading, page)
    about = known(meta, own)
    return composer.document(title=about.get("title") or title or path.stem, source=str(path), meta=about)


def _is_laid_out(blocks: Sequence[Block], pages: int | None) -> bool:
    """Whether the turns of pages are as many as the file counts, and no page holds more than it can.

    A file saved before its program had laid it out to the end counts few pages with too much on them. LibreOffice's converter does so.
    """
    if pages is None or pages < 2 or max(block.flow.page for block in blocks) != pages:
        return False
    filled: Counter[int] = Counter()
    for _, flow, _ in blocks:
        edges = [(0, flow.start), *flow.turns, (len(flow.text), 0)]
        for (start, page), (end, _) in pairwise(edges):
            filled[page] += end - start
    fullest = max((count for page, count in filled.items() if page < pages), default=0)
    return filled[pages] <= min(_FULLEST, _FULLER * fullest) and fullest <= _FULLEST


@contextmanager
def shallow(name: str) -> Iterator[None]:
    """Raise SourceError where a file is nested too deeply to be walked."""
    try:
        yield
    except RecursionError:
        raise SourceError(
            f"{name}: ตารางหรือกรอบซ้อนกันลึกเกินไป โปรดบันทึกใหม่ให้เรียบง่ายกว่านี้",
            f"{name}: tables or frames are nested too deeply; save it again in a simpler form.",
        ) from None


def signs(items: Sequence[Item], path: Path, at: Callable[[int], None]) -> Iterator[Item]:
    """Yield items, telling ``at`` how far that is in bytes of the file."""
    size = path.stat().st_size
    for number, item in enumerate(items):
        at(size * number // len(items))
        yield item
