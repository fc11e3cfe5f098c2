"""A folder as people have them: files of every format, good and bad, in one call. Each good one is asked, each bad one is named."""

import json
import lzma
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import docx
import openpyxl
import pptx
import pytest

from index.build import Summary, add
from index.embed import Embedder
from index.recognise import available
from rag.assemble import Answerer
from tests.office import W

FILLER = "เอกสารฉบับนี้จัดทำขึ้นเพื่อใช้ประกอบการศึกษาค้นคว้าของผู้สนใจทั่วไป เนื้อหาแบ่งออกเป็นหลายส่วนตามลำดับ"
CHROMIUM = shutil.which("chromium")


class Fact(NamedTuple):
    """What one file says, where, and the question that finds it: the paragraph's number and the page, slide, row or second."""

    file: str
    sentence: str
    question: str
    answer: str
    paragraph: int
    page: int | None = None


FACTS = (
    Fact("บันทึก ๑.txt", "สะพานทับทิมยาว 412 เมตร", "สะพานทับทิมยาวกี่เมตร", "412", 2),
    Fact("เก่า/tis620.txt", "วัดดอนแก้วสร้างเมื่อ พ.ศ. 2391", "วัดดอนแก้วสร้างเมื่อปีใด", "2391", 2),
    Fact("เก่า/utf16.text", "ตลาดบ้านใหม่มีร้านค้า 87 ร้าน", "ตลาดบ้านใหม่มีร้านค้ากี่ร้าน", "87", 2),
    Fact("pages.txt", "หอนาฬิกาแม่จันสูง 23 เมตร", "หอนาฬิกาแม่จันสูงกี่เมตร", "23", 3, 3),
    Fact("notes.md", "โรงสีเจ๊หมวยสีข้าวได้วันละ 60 ตัน", "โรงสีเจ๊หมวยสีข้าวได้วันละกี่ตัน", "60", 2),
    Fact("ข่าว.html", "เทศกาลโคมลอยจัดที่สนามกีฬาสมโภช", "เทศกาลโคมลอยจัดที่ไหน", "สนามกีฬาสมโภช", 2),
    Fact("เก่า/windows874.htm", "ประภาคารแหลมงอบดับไฟเมื่อ พ.ศ. 2512", "ประภาคารแหลมงอบดับไฟเมื่อใด", "2512", 2),
    Fact("รายงาน.docx", "เขื่อนห้วยหลวงจุน้ำ 135 ล้านลูกบาศก์เมตร", "เขื่อนห้วยหลวงจุน้ำเท่าไร", "135", 2),
    Fact("รายงาน.odt", "ฟาร์มโคนมหนองโพมีวัว 540 ตัว", "ฟาร์มโคนมหนองโพมีวัวกี่ตัว", "540", 2),
    Fact("นิทาน.epub", "พระอภัยมณีเป่าปี่ที่เกาะแก้วพิสดาร", "พระอภัยมณีเป่าปี่ที่ไหน", "เกาะแก้วพิสดาร", 2),
    Fact("บรรยาย.pptx", "ยอดขายทุเรียนปีนี้โตขึ้นร้อยละ 18", "ยอดขายทุเรียนปีนี้โตขึ้นร้อยละเท่าไร", "18", 2, 2),
    Fact("ครู.csv", "ครูสมศรี", "ครูสมศรีสอนวิชาอะไร", "ดนตรีไทย", 2, 3),
    Fact("เก่า/เรือ.tsv", "เรือชัยพัฒนา", "เรือชัยพัฒนาบรรทุกสินค้ากี่ตัน", "950", 2, 3),
    Fact("งบ.xlsx", "ค่าปรับปรุงห้องสมุด", "ค่าปรับปรุงห้องสมุดกี่บาท", "48500", 3, 4),
    Fact("สัมภาษณ์.srt", "คุณตาเริ่มทำตุ๊กตาชาววังตั้งแต่อายุ 14 ปี", "คุณตาเริ่มทำตุ๊กตาชาววังตั้งแต่อายุกี่ปี", "14", 2, 75),
    Fact("สารคดี.vtt", "นกเงือกกรามช้างวางไข่ปีละ 2 ฟอง", "นกเงือกกรามช้างวางไข่ปีละกี่ฟอง", "2", 1, 4),
    Fact("records.jsonl", "ถ้ำผานางคอยลึก 150 เมตร", "ถ้ำผานางคอยลึกกี่เมตร", "150", 1),
    Fact("packed.jsonl.xz", "สวนสัตว์ดุสิตปิดเมื่อ พ.ศ. 2561", "สวนสัตว์ดุสิตปิดเมื่อใด", "2561", 1),
    Fact("wiki.txt", "ภูเขาไฟหินพนมรุ้งสูง 383 เมตร", "ภูเขาไฟหินพนมรุ้งสูงกี่เมตร", "383", 1),
    Fact("ชื่อแปลก\nสองบรรทัด.txt", "ปราสาทหินเมืองต่ำมีสระน้ำ 4 สระ", "ปราสาทหินเมืองต่ำมีสระน้ำกี่สระ", "4", 2),
    *(
        (
            Fact("ราชการ.pdf", "กองทุนประมงพื้นบ้านตั้งขึ้นเมื่อวันที่ 9 มีนาคม พ.ศ. 2548", "กองทุนประมงพื้นบ้านตั้งขึ้นเมื่อใด", "2548", 3, 3),
        )
        if CHROMIUM
        else ()
    ),
    *((Fact("สแกน.png", "โรงเรียนวัดเขมามีนักเรียน 320 คน", "โรงเรียนวัดเขมามีนักเรียนกี่คน", "320", 1, 1),) if CHROMIUM and not available() else ()),
)
WRONG = {  # file -> a part of the English reason
    "ว่าง.txt": "is empty",
    "binary.txt": "not a text file",
    "broken.txt": "broken UTF-8 at byte",
    "cut.docx": "damaged",
    "bomb.docx": "unpack",
    "old.docx": "protected by a password",
    "cut.pdf": "damaged",
    "locked.pdf": "password",
    "not.pdf": "not a PDF",
    "not.xlsx": "",
    "empty.csv": "empty",
    "scripts.html": "no text",
    "cut.epub": "damaged",
    "none.srt": "",
    "cut.png": "",
    "bad.jsonl": "line 2",
    "described.txt": "unknown field",
}


