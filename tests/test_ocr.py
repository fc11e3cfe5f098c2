"""Scanned pages: lines cut out, paragraphs, columns, wear, odd images, and what is missing or broken said in both languages."""

import shutil
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from index.errors import SourceError
from index.parse import parse
from index.recognise import available, composed, read_page
from index.records import Document
from index.scanlines import find_lines
from tests.test_thai import TEXT

FONT = Path("/usr/share/fonts/truetype/tlwg/Garuda.ttf")
NEEDS_FONT = pytest.mark.skipif(not FONT.exists(), reason="needs Thai fonts: apt-get install fonts-thai-tlwg")
NEEDS_ALL = pytest.mark.skipif(
    not FONT.exists() or available() is not None, reason="needs: apt-get install tesseract-ocr tesseract-ocr-tha fonts-thai-tlwg"
)
FIRST = ("กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทยและเป็น", "ศูนย์กลางการปกครอง การศึกษา การคมนาคมขนส่ง", "การเงินการธนาคาร และการสื่อสาร")
SECOND = ("เชียงใหม่เป็นจังหวัดที่อยู่ทางภาคเหนือ มีประชากร", "มากเป็นอันดับที่ 5 ของประเทศ ตั้งอยู่บนที่ราบลุ่ม")
SIZE, PITCH = 40, 72  # pixels: about 10 points at 300 dpi


def page(blocks: Sequence[tuple[int, int, Sequence[str]]], size: tuple[int, int] = (1100, 700)) -> Image.Image:
    """Return an image with the lines of each block drawn from its left and top."""
    image = Image.new("L", size, 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, SIZE)
    for left, top, lines in blocks:
        for number, line in enumerate(lines):
            pen.text((left, top + PITCH * number), line, fill=0, font=font)
    return image


def plain_page() -> Image.Image:
    return page([(80, 60, FIRST), (80, 60 + PITCH * 4, SECOND)])


def squeeze(*texts: str) -> str:
    return "".join("".join(texts).split())


def is_like(read: str, text: str) -> bool:
    """Whether at least 19 of 20 letters stand in both, in order."""
    length = [0] * (len(text) + 1)  # of the longest common subsequence, row by row
    for letter in read:
        before = 0
        for at, wanted in enumerate(text, start=1):
            before, length[at] = length[at], before + 1 if letter == wanted else max(length[at], length[at - 1])
    return length[-1] >= 0.95 * max(len(text), len(read))


def document(path: Path) -> Document:
    (found,) = list(parse(path))
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("นํ้าตก", "น้ำตก"), ("น้ํา", "น้ำ"), ("ตํารา", "ตำรา"), ("ท่ี", "ที่"), ("ที ่น ี่", "ที่นี่"), ("ก า", "ก า"), ("คํ", "คํ"), ("พันธ์ุ", "พันธุ์"),
    ],
)  # fmt: skip
def test_marks_are_composed(read: str, text: str) -> None:
    assert composed(read) == text


@given(TEXT)
def test_composing_loses_and_invents_nothing(text: str) -> None:
    apart = composed(text).replace("\u0e33", "\u0e4d\u0e32")
    assert sorted(squeeze(apart)) == sorted(squeeze(text.replace("\u0e33", "\u0e4d\u0e32")))


@NEEDS_FONT
def test_every_line_is_found_whole() -> None:
    lines = find_lines(plain_page())
    assert [round((line.middle - lines[0].middle) / PITCH) for line in lines] == [0, 1, 2, 4, 5]
    assert all(line.column == 0 and abs(line.left - 80) < 12 for line in lines)
    assert all(len(line.parts) == 1 and line.parts[0].shape[0] > SIZE and (line.parts[0][0] == 255).all() for line in lines)


@NEEDS_FONT
def test_columns_of_running_text_are_told_from_a_table() -> None:
    columns = find_lines(page([(60, 60, FIRST * 3), (1160, 60, FIRST * 3)], (2200, 800)))
    assert len({line.column for line in columns[:9]}) == len({line.column for line in columns[9:]}) == 1 and len(columns) == 18
    assert columns[8].right < columns[9].left
    table = find_lines(page([(60, 60, ("จังหวัด", "ตราด", "ลำปาง") * 3), (1160, 60, ("ประชากร", "229,000", "1,200") * 3)], (2200, 800)))
    assert {line.column for line in table} == {0} and [len(line.parts) for line in table] == [2] * 9


@NEEDS_FONT
@pytest.mark.parametrize("angle", [-3.0, 2.0])
def test_a_turned_page_is_levelled(angle: float) -> None:
    turned = plain_page().rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert len(find_lines(turned)) == 5


def test_pages_without_writing_have_no_lines() -> None:
    chance = np.random.default_rng(1)
    for shades in (np.full((400, 300), 255), np.zeros((400, 300)), chance.normal(240, 4, (400, 300)), np.full((1, 1), 9), np.full((3, 900), 9)):
        assert find_lines(Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))) == []


