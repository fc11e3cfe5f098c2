"""Character recognition: `python -m bench.ocr [--texts FILE] [--questions ../shared/data/xquad_th.jsonl --cache FOLDER]`.

Known text is printed with Chromium, turned into page images (clean, or worn as a scanner would: turned, blurred, speckled, unevenly lit;
seeded) and read, by plain Tesseract and by us. Character errors are counted without blanks and with, word errors over ``thai.words``.
With ``--questions`` each of its paragraphs is printed, read and put into a library: how much retrieval loses against the clean text.
"""

import argparse
import html
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from ir_measures import Qrel

from bench.retrieval import measure, open_contexts
from bench.seeds import SEEDS
from index.parse import parse
from index.recognise import read_page
from index.records import Document
from thai.words import words

if TYPE_CHECKING:
    from PIL.Image import Image

FONTS = ("Sarabun", "Garuda", "Laksaman", "Norasi", "Noto Sans Thai", "Loma")
RESOLUTIONS = (200, 300)
_ASSETS = Path(__file__).resolve().parent.parent / "ui" / "web" / "assets" / "fonts"
_RANGES = {"thai": "U+0E00-0E7F, U+200C-200D, U+25CC", "latin": "U+0000-00FF, U+2000-206F"}
_STYLE = "@page { size: A4; margin: 22mm } body { font-size: 12pt; line-height: 1.6 } p { margin: 0 0 .8em } section { break-after: page }"
_LEAST, _PAGE = 80, 1500  # code points of a paragraph and of a page


class Page(NamedTuple):
    """What one page says and the font it is set in."""

    paragraphs: tuple[str, ...]
    font: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def printed(pages: Sequence[Page], folder: Path) -> Path:
    """Print the pages with Chromium and return the PDF."""
    fonts = {part: (_ASSETS / f"sarabun-{script}-400-normal.woff2").as_uri() for script, part in _RANGES.items()}
    faces = (f"@font-face {{ font-family: Sarabun; src: url({address}); unicode-range: {part} }}" for part, address in fonts.items())
    texts = ("".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in page.paragraphs) for page in pages)
    sections = (f"<section style=\"font-family: '{page.font}'\">{text}</section>" for page, text in zip(pages, texts, strict=True))
    source, result = folder / "pages.html", folder / "pages.pdf"
    source.write_text(f"<meta charset=utf-8><style>{''.join(faces)}{_STYLE}</style>{''.join(sections)}", encoding="utf-8")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("needs Chromium: apt-get install chromium fonts-thai-tlwg")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}"]
    subprocess.run([browser, *quiet, f"--print-to-pdf={result}", source.as_uri()], check=True, capture_output=True)
    return result


def images(file: Path, dpi: int, worn: bool) -> Iterator["Image"]:
    """Yield the pages of a PDF as images, clean or worn."""
    import pypdfium2

    with pypdfium2.PdfDocument(file) as pages:
        for number, page in enumerate(pages):
            image = page.render(scale=dpi / 72, grayscale=True).to_pil()
            yield wear(image, dpi, seed=number) if worn else image


def wear(image: "Image", dpi: int, seed: int) -> "Image":
    """Return the page as a careless scan: turned by up to a degree, blurred, grainy, speckled, darker towards one side."""
    from PIL import Image, ImageFilter

    chance = np.random.default_rng(seed)
    turned = image.rotate(chance.uniform(-1, 1), Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(dpi / 300))
    shades = np.asarray(turned).astype(float) * np.linspace(1, 0.75, turned.width) + chance.normal(0, 10, (turned.height, turned.width))
    shades[chance.random(shades.shape) < 0.0005] = 60
    return Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))


