"""An element tree (HTML, XHTML) to blocks in the order of the text: headings, paragraphs, rows of tables, footnotes.

The tree is walked, not recursed into, so that no depth of it is too much. While a block is collected, a line break in it is ``_BREAK`` and
the place of a footnote mark or of a new page is ``_ANCHOR``; neither can occur in an element tree.
"""

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from index import repair
from index.formats.blocks import Block
from index.formats.footnotes import Footnotes

Element = Any  # lxml's have no types
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer
        form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead
        tr ul""",
    )
)
_UNREAD = frozenset(
    re.findall(
        r"\w+",
        """annotation audio button canvas datalist embed head iframe input map nav noframes noscript object option script select style svg
        template textarea title video""",
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HEADING = re.compile(r"h([1-6])")
_BREAK, _ANCHOR = "\x01", "\x00"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}(?:\s*{_BREAK})+")
_BLANKS = re.compile(r"[ \t\n\r\f\u00a0]+")
_MARK_IN_BRACKETS = re.compile(rf"[\[(]\s*({_ANCHOR})\s*[\])]")
CELLS = " | "  # between the cells of a row
_NARROW = 25  # code points; no text is wrapped at less
_LONGEST_CELL = 1000  # code points; in a longer one stands running text


def tag_of(element: Element) -> str:
    """Return an element's name without its namespace."""
    name: str = element.tag
    return name.rpartition("}")[2].lower()


def hidden(element: Element) -> bool:
    """Whether a reader of the page does not see the element."""
    get = element.get
    return get("hidden") is not None or get("aria-hidden") == "true" or bool(_HIDDEN.search(get("style") or ""))


def blocks(
    root: Element,
    footnotes: Footnotes | None = None,
    pages: Mapping[Element, int] | None = None,
    left_out: Container[Element] = (),
    page: int | None = None,
) -> Iterator[Block]:
    """Yield the blocks under an element. ``pages`` are the elements with which a page begins, ``page`` is the one before them."""
    from lxml import etree

    walker = _Walker(footnotes or Footnotes({}, {}, set()), pages or {}, left_out, page)
    steps = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in steps:
        if event == "start":
            if walker.enter(element):
                walker.say(element.text)
            else:
                steps.skip_subtree()
            continue
        if event == "end":
            walker.leave(element)
        yield from walker.ready
        walker.ready.clear()
        if element is not root:
            walker.say(element.tail)
    walker.flush(root)
    yield from walker.ready