@NEEDS_FONT
def test_rules_and_dust_are_no_lines() -> None:
    image = plain_page()
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 1080, 680), outline=0, width=4)
    pen.line((20, 330, 1080, 330), fill=0, width=4)
    pen.rectangle((1000, 500, 1004, 504), fill=0)
    assert [(line.left, line.right) for line in find_lines(image)] == [(line.left, line.right) for line in find_lines(plain_page())]


@NEEDS_ALL
def test_a_page_is_read_in_paragraphs() -> None:
    scan = read_page(plain_page(), "page.png")
    assert len(scan.paragraphs) == 2 and 0.8 < scan.confidence <= 1
    assert all(is_like(squeeze(read), squeeze(*lines)) for read, lines in zip(scan.paragraphs, (FIRST, SECOND), strict=True))
    assert "ศูนย์กลางการปกครอง การศึกษา" in scan.paragraphs[0]  # blanks stand where they stood, lines meet without one
    assert "และเป็นศูนย์กลาง" in scan.paragraphs[0]


def scanned(image: Image.Image) -> Image.Image:
    """Return the page turned, blurred, darker to one side and speckled."""
    chance = np.random.default_rng(2)
    blurred = image.rotate(1.5, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(1))
    shades = np.asarray(blurred) * np.linspace(0.95, 0.6, image.width) + chance.normal(0, 6, (image.height, image.width))
    return Image.fromarray(np.clip(np.where(chance.random(shades.shape) < 0.0005, 0, shades), 0, 255).astype(np.uint8))


@NEEDS_ALL
@pytest.mark.parametrize("kind", ["worn", "white on black", "16 bits", "transparent", "half the size"])
def test_worn_and_odd_pages_are_read(kind: str) -> None:
    image = plain_page()
    shades = np.asarray(image)
    odd = {
        "worn": lambda: scanned(image),
        "white on black": lambda: Image.fromarray(255 - shades),
        "16 bits": lambda: Image.fromarray(shades.astype(np.uint16) * 257),
        "transparent": lambda: Image.merge("LA", (Image.new("L", image.size, 0), Image.fromarray(255 - shades))),
        "half the size": lambda: image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS),
    }[kind]()
    assert is_like(squeeze(*read_page(odd, "page.png").paragraphs), squeeze(*FIRST, *SECOND))


@NEEDS_ALL
def test_every_frame_is_a_page_and_a_cut_paragraph_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "สแกน.tif"
    pages = [page([(80, 60, lines)], (1100, 300)) for lines in (FIRST[:2], FIRST[2:], ("ต่อมาในปี พ.ศ. 2500 มีการปรับปรุงเมืองครั้งใหญ่",))]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    found = document(path)
    assert found.title == "สแกน" and found.source == str(path)
    assert [(one.number, found.text[one.start :][:3]) for one in found.pages] == [(1, "กรุ"), (2, "การ"), (3, "ต่อ")]
    assert all(one.confidence is not None and one.confidence > 0.8 for one in found.pages)
    assert [paragraph.page for paragraph in found.paragraphs] == [1, 3]


@NEEDS_ALL
def test_a_photograph_says_which_way_is_up(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    plain_page().rotate(90, expand=True).save(path, exif=exif)
    assert is_like(squeeze(document(path).text), squeeze(*FIRST, *SECOND))


def header(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large."""
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    chunks = (struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("text.png", "ไม่ใช่ภาพ".encode(), "damaged or cut short"),
        ("empty.jpg", b"", "damaged or cut short"),
        ("hollow.png", header(800, 600), "damaged or cut short"),
        ("huge.png", header(13_000, 13_000), "more than 150 million pixels"),
        ("bomb.png", header(60_000, 60_000), "more than 150 million pixels"),
    ],
)
def test_a_bad_image_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        list(parse(path))
    assert caught.value.thai.startswith(name) and caught.value.english.startswith(name)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp", "bmp"])
def test_an_image_cut_short_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut.{suffix}"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (300, 300)).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(SourceError, match="damaged or cut short"):
        list(parse(path))


@pytest.mark.skipif(available() is not None, reason="needs: apt-get install tesseract-ocr tesseract-ocr-tha")
def test_an_image_without_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", (600, 400), 255).save(path)
    with pytest.raises(SourceError, match="no text found in the image"):
        list(parse(path))


def test_a_missing_program_is_named_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "page.png"
    Image.new("L", (60, 40), 255).save(path)
    with pytest.raises(SourceError, match="sudo apt install tesseract-ocr tesseract-ocr-tha") as caught:
        list(parse(path))
    assert caught.value.english.startswith("page.png: reading images needs the program Tesseract")
    assert caught.value.thai.startswith("page.png: อ่านภาพต้องใช้โปรแกรม Tesseract") and available() is not None


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs: apt-get install tesseract-ocr")
def test_missing_thai_data_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(SourceError, match="page.png: Tesseract has no data for tha eng; install it with: sudo apt"):
        read_page(Image.new("L", (60, 40), 255), "page.png")
