"""The text of a scanned page: lines cut out of the image, read by Tesseract with its Thai data, joined to paragraphs.

Tesseract is a program of its own, called without a shell. What it reads is never corrected: only blanks, line breaks and the order and
composition of Thai marks are repaired.
"""

import csv
import os
import re
import subprocess
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import SourceError
from index.repair import CUT_IN_MID_SENTENCE, join
from index.scanlines import Line, find_lines
from thai.boundaries import boundary_score

if TYPE_CHECKING:
    from PIL.Image import Image

_PROGRAM, _LANGUAGES = "tesseract", ("tha", "eng")
_ONE_LINE, _AS_IT_IS = "7", "13"  # Tesseract's page segmentation modes for images of one line: tidied up, or raw
_LONGEST = 55.0  # seconds for a run; a full page takes about three, and nothing is heard of it meanwhile
_DOUBTFUL, _JUNK = 0.85, 0.6  # sureness: lines of writing have .9, pieces of pictures less than .6
_TALLEST = 160  # pixels of a line; Tesseract makes it 36 itself
_WIDER = 1.3  # of the usual pitch: the gap before a paragraph
_INDENT = 0.9  # body heights
_SHORT, _VERY_SHORT = 0.78, 0.5  # of a column's width: such a line ends its paragraph, the first only where a sentence may end
_LARGER, _TELLING = 1.35, 6  # letters of a heading; body heights of a line long enough to tell their size
_DECOMPOSED_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32|([\u0e48-\u0e4b])\u0e4d\u0e32")
_TONE_BEFORE_VOWEL = re.compile("([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e39\u0e47])")
_BLANK_BEFORE_MARK = re.compile("(?<=[\u0e01-\u0e4e]) +(?=[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])")


class Scan(NamedTuple):
    """What was read on a page, and how sure of it the program was, 0..1: the mean over its words, weighted by their letters."""

    paragraphs: tuple[str, ...]
    confidence: float


class Reading(NamedTuple):
    """What was read in a line: its text, the letters of it, and the sum of their sureness."""

    text: str
    letters: int
    sure: float

    @property
    def sureness(self) -> float:
        return self.sure / self.letters if self.letters else 0.0


def read_page(image: "Image", name: str) -> Scan:
    """Return the text of a page's image, no paragraphs where it has none; ``name`` is the file's, for errors. Raises SourceError."""
    if (missing := available()) is not None:
        raise SourceError(f"{name}: {missing[0]}", f"{name}: {missing[1]}")
    lines = find_lines(image)
    readings = _read(lines, name) if lines else []
    written = [(line, reading) for line, reading in zip(lines, readings, strict=True) if _is_writing(reading)]
    return Scan(tuple(_paragraphs(written)), _together([reading for _, reading in written]).sureness)


def available() -> tuple[str, str] | None:
    """Return what is missing for character recognition and how to get it, in Thai and in English, or None where everything is there."""
    how = "sudo apt install tesseract-ocr tesseract-ocr-tha (Debian, Ubuntu) / brew install tesseract tesseract-lang (macOS)"
    try:
        listed = subprocess.run([_PROGRAM, "--list-langs"], capture_output=True, text=True, errors="replace", timeout=_LONGEST, check=True)
    except (OSError, subprocess.SubprocessError):
        return f"อ่านภาพต้องใช้โปรแกรม Tesseract ติดตั้งด้วย: {how}", f"reading images needs the program Tesseract; install it with: {how}"
    missing = [language for language in _LANGUAGES if language not in listed.stdout.split()]
    if missing:
        what = " ".join(missing)
        return f"Tesseract ยังไม่มีข้อมูลภาษา {what} ติดตั้งด้วย: {how}", f"Tesseract has no data for {what}; install it with: {how}"
    return None


def composed(text: str) -> str:
    """Return the text with Thai marks as they are typed: sara am in one, vowels before tones, no blank before a mark.

    >>> composed("นํ้า ตํารา ที ่")
    'น้ำ ตำรา ที่'
    """
    text = _BLANK_BEFORE_MARK.sub("", text)
    text = _DECOMPOSED_AM.sub(lambda found: f"{found[1] or found[2] or ''}\u0e33", text)
    return _TONE_BEFORE_VOWEL.sub(r"\2\1", text)


def _read(lines: Sequence[Line], name: str) -> list[Reading]:
    """Return what Tesseract reads in each line; what it is not sure of it reads in another way too, and the surer reading counts."""
    parts = [part for line in lines for part in line.parts]
    readings = _recognised(parts, _ONE_LINE, name)
    doubtful = [number for number, reading in enumerate(readings) if reading.sureness < _DOUBTFUL]
    again = _recognised([parts[number] for number in doubtful], _AS_IT_IS, name) if doubtful else []
    for number, reading in zip(doubtful, again, strict=True):
        readings[number] = max(readings[number], reading, key=lambda one: one.sureness)
    each = iter(readings)
    return [_together(list(islice(each, len(line.parts)))) for line in lines]


