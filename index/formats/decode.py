"""Bytes to text: UTF-8, UTF-16 with a mark, and the old Thai encodings TIS-620 and CP874 (which contains it)."""

import codecs
import re

from index.errors import SourceError

_THAI_LETTER = re.compile("[\u0e01-\u0e5b]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
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
