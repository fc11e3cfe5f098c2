"""A page of a PDF as a picture, with the places of a quotation on it. PDFium reads other people's files: it runs in a process of its own.

``python -m ui.web.picture FILE PAGE WIDTH NTH`` prints a JSON object and is given the quotation on its standard input.
"""

import base64
import json
import os
import subprocess
import sys
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from index.records import Document
from ui.settings import ROOT

_PATIENCE = 20  # seconds for one page
_MEMORY = 2 << 30  # bytes
_WIDTHS = range(200, 2401)  # pixels
_SURE = 0.6  # share of a quotation's letters that must be met on the page
_QUALITY = 82
_LETTERS = frozenset(range(0xE01, 0xE2F)) | {0xE30, 0xE32, *range(0xE40, 0xE46)}  # Thai signs that take a place of their own in the line


class Spot(NamedTuple):
    """A letter of a page: where it stands, in shares of the page's width and height, upwards from below."""

    letter: str
    left: float
    bottom: float
    right: float
    top: float


def picture_at(document: Document, path: Path, start: int, end: int, width: int) -> dict[str, Any] | None:
    """Return the page of a PDF on which ``text[start:end]`` begins, that place marked, and its number "page"; None for no page."""
    page = document.page_at(start)
    if page is None or path.suffix.lower() != ".pdf":
        return None
    after = next((one.start for one in document.pages if one.start > start), len(document.text))
    quote = document.text[start : min(end, after)]
    nth = _letters(document.text[page.start : start]).count(_letters(quote)) if _letters(quote) else 0
    drawn = picture(path, page.number, quote, width, nth)
    return {"page": page.number, **drawn} if drawn else None


def picture(path: Path, page: int, quote: str, width: int, nth: int = 0) -> dict[str, Any] | None:
    """Return page ``page`` (from 1) as {"image": data address, "boxes": [[left, top, width, height] in shares of 1]}, or None.

    ``nth`` says how often the quotation stands on the page before. ``boxes`` is empty where it cannot be found there, as on a scan.
    """
    wide = min(max(width, _WIDTHS[0]), _WIDTHS[-1])
    command = [sys.executable, "-m", "ui.web.picture", str(path), str(page), str(wide), str(nth)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(command, input=quote.encode(), capture_output=True, env=environment, timeout=_PATIENCE)
        drawn: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return None
    return drawn or None


def boxes_of(spots: list[Spot], quote: str, nth: int = 0) -> list[list[float]]:
    """Return the boxes of a quotation, one a line: [left, top, width, height], downwards from above; none where it is not there.

    Where it stands there several times, those of the ``nth`` from 0, or of the last one.
    Only letters with a place of their own in the line are compared: marks and blanks are where fonts and makers of files differ.
    """
    page, wanted = "".join(spot.letter for spot in spots), _letters(quote)
    if not wanted:
        return []
    at = page.find(wanted)
    for _ in range(nth):
        at = following if (following := page.find(wanted, at + len(wanted))) > at else at
    if at >= 0:
        return _by_line(spots[at : at + len(wanted)])
    return _by_line(spots[slice(*_nearly(page, wanted))])


def _nearly(page: str, wanted: str) -> tuple[int, int]:
    """Return where a page has nearly these letters, as fonts that name some of them wrongly do, or an empty stretch."""
    longest = SequenceMatcher(None, page, wanted, autojunk=False).find_longest_match()
    slack = len(wanted) // 5
    first = max(0, longest.a - longest.b - slack)
    near = page[first : longest.a - longest.b + len(wanted) + slack]
    blocks = [block for block in SequenceMatcher(None, near, wanted, autojunk=False).get_matching_blocks() if block.size > 1]
    if sum(block.size for block in blocks) < _SURE * len(wanted):
        return 0, 0
    return first + blocks[0].a, first + blocks[-1].a + blocks[-1].size


def _letters(text: str) -> str:
    return "".join(letter for letter in text.replace("ำ", "า") if ord(letter) in _LETTERS or (letter.isalnum() and ord(letter) < 0xE00))


def _by_line(spots: list[Spot]) -> list[list[float]]:
    lines: list[list[float]] = []  # left, bottom, right, top
    for spot in spots:
        if lines and abs((spot.bottom + spot.top) - (lines[-1][1] + lines[-1][3])) < (spot.top - spot.bottom) and spot.left >= lines[-1][0]:
            line = lines[-1]
            line[:] = min(line[0], spot.left), min(line[1], spot.bottom), max(line[2], spot.right), max(line[3], spot.top)
        else:
            lines.append([spot.left, spot.bottom, spot.right, spot.top])
    return [[round(v, 4) for v in (left, 1 - top, right - left, top - bottom)] for left, bottom, right, top in lines]


def _spots(page: Any) -> list[Spot]:
    """Return the letters of a page of pypdfium2 that stand upright on it."""
    from index.formats.pdf_glyphs import read_sheet

    width, height = page.get_size()
    spots = []
    for glyph in read_sheet(page).glyphs:
        letters = _letters(glyph.text)
        step = (glyph.right - glyph.left) / max(1, len(letters))
        for at, letter in enumerate(letters):
            left = glyph.left + at * step
            low, high = glyph.base - 0.28 * glyph.size, glyph.base + 0.95 * glyph.size
            spots.append(Spot(letter, left / width, low / height, (left + step) / width, high / height))
    return spots


def _draw(path: Path, number: int, quote: str, width: int, nth: int) -> dict[str, Any]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[number - 1]
        drawn = page.render(scale=min(width / page.get_size()[0], 4.0)).to_pil().convert("RGB")
        spots = [] if page.get_rotation() else _spots(page)
        page.close()
    out = BytesIO()
    drawn.save(out, "JPEG", quality=_QUALITY)
    boxes = [box for box in boxes_of(spots, quote, nth) if 0 <= box[0] <= 1 and 0 <= box[1] <= 1]
    return {"image": "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode(), "boxes": boxes, "size": list(drawn.size)}


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        return  # not on this system: the time limit holds


if __name__ == "__main__":
    _limit_memory()
    print(json.dumps(_draw(Path(sys.argv[1]), int(sys.argv[2]), sys.stdin.read(), int(sys.argv[3]), int(sys.argv[4]))))
