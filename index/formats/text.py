"""Plain text: paragraphs and headings recovered from lines, blank lines and form feeds (pages)."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index import repair
from index.compose import Composer
from index.formats.decode import pieces
from index.records import Document

_LONGEST = 4000  # code points of a line that is taken for a paragraph; a longer one is a text without line breaks


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of a text file; a very long text is one Document a piece, titled by number. Raises SourceError, OSError."""
    chapter: tuple[str, ...] = ()
    title, page, paged = "", 1, False
    for number, piece in enumerate(pieces(path, at), start=1):
        composer = Composer()
        paged = paged or "\f" in piece
        for block in repair.blocks(piece):
            place = None if not paged else page - 1 + (block.page or 1)
            if not block.is_heading:
                for part in repair.readable(block.text, longest=_LONGEST):
                    composer.paragraph(part, place)
                continue
            chapter = (block.text,) if repair.chapter_level(block.text) == 1 else chapter
            composer.heading(chapter if block.text in chapter else (*chapter, block.text), block.text, place)
            title = title or block.text
        page += piece.count("\f")
        name = meta.get("title") or title or path.stem
        first = number == 1
        yield composer.document(title=name if first else f"{name} ({number})", source=str(path) if first else f"{path}#{number}", meta=meta)
