"""Office files to documents: DOCX, ODT, PPTX; their headings, notes and pages."""

import zipfile
from pathlib import Path

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.records import Unit
from tests.documents import only, said
from tests.office import HARD_BREAK, NEXT_PAGE, THAI, W, footnote, noted, p, paged, r, rezip, word, writer


def test_word_headings_tables_lists_and_properties(tmp_path: Path) -> None:
    path, made = tmp_path / "ก.docx", docx.Document()
    made.core_properties.title, made.core_properties.author = "ประวัติ  ศาสตร์", "สมชาย ใจดี"
    made.add_heading("ชื่อเรื่องใหญ่", 0)
    made.add_heading("บทที่ 1", 1)
    made.add_paragraph("ข้อความ").add_run("ต่อ\nบรรทัด\tแท็บ")
    made.add_heading("ย่อย", 2)
    cells = made.add_table(2, 3)
    for number, cell in enumerate(cells._cells):
        cell.text = f"ช่อง{number}"
    cells.cell(1, 0).merge(cells.cell(1, 1))
    made.add_paragraph("ข้อหนึ่ง", style="List Bullet")
    made.add_heading("บทที่ 2", 1)
    made.add_paragraph("จบ")
    made.save(str(path))
    found = only(path)
    assert said(found) == ["ข้อความต่อ\nบรรทัด\tแท็บ", "ช่อง0 | ช่อง1 | ช่อง2", "ช่อง3 ช่อง4 | ช่อง5", "ข้อหนึ่ง", "จบ"]
    assert [one.headings for one in found.sections] == [("ชื่อเรื่องใหญ่",), ("บทที่ 1",), ("บทที่ 1", "ย่อย"), ("บทที่ 2",)]
    assert found.title == "ประวัติ ศาสตร์" and found.meta == {"title": "ประวัติ ศาสตร์", "author": "สมชาย ใจดี"}
    assert [one.number for one in found.paragraphs] == [1, 2, 3, 4, 5] and found.pages == () and found.unit == Unit.PAGE


@pytest.mark.parametrize(
    ("style", "level"),
    [
        ('<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 2"/></w:style>', 2),  # Thai Word's ids
        ('<w:style w:type="paragraph" w:styleId="1"><w:name w:val="หัวเรื่อง 2"/></w:style>', 2),
        ('<w:style w:type="paragraph" w:styleId="1"><w:name w:val="ส่วน"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>', 2),
        ('<w:style w:styleId="1"><w:name w:val="ส่วน"/><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:name w:val="Heading 3"/></w:style>', 3),
        ('<w:style w:styleId="1"><w:name w:val="วน"/><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="1"/></w:style>', 0),
        ('<w:style w:styleId="1"><w:name w:val="TOC Heading"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>', 0),
    ],
)
def test_word_styles_resolve_to_headings(tmp_path: Path, style: str, level: int) -> None:
    above = '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'
    path = word(tmp_path / "a.docx", p(r("บน"), style="H") + p(r("หัวข้อ"), style="1") + p(r(THAI)), styles=above + style)
    assert only(path).paragraphs[-1].headings == (("บน", "หัวข้อ") if level else ("บน",))


def test_word_reads_what_is_inserted_and_shown_and_nothing_deleted_or_hidden(tmp_path: Path) -> None:
    body = (
        p(r("ก"), f"<w:ins>{r('ข')}</w:ins>", f"<w:del>{r('ผิด')}</w:del>", f"<w:moveFrom>{r('ผิด')}</w:moveFrom>", "<w:hyperlink>" + r("ค") + "</w:hyperlink>")
        + p(r("เห็น"), r("ซ่อน", "<w:rPr><w:vanish/></w:rPr>"), r("แสดง", '<w:rPr><w:vanish w:val="0"/></w:rPr>'))
        + f"<w:sdt><w:sdtContent>{p(r('ในกรอบควบคุม'))}</w:sdtContent></w:sdt>"
        + '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        + f"<w:sdtContent>{p(r('สารบัญ'))}</w:sdtContent></w:sdt>"
        + p("<w:r><w:t>ก</w:t><w:softHyphen/><w:t>ข</w:t><w:noBreakHyphen/><w:t>1</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>")
        + '<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent>'
        + p(r("กล่อง"))
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        + p(r("กล่อง"))
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        + r("ข้างกล่อง")
        + "</w:p>"
    )
    found = said(only(word(tmp_path / "a.docx", body)))
    assert found == ["กขค", "เห็นแสดง", "ในกรอบควบคุม", "ก\u00adข\u20111", "ข้างกล่อง", "กล่อง"]


