"""The rows of CSV and TSV files, streamed."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from index.errors import SourceError
from index.formats.decode import pieces

_DELIMITERS = ",;\t|"
_SAMPLE = 50  # lines by which the delimiter is told
_SEPARATOR = re.compile(r"sep=(.)\n?")  # a first line that Excel understands


def lines(path: Path, at: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file with their numbers from 1. Raises SourceError, OSError."""
    text = _lines(pieces(path, at))
    sample = list(islice(text, _SAMPLE))
    said = _SEPARATOR.fullmatch(sample[0]) if sample else None
    delimiter = said[1] if said else "\t" if path.suffix.lower() == ".tsv" else _delimiter(sample)
    rows = csv.reader(chain(sample[1:] if said else sample, text), delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            yield number, row
    except csv.Error as error:
        raise SourceError(
            f"{path.name}: อ่านแถวที่ {number + 1} ไม่ได้ อาจมีเครื่องหมายคำพูดที่ไม่ปิด โปรดแก้แล้วเพิ่มใหม่ ({error})",
            f"{path.name}: row {number + 1} cannot be read, a quotation mark may not be closed; mend it and add the file again ({error}).",
        ) from error


def _lines(texts: Iterable[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def _delimiter(sample: list[str]) -> str:
    """Return the delimiter that gives the most rows of one width, of more than one cell: ``csv.Sniffer`` is led astray by prose."""

    def regularity(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        width, rows = max(widths.items(), key=lambda found: (found[0] > 1, found[1]), default=(0, 0))
        return (rows, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=regularity)
