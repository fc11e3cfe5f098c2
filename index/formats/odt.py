"""ODT: paragraphs, headings, lists, rows of tables, frames and footnotes; what was deleted with changes tracked is not read.

Comments and the tables of contents and indexes that the program makes are not read. Pages are where LibreOffice noted that they began when
it last laid the file out; they are told only if they add up to its own count.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from index.errors import SourceError
from index.formats.flow import BODY, Block, Flow, composed, joined, real, row, signs
from index.formats.ooxml import attribute, child, local
from index.formats.unpack import Element, locked, misnamed, opened, part, xml
from index.records import Document

_UNREAD = {
    "",  # an entity
    "annotation", "tracked-changes", "table-of-content", "alphabetical-index", "illustration-index", "object-index", "table-index",
    "forms", "ruby-text", "script", "sequence-decls", "variable-decls", "user-field-decls", "event-listeners", "binary-data",
    "number",
}  # fmt: skip
_DESCRIBED = "svg-compatible"  # in the namespace of what describes a picture
_BLOCKS = {"p", "h", "list", "table", "section"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_BLANKS = 100  # that a sign for several is taken for
_MANIFEST = "META-INF/manifest.xml"


class Style(NamedTuple):
    """What the style of a paragraph or table says: whether it is the title, and begins or ends a page."""

    title: bool = False
    before: bool = False
    after: bool = False


_PLAIN = Style()


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of an ODT file. Raises SourceError, OSError."""
    with opened(path) as archive:
        if _has(archive, _MANIFEST) and b"encryption-data" in part(archive, _MANIFEST):
            raise locked(path)
        root = xml(part(archive, "content.xml"), path.name)
        styles = _styles([xml(part(archive, "styles.xml"), path.name), root] if _has(archive, "styles.xml") else [root])
        said = _about(archive, path.name)
    text = child(root, "body", "text")
    if text is None:
        raise misnamed(path)
    own = {"title": real(said.get("title")), "author": real(said.get("initial-creator")) or real(said.get("creator"))}
    pages = said.get("page-count", "")
    yield composed(_Reader(styles).blocks(signs(text, path, at)), path, meta, own, int(pages) if pages.isdecimal() else None)


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.NameToInfo


class _Reader:
    """Walks the text of a file; knows the page it is on."""

    def __init__(self, styles: Mapping[tuple[str, str], Style]) -> None:
        self._styles = styles
        self._page = 1
        self._begun = self._ended = False  # whether there was anything yet, and whether it asked for a new page after it

    def blocks(self, elements: Iterable[Element]) -> Iterator[Block]:
        for element in elements:
            name = local(element)
            if name in ("p", "h"):
                yield from self._paragraph(element, name)
            elif name == "table":
                self._turn(self._styles.get(("table", attribute(element, "style-name") or ""), _PLAIN))
                yield from self._table(element)
            elif name == "soft-page-break":
                self._page += 1
            elif name not in _UNREAD:
                yield from self.blocks(element)

    def _paragraph(self, element: Element, name: str) -> Iterator[Block]:
        style = self._styles.get(("paragraph", attribute(element, "style-name") or ""), _PLAIN)
        self._turn(style)
        flow, later = Flow(self._page), list[Block]()
        self._inside(element, flow, later)
        self._page = flow.page
        level = attribute(element, "outline-level") or "1"
        yield Block(int(level) if name == "h" and level.isdecimal() else int(style.title), flow)
        yield from later

    def _inside(self, element: Element, flow: Flow, later: list[Block]) -> None:
        flow.say(_BLANKS.sub(" ", element.text or ""))
        for one in element:
            name = local(one)
            if name == "s":
                count = attribute(one, "c") or "1"
                flow.say(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
            elif name in ("tab", "line-break"):
                flow.say("\t" if name == "tab" else "\n")
            elif name == "soft-page-break":
                flow.turn()
            elif name == "note":
                self._note(one, flow, later)
            elif name in _BLOCKS:
                later += self.blocks([one])
            elif name not in _UNREAD and _DESCRIBED not in one.tag:
                self._inside(one, flow, later)
            flow.say(_BLANKS.sub(" ", one.tail or ""))

    def _note(self, note: Element, flow: Flow, later: list[Block]) -> None:
        citation, body = child(note, "note-citation"), child(note, "note-body")
        mark = "" if citation is None else "".join(citation.itertext()).strip()
        if body is None or not mark:
            return
        flow.mark(mark)
        text = Flow(flow.page)
        text.say("\n".join(block.flow.text.strip() for block in _Reader(self._styles).blocks(body)))
        later.append(Block(BODY, text, mark))

    def _table(self, table: Element) -> Iterator[Block]:
        for line in table:
            name = local(line)
            if name == "table-row":
                yield from self._row([cell for cell in line if local(cell) in ("table-cell", "covered-table-cell")])
            elif name == "soft-page-break":
                self._page += 1
            elif name in ("table-header-rows", "table-rows", "table-row-group"):
                yield from self._table(line)

    def _row(self, cells: list[Element]) -> Iterator[Block]:
        """Yield a row as one paragraph; a row of a single cell is a frame around what is in it."""
        if len(cells) == 1:
            yield from self.blocks(cells[0])
            return
        start, ends = self._page, [self._page]
        read, later = list[Flow](), list[Block]()
        for cell in (cell for cell in cells if local(cell) == "table-cell"):
            self._page = start
            blocks = list(self.blocks(cell))
            ends.append(self._page)
            read.append(joined([block.flow for block in blocks if block.note is None], start))
            later += [block for block in blocks if block.note is not None]
        self._page = max(ends)
        yield Block(BODY, row(read))
        yield from later

    def _turn(self, style: Style) -> None:
        """Go to the next page where the writer asked for one before this paragraph or table, or after the last."""
        if self._begun and (self._ended or style.before):
            self._page += 1
        self._begun, self._ended = True, style.after


def _styles(roots: Iterable[Element]) -> dict[tuple[str, str], Style]:
    """Return what the styles of a file say, by family and name, with what they take over from those they are based on."""
    listed = [style for root in roots for group in root for style in group if local(style) == "style"]
    elements = {(attribute(style, "family") or "", attribute(style, "name") or ""): style for style in listed}
    return {key: _style(key, elements) for key in elements}


def _style(key: tuple[str, str], elements: Mapping[tuple[str, str], Element]) -> Style:
    family, name = key
    said: dict[str, str] = {}
    seen: set[str] = set()
    while (family, name) in elements and name not in seen:
        seen.add(name)
        element = elements[family, name]
        for one in (element, child(element, f"{family}-properties")):
            for what in ("master-page-name", "break-before", "break-after"):
                value = attribute(one, what)
                if value is not None:
                    said.setdefault(what, value)
        name = attribute(element, "parent-style-name") or ""
    before = bool(said.get("master-page-name")) or said.get("break-before") == "page"
    return Style("Title" in {*seen, name}, before, said.get("break-after") == "page")


def _about(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return what the file says of itself: its properties and counts, by their names. A part that cannot be read says nothing."""
    try:
        about = child(xml(part(archive, "meta.xml"), name), "meta")
    except SourceError:
        return {}
    said = {local(one): (one.text or "").strip() for one in (() if about is None else about)}
    return {**said, "page-count": attribute(child(about, "document-statistic"), "page-count") or ""}
