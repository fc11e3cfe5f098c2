"""What a language model writes, as it comes, to sentences: its thinking, Markdown and citation marks left out.

Its marks are kept apart as hints: which passages it says it used. Only the program decides what a sentence is cited with.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rag.writing.anchors import is_thai
from thai.sentences import sentences

_THOUGHT = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|$)", re.DOTALL)
_MAY_BE_THOUGHT = re.compile(r"\s*(?:<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?$")
_WORD = r"(?:ตอน(?:ที่)?|ข้อ|ที่มา|อ้างอิง|แหล่ง(?:ที่มา|อ้างอิง)?|เอกสาร(?:ที่)?|หมายเลข|passages?|sources?|refs?|docs?|documents?|no\.?|nos\.?)"
_NUMBERS = r"[0-9๐-๙]{1,3}(?:\s*(?:[,;、–-]|และ|and)\s*(?:" + _WORD + r"\s*)?[0-9๐-๙]{1,3})*"
_INSIDE = rf"\s*[\^#]?(?:{_WORD}\s*:?\s*)*(?:{_NUMBERS})(?:†[^\]】]{{0,40}})?\s*"
_MARK = re.compile(
    rf"\s*(?:[\[［【〔]{{1,2}}{_INSIDE}[\]］】〕]{{1,2}}(?:\([^)\s]{{0,200}}\))?|\(\s*{_WORD}\s*:?\s*{_INSIDE}\)|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:(?:[-*+•·–—]|#{1,6}|>|\(?[0-9๐-๙]{1,2}[.)])\s+)+")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\S)\*(?=\S)|(?<=\S)\*(?!\S)")
_ENGLISH_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z\u0e01-\u0e4e])")
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|vs|etc|No|e\.g|i\.e|cf|ca)|\b[A-Z])\.$")
_JOINS = re.compile(r"\s*(?:และ|หรือ|แต่|ซึ่ง|โดย|ที่|ใน|เพราะ|จึง|รวมทั้ง|ตลอดจน|[,;:.)])|\s*(?:and|or|but|which|who)\b")
_SHORTEST = 25  # code points before a mark that may end a sentence
_AHEAD = 48  # code points that must follow a sentence before it counts as ended: what follows decides where it ends
_SAYS = re.compile(r"[^\W_]")


class Sentence(NamedTuple):
    """A sentence as shown; ``lead`` is the line that an item of a list leans on; ``hints`` the passages that the model named."""

    text: str
    lead: str = ""
    hints: tuple[int, ...] = ()


class _Clean(NamedTuple):
    """A line without marks: where the marks stood in it, and their numbers."""

    text: str
    marks: tuple[tuple[int, tuple[int, ...]], ...]
    raw_at: tuple[int, ...]  # the place in the line as written, of every place of the text and of its end


def cut(pieces: Iterable[str]) -> Iterator[Sentence]:
    r"""Yield the sentences of a text that comes in pieces, each as soon as it is known to be whole.

    What remains when the pieces end is yielded too; where they break off with an error, what is unfinished is not.

    >>> [(s.text, s.hints) for s in cut(["เลนินเกิดใน ค.ศ. 1870 [1]", "\nเขาเสียชีวิตใน ค.ศ. 1924 [2, 7]"])]
    [('เลนินเกิดใน ค.ศ. 1870', (1,)), ('เขาเสียชีวิตใน ค.ศ. 1924', (2, 7))]
    """
    cutter = _Cutter()
    for piece in pieces:
        yield from cutter.feed(piece)
    yield from cutter.finish()


class _Cutter:
    """The text that has come and is not yet said."""

    def __init__(self) -> None:
        self._begun = False  # whether the answer itself has: thinking may come before it
        self._rest = ""
        self._lead = ""
        self._listed = False  # whether the lead has been said with its first item

    def feed(self, piece: str) -> Iterator[Sentence]:
        self._rest += piece
        if not self._begun and not self._past_thinking():
            return
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            yield from self._line(line)
        if len(self._rest) > _AHEAD and any(mark.isspace() for mark in piece):
            yield from self._ended()

    def finish(self) -> Iterator[Sentence]:
        if not self._begun:
            self._rest = _THOUGHT.sub("", self._rest, count=1)
        yield from self._line(self._rest)
        if self._lead and not self._listed:
            yield Sentence(self._lead)

    def _past_thinking(self) -> bool:
        if _MAY_BE_THOUGHT.fullmatch(self._rest):
            return False
        found = _THOUGHT.match(self._rest)
        if found and "</think" not in found[0]:
            return False
        self._rest = self._rest[found.end() :] if found else self._rest
        self._begun = True
        return True

    def _line(self, line: str) -> Iterator[Sentence]:
        """Say a finished line. One that ends with a colon leads what follows and is said with the first item."""
        item = bool(_BULLET.match(line))
        clean = _clean(line)
        if clean.text.endswith(":") and _SAYS.search(clean.text):
            self._lead, self._listed = clean.text, False
            return
        for text, hints in _cut_line(clean):
            yield self._said(text, hints, item)
        if clean.text and not item:
            self._lead = ""

    def _said(self, text: str, hints: tuple[int, ...], item: bool) -> Sentence:
        if self._lead and not self._listed:
            self._listed = True
            return Sentence(f"{self._lead} {text}", "", hints)
        return Sentence(text, self._lead if item else "", hints)

    def _ended(self) -> Iterator[Sentence]:
        """Say the sentences of an unfinished line after which enough has come."""
        clean = _clean(self._rest)
        item = bool(_BULLET.match(self._rest))
        end = 0
        for start, stop in _spans(clean):
            if len(clean.text) - stop < _AHEAD:
                break
            text = clean.text[start:stop].strip()
            if _SAYS.search(text):
                yield self._said(text, _hints(clean, start, stop), item)
            end = stop
        if end:
            self._rest = ("- " if item else "") + self._rest[clean.raw_at[end] :].lstrip()


def _clean(line: str) -> _Clean:
    """Return the line without bullets, emphasis and citation marks, which are kept with their places."""
    begin = found.end() if (found := _BULLET.match(line)) else 0
    text, marks, places, at = "", list[tuple[int, tuple[int, ...]]](), list[int](), begin
    gone = sorted([*((m.span(), m[0]) for m in _MARK.finditer(line, begin)), *((m.span(), "") for m in _EMPHASIS.finditer(line, begin))])
    for (start, stop), mark in gone:
        if start < at:
            continue
        text += line[at:start]
        places += range(at, start)
        if mark:
            marks.append((len(text), tuple(int(number) for number in re.findall(r"[0-9๐-๙]+", mark.split("](")[0]) if int(number) < 1000)))
        at = stop
    text += line[at:]
    places += range(at, len(line) + 1)
    blank = len(text) - len(text.rstrip())
    return _Clean(text[: len(text) - blank], tuple(marks), tuple(places))


def _cut_line(clean: _Clean) -> Iterator[tuple[str, tuple[int, ...]]]:
    for start, stop in _spans(clean):
        text = clean.text[start:stop].strip()
        if _SAYS.search(text):
            yield text, _hints(clean, start, stop)


def _hints(clean: _Clean, start: int, stop: int) -> tuple[int, ...]:
    near = len(clean.text[start:stop].rstrip())
    return tuple(dict.fromkeys(n for at, numbers in clean.marks if start < at <= start + near for n in numbers))


def _spans(clean: _Clean) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a line: a mark after enough text ends one, and so does what ends a sentence without marks."""
    text, start = clean.text, 0
    after = [at + (text[at : at + 1] in (".", "!", "?")) for at, _ in clean.marks]  # a full stop may follow the mark
    ends = [at for at in after if 0 < at < len(text) and not _JOINS.match(text, at) and text[at].isspace()]
    for end in [*ends, len(text)]:
        if end - start < _SHORTEST and end != len(text):
            continue
        first = start
        for stop in _ends(text[first:end]):
            yield start, first + stop
            start = first + stop


def _ends(text: str) -> Iterator[int]:
    """Yield where the sentences of a stretch end, the stretch's own end last."""
    if not text:
        return
    if is_thai(text):
        yield from (span.end for span in sentences(text))
        return
    ends = (found.start() + len(found[0]) for found in _ENGLISH_END.finditer(text) if not _ABBREVIATED.search(text[: found.start()]))
    yield from (*ends, len(text))
