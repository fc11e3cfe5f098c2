"""PDF: Thai put together again, lines to paragraphs over columns and pages, what stands beside the text, and every kind of bad file."""

import shutil
import subprocess
from pathlib import Path

import pytest

from index import recognise
from index.errors import SourceError
from index.formats.pdf import read
from index.formats.pdf_marks import compose
from index.parse import parse
from index.records import Document

FONTS = Path("/usr/share/fonts/truetype/tlwg")
needs_fonts = pytest.mark.skipif(not (FONTS / "Garuda.ttf").exists(), reason="needs the Debian package fonts-thai-tlwg")
needs_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the program chromium")
fpdf = pytest.importorskip("fpdf")

FIRST = "น้ำตกแห่งนี้อยู่ในอำเภออุ้มผาง ผู้ที่จะเข้าชมต้องขออนุญาตเจ้าหน้าที่ก่อนทุกครั้ง ฤๅษีเคยจำศีลที่ถ้ำนี้นาน ๆ ครั้ง"
SECOND = "ระบบฐานข้อมูล (Relational Database) ใช้ภาษา SQL สืบค้น ราคา 1,250.50 บาท ณ วันที่ ๑๒ สิงหาคม พ.ศ. ๒๕๔๗ ฯลฯ"
HARD = "กตัญญู ฐานะ ปู่ ฝีมือ ฟ้า ป่า น้ำ ค้ำ ก๊ำ เก่ง ใช้ แก้ไข กรุงเทพฯ กิ่งไม้ที่สุดซึ้ง"


def document(path: Path) -> Document:
    found = list(read(path, {}, lambda _: None))
    assert len(found) == 1 and isinstance(found[0], Document)
    return found[0]


def paragraphs(found: Document) -> list[tuple[str, int | None]]:
    return [(found.text[one.start : one.end], one.page) for one in found.paragraphs]


class Paper(fpdf.FPDF):
    """Pages of 100 x 150 mm written line by line."""

    def __init__(self, head: str = "") -> None:
        super().__init__(format=(100, 150))
        self.head = head
        self.set_auto_page_break(False)
        for weight, ending in (("", ""), ("B", "-Bold")):
            self.add_font("Garuda", weight, FONTS / f"Garuda{ending}.ttf")
        self.turn()

    def turn(self) -> None:
        self.add_page()
        self.set_font("Garuda", size=11)
        if self.head:
            self.put(self.head, 30, 8)
            self.put(f"- {self.page} -", 45, 145)

    def put(self, text: str, left: float, top: float, size: float = 11, weight: str = "") -> None:
        self.set_font("Garuda", weight, size)
        self.text(left, top, text)

    def lines(self, texts: list[str], top: float, left: float = 10) -> float:
        for text in texts:
            self.put(text, left, top)
            top += 6
        return top

    def saved(self, path: Path) -> Path:
        self.output(str(path))
        return path


def printed(folder: Path, body: str, style: str = "") -> Path:
    """Return the PDF that Chromium makes of HTML."""
    page, path = folder / "page.html", folder / "page.pdf"
    page.write_text(f"<meta charset=utf-8><title>รายงาน</title><style>{style}</style>{body}", encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={path}", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("นํ้า ตํารา", "น้ำ ตำรา"),
        ("น้ํา", "น้ำ"),
        ("ทังนี ้", "ทังนี้"),
        ("ที ่ ดี", "ที่ ดี"),
        ("ก่ิง", "กิ่ง"),
        ("นำ้", "น้ำ"),
        ("ที่่", "ที่"),
        ("\ud835\udc00 ก \ud835", "\U0001d400 ก "),
        ("ต่าง ๆ กรุงเทพฯ ก็ดี", "ต่าง ๆ กรุงเทพฯ ก็ดี"),
    ],
)
def test_marks_are_composed(apart: str, together: str) -> None:
    assert compose(apart) == together


@needs_chromium
@pytest.mark.parametrize("font", ["Noto Sans Thai", "Garuda"])
def test_what_chromium_prints_is_read_to_the_letter(tmp_path: Path, font: str) -> None:
    style = f"@page{{margin:2cm}}body{{font:15px '{font}'}}p{{text-align:justify;-webkit-text-stroke:0.1px}}"
    found = document(printed(tmp_path, f"<h1>หัวเรื่องที่หนึ่ง</h1><p>{FIRST}</p><p>{HARD}</p><h2>น้ำใจ</h2><p>{SECOND}</p>", style))
    assert ["".join(text.split()) for text, _ in paragraphs(found)] == ["".join(text.split()) for text in (FIRST, HARD, SECOND)]
    assert paragraphs(found)[1] == (HARD, 1) and found.title == "รายงาน"
    assert found.paragraphs[0].headings == ("หัวเรื่องที่หนึ่ง",) and found.paragraphs[2].headings == ("หัวเรื่องที่หนึ่ง", "น้ำใจ")


