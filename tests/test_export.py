"""What is exported, read back: Word's footnotes from the file's own parts, Markdown's by a Markdown reader, the page by an HTML reader."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import lxml.html
import pytest
from click.testing import CliRunner
from lxml import etree
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from index.records import Document, Page, Paragraph
from rag.assemble import Answerer
from rag.bibliography.reference import STYLES
from rag.records import Answer, Citation, Claim, Refusal, Support
from ui.cli import tham
from ui.export.docx import to_docx
from ui.export.essay import Exchange
from ui.export.html import to_html
from ui.export.markdown import to_markdown

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIRST, SECOND = "สะพานเปิดใช้เมื่อ พ.ศ. 2475", "ผู้สร้างคือกรมรถไฟ"
EVIL = "<script>alert(1)</script> *ก* [ข](http://x) `ค` # 1. <i>ง</i> \x0b&amp;"
EVIL_SHOWN = "<script>alert(1)</script> *ก* [ข](http://x) `ค` # 1. <i>ง</i> &amp;"


def document(name: str, text: str, **meta: str) -> Document:
    paragraph = Paragraph(number=5, start=0, end=len(text), page=34, headings=())
    title = meta.pop("title", name)
    return Document(
        id=name, title=title, source=f"/งาน/{name}.pdf", text=text, sections=(), paragraphs=(paragraph,), meta=meta,
        pages=(Page(number=34, start=0),),
    )  # fmt: skip


BRIDGE = document("สะพาน", f"{FIRST} {SECOND}", title="สะพานพุทธ", author="สมชาย ใจดี", year="2564", publisher="สนพ. ก", kind="book")
OTHER = document("เรือ", "เรือข้ามฟากเลิกไป", title="เรือ", author="Ann Lee", year="2020", kind="book", language="en")


def citation(number: int, of: Document, quote: str) -> Citation:
    start = of.text.index(quote)
    return Citation(number=number, document=of, paragraph=of.paragraphs[0], start=start, end=start + len(quote), quote=quote)


def answer(claims: Sequence[Claim], citations: Sequence[Citation], short: str | None = None) -> Answer:
    return Answer(
        question="", short_answer=short, claims=tuple(claims), citations=tuple(citations), nearest=(), hits=(), refusal=None, confidence=0.9
    )


EXTRACTED = answer(
    [Claim(text=FIRST, citations=(1,), support=Support.SUPPORTED), Claim(text=SECOND, citations=(2,), support=Support.SUPPORTED)],
    [citation(1, BRIDGE, FIRST), citation(2, BRIDGE, SECOND)],
    "พ.ศ. 2475",
)
WRITTEN = replace(
    answer(
        [Claim(text="เรือเลิกเพราะสะพาน", citations=(1,), support=Support.WEAK), Claim(text="สะพานสีเขียว", citations=(), support=Support.UNSUPPORTED)],
        [citation(1, OTHER, "เรือข้ามฟากเลิกไป")],
    ),
    generator="โมเดลทดลอง",
)  # fmt: skip
REFUSED = replace(answer([], []), refusal=Refusal.NO_EVIDENCE, nearest=(citation(1, OTHER, "เรือข้ามฟาก"),))
EXCHANGES = [Exchange("สะพานเปิดเมื่อใด", EXTRACTED), Exchange("เรือหายไปไหน", WRITTEN), Exchange("ดาวอังคารมีดวงจันทร์กี่ดวง", REFUSED)]
NOTES = [
    "สมชาย ใจดี. (2564). สะพานพุทธ. สนพ. ก. น. 34, ย่อหน้า 5.",
    "สมชาย ใจดี, 2564, น. 34, ย่อหน้า 5.",
    "“เรือข้ามฟากเลิกไป” Lee, A. (2020). เรือ. p. 34, para. 5.",  # not what was said, so the source's own words come first
    "Lee, 2020, p. 34, para. 5.",
]
REFERENCES = ["สมชาย ใจดี. (2564). สะพานพุทธ. สนพ. ก.", "Lee, A. (2020). เรือ."]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def footnotes(data: bytes) -> dict[int, str]:
    """Return the text of each footnote by its id, the separators left out."""
    root = etree.fromstring(parts(data)["word/footnotes.xml"])
    texts = {int(note.get(f"{W}id")): "".join(t.text for t in note.iter(f"{W}t")).strip() for note in root}
    kinds = {int(note.get(f"{W}id")): note.get(f"{W}type") for note in root}
    assert {number: kind for number, kind in kinds.items() if kind} == {-1: "separator", 0: "continuationSeparator"}
    return {number: text for number, text in texts.items() if number > 0}


def test_word_has_real_footnotes_in_the_order_of_the_text() -> None:
    data = to_docx(EXCHANGES)
    assert footnotes(data) == dict(enumerate(NOTES, 1))
    body = etree.fromstring(parts(data)["word/document.xml"])
    assert [int(mark.get(f"{W}id")) for mark in body.iter(f"{W}footnoteReference")] == [1, 2, 3, 4]
    assert all(note.find(f".//{W}footnoteRef") is not None for note in etree.fromstring(parts(data)["word/footnotes.xml"])[2:])
    assert b"footnotes+xml" in parts(data)["[Content_Types].xml"] and b"footnotes.xml" in parts(data)["word/_rels/document.xml.rels"]
    settings = etree.fromstring(parts(data)["word/settings.xml"])
    assert [note.get(f"{W}id") for note in settings.find(f"{W}footnotePr")] == ["-1", "0"]


def test_word_opens_again_with_headings_answers_and_references() -> None:
    paragraphs = [(p.style.name, p.text) for p in docx.Document(io.BytesIO(to_docx(EXCHANGES))).paragraphs]
    assert paragraphs == [
        ("Heading 1", "คำถามและคำตอบจากเอกสาร"),
        ("Heading 2", "สะพานเปิดเมื่อใด"),
        ("Short Answer", "พ.ศ. 2475"),
        ("Body Text", f"{FIRST} {SECOND}"),
        ("Heading 2", "เรือหายไปไหน"),
        ("Body Text", "เรือเลิกเพราะสะพาน (ต้นฉบับกล่าวไว้เพียงบางส่วน โปรดอ่านต้นฉบับ) สะพานสีเขียว (ไม่พบว่าต้นฉบับกล่าวไว้)"),
        ("Aside", "เรียบเรียงโดยโมเดลภาษา โมเดลทดลอง และโปรแกรมตรวจกับต้นฉบับแล้ว"),
        ("Heading 2", "ดาวอังคารมีดวงจันทร์กี่ดวง"),
        ("Body Text", "ไม่พบคำตอบในเอกสาร"),
        ("Heading 3", "ตอนที่ใกล้เคียงที่สุด (ไม่ใช่คำตอบ)"),
        ("Quote", "“เรือข้ามฟาก”"),
        ("Heading 2", "เอกสารอ้างอิง"),
        *(("Bibliography", text) for text in REFERENCES),
    ]


def test_word_is_set_in_thai() -> None:
    data = to_docx(EXCHANGES)
    styles = etree.fromstring(parts(data)["word/styles.xml"])
    by_name = {style.find(f"{W}name").get(f"{W}val"): style for style in styles.iter(f"{W}style")}
    for name in ("Normal", "heading 1", "heading 2", "footnote text", "Bibliography"):
        fonts, size = by_name[name].find(f".//{W}rFonts"), by_name[name].find(f".//{W}szCs")
        assert fonts.get(f"{W}cs") == fonts.get(f"{W}ascii") == "TH Sarabun New" and int(size.get(f"{W}val")) >= 28
        assert not any("Theme" in attribute for attribute in fonts.attrib)  # the theme's fonts would win
    assert styles.find(f".//{W}docDefaults//{W}lang").get(f"{W}bidi") == "th-TH"
    assert by_name["Body Text"].find(f".//{W}jc").get(f"{W}val") == "thaiDistribute"
    indent = by_name["Bibliography"].find(f".//{W}ind")
    assert indent.get(f"{W}left") == indent.get(f"{W}hanging") and int(indent.get(f"{W}left")) > 0
    assert b'w:altName w:val="Sarabun"' in parts(data)["word/fontTable.xml"]
    italic = [run for run in etree.fromstring(parts(data)["word/document.xml"]).iter(f"{W}r") if run.find(f"{W}rPr/{W}iCs") is not None]
    assert "สะพานพุทธ" in ["".join(run.itertext()) for run in italic]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_word_processor_reads_the_footnotes(tmp_path: Path) -> None:
    (tmp_path / "เรียงความ.docx").write_bytes(to_docx(EXCHANGES))
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "fodt:OpenDocument Text Flat XML"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "เรียงความ.docx")], check=True, capture_output=True, timeout=120)
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    found = [note.find(f"{text}note-body") for note in etree.parse(str(tmp_path / "เรียงความ.fodt")).iter(f"{text}note")]
    assert [" ".join("".join(body.itertext()).split()) for body in found] == NOTES


def test_markdown_reads_back() -> None:
    reader = MarkdownIt("commonmark").use(footnote_plugin)
    page = lxml.html.fromstring(f"<div>{reader.render(to_markdown(EXCHANGES))}</div>")
    for back in page.xpath("//a[@class='footnote-backref']"):
        back.getparent().remove(back)
    assert [" ".join(note.text_content().split()) for note in page.xpath("//li[@class='footnote-item']")] == NOTES
    assert [h.text_content() for h in page.xpath("//h2")] == ["สะพานเปิดเมื่อใด", "เรือหายไปไหน", "ดาวอังคารมีดวงจันทร์กี่ดวง", "เอกสารอ้างอิง"]
    assert page.xpath("//strong/text()") == ["พ.ศ. 2475"] and "สะพานพุทธ" in page.xpath("//p/em/text()")
    assert [p.text_content() for p in page.xpath("//h2[last()]/following-sibling::p")][-2:] == REFERENCES


def test_the_page_reads_back_and_holds_all_it_needs() -> None:
    html = to_html(EXCHANGES)
    page = lxml.html.document_fromstring(html.encode())
    notes = page.xpath("//section[@class='notes']//li")
    assert [note.text_content().removesuffix(" ↩") for note in notes] == NOTES
    assert [a.get("href") for a in page.xpath("//sup/a")] == [f"#{note.get('id')}" for note in notes]
    assert [p.text_content() for p in page.xpath("//section[@class='references']/p")] == REFERENCES
    assert page.get("lang") == "th" and "size: A4" in html
    addresses = page.xpath("//@src | //@href") + re.findall(r"url\(([^)]{1,40})", html)
    assert addresses and all(a.startswith(("#", "data:font/woff2")) for a in addresses)
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0] and not page.xpath("//script")


@pytest.mark.parametrize("style", STYLES)
def test_hostile_text_stays_text(style: str) -> None:
    evil = document("ร้าย", f"{EVIL} ท้าย", title=EVIL, author=EVIL, publisher=EVIL, kind="book")
    said = answer([Claim(text=EVIL, citations=(1,), support=Support.SUPPORTED)], [citation(1, evil, EVIL)], EVIL)
    exchanges = [Exchange(EVIL, said)]
    page = lxml.html.document_fromstring(to_html(exchanges, style).encode())
    assert page.xpath("//h2")[0].text_content() == EVIL_SHOWN and not page.xpath("//script | //a[starts-with(@href, 'http')]")
    shown = lxml.html.fromstring(f"<div>{MarkdownIt('commonmark').use(footnote_plugin).render(to_markdown(exchanges, style))}</div>")
    assert shown.xpath("//h2")[0].text_content() == EVIL_SHOWN and not shown.xpath("//script | //a[starts-with(@href, 'http')] | //code")
    word = docx.Document(io.BytesIO(to_docx(exchanges, style)))
    assert [p.text for p in word.paragraphs][1:4] == [EVIL_SHOWN] * 3 and EVIL_SHOWN in footnotes(to_docx(exchanges, style))[1]


def test_lines_that_would_begin_a_list_do_not() -> None:
    listed = document("ก", "1. หนึ่ง", author="ก")
    text = to_markdown([Exchange("ข", answer([Claim(text="1. หนึ่ง", citations=(1,), support=Support.SUPPORTED)], [citation(1, listed, "1. หนึ่ง")]))])
    assert "\n1\\. หนึ่ง[^1]\n" in text


def test_paragraphs_are_quoted_on_demand() -> None:
    text = to_markdown(EXCHANGES[:1], passages=True)
    assert "### ข้อความต้นฉบับ" in text and f"> “{FIRST} {SECOND}”" in text and text.count("> ") == 1


def test_vancouver_numbers_in_export_and_english_words() -> None:
    text = to_markdown(EXCHANGES, "vancouver", "en")
    assert "## References\n\n1\\. สมชาย ใจดี. สะพานพุทธ." in text and "[^2]: (1, p. 34, para. 5)" in text
    assert "### Nearest passages (not an answer)" in text and "The source was not found to say this." in text


def test_a_conversation_of_refusals_has_no_references() -> None:
    text = to_markdown(EXCHANGES[2:])
    assert "ไม่พบคำตอบในเอกสาร" in text and "เอกสารอ้างอิง" not in text and "[^1]: Lee, A. (2020). *เรือ*. p. 34, para. 5." in text
    assert to_docx([]) and to_markdown([]) == "# คำถามและคำตอบจากเอกสาร\n"


def test_real_answers_of_the_seeds(answerer: Answerer) -> None:
    question = "โธมัส มอร์ ตีพิมพ์ยูโทเปียในปีใด"
    found = answerer.ask(question)
    assert found.claims
    notes = footnotes(to_docx([Exchange(question, found)], "chicago"))
    place = f"ย่อหน้า {found.citations[0].paragraph.number}"
    address = "https://th.wikipedia.org/wiki?curid=23142"
    assert notes[1] == f"“ลัทธิคอมมิวนิสต์”, วิกิพีเดีย สารานุกรมเสรี, ม.ป.ป., {place}, {address}."


def test_the_command_exports_and_keeps_what_is_there(seeds_library: Path, tmp_path: Path) -> None:
    batch = tmp_path / "คำถาม.jsonl"
    batch.write_text('{"question": "โธมัส มอร์ ตีพิมพ์ยูโทเปียในปีใด"}\n{"question": "ดาวอังคารมีดวงจันทร์กี่ดวง"}\n', encoding="utf-8")
    for ending in ("md", "docx", "html"):
        file = tmp_path / f"เรียงความ.{ending}"
        arguments = ["ask", "--batch", str(batch), "--library", str(seeds_library), "--export", str(file), "--style", "mla"]
        assert CliRunner().invoke(tham, arguments).exit_code == 0
        again = CliRunner().invoke(tham, arguments)
        assert "is there already" in str(again.exception) and again.stdout == ""
    text = (tmp_path / "เรียงความ.md").read_text(encoding="utf-8")
    assert text.count("\n## ") == 3 and "*วิกิพีเดีย สารานุกรมเสรี*, ม.ป.ป., https://th" in text
    assert footnotes((tmp_path / "เรียงความ.docx").read_bytes())[1].startswith("“ลัทธิคอมมิวนิสต์”. วิกิพีเดีย")
    wrong = CliRunner().invoke(tham, ["ask", "ก", "--library", str(seeds_library), "--export", str(tmp_path / "ก.pdf")])
    assert "must end in .md .docx .html" in str(wrong.exception)