def passages(fact: Fact) -> tuple[str, str]:
    return FILLER, f"{fact.sentence} ตามที่บันทึกไว้ในทะเบียน"


def write_texts(folder: Path, at: dict[str, Fact]) -> None:
    def text(name: str, encoding: str = "utf-8") -> None:
        (folder / name).write_text("\n\n".join(passages(at[name])), encoding=encoding)

    text("บันทึก ๑.txt"), text("เก่า/tis620.txt", "tis-620"), text("เก่า/utf16.text", "utf-16"), text("ชื่อแปลก\nสองบรรทัด.txt")
    first, second = passages(at["pages.txt"])
    (folder / "pages.txt").write_text(f"{first}\f{FILLER} จบหน้าที่สองแล้วครับ\f{second}", encoding="utf-8")
    (folder / "notes.md").write_text("# โรงสี\n\n" + "\n\n".join(passages(at["notes.md"])), encoding="utf-8")
    for name, encoding in (("ข่าว.html", "utf-8"), ("เก่า/windows874.htm", "cp874")):
        first, second = passages(at[name])
        page = f"<html><head><title>ข่าวท้องถิ่น</title></head><body><nav>หน้าแรก ติดต่อเรา</nav><article><h1>ข่าว</h1><p>{first}</p><p>{second}</p></article>"
        (folder / name).write_bytes((page + "<script>var x='สคริปต์'</script></body></html>").encode(encoding))
    first, second = (at[name].sentence for name in ("records.jsonl", "packed.jsonl.xz"))
    line = json.dumps({"title": "ถ้ำ", "text": first, "source": "cave"}, ensure_ascii=False)
    (folder / "records.jsonl").write_text(line, encoding="utf-8")
    (folder / "packed.jsonl.xz").write_bytes(lzma.compress(json.dumps({"title": "สวน", "text": second, "source": "zoo"}).encode()))
    (folder / "wiki.txt").write_text(f'<doc id="7" url="u" title="พนมรุ้ง">\n{at["wiki.txt"].sentence}\n</doc>', encoding="utf-8")
    (folder / "ครู.csv").write_text("ชื่อ,วิชา\nครูสมชาย,พลศึกษา\nครูสมศรี,ดนตรีไทย\n", encoding="utf-8-sig")
    (folder / "เก่า/เรือ.tsv").write_text("ชื่อเรือ\tบรรทุก (ตัน)\nเรือศรีอยุธยา\t700\nเรือชัยพัฒนา\t950\n", encoding="cp874")
    talk = at["สัมภาษณ์.srt"].sentence
    cues = f"1\n00:00:05,000 --> 00:00:08,000\nสวัสดีครับ\n\n2\n00:01:15,000 --> 00:01:19,500\n{talk}\n"
    (folder / "สัมภาษณ์.srt").write_text(cues, encoding="utf-8")
    (folder / "สารคดี.vtt").write_text(f"WEBVTT\n\n00:04.000 --> 00:09.000\n{at['สารคดี.vtt'].sentence}\n", encoding="utf-8")


