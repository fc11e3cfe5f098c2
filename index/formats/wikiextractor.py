"""Wikipedia articles as WikiExtractor writes them: ``<doc id="…" url="…" title="…"> … </doc>``, one or many in a file.

In some dumps an article is one line whose headings run into the text: the chain of headings is glued to the sentence before, then each is
said again with a full stop, ``…ในช่วงสงครามเย็นประวัติศาสตร์ช่วงต้น ประวัติศาสตร์. ช่วงต้น. จุดกำเนิด…``. The sections are found by that
repetition. Only the headings a chain names are known: a later chain of one heading may be its sibling or its uncle, so none is guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import NamedTuple

from index import repair
from index.compose import Composer
from index.errors import SourceError
from index.formats.decode import pieces
from index.records import Document

_DOC = re.compile(r"<doc\b(?P<attributes>[^>]*)>(?P<body>.*?)</doc>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_END = re.compile("</doc>")
_SAID_AGAIN = re.compile(r"\.(?:\s|$)")
_LONGEST_HEADING, _DEEPEST = 100, 4


class _Chain(NamedTuple):
    """Headings found in running text: the glued form starts at ``start``, the section's own text at ``end``."""

    start: int
    end: int
    headings: tuple[str, ...]


def recognises(head: str) -> bool:
    """Whether the beginning of a file looks like WikiExtractor's output."""
    return head.lstrip("\ufeff \n\r\t").startswith("<doc ")


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document | SourceError]:
    """Yield a Document for every article of the file, and a SourceError for one cut short. Raises SourceError where none is whole."""
    count, rest = 0, ""
    for piece in pieces(path, at, _END):
        text = rest + piece
        articles = list(_DOC.finditer(text))
        rest = text[articles[-1].end() :] if articles else text
        alone = count == 0 and len(articles) == 1 and "<doc " not in rest
        for article in articles:
            yield _article(article, path, meta, alone=alone)
        count += len(articles)
    if not count:
        raise SourceError(
            f"{path.name}: ไม่พบบทความที่สมบูรณ์ (ไม่มี </doc> ปิดท้าย) ไฟล์อาจถูกตัดกลางทาง",
            f"{path.name}: no complete article (no closing </doc>); the file may be cut short.",
        )
    if "<doc " in rest:
        yield SourceError(
            f"{path.name}: บทความสุดท้ายไม่มี </doc> ปิดท้าย ข้ามบทความนั้น", f"{path.name}: the last article has no closing </doc>; it was skipped."
        )


def _article(article: re.Match[str], path: Path, meta: Mapping[str, str], *, alone: bool) -> Document:
    """Return one article; what the owner says of the file is said of it where it stands ``alone`` in the file."""
    known = dict(_ATTRIBUTE.findall(article["attributes"]))
    details = {**({"url": known["url"]} if known.get("url") else {}), **meta}
    title = meta.get("title") if alone else None
    source = str(path) if alone else f"{path}#{known.get('id', article.start())}"
    composer = Composer()
    for line in article["body"].strip().split("\n"):
        _line(composer, line.strip())
    return composer.document(title=title or unescape(known.get("title", "")) or path.stem, source=source, meta=details)


def _line(composer: Composer, line: str) -> None:
    position = 0
    for chain in chains(line):
        _paragraphs(composer, line[position : chain.start])
        composer.heading(chain.headings, line[chain.start : chain.end].strip())
        position = chain.end
    _paragraphs(composer, line[position:])


def _paragraphs(composer: Composer, text: str) -> None:
    for piece in repair.readable(text.strip()):
        composer.paragraph(piece)


def chains(line: str) -> Iterator[_Chain]:
    """Yield the heading chains of a line in order.

    >>> [chain.headings for chain in chains("ในช่วงสงครามเย็นประวัติศาสตร์ช่วงต้น ประวัติศาสตร์. ช่วงต้น. จุดกำเนิด")]
    [('ประวัติศาสตร์', 'ช่วงต้น')]
    """
    stops = [stop.start() for stop in _SAID_AGAIN.finditer(line)]
    read_to = 0
    for at, stop in enumerate(stops):
        if stop < read_to:
            continue
        tails = [line[a + 1 : b].strip() for a, b in zip(stops[at:], stops[at + 1 : at + _DEEPEST], strict=False)]
        for depth in range(len(tails), -1, -1):
            found = _chain(line, stop, tuple(tails[:depth]), stops[at + depth])
            if found and found.start >= read_to:
                yield found
                read_to = found.end
                break


def _chain(line: str, stop: int, tail: tuple[str, ...], last_stop: int) -> _Chain | None:
    """Return the chain whose first heading is said again up to ``stop`` and whose further headings are ``tail``."""
    if any(not 2 <= len(heading) <= _LONGEST_HEADING for heading in tail):
        return None
    for length in range(min(_LONGEST_HEADING, stop), 2, -1):
        start = stop - length
        if start < 1 or line[start - 1] != " ":
            continue
        heading = line[start:stop]
        for glued in (heading + "".join(tail), " ".join((heading, *tail)) if tail else f"{heading}."):
            if line.endswith(glued, 0, start - 1) and not heading.isspace():
                return _Chain(start - 1 - len(glued), last_stop + 1, (heading, *tail))
    return None
