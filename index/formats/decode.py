"""Bytes to text: UTF-8, UTF-16 with a mark, and the old Thai encodings TIS-620 and CP874 (which contains it)."""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import SourceError

_THAI_LETTER = re.compile("[\u0e01-\u0e5b]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
WHOLE = 6_000_000  # bytes of a text that is read at once; a longer one comes in pieces
_WINDOW = 1_500_000  # code points within which a piece should end
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes, name: str) -> str:
    r"""Return the text of a file with line breaks as ``\\n``. Raises SourceError for an empty, binary or unreadable one."""
    if not data.strip():
        raise SourceError(f"{name}: ไฟล์ว่างเปล่า ไม่มีข้อความให้อ่าน", f"{name}: the file is empty; add a file with text in it.")
    text = _decoded(data.rstrip(b"\x1a"), name).replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROL.findall(text)) > len(text) // 1000:
        raise _binary(name)
    text = _CONTROL.sub(" ", text)
    if not text.strip():
        raise SourceError(f"{name}: ไฟล์ว่างเปล่า ไม่มีข้อความให้อ่าน", f"{name}: the file is empty; add a file with text in it.")
    return text


def pieces(path: Path, at: Callable[[int], None], end: re.Pattern[str] = _PARAGRAPH_END) -> Iterator[str]:
    """Yield the text of a file, a long one in pieces that stop where ``end`` matches or else at a line's end. Raises SourceError, OSError.

    Joined, the pieces are the text. ``at`` is told the bytes read so far.
    """
    if path.stat().st_size <= WHOLE:
        yield decode(path.read_bytes(), path.name)
        return
    text = ""
    for more in _streamed(path, at):
        text += more
        while len(text) > 2 * _WINDOW:
            cut = _last_end(text, end)
            yield text[:cut]
            text = text[cut:]
    if text.strip():
        yield text


def _last_end(text: str, end: re.Pattern[str]) -> int:
    """Return where a piece of at most about two windows stops: after the last match, line or blank of the second window, or there."""
    last = 0
    for found in end.finditer(text, _WINDOW, 2 * _WINDOW):
        last = found.end()
    return last or text.rfind("\n", _WINDOW, 2 * _WINDOW) + 1 or text.rfind(" ", _WINDOW, 2 * _WINDOW) + 1 or 2 * _WINDOW


def _streamed(path: Path, at: Callable[[int], None]) -> Iterator[str]:
    """Yield the text of a long file as it is read; its encoding is told from its beginning."""
    with path.open("rb") as data:
        head = data.read(WHOLE)
        encoding = _encoding(head[: head.rfind(b"\n") + 1] or head[: WHOLE // 2], path.name)
        decoder = codecs.getincrementaldecoder(encoding)()
        position, block = 0, head
        while block:
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                held_back = len(error.object) - len(block)  # of a character cut in two by the block's end
                raise _broken(path.name, encoding.upper(), position - held_back + error.start) from error
            if len(_CONTROL.findall(text)) > len(text) // 1000:
                raise _binary(path.name)
            yield _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
            position += len(block)
            at(position)
            block = data.read(WHOLE // 4)


def _encoding(head: bytes, name: str) -> str:
    """Return the encoding in which the beginning of a file is text. Raises SourceError."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut in two
    except UnicodeDecodeError:
        decode(head, name)
        return "cp874"
    return "utf-8"


def is_text(text: str) -> bool:
    """Whether the text can be written as UTF-8: bytes of another encoding and halves of characters cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _broken(name, encoding, error.start) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            raise _binary(name) from error
        position = error.start
    replaced = data.decode("utf-8", "replace")
    if replaced.count("\ufffd") * 20 < len(_THAI_LETTER.findall(replaced)):
        raise _broken(name, "UTF-8", position)
    return _old_thai(data, name)


def _old_thai(data: bytes, name: str) -> str:
    """Decode CP874, which contains TIS-620, when what comes out is Thai."""
    try:
        text = data.decode("cp874")
    except UnicodeDecodeError as error:
        raise _binary(name) from error
    high = sum(byte >= 0x80 for byte in data)
    if len(_THAI_LETTER.findall(text)) < 0.9 * high or len(_CONTROL.findall(text)) > 0:
        raise _binary(name)
    return text


def _binary(name: str) -> SourceError:
    return SourceError(
        f"{name}: ไม่ใช่ไฟล์ข้อความที่อ่านได้ (เป็นไฟล์ไบนารีหรือรหัสอักขระที่ไม่รู้จัก) โปรดบันทึกเป็น UTF-8 แล้วเพิ่มใหม่",
        f"{name}: not a text file in a known encoding (binary?); save it as UTF-8 and add it again.",
    )


def _broken(name: str, encoding: str, position: int) -> SourceError:
    return SourceError(
        f"{name}: รหัสอักขระ {encoding} เสียที่ไบต์ {position} โปรดบันทึกไฟล์ใหม่เป็น UTF-8",
        f"{name}: broken {encoding} at byte {position}; save the file again as UTF-8.",
    )
