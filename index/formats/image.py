"""Photographed and scanned pages: every frame of the file is a page, read by character recognition."""

import struct
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index import repair
from index.compose import Composer
from index.errors import SourceError
from index.metadata import known
from index.recognise import Scan, read_page
from index.records import Document
from thai.boundaries import boundary_score

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_MOST_PIXELS = 150_000_000  # of a page: A0 at 300 dpi is 140 million


class _Piece:
    """A heading or a paragraph, the page it starts on and those that begin inside it."""

    def __init__(self, text: str, page: int, is_heading: bool) -> None:
        self.text, self.page, self.is_heading = text, page, is_heading
        self.turns: list[tuple[int, int]] = []

    def goes_on(self, block: repair.Block) -> bool:
        """Whether the page's end cut this paragraph in mid-sentence."""
        return not (self.is_heading or block.is_heading) and boundary_score(self.text, block.text) < repair.CUT_IN_MID_SENTENCE

    def take(self, text: str, page: int) -> None:
        self.text = repair.join(self.text, text)
        self.turns.append((len(self.text) - len(text.lstrip()), page))


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of an image file. Raises SourceError, OSError."""
    size = path.stat().st_size
    pages: list[Scan] = []
    with path.open("rb") as data:
        file, count = _opened(data, path.name)
        for number in range(1, count + 1):
            pages.append(read_page(_frame(file, number, path.name), path.name))
            at(size * number // count)
    pieces = _pieces(pages)
    if not pieces:
        raise SourceError(
            f"{path.name}: ไม่พบข้อความในภาพ หากมี โปรดสแกนให้ตรงและคมขึ้น (300 dpi)",
            f"{path.name}: no text found in the image; if there is some, scan it straight and sharp (300 dpi).",
        )
    yield _composed(pieces, pages, path, meta)


def _opened(data: BinaryIO, name: str) -> tuple["ImageFile", int]:
    """Return the opened image and how many pages it has."""
    from PIL import Image

    with _damage_named(name, 1):
        file = Image.open(data, formats=_FORMATS)
        return file, getattr(file, "n_frames", 1) if file.format == "TIFF" else 1  # frames of other formats are films


def _frame(file: "ImageFile", number: int, name: str) -> "Image":
    """Return a page as an image, the right way up."""
    from PIL import ImageOps

    with _damage_named(name, number):
        file.seek(number - 1)
        if file.width * file.height > _MOST_PIXELS:
            raise _too_large(name)
        return ImageOps.exif_transpose(file)


@contextmanager
def _damage_named(name: str, page: int) -> Iterator[None]:
    """Turn what the image library raises for damaged files into a SourceError."""
    from PIL import Image

    try:
        with warnings.catch_warnings(action="ignore"):  # of odd tags, and of sizes that have their own limit here
            yield
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(name) from error
    except (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error) as error:
        raise SourceError(
            f"{name}: ภาพหน้า {page} เสียหายหรือไม่ครบ โปรดสแกนหรือบันทึกใหม่",
            f"{name}: page {page} is damaged or cut short; scan or save it again.",
        ) from error


def _too_large(name: str) -> SourceError:
    most = _MOST_PIXELS // 1_000_000
    return SourceError(f"{name}: ภาพใหญ่เกิน {most} ล้านจุด โปรดย่อก่อน", f"{name}: has more than {most} million pixels; scale it down.")


def _pieces(pages: Sequence[Scan]) -> list[_Piece]:
    """Return the headings and paragraphs of all pages, paragraphs that a page's end cut put together again."""
    found: list[_Piece] = []
    for number, scan in enumerate(pages, start=1):
        for place, block in enumerate(repair.blocks("\n\n".join(scan.paragraphs))):
            if found and not place and found[-1].goes_on(block):
                found[-1].take(block.text, number)
            else:
                found.append(_Piece(block.text, number, block.is_heading))
    return found


def _composed(pieces: Sequence[_Piece], pages: Sequence[Scan], path: Path, meta: Mapping[str, str]) -> Document:
    composer = Composer()
    chapter: tuple[str, ...] = ()
    for piece in pieces:
        if piece.is_heading:
            chapter = (piece.text,) if repair.chapter_level(piece.text) == 1 else chapter
            composer.heading(chapter if piece.text in chapter else (*chapter, piece.text), piece.text, piece.page)
        else:
            composer.paragraph(piece.text, piece.page, turns=piece.turns)
    for number, scan in enumerate(pages, start=1):
        composer.scanned(number, scan.confidence)
    heading = next((piece.text for piece in pieces if piece.is_heading), None)
    return composer.document(title=meta.get("title") or heading or path.stem, source=str(path), meta=known(meta, {}))