def write_offices(folder: Path, at: dict[str, Fact]) -> None:
    report = docx.Document()
    report.add_heading("เขื่อน", 1)
    for paragraph in passages(at["รายงาน.docx"]):
        report.add_paragraph(paragraph)
    report.save(str(folder / "รายงาน.docx"))
    slides = pptx.Presentation()
    for title, body in (("สวัสดี", FILLER), ("ยอดขาย", at["บรรยาย.pptx"].sentence)):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    slides.save(str(folder / "บรรยาย.pptx"))
    book = openpyxl.Workbook()
    for row in (("รายการ", "จำนวนเงิน (บาท)"), ("ค่าไฟฟ้า", 12000), ("ค่าน้ำประปา", 3100), ("ค่าปรับปรุงห้องสมุด", 48500)):
        book.active.append(row)
    book.save(folder / "งบ.xlsx")
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = "".join(f"<text:p>{one}</text:p>" for one in passages(at["รายงาน.odt"]))
    content = f'<office:document-content xmlns:office="{office}" xmlns:text="{text}"><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    with zipfile.ZipFile(folder / "รายงาน.odt", "w") as odt:
        odt.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        odt.writestr("content.xml", content)
    chapter = "".join(f"<p>{one}</p>" for one in passages(at["นิทาน.epub"]))
    with zipfile.ZipFile(folder / "นิทาน.epub", "w") as epub:
        epub.writestr("mimetype", "application/epub+zip")
        container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
        epub.writestr("META-INF/container.xml", container)
        spine = '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>'
        epub.writestr("b.opf", f'<package xmlns="http://www.idpf.org/2007/opf"><metadata/>{spine}</package>')
        epub.writestr("a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>บทที่ 1</h1>{chapter}</body></html>')


def printed(folder: Path, body: str, style: str = "") -> Path:
    page, path = folder / "page.html", folder / "page.pdf"
    page.write_text(f"<meta charset=utf-8><style>{style}</style>{body}", encoding="utf-8")
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={path}", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path


def write_prints(folder: Path, apart: Path, at: dict[str, Fact]) -> None:
    if "ราชการ.pdf" in at:
        pages = (f"{FILLER} จบหน้าแรกแล้วครับ", f"{FILLER} จบหน้าที่สองแล้วครับ", passages(at["ราชการ.pdf"])[1])
        body = "".join(f'<p style="page-break-after:always">{text}</p>' for text in pages)
        shutil.copy(printed(apart, body, "body{font:16px Garuda,sans-serif}"), folder / "ราชการ.pdf")
    if "สแกน.png" in at:
        import pypdfium2

        page = pypdfium2.PdfDocument(printed(apart, f"<p>{at['สแกน.png'].sentence}</p>", "body{font:22px Sarabun,Garuda,sans-serif}"))[0]
        page.render(scale=300 / 72).to_pil().crop((0, 0, 2400, 600)).save(folder / "สแกน.png")


def write_wrong(folder: Path) -> None:
    (folder / "ว่าง.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "broken.txt").write_bytes(FILLER.encode() + b"\xff\xff" + FILLER.encode())
    good = (folder / "รายงาน.docx").read_bytes()
    (folder / "cut.docx").write_bytes(good[: len(good) // 2])
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("word/document.xml", f"<w:document {W}>" + " " * 400_000_000)
    (folder / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4000)
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R")
    (folder / "locked.pdf").write_bytes(LOCKED)
    (folder / "not.pdf").write_bytes("<html>ไม่ใช่ PDF</html>".encode())
    (folder / "not.xlsx").write_text("ไม่ใช่ตาราง", encoding="utf-8")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "scripts.html").write_text("<html><script>alert('ไทย')</script></html>", encoding="utf-8")
    (folder / "cut.epub").write_bytes((folder / "นิทาน.epub").read_bytes()[:200])
    (folder / "none.srt").write_text("ไม่มีเวลาใด ๆ ในไฟล์นี้", encoding="utf-8")
    (folder / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    (folder / "bad.jsonl").write_text('{"title": "ดี", "text": "เกาะลิบงมีพะยูนอาศัยอยู่", "source": "libong"}\nไม่ใช่ json\n', encoding="utf-8")
    (folder / "described.txt").write_text(FILLER, encoding="utf-8")
    (folder / "described.txt.meta.yaml").write_text("สี: แดง", encoding="utf-8")


LOCKED = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/O<OWNER>/U<USER>/P -4>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>
%%EOF
""".replace(b"OWNER", b"ab" * 32).replace(b"USER", b"cd" * 32)


class Asked(NamedTuple):
    summary: Summary
    answerer: Answerer


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Asked]:
    """The folder, added in one call."""
    base = tmp_path_factory.mktemp("folder")
    folder, at = base / "เอกสาร ของฉัน", {fact.file: fact for fact in FACTS}
    (folder / "เก่า").mkdir(parents=True)
    writers: tuple[Callable[[], None], ...] = (
        lambda: write_texts(folder, at), lambda: write_offices(folder, at), lambda: write_prints(folder, base, at), lambda: write_wrong(folder)
    )  # fmt: skip
    for write in writers:
        write()
    (base / "secret.txt").write_text("ความลับ", encoding="utf-8")
    (folder / "link.txt").symlink_to(base / "secret.txt")
    (folder / "drawing.psd").write_bytes(b"8BPS")
    summary = add(base / "library", [folder], embedder)
    answerer = Answerer(base / "library", embedder)
    yield Asked(summary, answerer)
    answerer.close()


def test_everything_is_accounted_for(asked: Asked) -> None:
    good = len(FACTS) + 1  # the whole record of bad.jsonl
    assert asked.summary.added == good and [file.name for file in asked.summary.passed_over] == ["drawing.psd"]
    assert len(FACTS) + len(WRONG) >= 30
    assert not any("ความลับ" in held.title for held in asked.answerer.library.held())


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_file_is_named_with_its_reason(asked: Asked, name: str) -> None:
    mine = [error for error in asked.summary.failed if error.english.startswith(name) and error.thai.startswith(name)]
    assert len(mine) == 1 and WRONG[name] in mine[0].english, [error.english for error in asked.summary.failed]
    assert "Error" not in mine[0].english and "\n" not in mine[0].english


def test_no_other_file_failed(asked: Asked) -> None:
    assert [error.english for error in asked.summary.failed if not error.english.startswith(tuple(WRONG))] == []


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.file)
def test_a_good_file_is_asked_and_cited(asked: Asked, fact: Fact) -> None:
    hits = asked.answerer.search(fact.question, 3)
    document = asked.answerer.document(hits[0].passage.document)
    assert document is not None and Path(document.source.split("#")[0]).name in (Path(fact.file).name, "cave", "zoo")
    answer = asked.answerer.ask(fact.question)
    cited = (answer.citations or answer.nearest)[0]
    assert cited.document.id == document.id and fact.answer in cited.quote
    page = document.page_at(cited.start)
    assert (cited.paragraph.number, page.number if page else None) == (fact.paragraph, fact.page)
    assert document.text[cited.start : cited.end] == cited.quote
