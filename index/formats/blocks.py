"""What a page or a chapter is made of, given to a Composer: headings in chains, paragraphs, footnotes by the marks a reader sees."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from index.compose import Composer
from index.errors import SourceError
from index.formats.footnotes import shown
from index.records import Document


class Block(NamedTuple):
    """A heading (``level`` 1 to 6) or a paragraph (0), as ``Composer`` takes it; ``linked`` if all of it is links."""

    text: str
    level: int
    page: int | None
    turns: tuple[tuple[int, int], ...]
    marks: tuple[tuple[int, str], ...]
    note: str | None
    element: Any
    linked: bool


class Outline:
    """The headings a place stands under."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def under(self, level: int, heading: str) -> tuple[str, ...]:
        """Open a heading and return its chain, outermost first."""
        self._open = [*(above for above in self._open if above[0] < level), (level, heading)]
        return tuple(text for _, text in self._open)


def fill(composer: Composer, found: Iterable[Block], outline: Outline) -> str:
    """Give blocks to a composer; return the first heading. A mark in a heading belongs to what follows it."""
    first = ""
    waiting: tuple[tuple[int, str], ...] = ()
    for block in found:
        if block.level:
            composer.heading(outline.under(block.level, block.text), block.text, block.page)
            first, waiting = first or block.text, (*waiting, *((0, mark) for _, mark in block.marks))
        else:
            composer.paragraph(block.text, block.page, turns=block.turns, marks=(*waiting, *block.marks), note=block.note)
            waiting = ()
    return first


def compose(composer: Composer, path: Path, title: str, meta: Mapping[str, str]) -> Document:
    """Return the document of all blocks, its footnotes named as a reader sees them. Raises SourceError for one without text."""
    if not len(composer):
        raise SourceError(
            f"{path.name}: ไม่พบข้อความในไฟล์ โปรดตรวจว่าเป็นไฟล์ที่ต้องการ",
            f"{path.name}: there is no text in the file; check that it is the right one.",
        )
    made = composer.document(title=title or path.stem, source=str(path), meta=meta)
    return replace(
        made,
        paragraphs=tuple(replace(one, note=shown(one.note)) if one.note else one for one in made.paragraphs),
        notes=tuple(replace(note, mark=shown(note.mark)) for note in made.notes),
    )