def plain(image: "Image") -> str:
    """Return what Tesseract makes of a page by itself."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.png")
        image.save(file)
        command = ["tesseract", str(file), "stdout", "-l", "tha+eng", "-c", "preserve_interword_spaces=1"]
        return subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}).stdout.decode()


def ours(image: "Image") -> str:
    return "\n".join(read_page(image, "page").paragraphs)


def errors(read: str, text: str) -> tuple[float, float, float]:
    """Return per cent wrong: characters without blanks, characters with blanks collapsed, words."""
    from rapidfuzz.distance.Levenshtein import distance

    pairs = (
        ("".join(read.split()), "".join(text.split())),
        (" ".join(read.split()), " ".join(text.split())),
        tuple([word for word in words(" ".join(one.split())) if not word.isspace()] for one in (read, text)),
    )
    first, second, third = (100 * distance(got, wanted) / len(wanted) for got, wanted in pairs)
    return first, second, third


def pages_of(texts: Sequence[str], each: int) -> list[Page]:
    """Return pages of paragraphs drawn from the texts (seeded), so many for each font."""
    random.Random(0).shuffle(drawn := list(texts))
    found = []
    for font in FONTS * each:
        paragraphs: list[str] = []
        while drawn and sum(map(len, paragraphs)) < _PAGE:
            paragraphs.append(" ".join(drawn.pop().split())[:_PAGE])
        found.append(Page(tuple(paragraphs), font))
    return found


def recognition(texts: Sequence[str], each: int) -> None:
    """Print errors by font, resolution and wear, plain Tesseract's beside ours."""
    pages = pages_of(texts, each)
    print("font            dpi        plain: letters  blanks  words  s/page   ours: letters  blanks  words  s/page")
    with tempfile.TemporaryDirectory() as folder:
        file = printed(pages, Path(folder))
        for dpi in RESOLUTIONS:
            for worn in (False, True):
                rows: dict[str, list[list[float]]] = {}
                for page, image in zip(pages, images(file, dpi, worn), strict=True):
                    rows.setdefault(page.font, []).append([*_judged(plain, image, page), *_judged(ours, image, page)])
                for font, values in {**rows, "all": [row for found in rows.values() for row in found]}.items():
                    cells = [f"{value:7.2f}" for value in np.mean(values, axis=0)]
                    print(f"{font:15} {dpi} {'worn' if worn else '    '}   ", *cells[:4], "      ", *cells[4:], flush=True)


def _judged(reader: Callable[["Image"], str], image: "Image", page: Page) -> list[float]:
    began = time.perf_counter()
    read = reader(image)
    return [*errors(read, page.text), time.perf_counter() - began]


def retrieval(questions: Path, cache: Path, dpi: int) -> None:
    """Print retrieval over the clean text and over worn pages of it, which are read once and kept in ``cache``."""
    items = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    texts = list(dict.fromkeys(item["context"] for item in items))
    sources = {text: f"d{number}" for number, text in enumerate(texts)}
    qrels = [Qrel(item["id"], sources[item["context"]], 1) for item in items]
    read = _read_once(texts, cache, dpi)
    wrong = [errors(got, text)[0] for got, text in zip(read, texts, strict=True)]
    spread = f"mean {np.mean(wrong):.2f}, median {np.median(wrong):.2f}, most {max(wrong):.1f} %"
    print(f"{len(texts)} paragraphs, {dpi} dpi, worn: wrong letters {spread}")
    for name, contexts in (("clean", texts), ("scanned", read)):
        print(f"-- {name}")
        with tempfile.TemporaryDirectory() as folder:
            answerer, source_of = open_contexts(contexts, Path(folder))
            measure(items, qrels, answerer, source_of, None)
            answerer.close()


def _read_once(texts: Sequence[str], cache: Path, dpi: int) -> list[str]:
    """Return what is read of each text, printed on a page of its own, the fonts in turn."""
    cache.mkdir(parents=True, exist_ok=True)
    pages = [Page(tuple(text.split("\n")), FONTS[number % len(FONTS)]) for number, text in enumerate(texts)]
    files = [cache / f"{dpi}-{number}.txt" for number in range(len(pages))]
    if not all(file.exists() for file in files):
        with tempfile.TemporaryDirectory() as folder:
            for file, image in zip(files, images(printed(pages, Path(folder)), dpi, worn=True), strict=True):
                if not file.exists():
                    file.write_text(ours(image), encoding="utf-8")
    return [file.read_text(encoding="utf-8") for file in files]


def seed_texts() -> list[str]:
    """Return the longer paragraphs of the seeds."""
    documents = [one for file in sorted(SEEDS.glob("*.txt")) for one in parse(file) if isinstance(one, Document)]
    return [text for one in documents for p in one.paragraphs if len(text := one.text[p.start : p.end]) >= _LEAST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, help="JSONL with a text in `context`, instead of the seeds")
    parser.add_argument("--each", type=int, default=1, help="pages for each font")
    parser.add_argument("--questions", type=Path, help="measure retrieval over this set's paragraphs instead")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir(), "tham-ocr"), help="keeps what was read")
    parser.add_argument("--dpi", type=int, default=200, help="of the pages read for retrieval")
    options = parser.parse_args()
    if options.questions is not None:
        retrieval(options.questions, options.cache, options.dpi)
        return
    lines = options.texts.read_text(encoding="utf-8").splitlines() if options.texts else []
    recognition(list(dict.fromkeys(json.loads(line)["context"] for line in lines)) or seed_texts(), options.each)


if __name__ == "__main__":
    main()