@needs_chromium
def test_columns_are_read_one_after_the_other_and_tables_row_by_row(tmp_path: Path) -> None:
    long = [" ".join([FIRST, SECOND] * 3), " ".join([SECOND, FIRST] * 3)]
    rows = [("ลำดับ", "รายการ", "จำนวน"), ("๑", "ข้าวหอมมะลิ", "1,250.50"), ("๒", "น้ำตาล", "89")]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    style = "body{font:13px 'Garuda'}main{column-count:2}td{border:1px solid;padding:3px 30px}"
    found = document(printed(tmp_path, f"<h1>ชื่อเรื่อง</h1><main><p>{long[0]}</p><p>{long[1]}</p></main><table>{table}</table>", style))
    expected = [*long, *(" | ".join(row) for row in rows)]
    assert ["".join(text.split()) for text, _ in paragraphs(found)] == ["".join(text.split()) for text in expected]


@needs_fonts
def test_a_paragraph_over_a_page_end_is_one_and_knows_where_it_turns(tmp_path: Path) -> None:
    paper = Paper(head="รายงานประจำปี")
    paper.lines(["ลัทธินี้มีจุดมุ่งหมายสูงสุดคือการสถาปนาสังคมแบบใหม่", "อันเป็นระเบียบทางสังคมบนพื้นฐานของความเป็น"], 20)
    paper.turn()
    end = paper.lines(["เจ้าของร่วมกันของคนทั้งหมด"], 20)
    paper.lines(["ย่อหน้าใหม่ว่าด้วยเรื่องอื่นที่ไม่เกี่ยวข้องกันเลยแม้แต่น้อย", "และจบลงตรงนี้"], end + 6)
    paper.turn()
    paper.lines(["หน้าสุดท้ายมีเพียงบรรทัดเดียวเท่านั้น"], 20)
    found = document(paper.saved(tmp_path / "a.pdf"))
    first = "ลัทธินี้มีจุดมุ่งหมายสูงสุดคือการสถาปนาสังคมแบบใหม่อันเป็นระเบียบทางสังคมบนพื้นฐานของความเป็นเจ้าของร่วมกันของคนทั้งหมด"
    second = "ย่อหน้าใหม่ว่าด้วยเรื่องอื่นที่ไม่เกี่ยวข้องกันเลยแม้แต่น้อยและจบลงตรงนี้"
    assert paragraphs(found) == [(first, 1), (second, 2), ("หน้าสุดท้ายมีเพียงบรรทัดเดียวเท่านั้น", 3)]
    turn = found.page_at(found.text.index("เจ้าของ"))
    assert turn is not None and turn.number == 2 and found.text[turn.start :].startswith("เจ้าของร่วมกัน")


@needs_fonts
def test_footnotes_are_kept_apart_and_marked_where_they_belong(tmp_path: Path) -> None:
    paper = Paper()
    paper.put("หลักการข้อแรกของตำราเล่มนี้มีที่มาจากอินเดีย", 10, 20)
    paper.put("1", 10.3 + paper.get_string_width("หลักการข้อแรกของตำราเล่มนี้มีที่มาจากอินเดีย"), 18, size=6)
    paper.lines(["ส่วนข้อที่สองนั้นนักวิชาการยังเห็นไม่ตรงกันและ"], 26)
    paper.put("1", 10, 138, size=5)
    paper.put("ดูรายละเอียดในภาคผนวก", 12, 140, size=8)
    paper.turn()
    paper.lines(["ถกเถียงกันอยู่จนถึงทุกวันนี้"], 20)
    found = document(paper.saved(tmp_path / "a.pdf"))
    text = "หลักการข้อแรกของตำราเล่มนี้มีที่มาจากอินเดีย 1 ส่วนข้อที่สองนั้นนักวิชาการยังเห็นไม่ตรงกันและถกเถียงกันอยู่จนถึงทุกวันนี้"
    assert [(text, page) for text, page in paragraphs(found)] == [(text, 1), ("ดูรายละเอียดในภาคผนวก", 1)]
    assert [one.note for one in found.paragraphs] == [None, "1"]
    assert [(note.mark, found.text[note.at], note.paragraph) for note in found.notes] == [("1", "1", 2)]


@needs_fonts
def test_headings_are_chained_by_their_size(tmp_path: Path) -> None:
    paper = Paper()
    paper.put("บทที่ 1", 10, 20, size=20, weight="B")
    paper.put("หัวข้อย่อย", 10, 35, size=15, weight="B")
    paper.lines(["เนื้อความของหัวข้อย่อยยาวหนึ่งบรรทัด"], 45)
    paper.put("ตัวหนา", 10, 60, weight="B")
    paper.lines(["เนื้อความใต้ตัวหนายาวหนึ่งบรรทัดเช่นกัน"], 66)
    paper.put("บทที่ 2", 10, 90, size=20, weight="B")
    paper.lines(["เนื้อความของบทที่สองยาวหนึ่งบรรทัด"], 100)
    found = document(paper.saved(tmp_path / "a.pdf"))
    assert [one.headings for one in found.paragraphs] == [("บทที่ 1", "หัวข้อย่อย"), ("บทที่ 1", "หัวข้อย่อย", "ตัวหนา"), ("บทที่ 2",)]
    assert found.title == "บทที่ 1"