def test_word_notes_follow_the_paragraph_with_their_mark(tmp_path: Path) -> None:
    body = (
        p(r("  ก่อน"), footnote(7), r("หลัง"), '<w:r><w:endnoteReference w:id="7"/></w:r>')
        + f"<w:tbl><w:tr><w:tc>{p(r(' ซ้าย'))}</w:tc><w:tc>{p(r('ขวา'), footnote(8))}</w:tc></w:tr></w:tbl>"
        + p(r("ดาว"), '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="9"/><w:t>*</w:t></w:r>')
    )
    notes = "".join(
        f'<w:footnote w:id="{id}">{p("<w:r><w:footnoteRef/></w:r>", r(f" {text}"))}{p(r("สอง"))}</w:footnote>'
        for id, text in ((7, "หนึ่ง"), (8, "แปด"), (9, "เก้า"))
    )
    path = word(tmp_path / "a.docx", body, footnotes=notes, endnotes=f'<w:endnote w:id="7">{p(r("ท้าย"))}</w:endnote>')
    found = only(path)
    assert said(found) == ["ก่อนหลัง", "หนึ่ง\nสอง", "ท้าย", "ซ้าย | ขวา", "แปด\nสอง", "ดาว", "เก้า\nสอง"]
    assert noted(found) == [("1", "ก่อน", "หนึ่ง\nสอง"), ("i", "ก่อนหลัง", "ท้าย"), ("2", "ซ้าย | ขวา", "แปด\nสอง"), ("*", "ดาว", "เก้า\nสอง")]
    assert [one.note for one in found.paragraphs] == [None, "1", "i", None, "2", None, "*"]


def test_word_notes_in_thai_digits(tmp_path: Path) -> None:
    body = p(r("ก"), footnote(1))
    path = word(tmp_path / "a.docx", body, footnotes=f'<w:footnote w:id="1">{p(r("ข"))}</w:footnote>')
    rezip(path, {"word/settings.xml": f'<w:settings {W}><w:footnotePr><w:numFmt w:val="thaiNumbers"/></w:footnotePr></w:settings>'})
    assert noted(only(path)) == [("๑", "ก", "ข")]


def test_word_pages_are_told_where_they_add_up_to_words_own_count(tmp_path: Path) -> None:
    cell = f"<w:tc>{p(r('ก'), r('ข', NEXT_PAGE))}</w:tc>"
    body = (
        p(r("หน้าหนึ่ง"), HARD_BREAK)
        + p(r("หน้าสอง", NEXT_PAGE), r("ต่อหน้าสาม", NEXT_PAGE))
        + f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>"
        + p(r("หน้าสี่"))
    )
    found = only(paged(word(tmp_path / "a.docx", body), 4))
    assert said(found) == ["หน้าหนึ่ง", "หน้าสองต่อหน้าสาม", "กข | กข", "หน้าสี่"]
    assert [one.page for one in found.paragraphs] == [1, 2, 3, 4]
    assert [(one.number, found.text[one.start :][:6]) for one in found.pages] == [(1, "หน้าหน"), (2, "หน้าสอ"), (3, "ต่อหน้"), (4, "หน้าสี")]
    assert only(paged(tmp_path / "a.docx", 5)).pages == ()


def test_a_file_not_laid_out_to_its_end_has_no_pages(tmp_path: Path) -> None:
    body = p(r(THAI)) + "".join(p(r(THAI, NEXT_PAGE if number == 0 else "")) for number in range(9))
    assert only(paged(word(tmp_path / "a.docx", body), 2)).pages == ()


