"""What is lost or added of a text that is put into a format and read again: `python -m bench.markup`.

The seeds' paragraphs go into a clean page, a page with menus and links around it, and a book; letters (blanks ignored) are counted that a
reader loses or adds, beside trafilatura and markitdown where they are installed.
"""

import html
import io
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path

from bench.seeds import SEEDS
from index.parse import parse
from index.records import Document

_LINKS = "".join(f'<li><a href="/{n}">ข่าวอื่นเรื่องที่ {n} ซึ่งน่าสนใจมาก</a></li>' for n in range(30))
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
)
_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
    '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
)


def paragraphs() -> list[str]:
    """Return the seeds' paragraphs."""
    found = [one for file in sorted(SEEDS.glob("*.txt")) for one in parse(file) if isinstance(one, Document)]
    return [one.text[p.start : p.end] for one in found for p in one.paragraphs]


def files(folder: Path, pieces: list[str]) -> dict[str, Path]:
    """Write the texts in each format; the second half of the paragraphs stands under a heading."""
    half = len(pieces) // 2
    body = "".join(f"{'<h2>ครึ่งหลัง</h2>' if n == half else ''}<p>{html.escape(piece)}</p>" for n, piece in enumerate(pieces))
    head = '<html lang="th"><head><meta charset="utf-8"/><title>ก</title></head>'
    made = {name: folder / name for name in ("clean.html", "breaks.html", "site.html", "book.epub", "text.md")}
    made["clean.html"].write_text(f"{head}<body>{body}</body></html>", encoding="utf-8")
    lines = "<br><br>\n".join(html.escape(piece) for piece in pieces)
    made["breaks.html"].write_text(f"{head}<body><div>{lines}</div><p>ครึ่งหลัง</p></body></html>", encoding="utf-8")
    plain = "\n\n".join([*pieces, "ครึ่งหลัง"])
    made["text.md"].write_text(re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", plain), encoding="utf-8")
    around = f"<body><nav>{_LINKS}</nav><div><ul>{_LINKS}</ul></div><div>{body}</div><div><h3>อ่านต่อ</h3><ul>{_LINKS}</ul></div>"
    made["site.html"].write_text(f"{head}{around}<footer>สงวนลิขสิทธิ์</footer></body></html>", encoding="utf-8")
    with zipfile.ZipFile(made["book.epub"], "w", zipfile.ZIP_DEFLATED) as archive:
        xhtml = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>ก</title></head><body>{body}</body></html>'
        for name, content in (("META-INF/container.xml", _CONTAINER), ("book.opf", _OPF), ("c.xhtml", xhtml)):
            archive.writestr(name, content)
    return made


def ours(file: Path) -> str:
    (document,) = parse(file)
    assert isinstance(document, Document)
    return document.text


def trafilatura_s(file: Path) -> str:
    from trafilatura import extract

    return extract(file.read_bytes(), include_comments=False, favor_recall=True) or ""


def markitdown_s(file: Path) -> str:
    from markitdown import MarkItDown

    return MarkItDown().convert_stream(io.BytesIO(file.read_bytes()), file_extension=file.suffix).text_content


def readers() -> dict[str, Callable[[Path], str]]:
    others = {"trafilatura": trafilatura_s, "markitdown": markitdown_s}
    return {"tham": ours, **{name: read for name, read in others.items() if find_spec(name)}}


def compare(expected: list[str], text: str) -> tuple[int, int]:
    """Return the letters lost and added: line by line, and within lines that differ."""
    found = ["".join(line.split()) for line in text.split("\n")]
    wanted = ["".join(line.split()) for line in expected]
    lost, added = Counter(wanted) - Counter(line for line in found if line), Counter(line for line in found if line) - Counter(wanted)
    gone, come = "".join(lost.elements()), "".join(added.elements())
    if max(len(gone), len(come)) > 20_000:
        return sum((Counter(gone) - Counter(come)).values()), sum((Counter(come) - Counter(gone)).values())
    same = sum(block.size for block in SequenceMatcher(None, gone, come, autojunk=False).get_matching_blocks())
    return len(gone) - same, len(come) - same


def main() -> None:
    pieces = paragraphs()
    expected = [*pieces, "ครึ่งหลัง"]
    total = sum(map(len, expected))
    print(f"{len(pieces)} paragraphs, {total} letters\n{'file':12}{'reader':14}{'lost':>8}{'added':>8}{'letters/s':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files(Path(folder), pieces).items():
            for reader, read in readers().items():
                if (reader == "trafilatura" and file.suffix != ".html") or (reader != "tham" and file.suffix == ".md"):
                    continue
                read(file)  # what is imported first is not counted
                began = time.perf_counter()
                text = read(file)
                took = time.perf_counter() - began
                lost, added = compare(expected, text)
                print(f"{name:12}{reader:14}{lost:8}{added:8}{total / took:12.0f}")


if __name__ == "__main__":
    main()
