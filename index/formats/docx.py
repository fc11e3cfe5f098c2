"""DOCX: paragraphs, headings by their styles, rows of tables, text boxes, footnotes; insertions are read, deletions are not.

Read from its XML, for python-docx passes over insertions, content controls, text boxes and footnotes, and refuses a file that refers to a
picture it has not. Headers, footers, comments, hidden text and the table of contents that Word makes are not read.

A file has no pages; Word notes where they began when it last laid it out. They are told only if they add up to Word's own count.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from index.formats.flow import BODY, Block, Flow, composed, counted, joined, row, signs
from index.formats.ooxml import Package, attribute, child, is_on, local
from index.formats.unpack import Element, opened
from index.records import Document

_HEADING = re.compile(r"(?:heading|หัวเรื่อง|หัวข้อ)\s*([1-9])")
_TITLES = ("title", "ชื่อเรื่อง")
_USUAL_STYLES = ("Title", *(f"Heading{n}" for n in range(1, 10)))  # in files without a list of styles
_CONTENTS = re.compile(r"toc\s*[1-9]")
_CONTENTS_LEVEL = -1
_UNREAD = {"del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sectPr", "rt", "Fallback"}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_REFERENCES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_ON = ("1", "true", "on")
_PRIVATE = range(0xE000, 0xF900)  # code points that mean something in a symbol font only


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of a DOCX file. Raises SourceError, OSError."""
    with opened(path) as archive:
        package = Package(archive, "document")
        body = child(package.root(package.main), "body")
        notes = {kind: _Notes(package, kind, form) for kind, form in (("footnotes", "decimal"), ("endnotes", "lowerRoman"))}
        blocks = _Reader(_levels(package), notes).blocks(signs([] if body is None else body, path, at))
        yield composed(blocks, path, meta, package.properties(), package.pages())


class _Notes:
    """The footnotes or the endnotes of a file, each to be taken once, counted through."""

    def __init__(self, package: Package, kind: str, form: str) -> None:
        part, settings = package.related(package.main, kind), package.related(package.main, "settings")
        self._by_id = {attribute(note, "id"): note for note in (() if part is None else part)}
        self._form = attribute(child(settings, f"{kind[:-1]}Pr", "numFmt"), "val") or form
        self._count = 0

    def take(self, reference: Element) -> Element | None:
        return self._by_id.pop(attribute(reference, "id"), None)

    def next_mark(self) -> str:
        self._count += 1
        return counted(self._count, self._form)