def test_a_table_of_one_cell_is_a_frame_and_deleted_rows_are_not_read(tmp_path: Path) -> None:
    frame = f"<w:tbl><w:tr><w:tc>{p(r('หัวในกรอบ'), style='Heading1')}{p(r('หนึ่ง'))}{p(r('สอง'))}</w:tc></w:tr></w:tbl>"
    gone = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p(r('ลบ'))}</w:tc></w:tr></w:tbl>"
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{p()}</w:tc>"
    merged = f"<w:tbl><w:tr>{below}<w:tc>{p(r('ซ้าย'))}{p(r('สอง'))}</w:tc><w:tc>{p()}</w:tc><w:tc>{p(r('ขวา'))}</w:tc></w:tr></w:tbl>"
    found = only(word(tmp_path / "a.docx", frame + gone + merged))
    assert said(found) == ["หนึ่ง", "สอง", "ซ้าย สอง |  | ขวา"] and found.paragraphs[0].headings == ("หัวในกรอบ",)


def test_a_long_heading_is_a_paragraph_and_headings_alone_are_too(tmp_path: Path) -> None:
    assert said(only(word(tmp_path / "a.docx", p(r(THAI * 6), style="Heading1")))) == [THAI * 6]
    found = only(word(tmp_path / "b.docx", p(r("ก"), style="Heading1") + p(r("ข"), style="Heading2")))
    assert said(found) == ["ก", "ข"] and found.title == "b"


def test_word_with_a_picture_that_is_not_there_and_names_that_are_none(tmp_path: Path) -> None:
    path, made = tmp_path / "a.docx", docx.Document()
    made.core_properties.title, made.core_properties.author = "Microsoft Word - draft.doc", "python-docx"
    made.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{THAI}</w:t></w:r></w:p>"))
    made.save(str(path))
    with zipfile.ZipFile(path) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    image = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="NULL"/>'
    rezip(path, {"word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{image}</Relationships>")})
    found = only(path)
    assert said(found) == [THAI] and found.title == "a" and found.meta == {}


def test_open_document_text(tmp_path: Path) -> None:
    text = (
        '<text:tracked-changes><text:deletion><text:p>ลบแล้ว</text:p></text:deletion></text:tracked-changes><text:p text:style-name="P1">ชื่อเรื่อง</text:p>'
        '<text:h text:outline-level="1">บทที่ 1</text:h><text:p>ก<text:s text:c="2"/>ข<text:tab/><text:span>ค\n  ง</text:span><text:line-break/>จ'
        "<office:annotation><text:p>ความเห็น</text:p></office:annotation></text:p>"
        '<text:h text:outline-level="2">ย่อย</text:h><text:list><text:list-item><text:p>หนึ่ง</text:p>'
        "<text:list><text:list-item><text:p>สอง</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>ก</text:p></table:table-cell><table:table-cell><text:p>ข</text:p>"
        "<text:p>ค</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>รวม</text:p>"
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
        "<text:p>นอก<draw:frame><draw:text-box><text:p>ในกรอบ</text:p></draw:text-box></draw:frame></text:p>"
        "<text:table-of-content><text:index-body><text:p>สารบัญ</text:p></text:index-body></text:table-of-content>"
    )
    style = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    about = "<dc:title>เรื่อง</dc:title><meta:initial-creator>สมหญิง</meta:initial-creator><dc:creator>ผู้แก้</dc:creator>"
    text += "<text:p><text:title>ชื่อ</text:title><draw:frame><svg:title>ภาพ</svg:title></draw:frame></text:p>"
    found = only(writer(tmp_path / "a.odt", text, style, about))
    assert said(found) == ["ก  ข\tค ง\nจ", "หนึ่ง", "สอง", "ก | ข ค", "รวม", "นอก", "ในกรอบ", "ชื่อ"]
    assert [one.headings for one in found.sections] == [("ชื่อเรื่อง",), ("บทที่ 1",), ("บทที่ 1", "ย่อย")]
    assert found.title == "เรื่อง" and found.meta == {"title": "เรื่อง", "author": "สมหญิง"}


def test_open_document_notes(tmp_path: Path) -> None:
    note = "<text:note><text:note-citation>{}</text:note-citation><text:note-body><text:p>{}</text:p></text:note-body></text:note>"
    found = only(writer(tmp_path / "a.odt", f"<text:p> ก{note.format('๑', 'หนึ่ง')}ข{note.format('*', 'สอง')}</text:p><text:p>ค</text:p>"))
    assert said(found) == ["กข", "หนึ่ง", "สอง", "ค"] and noted(found) == [("๑", "ก", "หนึ่ง"), ("*", "กข", "สอง")]