class _Walker:
    """What is known while a tree is walked."""

    def __init__(self, footnotes: Footnotes, pages: Mapping[Element, int], left_out: Container[Element], page: int | None) -> None:
        self.ready: list[Block] = []
        self._footnotes, self._pages, self._left_out = footnotes, pages, left_out
        self._page = page  # on which the block being collected begins
        self._raw: list[str] = []
        self._anchors: list[str | int] = []  # a footnote's mark or a page's number for each _ANCHOR
        self._passed: Element = None  # an element whose inside is not read
        self._level, self._note = 0, ""
        self._pre = self._links = 0  # how many are open
        self._unlinked = False  # something of the block is no link
        self._data = False  # in a table that is no mere layout
        self._row: list[str] | None = None  # the cells read of the row
        self._apart = False  # a raised or lowered piece has just begun or ended

    def say(self, text: str | None) -> None:
        if not text:
            return
        if self._apart:
            self._apart = False
            if text[0].isdigit() and self._raw and self._raw[-1][-1].isdigit():
                self._raw.append(" ")
        self._raw.append(text)
        self._unlinked = self._unlinked or not (self._links or text.isspace())

    def enter(self, element: Element) -> bool:
        """Begin an element; return whether its inside is to be read."""
        tag = tag_of(element)
        if tag in BLOCKS:
            self._edge(element.getparent())
        if element in self._pages:
            self._anchor(self._pages[element])
        if element in self._footnotes.marks:
            self._anchor(self._footnotes.marks[element])
        elif element in self._footnotes.backlinks:
            self._anchor("")
        elif not (tag in _UNREAD or element in self._left_out or hidden(element)):
            self._note = self._footnotes.notes.get(element, self._note)
            self._begin(element, tag)
            return True
        self._passed = element
        return False

    def _begin(self, element: Element, tag: str) -> None:
        if tag in ("sub", "sup"):
            self._apart = True
        elif tag == "br":
            self._raw.append(_BREAK)
        elif tag == "a" and element.get("href"):
            self._links += 1
        elif tag == "rt" and not _has_brackets(element):
            self._raw.append(" ")
        elif tag == "pre":
            self._pre += 1
        elif tag == "table":
            self._data = not _is_layout(element)
        elif tag == "tr" and self._data:
            self._row = []
        elif found := _HEADING.fullmatch(tag):
            self._level = int(found[1])

    def leave(self, element: Element) -> None:
        """End an element."""
        if element is self._passed:
            self._passed = None
            return
        tag = tag_of(element)
        if tag in ("td", "th") and self._row is not None:
            self._row.append("".join(self._raw))
            self._raw = []
        elif tag == "tr" and self._row is not None:
            cells = [_shown(cell) for cell in self._row]
            filled = any(cell.strip(_ANCHOR) for cell in cells)
            self._raw, self._row = [(CELLS if filled else "").join(cells)], None
            self.flush(element)
        elif tag in BLOCKS:
            self._edge(element)
        self._end(element, tag)
        if element in self._footnotes.notes:
            self._note = ""

    def _end(self, element: Element, tag: str) -> None:
        if tag in ("sub", "sup"):
            self._apart = True
        elif tag == "a" and element.get("href"):
            self._links -= 1
        elif tag == "rt" and not _has_brackets(element):
            self._raw.append(" ")
        elif tag == "pre":
            self._pre -= 1
        elif tag == "table":
            self._data = False
        elif _HEADING.fullmatch(tag):
            self._level = 0

    def _anchor(self, meaning: str | int) -> None:
        self._raw.append(_ANCHOR)
        self._anchors.append(meaning)

    def _edge(self, element: Element) -> None:
        """End the block at the edge of a block element; inside a cell only the line."""
        if self._row is None:
            self.flush(element)
        elif self._raw:
            self._raw.append(_BREAK)

    def flush(self, element: Element) -> None:
        """Make blocks of what was collected up to an edge of an element."""
        if not self._raw:
            return
        raw = _MARK_IN_BRACKETS.sub(r"\1", "".join(self._raw))
        for piece in [raw] if self._pre or self._level else _PARAGRAPH_BREAK.split(raw):
            count = piece.count(_ANCHOR)
            self._emit(piece, self._anchors[:count], element)
            del self._anchors[:count]
        self._raw, self._unlinked = [], False

    def _emit(self, raw: str, anchors: list[str | int], element: Element) -> None:
        plain = raw.replace(_ANCHOR, "")
        text = plain.replace(_BREAK, "\n").strip() if self._pre else _shown(plain)
        turns: list[tuple[int, int]] = []
        marks: list[tuple[int, str]] = []
        if anchors:
            for meaning, (end, start) in zip(anchors, _places(raw, text), strict=True):
                if isinstance(meaning, int):
                    turns.append((start, meaning))
                elif meaning:
                    marks.append((end, meaning))
        if text:
            page = next((number for start, number in reversed(turns) if start == 0), self._page)
            inside = tuple(turn for turn in turns if turn[0] and turn[0] < len(text))
            linked = not self._unlinked
            self.ready.append(Block(text, self._level, page, inside, tuple(marks), self._note or None, element, linked))
        if turns:
            self._page = turns[-1][1]


def _has_brackets(reading: Element) -> bool:
    """Whether the reading of a word (ruby) has brackets for where it cannot stand above it."""
    return next(reading.getparent().iterchildren("{*}rp"), None) is not None


def _is_layout(table: Element) -> bool:
    """Whether a table only places things on the page: it holds tables, headings or long texts, or has never two cells in a row."""
    if table.get("role") in ("presentation", "none"):
        return True
    if any(inner is not table for inner in table.iter("{*}table", "{*}h1", "{*}h2", "{*}h3", "{*}h4", "{*}h5", "{*}h6")):
        return True
    if all(len(row) < 2 for row in table.iter("{*}tr")):
        return True
    return any(sum(map(len, cell.itertext())) > _LONGEST_CELL for cell in table.iter("{*}td"))


def _shown(raw: str) -> str:
    """Return text as a reader sees it: blanks run together, lines that were wrapped made one, other lines set apart by a blank."""
    lines = [line for line in (_BLANKS.sub(" ", line).strip() for line in raw.split(_BREAK)) if line]
    wrapped = len(lines) > 1 and max(map(len, lines)) > _NARROW
    return " ".join(block.text for block in repair.blocks("\n".join(lines))) if wrapped else " ".join(lines)


def _places(raw: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where each anchor of ``raw`` stands in ``text``: behind the letter before it, and at the letter after it.

    Only blanks differ between the two.
    """
    solid = [at for at, letter in enumerate(text) if not letter.isspace()]
    read = 0
    for piece in raw.split(_ANCHOR)[:-1]:
        read += sum(not (letter.isspace() or letter == _BREAK) for letter in piece)
        yield solid[read - 1] + 1 if read else 0, solid[read] if read < len(solid) else len(text)
