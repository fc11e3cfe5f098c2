"""Records ``{"title", "text", "source"}``, one JSON object a line, plain or packed (.xz .gz .zst); read as a stream.

A record may say more of its text by the fields of ``index.metadata``. Headings inside a text are lines ``== A > B ==``.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from lzma import LZMAError
from pathlib import Path
from typing import IO, Any

from index import repair
from index.compose import Composer
from index.errors import SourceError
from index.formats.decode import is_text
from index.metadata import FIELDS, known
from index.records import Document

_HEADING = re.compile(r"^== (?P<chain>[^\n]+?) ==[ \t]*$", re.MULTILINE)


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document | SourceError]:
    """Yield a Document a record; a broken line yields a SourceError that names it by number, and reading goes on.

    ``at`` is told how many bytes of the file have been read.
    """
    number = 0
    try:
        with path.open("rb") as packed, _unpacked(packed, path.suffix) as lines:
            for number, line in enumerate(lines, start=1):
                at(packed.tell())
                if line.strip():
                    yield _record(line, f"{path.name} บรรทัด/line {number}", f"{path}#{number}", meta)
    except (EOFError, OSError, ValueError, LZMAError) as error:
        yield SourceError(
            f"{path.name}: อ่านต่อหลังบรรทัด {number} ไม่ได้ ไฟล์เสียหรือถูกตัดกลางทาง ({error})",
            f"{path.name}: cannot be read after line {number}; the file is damaged or cut short ({error}).",
        )


def _unpacked(packed: IO[bytes], suffix: str) -> AbstractContextManager[Iterable[bytes]]:
    if suffix == ".xz":
        import lzma

        return lzma.open(packed, "rb")
    if suffix == ".gz":
        import gzip

        return gzip.open(packed, "rb")
    if suffix == ".zst":
        import zstandard

        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(packed))
    return nullcontext(packed)


def _record(line: bytes, place: str, default: str, meta: Mapping[str, str]) -> Document | SourceError:
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return SourceError(f"{place}: ไม่ใช่ JSON ที่ถูกต้อง ข้ามบรรทัดนี้", f"{place}: not valid JSON; this line was skipped.")
    text = record.get("text") if isinstance(record, dict) else None
    if not isinstance(text, str) or not text.strip():
        return SourceError(f'{place}: ไม่มีข้อความใน "text" ข้ามบรรทัดนี้', f'{place}: no text in "text"; this line was skipped.')
    title = str(record.get("title") or "").strip()  # none is none: the page shows the first words instead
    source = str(record.get("source") or "").strip() or default
    if not is_text(title + text + source):
        return SourceError(f"{place}: มีอักขระที่ไม่ใช่ข้อความ ข้ามบรรทัดนี้", f"{place}: has characters that are no text; this line was skipped.")
    said = {field: str(record[field]) for field in FIELDS if isinstance(record.get(field), str | int) and field != "title"}
    return compose(text, title, source, known(meta, said))


def compose(text: str, title: str, source: str, meta: Mapping[str, str]) -> Document:
    """Return the Document of one record's text."""
    composer = Composer()
    position = 0
    text = text.replace("\r\n", "\n").replace("\x00", " ")
    for heading in _HEADING.finditer(text):
        _body(composer, text[position : heading.start()])
        composer.heading(tuple(part.strip() for part in heading["chain"].split(" > ")), heading[0].strip())
        position = heading.end()
    _body(composer, text[position:])
    return composer.document(title=title, source=source, meta=meta)


def _body(composer: Composer, text: str) -> None:
    for line in text.split("\n"):
        if line.strip():
            for piece in repair.readable(line.strip()):
                composer.paragraph(piece)