def _recognised(parts: Sequence[NDArray[np.uint8]], mode: str, name: str) -> list[Reading]:
    """Return what is read in each image: all in one run, its blanks from Tesseract's text, its sureness from its table."""
    first, *others = map(_image, parts)
    with TemporaryDirectory(prefix="tham-") as folder:
        scan, read = Path(folder, "lines.tif"), Path(folder, "read")
        first.save(scan, save_all=True, append_images=others)
        how = ("-l", "+".join(_LANGUAGES), "--psm", mode, "-c", "preserve_interword_spaces=1")
        _run([str(scan), str(read), *how, "txt", "tsv"], name)
        texts = read.with_suffix(".txt").read_text(encoding="utf-8", errors="replace").split("\f")
        table = read.with_suffix(".tsv").read_text(encoding="utf-8", errors="replace").splitlines()
    return list(map(_reading, texts, _words(table, len(parts))))


def _image(part: NDArray[np.uint8]) -> "Image":
    from PIL import Image

    image = Image.fromarray(part)
    if image.height > _TALLEST:
        image = image.resize((max(1, image.width * _TALLEST // image.height), _TALLEST), Image.Resampling.LANCZOS)
    return image


def _run(arguments: Sequence[str], name: str) -> None:
    """Call Tesseract. Raises SourceError where it fails or takes too long."""
    try:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        subprocess.run([_PROGRAM, *arguments], capture_output=True, timeout=_LONGEST, check=True, env=environment)
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"{name}: อ่านภาพหนึ่งหน้านานเกิน {_LONGEST:.0f} วินาที โปรดสแกนใหม่ให้เล็กลงหรือแยกหน้า",
            f"{name}: reading one page took more than {_LONGEST:.0f} seconds; scan it smaller or split the page.",
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        why = " ".join(said.decode("utf-8", "replace").split())[-200:]
        raise SourceError(
            f"{name}: Tesseract อ่านภาพไม่สำเร็จ โปรดตรวจการติดตั้ง ({why})", f"{name}: Tesseract failed; check its installation ({why})."
        ) from error


def _words(table: Sequence[str], pages: int) -> list[list[tuple[str, float]]]:
    """Return the words of every line with their sureness, 0..1, from Tesseract's table."""
    found: list[list[tuple[str, float]]] = [[] for _ in range(pages)]
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5":
            found[int(row["page_num"]) - 1].append((row["text"] or "", max(0.0, float(row["conf"])) / 100))
    return found


def _reading(text: str, words: Sequence[tuple[str, float]]) -> Reading:
    return Reading(composed(" ".join(text.split())), sum(len(word) for word, _ in words), sum(len(word) * sure for word, sure in words))


def _together(parts: Sequence[Reading]) -> Reading:
    return Reading(" ".join(part.text for part in parts), sum(part.letters for part in parts), sum(part.sure for part in parts))


def _is_writing(reading: Reading) -> bool:
    """Whether a line says anything: it has letters or digits, and not all of it is guessed."""
    return any(map(str.isalnum, reading.text)) and reading.sureness > _JUNK


def _paragraphs(written: Sequence[tuple[Line, Reading]]) -> list[str]:
    """Return the lines joined to paragraphs."""
    found: list[str] = []
    spans: dict[int, list[Line]] = {}
    for line, _ in written:
        spans.setdefault(line.column, []).append(line)
    for (before, _), (line, reading) in zip([(None, None), *written], written, strict=False):
        text = reading.text
        if before and before.column == line.column and not _begins(before, line, found[-1], text, spans[line.column]):
            found[-1] = join(found[-1], text)
        else:
            found.append(text)
    return found


def _begins(before: Line, line: Line, said: str, says: str, column: Sequence[Line]) -> bool:
    """Whether a line begins a paragraph: after a wide gap or a short line, indented, or in letters of another size."""
    left, right = min(one.left for one in column), max(one.right for one in column)
    pitch = float(np.quantile([after.middle - above.middle for above, after in pairwise(column)], 0.25))
    filled = (before.right - left) / (right - left)
    sizes = sorted((before.size, line.size))
    return (
        line.middle - before.middle > _WIDER * pitch
        or line.left - before.left > _INDENT * line.size
        or (sizes[1] > _LARGER * sizes[0] and min(one.right - one.left for one in (before, line)) > _TELLING * sizes[1])
        or filled < _VERY_SHORT
        or (filled < _SHORT and boundary_score(said, says) > CUT_IN_MID_SENTENCE)
    )
