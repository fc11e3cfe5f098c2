"""Web pages: the main text as it stands in the page, without what belongs to the site (menus, footers, comments, links to other pages)."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index.compose import Composer
from index.errors import SourceError
from index.formats.blocks import Outline, compose, fill
from index.formats.decode import decode
from index.formats.footnotes import footnotes
from index.formats.html_main import main_blocks
from index.formats.html_meta import described_by
from index.formats.markup import Element
from index.metadata import known
from index.records import Document

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_THAI = {"cp874", "windows-874", "x-windows-874", "ms874", "tis-620", "tis620", "iso-8859-11", "utf-8", "utf8", "utf-16"}
_LATIN = {"iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii"}  # what old editors write over Thai pages too
_OLD_THAI = re.compile(rb"[\xa1-\xfb]{4,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_ROOM = 8192  # bytes in which the encoding is declared
_FORMATTING = re.compile(r"</?(?:a|abbr|b|big|code|em|font|i|ins|label|o:p|s|small|span|strong|tt|u)\b[^>]*>", re.IGNORECASE)
_BOXES = re.compile(r"</?(?:article|blockquote|center|div|d[dlt]|fieldset|form|li|main|ol|section|table|tbody|t[dr]|ul)\b[^>]*>", re.I)


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the one Document of a page. Raises SourceError."""
    data = path.read_bytes()
    root = tree(decoded(data, path.name), path.name)
    at(len(data) // 4)
    own = described_by(root)
    composer = Composer()
    found = main_blocks(root, footnotes({"": root}), titles=[own.get("title") or ""])
    at(len(data) // 2)
    first = fill(composer, found, Outline())
    own["title"] = first if first and first in (own.get("title") or first) else own.get("title")
    all_meta = known(meta, own)
    yield compose(composer, path, all_meta.get("title") or first, all_meta)


def decoded(data: bytes, name: str) -> str:
    """Return the text of a page: UTF-8 if it is that, else as declared unless it is old Thai under another name. Raises SourceError."""
    declared = _DECLARED.search(data[:_ROOM])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding in _LATIN:
        thai = 2 * sum(map(len, _OLD_THAI.findall(data))) > len(_HIGH.findall(data))
        encoding = "cp874" if thai else "cp1252"
    if encoding not in _THAI and not _is_utf8(data):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass  # a wrong declaration
    return decode(data, name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def tree(text: str, name: str) -> Element:
    """Return the root element of a page. Raises SourceError for one without any."""
    root, whole = _parsed(text)
    if not whole:  # too deep for the parser: what only wraps is taken away
        root, whole = _parsed(_BOXES.sub("<p>", _FORMATTING.sub("", text)))
    if root is None or not whole:
        raise SourceError(
            f"{name}: อ่านโครงสร้างของหน้าเว็บไม่ได้ โปรดเปิดในเบราว์เซอร์แล้วบันทึกใหม่",
            f"{name}: the structure of the page cannot be read; open it in a browser and save it again.",
        )
    return root


def _parsed(text: str) -> tuple[Element | None, bool]:
    """Return the root element and whether the parser came to the end."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None, True
    return root, not any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log)