def test_open_document_pages(tmp_path: Path) -> None:
    text = (
        '<text:p text:style-name="P1">หน้าหนึ่ง</text:p><text:p>หนึ่ง<text:soft-page-break/>สอง</text:p><text:p text:style-name="P1">หน้าสาม</text:p>'
        "<text:soft-page-break/><text:p>หน้าสี่</text:p>"
    )
    style = '<style:style style:name="P1" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>'
    count = '<meta:document-statistic meta:page-count="{}"/>'
    found = only(writer(tmp_path / "a.odt", text, style, count.format(4)))
    assert [one.page for one in found.paragraphs] == [1, 1, 3, 4] and found.text[found.pages[1].start :].startswith("สอง")
    assert only(writer(tmp_path / "a.odt", text, style, count.format(6))).pages == ()


def test_slides(tmp_path: Path) -> None:
    path, made = tmp_path / "a.pptx", pptx.Presentation()
    layouts = made.slide_layouts
    first = made.slides.add_slide(layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "ชื่อ\vเรื่อง", "คำรอง\nบรรทัดสอง"
    made.slides.add_slide(layouts[5]).shapes.title.text = "มีแต่ชื่อ"
    last = made.slides.add_slide(layouts[6])
    last.shapes.add_group_shape().shapes.add_textbox(0, 0, 9, 9).text_frame.text = "ในกลุ่ม"
    cells = last.shapes.add_table(2, 2, 0, 0, 9, 9).table
    for number, text in enumerate(("ก", "", "ค", "ง")):
        cells.cell(number // 2, number % 2).text = text
    cells.cell(0, 0).merge(cells.cell(0, 1))
    last.notes_slide.notes_text_frame.text = "บทพูด"
    last._element.set("show", "0")
    made.save(str(path))
    found = only(path)
    assert said(found) == ["คำรอง", "บรรทัดสอง", "มีแต่ชื่อ", "ในกลุ่ม", "ก", "ค | ง", "บทพูด"]
    assert [one.page for one in found.paragraphs] == [1, 1, 2, 3, 3, 3, 3] and found.unit == Unit.SLIDE
    assert [one.headings for one in found.sections] == [("ชื่อ เรื่อง",), (), ()] and found.title == "ชื่อ เรื่อง"


def test_slides_are_in_the_order_of_the_show_and_diagrams_are_read(tmp_path: Path) -> None:
    path, made = tmp_path / "a.pptx", pptx.Presentation()
    for text in ("ที่สอง", "ที่หนึ่ง"):
        made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame.text = text
    order = made.slides._sldIdLst
    order.insert(0, order[1])
    made.save(str(path))
    a, dgm = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path) as archive:
        slide, relations = archive.read("ppt/slides/slide1.xml").decode(), archive.read("ppt/slides/_rels/slide1.xml.rels").decode()
    frame = f'<p:graphicFrame><a:graphic><a:graphicData><d:relIds xmlns:d="{dgm}" xmlns:r="{rel}" r:dm="d1"/></a:graphicData></a:graphic></p:graphicFrame>'
    point = '<d:pt><d:t><a:bodyPr/><a:p><a:r><a:t>ผัง</a:t></a:r></a:p></d:t></d:pt><d:pt type="pres"/>'
    rezip(
        path,
        {
            "ppt/slides/slide1.xml": slide.replace("</p:spTree>", f"{frame}</p:spTree>"),
            "ppt/slides/_rels/slide1.xml.rels": relations.replace(
                "</Relationships>", f'<Relationship Id="d1" Type="{rel}/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
            ),
            "ppt/diagrams/data1.xml": f'<d:dataModel xmlns:d="{dgm}" xmlns:a="{a}"><d:ptLst>{point}</d:ptLst></d:dataModel>',
        },
    )
    found = only(path)
    assert said(found) == ["ที่หนึ่ง", "ที่สอง", "ผัง"] and [one.page for one in found.paragraphs] == [1, 2, 2]
