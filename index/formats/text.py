"""Plain text: paragraphs and headings recovered from lines, blank lines and form feeds (pages)."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index import repair
from index.compose import Composer
from index.formats.decode import decode
from index.records import Document


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the one Document of a text file. ``meta`` may name its title. Raises SourceError."""
    composer = Composer()
    title = ""
    chapter: tuple[str, ...] = ()
    for block in repair.blocks(decode(path.read_bytes(), path.name)):
        if not block.is_heading:
            composer.paragraph(block.text, block.page)
            continue
        chapter = (block.text,) if repair.chapter_level(block.text) == 1 else chapter
        composer.heading(chapter if block.text in chapter else (*chapter, block.text), block.text)
        title = title or block.text
    yield composer.document(title=meta.get("title") or title or path.stem, source=str(path), meta=meta)