@needs_fonts
def test_a_page_on_its_side_is_read(tmp_path: Path) -> None:
    paper = Paper()
    with paper.rotation(90, 50, 75):
        paper.lines([FIRST[:40], SECOND[:40]], 60, left=0)
    assert FIRST[:40] in document(paper.saved(tmp_path / "a.pdf")).text


@needs_fonts
@pytest.mark.parametrize(
    ("title", "expected"), [("น้ำกับชีวิต", "น้ำกับชีวิต"), ("Microsoft Word - รายงาน.docx", "a"), ("untitled", "a"), ("", "a")]
)
def test_only_a_real_title_is_taken(tmp_path: Path, title: str, expected: str) -> None:
    paper = Paper()
    paper.set_title(title)
    paper.set_author("สมชาย ใจดี")
    paper.lines([FIRST[:45]], 20)
    found = document(paper.saved(tmp_path / "a.pdf"))
    assert found.title == expected and found.meta["author"] == "สมชาย ใจดี" and "year" not in found.meta


@needs_fonts
def test_hyphens_go_only_where_the_word_is_known(tmp_path: Path) -> None:
    paper = Paper()
    paper.lines(
        [
            "The information of the committee was in the infor-",
            "mation office and is still a well-",
            "known fact to all of us in the office",
        ],
        20,
    )
    assert "the information office and is still a well-known fact" in document(paper.saved(tmp_path / "a.pdf")).text


def minimal(objects: list[bytes]) -> bytes:
    """Return a PDF of objects, numbered from 1; the first is its catalogue."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(body),
    )


CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
EMPTY = minimal([CATALOGUE, PAGES, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.pdf", b"", "not a PDF file"),
        ("text.pdf", "ข้อความธรรมดา".encode() * 40, "not a PDF file"),
        ("head.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 4, "damaged, cut short or without pages"),
        ("none.pdf", minimal([CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"]), "damaged, cut short or without pages"),
        ("cut.pdf", EMPTY[:60], "damaged, cut short or without pages"),
        ("blank.pdf", EMPTY, "has no text"),
    ],
)
def test_a_bad_file_says_what_is_wrong_in_both_languages(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        list(parse(path))
    assert caught.value.thai.startswith(name) and caught.value.english.startswith(name)


@needs_fonts
def test_a_password_is_asked_away(tmp_path: Path) -> None:
    paper = Paper()
    paper.lines([FIRST], 20)
    paper.set_encryption(owner_password="a", user_password="b")
    with pytest.raises(SourceError, match="protected by a password"):
        list(parse(paper.saved(tmp_path / "a.pdf")))


@needs_fonts
def test_a_file_without_its_end_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    paper = Paper()
    paper.lines([FIRST[:45]], 20)
    path = paper.saved(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes()[: path.read_bytes().rindex(b"startxref")])
    found = list(parse(path))
    assert isinstance(found[0], Document) and FIRST[:45] in found[0].text
    assert isinstance(found[1], SourceError) and "the file is incomplete" in found[1].english


def scanned(tmp_path: Path, with_text: bool) -> Path:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1400, 500), 255)
    ImageDraw.Draw(image).text((60, 100), "ข้อความในภาพสแกน", fill=0, font=ImageFont.truetype(str(FONTS / "Garuda.ttf"), 90))
    paper = Paper()
    if with_text:
        paper.lines([FIRST[:45]], 20)
        paper.turn()
    paper.image(image, 5, 10, w=90)
    return paper.saved(tmp_path / "scan.pdf")


@needs_fonts
@pytest.mark.skipif(recognise.available() is not None, reason="needs Tesseract with Thai")
def test_a_page_that_is_a_picture_is_recognised(tmp_path: Path) -> None:
    found = document(scanned(tmp_path, with_text=True))
    assert found.paragraphs[0].page == 1 and found.paragraphs[-1].page == 2
    assert found.pages[0].confidence is None and (found.pages[1].confidence or 0) > 0.5
    assert "ข้อความ" in found.text


@needs_fonts
def test_without_tesseract_the_pages_not_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = list(parse(scanned(tmp_path, with_text=True)))
    assert isinstance(found[0], Document) and FIRST[:45] in found[0].text
    assert isinstance(found[1], SourceError) and "page 2 not read" in found[1].english and "Tesseract" in found[1].english
    with pytest.raises(SourceError, match="Tesseract"):
        list(parse(scanned(tmp_path, with_text=False)))
