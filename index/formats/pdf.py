"""PDF: headings, paragraphs and footnotes with their pages; pages that are pictures go through character recognition."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.compose import Composer
from index.errors import SourceError
from index.formats.flow import real
from index.formats.pdf_glyphs import Sheet, read_sheet
from index.formats.pdf_layout import Piece, read_pieces
from index.formats.pdf_lines import Line, read_lines
from index.metadata import known
from index.recognise import Scan, read_page
from index.records import Document

_LEAST = 20  # characters of a page that has a text
_UNKNOWN = 0.3  # share of characters without a meaning from which a page is read as a picture
_DPI, _MOST_PIXELS = 300, 40_000_000
_PASSWORD = 4  # PDFium's number of this error
_TAIL, _END = 4096, b"%%EOF"  # bytes at the end of a whole file, and what is among them
_NO_TITLE = re.compile(r"\.html?$|^(?:file|https?):|[\u0080-\u00ff]{3}", re.IGNORECASE)  # addresses, and Thai read as Latin
_SHOWN = 20  # numbers of pages named in an error


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document | SourceError]:
    """Yield the Document of a PDF, and a SourceError for what of it cannot be read. Raises SourceError, OSError."""
    whole = _END in _ends(path)
    with _opened(path) as pdf:
        pages = _Pages(path, pdf, at)
        pieces = read_pieces(pages.lines)
        own = {name.lower(): _stated(pdf, name) for name in ("Title", "Author")}
    composer = Composer()
    heading = _compose(composer, pieces, pages.scans)
    if not len(composer):
        raise pages.problem or _no_text(path.name)
    said = known(meta, own)
    yield composer.document(title=said.get("title") or heading or path.stem, source=str(path), meta=said)
    if pages.unread:
        yield _not_read(path.name, pages.unread, pages.problem)
    if not whole:
        yield SourceError(
            f"{path.name}: ไฟล์ไม่สมบูรณ์ อาจขาดตอนท้าย อ่านได้เท่าที่มี โปรดคัดลอกหรือดาวน์โหลดใหม่",
            f"{path.name}: the file is incomplete and its last part may be missing; copy or download it again.",
        )


class _Pages:
    """The pages of a file by their numbers: their lines, or what was recognised on those that are pictures."""

    def __init__(self, path: Path, pdf: Any, at: Callable[[int], None]) -> None:
        self.lines: dict[int, list[Line]] = {}
        self.scans: dict[int, Scan] = {}
        self.unread: list[int] = []
        self.problem: SourceError | None = None
        self._name = path.name
        size, count = path.stat().st_size, len(pdf)
        for number in range(1, count + 1):
            self._read(pdf, number)
            at(size * number // count)

    def _read(self, pdf: Any, number: int) -> None:
        from pypdfium2 import PdfiumError

        try:
            page = pdf[number - 1]
        except PdfiumError:
            self.unread.append(number)
            return
        try:
            sheet = read_sheet(page)
            if _has_text(sheet):
                self.lines[number] = read_lines(sheet)
            elif sheet.glyphs or sheet.drawn:
                self._recognise(page, number, sheet)
        finally:
            page.close()

    def _recognise(self, page: Any, number: int, sheet: Sheet) -> None:
        """Read a page as a picture; where that says less than its few characters, these are its text."""
        if sheet.unknown < _UNKNOWN:
            self.lines[number] = read_lines(sheet)
        if not sheet.drawn and sheet.unknown < _UNKNOWN:
            return
        if self.problem and not self.scans:  # there is no character recognition
            self.unread.append(number)
            return
        try:
            scan = read_page(_picture(page), self._name)
        except SourceError as problem:
            self.problem = problem
            self.unread.append(number)
            return
        if sum(map(len, scan.paragraphs)) > sum(len(line.text) for line in self.lines.get(number, [])):
            self.lines.pop(number, None)
            self.scans[number] = scan


def _has_text(sheet: Sheet) -> bool:
    return sum(not glyph.text.isspace() for glyph in sheet.glyphs) >= _LEAST and sheet.unknown < _UNKNOWN


def _picture(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    return page.render(scale=scale, grayscale=True).to_pil()


def _opened(path: Path) -> Any:
    """Return the open file. Raises SourceError saying what is wrong with it."""
    import pypdfium2

    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF" not in head:
        raise SourceError(
            f"{path.name}: ไม่ใช่ไฟล์ PDF หรือไฟล์ว่าง โปรดตรวจว่าเป็นไฟล์ที่ต้องการ",
            f"{path.name}: not a PDF file, or an empty one; check that it is the right one.",
        )
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or getattr(error, "err_code", None) == _PASSWORD:
            raise SourceError(
                f"{path.name}: ไฟล์มีรหัสผ่าน โปรดบันทึกเป็น PDF ที่ไม่มีรหัสผ่านก่อน",
                f"{path.name}: protected by a password; save it as a PDF without one first.",
            ) from error
        raise SourceError(
            f"{path.name}: ไฟล์ PDF เสียหาย ถูกตัด หรือไม่มีหน้า โปรดคัดลอกหรือดาวน์โหลดใหม่",
            f"{path.name}: the PDF is damaged, cut short or without pages; copy or download it again.",
        ) from error


def _ends(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read()


def _stated(pdf: Any, name: str) -> str | None:
    """Return what the file's properties say, unless a program put it there."""
    value = real(pdf.get_metadata_value(name))
    return None if value is None or _NO_TITLE.search(value) else value


def _compose(composer: Composer, pieces: list[Piece], scans: Mapping[int, Scan]) -> str:
    """Give everything to the composer in the order of the pages; return the first heading."""
    waiting = sorted(scans.items(), reverse=True)
    chain: list[Piece] = []
    first = ""
    for piece in pieces:
        while waiting and waiting[-1][0] < piece.page:
            _add_scan(composer, *waiting.pop())
        if piece.level:
            chain = [*(above for above in chain if above.level < piece.level), piece]
            composer.heading(tuple(one.text for one in chain), piece.text, piece.page)
            first = first or piece.text
        else:
            composer.paragraph(piece.text, piece.page, turns=piece.turns, marks=piece.marks, note=piece.note)
    while waiting:
        _add_scan(composer, *waiting.pop())
    return first


def _add_scan(composer: Composer, page: int, scan: Scan) -> None:
    for paragraph in scan.paragraphs:
        composer.paragraph(paragraph, page)
    composer.scanned(page, scan.confidence)


def _no_text(name: str) -> SourceError:
    return SourceError(
        f"{name}: ไม่มีข้อความในหน้าใดเลย โปรดตรวจว่าเป็นไฟล์ที่ต้องการ", f"{name}: has no text on any page; check that it is the right one."
    )


def _not_read(name: str, pages: list[int], problem: SourceError | None) -> SourceError:
    shown = ", ".join(map(str, pages[:_SHOWN])) + (" …" if len(pages) > _SHOWN else "")
    thai, english = "หน้าเหล่านี้เสียหาย โปรดคัดลอกหรือดาวน์โหลดใหม่", "these pages are damaged; copy or download it again."
    if problem:
        thai, english = problem.thai.removeprefix(f"{name}: "), problem.english.removeprefix(f"{name}: ")
    return SourceError(f"{name}: ยังไม่ได้อ่านหน้า {shown}: {thai}", f"{name}: page {shown} not read: {english}")