class _Reader:
    """Walks the text of a file; knows the page it is on."""

    def __init__(self, levels: Mapping[str, int], notes: Mapping[str, _Notes]) -> None:
        self._levels, self._notes = levels, notes
        self._page = 1
        self._broken = False  # by the writer's own page break, with no text since

    def blocks(self, elements: Iterable[Element]) -> Iterator[Block]:
        for element in elements:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name not in _UNREAD and not _is_contents(element):
                yield from self.blocks(element)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        flow, later = Flow(self._page), list[Block]()
        self._inside(element, flow, later)
        self._page = flow.page
        style = attribute(child(element, "pPr", "pStyle"), "val") or ""
        outline = attribute(child(element, "pPr", "outlineLvl"), "val")
        level = self._levels.get(style, BODY) if outline is None else _outlined(outline)
        if level != _CONTENTS_LEVEL:
            yield Block(level, flow)
        yield from later

    def _inside(self, element: Element, flow: Flow, later: list[Block]) -> None:
        for one in element:
            name = local(one)
            if name == "t":
                flow.say(one.text)
                self._broken = self._broken and not (one.text or "").strip()
            elif name == "r":
                self._run(one, flow, later)
            elif name in _SIGNS:
                flow.say(_SIGNS[name])
            elif name in ("br", "lastRenderedPageBreak"):
                self._break(one, name, flow)
            elif name in _REFERENCES:
                self._note(one, None, flow, later)
            elif name == "sym":
                flow.say(_symbol(one))
            elif name == "txbxContent":
                later += self.blocks(one)
            elif name not in _UNREAD:
                self._inside(one, flow, later)

    def _run(self, run: Element, flow: Flow, later: list[Block]) -> None:
        if is_on(child(run, "rPr", "vanish")):
            return
        custom = next((one for one in run if local(one) in _REFERENCES and attribute(one, "customMarkFollows") in _ON), None)
        if custom is None:
            self._inside(run, flow, later)
        else:
            self._note(custom, "".join(one.text or _symbol(one) for one in run if local(one) in ("t", "sym")).strip(), flow, later)

    def _break(self, element: Element, name: str, flow: Flow) -> None:
        hard = name == "br" and attribute(element, "type") == "page"
        if name == "br":
            flow.say("\n")
        if hard or (name != "br" and not self._broken):
            flow.turn()
        self._broken = hard or (self._broken and name == "br")

    def _note(self, reference: Element, mark: str | None, flow: Flow, later: list[Block]) -> None:
        notes = self._notes.get(_REFERENCES[local(reference)])
        note = notes.take(reference) if notes else None
        if notes is None or note is None:
            return
        mark = mark or notes.next_mark()
        flow.mark(mark)
        text = Flow(flow.page)
        text.say("\n".join(block.flow.text.strip() for block in _Reader({}, {}).blocks(note)))
        later.append(Block(BODY, text, mark))

    def _table(self, table: Element) -> Iterator[Block]:
        pages: dict[int, int] = {}  # column -> page: a table goes to the next page in each of its columns
        first = self._page
        for line in _within(table, "tr"):
            cells = list(_within(line, "tc"))
            starts = [pages.get(column, first) for column in range(len(cells))]
            if child(line, "trPr", "del") is None:
                yield from self._row(cells, starts if len(cells) > 1 else [max(pages.values(), default=first)], pages)
        self._page = max(pages.values(), default=first)

    def _row(self, cells: list[Element], starts: list[int], pages: dict[int, int]) -> Iterator[Block]:
        """Yield a row as one paragraph; a row of a single cell is a frame around what is in it."""
        read, later = list[Flow](), list[Block]()
        for column, (cell, start) in enumerate(zip(cells, starts, strict=False)):
            self._page = start
            blocks = list(self.blocks(cell))
            pages[column] = self._page
            if len(cells) == 1:
                yield from blocks
            elif attribute(child(cell, "tcPr", "vMerge"), "val") == "restart" or child(cell, "tcPr", "vMerge") is None:
                read.append(joined([block.flow for block in blocks if block.note is None], start))
                later += [block for block in blocks if block.note is not None]
        yield Block(BODY, row(read))
        yield from later


def _within(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those in content controls."""
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(one, name)


def _is_contents(element: Element) -> bool:
    """Whether an element is the table of contents that Word makes."""
    return local(element) == "sdt" and attribute(child(element, "sdtPr", "docPartObj", "docPartGallery"), "val") == "Table of Contents"


def _symbol(element: Element) -> str:
    code = attribute(element, "char") or ""
    letter = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{4}", code) else 0xE000
    return "" if letter in _PRIVATE or letter < 32 else chr(letter)


def _outlined(level: str | None) -> int:
    """Return the level of a heading from its outline level, which counts from 0; 9 is none."""
    return int(level) + 1 if level in tuple("012345678") else BODY


def _levels(package: Package) -> dict[str, int]:
    """Return the level of each paragraph style, by its id, where it is not that of a plain paragraph."""
    root = package.related(package.main, "styles")
    styles = {attribute(style, "styleId") or "": style for style in (() if root is None else root) if local(style) == "style"}
    found = {name: _level(name, styles) for name in {*styles, *_USUAL_STYLES}}
    return {name: level for name, level in found.items() if level != BODY}


def _level(name: str, styles: Mapping[str, Element]) -> int:
    """Return the level of a style: what its name says, or its outline level, or those of the style that it is based on."""
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        style = styles.get(name)
        shown = (attribute(child(style, "name"), "val") or name).strip().lower()
        outline = attribute(child(style, "pPr", "outlineLvl"), "val")
        if _CONTENTS.fullmatch(shown):
            return _CONTENTS_LEVEL
        if found := _HEADING.fullmatch(shown):
            return int(found[1])
        if shown in _TITLES or outline is not None:
            return 1 if shown in _TITLES else _outlined(outline)
        name = attribute(child(style, "basedOn"), "val") or ""
    return BODY
