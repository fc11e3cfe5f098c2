"""The rows of the sheets of XLSX workbooks, streamed, with values as a person sees them: 5, 12.5%, 2024-01-31."""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from index.formats.ooxml import Package
from index.formats.unpack import DAMAGES, damaged, opened

_DAMAGES = (*DAMAGES, KeyError, TypeError, IndexError, AttributeError, SyntaxError)  # what openpyxl fails with
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 1024  # bytes
_LAST_ROW = 1_048_576  # of a sheet in Excel
_AT_ONCE = 1000  # rows
_EXACT = 10**15  # numbers from here on have more digits than are stored
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")  # a character in a cell's text that XML cannot hold
_PERCENT = re.compile(r"0(?:\.(0+))?%")


def properties(path: Path) -> Mapping[str, str | None]:
    """Return what a workbook says of itself, having looked whether it can be read safely. Raises SourceError, OSError."""
    with opened(path) as archive:
        for entry in archive.infolist():
            with _damage(path), archive.open(entry) as file:
                if entry.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(file.read(_HEAD).replace(b"\0", b"")):
                    raise damaged(path.name, f"{entry.filename} declares entities")
        return Package(archive, "workbook").properties()


def read(path: Path, at: Callable[[int], None]) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Yield the sheets of a workbook, to be read in order: the name ("" for a single one) and the rows with their numbers.

    Raises SourceError, also while the rows are read.
    """
    from openpyxl import load_workbook

    with path.open("rb") as file:
        with _damage(path):
            sheets = load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets
        for number, sheet in enumerate(sheets):
            share = (number / len(sheets), 1 / len(sheets))
            yield sheet.title if len(sheets) > 1 else "", _rows(sheet, share, path, at)


def _rows(sheet: Any, share: tuple[float, float], path: Path, at: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet, which is that ``share`` (from, length) of the file."""
    size, last = path.stat().st_size, sheet.max_row or _LAST_ROW
    sheet.reset_dimensions()  # programs write wrong ones
    cells = islice(sheet.iter_rows(), _LAST_ROW)
    for first in range(1, _LAST_ROW, _AT_ONCE):
        at(int(size * (share[0] + share[1] * min(1, first / last))))
        with _damage(path):
            rows = [[_shown(cell) for cell in row] for row in islice(cells, _AT_ONCE)]
        yield from enumerate(rows, start=first)
        if len(rows) < _AT_ONCE:
            return


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Raise SourceError where openpyxl fails, and let its warnings pass: they are of what is not read anyway."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _DAMAGES as error:
        raise damaged(path.name, f"{type(error).__name__}: {error}") from error


def _shown(cell: Any) -> str:
    """Return the value of a cell as a person sees it; errors of formulas are none."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes" if value.second == 0 else "seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value)
    return _CODE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _number(value: float, form: str) -> str:
    """Return a number without what its storing adds to it.

    >>> [_number(5.0, "General"), _number(0.1 + 0.2, "General"), _number(0.125, "0.0%"), _number(12345678901234567890, "General")]
    ['5', '0.3', '12.5%', '12345678901234567890']
    """
    if percent := _PERCENT.search(form):
        return f"{value * 100:.{len(percent[1] or '')}f}%"
    if isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT):
        return str(int(value))
    return f"{value:.15g}"
