"""How well Thai PDFs are read: `python -m bench.pdf [--part tune|check] [--alone]`. PDFs are made of known texts by Chromium, LibreOffice
and fpdf2, and read by Tham, pypdf, pdfminer.six and markitdown.

Columns: wrong characters in percent, blanks left out / runs of blanks as one; share of paragraphs found whole, share of these on the right
page, pages a second. Thresholds of the reader are set on part "tune" (the encyclopedia seed) and looked at on part "check" (other texts).
"""

import argparse
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.pdf_make import JOBS, Job, blocks, make, truth
from index.errors import SourceError
from index.formats import pdf

_CONSONANTS = re.compile("[^ก-ฮ0-9A-Za-z]")


def tham(path: Path) -> tuple[str, list[tuple[str, int | None]]]:
    """Return the text and the paragraphs, with their pages, that Tham reads; headings count as paragraphs."""
    found: list[tuple[str, int | None]] = []
    for one in pdf.read(path, {}, lambda _: None):
        if isinstance(one, SourceError):
            raise one
        place = 0
        for paragraph in one.paragraphs:
            for piece in one.text[place : paragraph.start].split("\n\n"):
                page = one.page_at(place)
                found += [(piece, page and page.number)] if piece.strip() else []
                place += len(piece) + 2
            found.append((one.text[paragraph.start : paragraph.end], paragraph.page))
            place = paragraph.end
    return "\n".join(text for text, _ in found), found


def _pypdf(path: Path) -> str:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def _pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(path)


def _markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return MarkItDown().convert(path).text_content


OTHERS: dict[str, Callable[[Path], str]] = {"pypdf": _pypdf, "pdfminer": _pdfminer, "markitdown": _markitdown}


def errors(read: str, expected: str) -> tuple[float, float]:
    """Return the wrong characters in percent, without blanks and with runs of blanks as one."""
    from rapidfuzz.distance import Levenshtein

    read = read.replace(" | ", " ")
    bare = ["".join(text.split()) for text in (read, expected)]
    spaced = [" ".join(text.split()) for text in (read, expected)]
    return tuple(100 * Levenshtein.distance(*pair) / len(pair[1]) for pair in (bare, spaced))  # type: ignore[return-value]


def whole(found: list[str], expected: list[str]) -> float:
    """Return the share of paragraphs that are found as they are, blanks aside, but for one character in fifty."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    squeezed = ["".join(text.replace(" | ", "").split()) for text in found]
    hits = 0
    for text in expected:
        text = "".join(text.split())
        best = process.extractOne(text, squeezed, scorer=Levenshtein.normalized_similarity, score_cutoff=0.98)
        hits += best is not None
    return hits / len(expected)


def pages_right(path: Path, found: list[tuple[str, int | None]]) -> float:
    """Return the share of paragraphs whose beginning stands on the page they are said to be on; poppler says what stands where."""
    text = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True).stdout.decode()
    pages = [_CONSONANTS.sub("", page) for page in text.split("\f")]
    right = [page is not None and _CONSONANTS.sub("", text)[:12] in pages[page - 1] for text, page in found]
    return sum(right) / len(right)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", choices=("tune", "check"))
    options.add_argument("--alone", action="store_true", help="without the other readers")
    options.add_argument("--keep", type=Path, help="folder for the PDFs; made ones are used again")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
        for job in JOBS:
            if chosen.part in (None, job.part):
                _report(job, make(job, chosen.keep or Path(folder)), {} if chosen.alone else OTHERS)


def _report(job: Job, path: Path, others: dict[str, Callable[[Path], str]]) -> None:
    expected = list(truth(blocks(job)))
    joined = "\n".join(expected)
    began = time.process_time()
    text, found = tham(path)
    seconds = time.process_time() - began
    line = "{:38} {:10} {:6.2f} {:6.2f}".format(path.stem, "tham", *errors(text, joined))
    pages = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout.split("Pages:")[1].split()[0]
    share = whole([text for text, _ in found], expected)
    right = pages_right(path, found)
    print(f"{line}  whole {100 * share:5.1f}  page {100 * right:5.1f}  {int(pages) / seconds:5.1f} pages/s of {pages}", flush=True)
    for name, reader in others.items():
        began = time.process_time()
        text = reader(path)
        seconds = time.process_time() - began
        line = "{:38} {:10} {:6.2f} {:6.2f}".format("", name, *errors(text, joined))
        share = whole(re.split(r"\n\s*\n", text), expected)
        print(f"{line}  whole {100 * share:5.1f}  {'':10}  {int(pages) / seconds:5.1f} pages/s", flush=True)


if __name__ == "__main__":
    main()
