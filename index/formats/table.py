"""CSV, TSV and XLSX: a row is a paragraph ``column: value · column: value``, empty cells left out, and its number is its page.

The names of the columns are in the first row with several cells, if all of them are names; else columns are A, B, C. What stands above it
is said as it is. A sheet is a heading where there are several. A long table is several Documents.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from index.compose import Composer
from index.formats import delimited, sheets
from index.formats.flow import no_text
from index.metadata import known
from index.records import Document, Unit

ROWS = 20_000  # of a Document
BETWEEN = " · "  # the cells of a row
_AHEAD = 20  # rows among which the names of the columns are looked for
_LONGEST_NAME = 80  # code points
_NUMBER = re.compile(r"[-+(฿$]*[\d๐-๙][\d๐-๙.,:/ -]*[%)]*")
_YEAR = re.compile(r"(?:(?:พ\.ศ\.|ค\.ศ\.|ปี)\s*)?(?:1[89]|2[0-6])\d\d|๒[๔-๖][๐-๙]{2}")
Line = tuple[int, Sequence[str]]  # the number of a row and its cells


class Row(NamedTuple):
    """A row as it is said; ``sheet`` is empty where there is only one."""

    sheet: str
    number: int
    text: str

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.number}" if self.sheet else str(self.number)


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of a table, or one for every 20,000 rows. Raises SourceError, OSError."""
    own: Mapping[str, str | None] = {}
    if path.suffix.lower() == ".xlsx":
        own = sheets.properties(path)
        rows = (Row(name, *line) for name, lines in sheets.read(path, at) for line in _said(lines))
    else:
        rows = (Row("", *line) for line in _said(delimited.lines(path, at)))
    batch = list(islice(rows, ROWS))
    if not batch:
        raise no_text(path.name)
    several = False
    while batch:
        following = list(islice(rows, ROWS))
        several = several or bool(following)
        yield _document(path, known(meta, own), batch, several)
        batch = following


def _document(path: Path, meta: Mapping[str, str], rows: list[Row], several: bool) -> Document:
    composer, sheet = Composer(unit=Unit.ROW), ""
    for row in rows:
        if row.sheet != sheet:
            sheet = row.sheet
            composer.heading((sheet,), sheet, row.number)
        composer.paragraph(row.text, row.number)
    title, first, last = meta.get("title") or path.stem, rows[0].place, rows[-1].place
    if not several:
        return composer.document(title=title, source=str(path), meta=meta)
    return composer.document(title=f"{title} ({first}–{last})", source=f"{path}#{first}", meta=meta)


def _said(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Yield the rows of a sheet in words, without empty ones and without the one that names the columns."""
    filled = ((number, [cell.strip() for cell in cells]) for number, cells in lines if any(cell.strip() for cell in cells))
    ahead = list(islice(filled, _AHEAD))
    wide = next((at for at, (_, cells) in enumerate(ahead) if sum(map(bool, cells)) > 1), len(ahead))
    named = wide + 1 < len(ahead) and _are_names(ahead[wide][1], ahead[wide + 1][1])
    names = [" ".join(name.split()) for name in ahead[wide][1]] if named else []
    for at, (number, cells) in enumerate(chain(ahead, filled)):
        if at != wide or not named:
            yield number, _in_words(cells, names if at > wide else [])


def _in_words(cells: Sequence[str], names: Sequence[str]) -> str:
    """Return a row in words; the only cell of a row without names is said as it is."""
    filled = [(column, cell) for column, cell in enumerate(cells) if cell]
    if len(filled) == 1 and not names:
        return filled[0][1]
    return BETWEEN.join(f"{_name(names, column)}: {cell}" for column, cell in filled)


def _are_names(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the cells of a row name the columns: short, distinct and no numbers, but for years with something else below them."""
    filled = [cell for cell in cells if cell]
    if len({*filled}) < len(filled) or max(map(len, filled)) > _LONGEST_NAME:
        return False
    years = [at for at, cell in enumerate(cells) if _YEAR.fullmatch(cell) and not (at < len(below) and _YEAR.fullmatch(below[at]))]
    return not any(_NUMBER.fullmatch(cell) for at, cell in enumerate(cells) if at not in years) and len(years) < len(filled)


def _name(names: Sequence[str], column: int) -> str:
    """Return the name of a column, or its letters.

    >>> [_name(["ชื่อ"], column) for column in (0, 1, 25, 26, 701, 702)]
    ['ชื่อ', 'B', 'Z', 'AA', 'ZZ', 'AAA']
    """
    if column < len(names) and names[column]:
        return names[column]
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
