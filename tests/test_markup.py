"""Web pages, books, Markdown and subtitles: what is read of them, what is not, and every kind of bad file."""

import zipfile
from pathlib import Path

import pytest

from index.errors import SourceError
from index.formats.html import decoded
from index.parse import parse
from index.records import Document, Unit

A = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย ตั้งอยู่บนสามเหลี่ยมปากแม่น้ำเจ้าพระยา มีประชากรมากที่สุดในประเทศ"
B = "เชียงใหม่เป็นจังหวัดในภาคเหนือของประเทศไทย ก่อตั้งเมื่อ พ.ศ. 1839 โดยพญามังราย และเคยเป็นราชธานีของอาณาจักรล้านนา"
C = "ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดของประเทศไทย ตั้งอยู่ในทะเลอันดามัน มีรายได้หลักจากการท่องเที่ยวและการทำสวนยางพารา"


def one(path: Path) -> Document:
    found = list(parse(path))
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def page(folder: Path, body: str, head: str = "", name: str = "page.html") -> Document:
    path = folder / name
    path.write_text(f"<!DOCTYPE html><html lang=th><head><meta charset=utf-8>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return one(path)


def texts(document: Document) -> list[str]:
    return [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]


MENU = '<nav><a href="/">หน้าแรก</a> <a href="/news">ข่าว</a></nav>'
PLAIN_MENU = '<div><ul><li><a href="/">หน้าแรก</a></li><li><a href="/a">เกี่ยวกับเรา</a></li><li><a href="/b">ติดต่อ</a></li></ul></div>'
LINKS = "".join(f'<li><a href="/{n}">ข่าวอื่นเรื่องที่ {n} ซึ่งน่าสนใจมากสำหรับผู้อ่านทั่วประเทศ</a></li>' for n in range(8))
ROWS = "<tr><th>ปี<th>รายได้<th>รายจ่าย</tr><tr><td>2560<td><td>30</tr><tr><td>2561<td>41<td>35</tr>"
IN_ROWS = ["ปี | รายได้ | รายจ่าย", "2560 | | 30", "2561 | 41 | 35"]
PAGES = {
    "news": (
        f"<header><a href=/>เว็บข่าว</a></header>{MENU}<main><article><h1>ข่าวเมืองหลวง</h1><p>{A}</p><p>{B}</p></article>"
        f'<div class="related-posts"><h3>ข่าวที่เกี่ยวข้อง</h3><ul>{LINKS}</ul></div></main><footer>สงวนลิขสิทธิ์ 2567</footer>',
        [A, B],
    ),
    "news without names": (
        f"{PLAIN_MENU}<div><div><h1>ข่าวเมืองหลวง</h1><div>โดย สมชาย ใจดี</div><p>{A}</p><p>{B}</p><p>{C}</p></div><div><b>อ่านต่อ</b></div>"
        f"<div><ul>{LINKS}</ul></div></div>",
        ["โดย สมชาย ใจดี", A, B, C],
    ),
    "government": (
        f'<div id="menu">{PLAIN_MENU}</div><div id="content"><h2>รายงานประจำปี</h2><p>{A}</p><table>{ROWS}</table><p>จบรายงาน</p></div>'
        '<div class="footer">กรมตัวอย่าง โทร. 0 2123 4567</div>',
        [A, *IN_ROWS, "จบรายงาน"],
    ),
    "blog with comments": (
        f'<article><h1>เที่ยวเหนือ</h1><p>{B}</p><blockquote><p>ใครไปถึงก่อนได้ดูหมอก</p></blockquote></article><section id="comments"><h2>ความเห็น</h2>'
        f'<ol class="comment-list"><li class="comment"><article><p>ชอบมากครับ {C}</p></article></li></ol></section>',
        [B, "ใครไปถึงก่อนได้ดูหมอก"],
    ),
    "paragraphs only": (f"<p>{A}</p><p>{B}</p>", [A, B]),
    "one short line": ("<p>สวัสดี</p>", ["สวัสดี"]),
    "line breaks": (f"<div><div>{A}<br><br>{B}<br>\n<br/>{C}</div></div>", [A, B, C]),
    "lists": (
        f"<div><h2>สิ่งที่ต้องเตรียม</h2><p>{A}</p><ul><li>บัตรประชาชน<ul><li>ตัวจริง</li><li>สำเนา</li></ul></li><li>ทะเบียนบ้าน</li></ul>"
        "<dl><dt>ค่าธรรมเนียม</dt><dd>100 บาท</dd></dl></div>",
        [A, "บัตรประชาชน", "ตัวจริง", "สำเนา", "ทะเบียนบ้าน", "ค่าธรรมเนียม", "100 บาท"],
    ),
    "saved by Word": (
        f'<!--[if gte mso 9]><xml><w:WordDocument>ลับ</w:WordDocument></xml><![endif]--><div class=WordSection1><p class=MsoNormal><span lang=TH>{A[:20]}</span>'
        f"<span lang=TH>{A[20:]}</span><o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoListParagraph><![if !supportLists]>"
        f"<span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;&nbsp;</span></span><![endif]>{B}</p></div>",
        [A, f"1. {B}"],
    ),
    "one cell for the layout": (f"<table width=100%><tr><td><p>{A}</p><p>{B}</p></td></tr></table>", [A, B]),
    "tables for the layout": (
        f"<table><tr><td><ul>{LINKS}</ul></td><td><h2>หัวข้อ</h2><p>{A}</p><p>{B}</p><table>{ROWS}</table></td></tr></table>",
        [A, B, *IN_ROWS],
    ),
    "ruby, code, figure": (
        f"<div><p>{A}</p><p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby> อ่านว่า คันจิ</p><pre>x = 1\n  y = 2\n</pre>"
        "<figure><img alt=ก><figcaption>ภาพที่ 1 แม่น้ำ</figcaption></figure></div>",
        [A, "漢字(かんじ) อ่านว่า คันจิ", "x = 1\n  y = 2", "ภาพที่ 1 แม่น้ำ"],
    ),
    "a form around everything": (f'<form id="aspnetForm"><div class="page-nav-menu">เมนู</div><div><p>{A}</p><p>{B}</p></div></form>', [A, B]),
    "a box named after what it has not": (f'<p>โทร. 0 2123 4567</p><div class="no-sidebar"><p>{A}</p><p>{B}</p><p>{C}</p></div>', ["โทร. 0 2123 4567", A, B, C]),
    "links only": (f"<ul>{LINKS}</ul>", [f"ข่าวอื่นเรื่องที่ {n} ซึ่งน่าสนใจมากสำหรับผู้อ่านทั่วประเทศ" for n in range(8)]),
    "everything in one odd box": (f'<div class="banner"><p>{A}</p></div>', [A]),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_main_text_of_a_page_and_nothing_else(tmp_path: Path, name: str) -> None:
    body, expected = PAGES[name]
    assert texts(page(tmp_path, body)) == expected


def test_what_a_reader_does_not_see_is_not_read(tmp_path: Path) -> None:
    unseen = ("<script>var a='ลับ'</script>", "<style>p{}</style>", "<template><p>ลับ</p></template>", "<noscript>ลับ</noscript>",
              "<div hidden>ลับ</div>", "<span aria-hidden=true>ลับ</span>", '<p style="color:red; display : none">ลับ</p>',
              '<div class="cookie-consent">ลับ</div>', "<select><option>ลับ</select>", "<!-- ลับ -->", "<svg><text>ลับ</text></svg>")  # fmt: skip
    found = page(tmp_path, f"<p>{A}</p>" + f"<p>{B}</p>".join(unseen) + f"<p>{C}</p>")
    assert set(texts(found)) == {A, B, C} and "ลับ" not in found.text


def test_headings_are_chains(tmp_path: Path) -> None:
    body = f"<h1>เล่ม</h1><h2>บทที่ 1</h2><p>{A}</p><h3>ย่อย</h3><p>{B}</p><h2>บทที่ 2</h2><p>{C}</p>"
    found = page(tmp_path, body)
    assert [p.headings for p in found.paragraphs] == [("เล่ม", "บทที่ 1"), ("เล่ม", "บทที่ 1", "ย่อย"), ("เล่ม", "บทที่ 2")]
    assert found.text == "\n\n".join(("เล่ม", "บทที่ 1", A, "ย่อย", B, "บทที่ 2", C))


def test_words_stay_whole_across_tags_and_apart_across_lines(tmp_path: Path) -> None:
    body = f"<p>{A}</p><p><b>คำ</b>ต่อ  กัน\nที่นี่&nbsp;ค\u200bง</p><p>{C[:50]}<br>{C[50:]}</p><p>ถนนพระราม 4<br>เขตปทุมวัน</p>"
    found = texts(page(tmp_path, body))
    assert found[1:] == ["คำต่อ กัน ที่นี่ ค\u200bง", C, "ถนนพระราม 4 เขตปทุมวัน"]


WIKI = (
    '<div id="content"><h1>กรุงเทพ</h1><div id="bodytext"><table class="infobox"><tr><th>ประชากร</th><td>5 ล้านคน</td></tr></table>'
    f'<p>{A}<sup id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup> ต่อมาปี 2475<sup>2</sup> มี 10<sup>6</sup> คน H<sub>2</sub>O</p>'
    '<div class="toc"><a href="#a">1 ประวัติ</a></div><h2><span id="a">ประวัติ</span><span class="mw-editsection">[<a href=e>แก้</a>]</span></h2>'
    f'<p>{B}<sup id="r2"><a href="https://th.wikipedia.org/wiki/x#n2">[2]</a></sup></p><h2>อ้างอิง</h2><ol class="references">'
    '<li id="cite_note-1"><span class="mw-cite-backlink"><a href="#cite_ref-1">↑</a></span> ราชบัณฑิตยสภา 2554</li>'
    '<li id="n2"><a href="#r2">↑</a> หนังสือ หน้า 5</li></ol></div></div>'
)


def test_footnotes_of_a_page(tmp_path: Path) -> None:
    found = page(tmp_path, WIKI, "<title>กรุงเทพ - วิกิพีเดีย</title>")
    first = f"{A} ต่อมาปี 2475 2 มี 10 6 คน H2O"
    assert found.title == "กรุงเทพ" and texts(found) == ["ประชากร | 5 ล้านคน", first, B, "ราชบัณฑิตยสภา 2554", "หนังสือ หน้า 5"]
    assert [(n.mark, found.text[: n.at].endswith(said), n.paragraph) for n, said in zip(found.notes, (A, B), strict=True)] == [
        ("1", True, 4), ("2", True, 5),
    ]  # fmt: skip
    assert [p.note for p in found.paragraphs] == [None, None, None, "1", "2"]
    assert found.paragraphs[2].headings == ("กรุงเทพ", "ประวัติ")


def test_footnotes_saved_by_word(tmp_path: Path) -> None:
    mark = '<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>'
    body = f'<p>{A}{mark} {B}</p><div><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> ดูเล่ม 2</p></div></div>'
    found = page(tmp_path, body)
    assert texts(found) == [f"{A} {B}", "ดูเล่ม 2"] and found.paragraphs[1].note == "1" and found.notes[0].at == len(A)


def test_links_that_are_no_footnotes_stay(tmp_path: Path) -> None:
    found = page(tmp_path, f'<p>{A} ดู <a href="#x">1</a> และ <sup><a href="#missing">[3]</a></sup></p><p id="x">{B}</p>')
    assert texts(found) == [f"{A} ดู 1 และ [3]", B] and not found.notes


def test_what_a_page_says_of_itself(tmp_path: Path) -> None:
    head = (
        '<title>ข่าวใหญ่ | เว็บข่าว</title><meta property="og:title" content="ข่าวใหญ่"><meta name="author" content="สมชาย ใจดี">'
        '<meta property="article:published_time" content="2021-05-04T10:00:00+07:00"><meta property="og:site_name" content="เว็บข่าว">'
        '<link rel="canonical" href="https://example.com/1">'
    )
    assert page(tmp_path, f"<p>{A}</p>", head).meta == {
        "title": "ข่าวใหญ่", "author": "สมชาย ใจดี", "year": "2021", "container": "เว็บข่าว", "url": "https://example.com/1", "language": "th",
    }  # fmt: skip


def test_what_a_page_says_of_itself_as_linked_data(tmp_path: Path) -> None:
    said = '{"@graph": [{"@type": "NewsArticle", "datePublished": "2019-01-02", "author": [{"name": "ก"}, {"name": "ข"}], "publisher": {"name": "ค"}}]}'
    found = page(tmp_path, f"<p>{A}</p>", f'<script type="application/ld+json">{said}</script><script type="application/ld+json">{{</script>')
    assert (found.meta["year"], found.meta["author"], found.meta["publisher"]) == ("2019", "ก; ข", "ค")
    assert found.title == "page" and "title" not in found.meta


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-8", "windows-874"), ("cp874", "windows-874"), ("cp874", "tis-620"), ("cp874", "iso-8859-11"), ("cp874", "utf-8"),
     ("cp874", "iso-8859-1"), ("cp874", ""), ("cp874", "nonsense"), ("utf-16", "utf-16"), ("utf-8-sig", "tis-620")],
)  # fmt: skip
def test_encodings_of_pages(tmp_path: Path, encoding: str, declared: str) -> None:
    path = tmp_path / "a.html"
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    path.write_bytes(f"<html><head>{meta}</head><body><p>{A}</p></body></html>".encode(encoding))
    assert one(path).text == A


def test_other_encodings_are_believed() -> None:
    assert decoded("<meta charset=iso-8859-1>é à ü".encode("latin-1"), "a").endswith("é à ü")
    assert decoded("<meta charset=gb2312>中文".encode("gb2312"), "a").endswith("中文")


@pytest.mark.parametrize("content", [b"", b"<html><body><script>1</script></body></html>", b"<!-- -->", b"\x89PNG\r\n\x1a\n\x00\x00" * 50])
def test_pages_without_text_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.html"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"bad\.html") as caught:
        list(parse(path))
    assert caught.value.thai.startswith("bad.html") and caught.value.english.startswith("bad.html")


@pytest.mark.parametrize("tag", ["div", "span", "ul", "blockquote", "b"])
def test_depth_is_no_danger(tmp_path: Path, tag: str) -> None:
    found = page(tmp_path, f"<p>{A}</p>" + f"<{tag}>" * 10_000 + B + f"</{tag}>" * 10_000 + f"<p>{C}</p>")
    assert "".join(texts(found)) == A + B + C


def test_a_huge_page_is_read_whole(tmp_path: Path) -> None:
    found = page(tmp_path, MENU + "".join(f"<h2>บทที่ {n}</h2><p>{A} {n}</p>" for n in range(8_000)))
    assert len(found.paragraphs) == 8_000 and texts(found)[-1] == f"{A} 7999"


OPF = "http://www.idpf.org/2007/opf"
DC = "http://purl.org/dc/elements/1.1/"
CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
META = (
    "<dc:title>ประวัติเมือง</dc:title><dc:creator>สมชาย ใจดี</dc:creator><dc:creator>สมหญิง</dc:creator><dc:publisher>สำนักพิมพ์ตัวอย่าง</dc:publisher>"
    "<dc:date>2019-03-01</dc:date><dc:language>th-TH</dc:language><dc:identifier>urn:isbn:9786161234567</dc:identifier>"
)


def book(folder: Path, chapters: dict[str, str], *, nav: str = "", extra: dict[str, str] | None = None, meta: str = META) -> Path:
    path = folder / "book.epub"
    items = "".join(f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    files = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": f'<package xmlns="{OPF}" xmlns:dc="{DC}"><metadata>{meta}</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav"'
        f' media-type="application/xhtml+xml"/>{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>',
        **{f"OEBPS/{name}": xhtml(body) for name, body in {"nav.xhtml": nav, **chapters}.items()},
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>ไม่ใช่ข้อความ</title></head><body>{body}</body></html>"
    )


def test_a_book_in_the_order_of_its_spine(tmp_path: Path) -> None:
    nav = '<nav epub:type="toc"><ol><li><a href="two.xhtml#x">บทที่ 2 เหนือ</a></li><li><a href="one.xhtml">ไม่ใช้</a></li></ol></nav>'
    chapters = {"one.xhtml": f"<h1>บทที่ 1</h1><p>{A}</p><h2>ย่อย</h2><p>{B}&nbsp;จบ</p>", "two.xhtml": f"<p>{C}</p>", "three.xhtml": "<p>ต่อจากบท</p>"}
    found = one(book(tmp_path, chapters, nav=nav))
    assert texts(found) == [A, f"{B} จบ", C, "ต่อจากบท"]
    assert [p.headings for p in found.paragraphs] == [("บทที่ 1",), ("บทที่ 1", "ย่อย"), ("บทที่ 2 เหนือ",), ("บทที่ 2 เหนือ",)]
    assert "บทที่ 2 เหนือ" not in found.text and found.title == "ประวัติเมือง" and found.pages == ()
    assert found.meta == {
        "title": "ประวัติเมือง", "author": "สมชาย ใจดี; สมหญิง", "publisher": "สำนักพิมพ์ตัวอย่าง", "year": "2019", "language": "th",
        "isbn": "9786161234567",
    }  # fmt: skip


def test_a_chapter_whose_first_line_is_its_title(tmp_path: Path) -> None:
    nav = '<nav epub:type="toc"><ol><li><a href="one.xhtml">คำนำ</a></li></ol></nav>'
    found = one(book(tmp_path, {"one.xhtml": f"<p>คำนำ</p><p>{A}</p>"}, nav=nav, meta=""))
    assert texts(found) == [A] and found.text.startswith("คำนำ\n\n") and found.title == "คำนำ"


def test_printed_pages_of_a_book(tmp_path: Path) -> None:
    nav = '<nav epub:type="page-list"><ol><li><a href="one.xhtml#b">13</a></li><li><a href="two.xhtml">๑๔</a></li><li><a href="one.xhtml#c">iv</a></li></ol></nav>'
    first = f'<p>{A}</p><p>{B}<span epub:type="pagebreak" id="a" title="12"/>{C}</p><p id="b">{A}</p><p id="c">{B}</p>'
    found = one(book(tmp_path, {"one.xhtml": first, "two.xhtml": f'<p>{C}</p><div role="doc-pagebreak" aria-label="15">15</div><p>{A}</p>'}, nav=nav))
    assert [p.page for p in found.paragraphs] == [None, None, 13, 13, 14, 15]
    assert texts(found)[1] == B + C and [(p.number, found.text[p.start :][:5]) for p in found.pages] == [(12, C[:5]), (13, A[:5]), (14, C[:5]), (15, A[:5])]


def test_footnotes_of_a_book_even_when_their_numbers_begin_again(tmp_path: Path) -> None:
    def ref(place: str, mark: int = 1) -> str:
        return f'<a epub:type="noteref" href="{place}">{mark}</a>'

    chapters = {
        "one.xhtml": f'<p>{A}{ref("notes.xhtml#n1")}</p><p>{B}{ref("#f2", 2)}</p><aside epub:type="footnote" id="f2"><p>2. ท้ายบท</p></aside>',
        "two.xhtml": f"<p>{C}{ref('notes.xhtml#m1')}</p>",
        "notes.xhtml": '<ol><li id="n1">ของบทหนึ่ง <a href="one.xhtml">↩</a></li><li id="m1">ของบทสอง</li></ol>',
    }
    found = one(book(tmp_path, chapters))
    said = {found.text[: note.at][-5:]: texts(found)[note.paragraph - 1] for note in found.notes}
    assert said == {A[-5:]: "ของบทหนึ่ง", B[-5:]: "2. ท้ายบท", C[-5:]: "ของบทสอง"}
    assert [p.note for p in found.paragraphs] == [None, None, "2", None, "1", "1"] and [n.mark for n in found.notes] == ["1", "2", "1"]


def test_a_chapter_that_is_no_xml_is_read(tmp_path: Path) -> None:
    assert texts(one(book(tmp_path, {"one.xhtml": f"<p>{A}<br>{B}<p>{C} & ต่อ"}))) == [f"{A} {B}", f"{C} & ต่อ"]


LOCK = '<encryption><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'


def test_a_protected_book_says_so_and_locked_fonts_do_not_matter(tmp_path: Path) -> None:
    def locked(how: str, what: str) -> Path:
        return book(tmp_path, {"one.xhtml": f"<p>{A}</p>"}, extra={"META-INF/encryption.xml": LOCK.format(how, what)})

    assert texts(one(locked("http://www.idpf.org/2008/embedding", "OEBPS/font.otf"))) == [A]
    with pytest.raises(SourceError, match=r"book\.epub: the book is protected"):
        one(locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/one.xhtml"))


@pytest.mark.parametrize(
    ("left_out", "reason"), [("META-INF/container.xml", "lacks META-INF"), ("OEBPS/book.opf", "lacks OEBPS"), ("OEBPS/one.xhtml", "lacks OEBPS")]
)
def test_an_incomplete_book_is_named(tmp_path: Path, left_out: str, reason: str) -> None:
    path, cut = book(tmp_path, {"one.xhtml": f"<p>{A}</p>"}), tmp_path / "cut.epub"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(cut, "w") as less:
        for name in whole.namelist():
            if name != left_out:
                less.writestr(name, whole.read(name))
    with pytest.raises(SourceError, match=rf"cut\.epub: {reason}"):
        one(cut)


@pytest.mark.parametrize(("chapters", "reason"), [({}, "damaged"), ({"one.xhtml": "<p></p>"}, "no text")])
def test_a_book_without_text_is_named(tmp_path: Path, chapters: dict[str, str], reason: str) -> None:
    with pytest.raises(SourceError, match=rf"book\.epub: .*{reason}"):
        one(book(tmp_path, chapters))


def test_a_book_cut_short_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, {"one.xhtml": f"<p>{A}</p>"})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(SourceError, match=r"book\.epub"):
        one(path)


MARKDOWN = f"""---
title: เที่ยวเมืองไทย
authors: [สมชาย ใจดี, สมหญิง]
date: 2021-05-04
draft: true
---
บทที่หนึ่ง
==========

**คำ**ต่อ _เอียง_ [ลิงก์](http://x.y "ชื่อ") `โค้ด<b>` ![แผนที่](a.png) <u>ขีด</u> a < b &amp; c[^n]

## ตาราง ##

| ปี | รายได้ |
|----|-------:|
| 2560 | **30** |

- หนึ่ง
  - ซ้อน
1. สอง

> {A}

```python
x = "<p>"
  y
```

<div>{B}</div>

[^n]: เชิงอรรถ **หนา**
"""


def test_markdown_as_a_reader_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    found = one(path)
    assert texts(found) == [
        "คำต่อ เอียง ลิงก์ โค้ด<b> แผนที่ ขีด a < b & c", "ปี | รายได้", "2560 | 30", "หนึ่ง", "ซ้อน", "สอง", A, 'x = "<p>"\n  y', B, "เชิงอรรถ หนา",
    ]  # fmt: skip
    assert found.meta == {"title": "เที่ยวเมืองไทย", "author": "สมชาย ใจดี; สมหญิง", "year": "2021"} and found.title == "เที่ยวเมืองไทย"
    assert [s.headings for s in found.sections] == [("บทที่หนึ่ง",), ("บทที่หนึ่ง", "ตาราง")]
    assert [(n.mark, n.paragraph, found.text[: n.at][-1]) for n in found.notes] == [("1", 10, "c")]


@pytest.mark.parametrize(
    ("text", "title", "shown"),
    [
        (f"# หัวเรื่อง\n\n{A}", "หัวเรื่อง", [A]),
        (f"---\nไม่ใช่: [yaml\n---\n\n{A}", "ไม่ใช่: [yaml", [A]),
        (f"{A}\n\n---\n\n{B}", "a", [A, B]),
        (f"{C[:50]}\n{C[50:]}\n\nถนนพระราม 4  \nเขตปทุมวัน", "a", [C, "ถนนพระราม 4 เขตปทุมวัน"]),
    ],
)
def test_titles_and_lines_of_markdown(tmp_path: Path, text: str, title: str, shown: list[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert one(path).title == title and texts(one(path)) == shown


def test_markdown_without_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: ก\n---\n<!-- ลับ -->\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.md: there is no text"):
        one(path)


def subtitles(folder: Path, text: str, name: str = "a.srt", encoding: str = "utf-8") -> Document:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return one(path)


SRT = """1
00:00:01,000 --> 00:00:03,500
<i>สวัสดีครับ</i>
{\\an8}ผมชื่อสมชาย

2
00:00:04,000 --> ที่ไหน
เสียง

3
00:01:04,900 --> 00:01:06,000 X1:10
- อายุ 25 ปี
4
1:00:20.5 --> 1:00:21.000
[เสียงปรบมือ]

5
01:00:22,000 --> 01:00:23,000

6
01:00:22,400 --> 01:00:24,000
จบแล้ว < 3
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874", "utf-16"])
def test_subtitles_are_speech_with_its_seconds(tmp_path: Path, encoding: str) -> None:
    found = subtitles(tmp_path, SRT.replace("\n", "\r\n"), encoding=encoding)
    assert texts(found) == ["สวัสดีครับ ผมชื่อสมชาย", "- อายุ 25 ปี", "[เสียงปรบมือ] จบแล้ว < 3"]
    assert found.unit is Unit.TIME and [p.page for p in found.paragraphs] == [1, 64, 3620]
    assert [(p.number, found.text[p.start :][:4]) for p in found.pages] == [(1, "สวัส"), (64, "- อา"), (3620, "[เสี"), (3622, "จบแล")]


ROLLING = """WEBVTT
Kind: captions
Language: th

STYLE
::cue { color: red }

00:00.000 --> 00:02.000 align:start position:0%
สวัสดีครับ<00:00:01.000><c> ทุกคน</c>

00:02.000 --> 00:02.010
สวัสดีครับ ทุกคน

00:02.010 --> 00:04.000
สวัสดีครับ ทุกคน
วันนี้เรามาพูดเรื่อง

NOTE ไม่อ่าน

00:04.000 --> 00:04.010
วันนี้เรามาพูดเรื่อง

00:04.010 --> 00:06.000
วันนี้เรามาพูดเรื่อง
ประวัติศาสตร์ไทย
"""


def test_rolling_captions_are_not_doubled(tmp_path: Path) -> None:
    found = subtitles(tmp_path, ROLLING, "a.vtt")
    assert texts(found) == ["สวัสดีครับ ทุกคน วันนี้เรามาพูดเรื่อง ประวัติศาสตร์ไทย"]
    assert [p.number for p in found.pages] == [0, 2, 4] and found.meta == {"language": "th"} and found.title == "a"


def test_what_is_said_twice_stays_and_what_is_shown_twice_does_not(tmp_path: Path) -> None:
    said = "1\n00:00:01,000 --> 00:00:02,000\nลา ลา ลา\n\n2\n00:00:02,000 --> 00:00:03,000\nลา ลา ลา\n"
    assert texts(subtitles(tmp_path, said)) == ["ลา ลา ลา ลา ลา ลา"]
    assert texts(subtitles(tmp_path, said.replace("02,000 -->", "01,500 -->"))) == ["ลา ลา ลา"]


def test_a_change_of_speaker_ends_a_paragraph(tmp_path: Path) -> None:
    cues = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n<v {who}>คำพูด &lt;{n}&gt;\n\n" for n, who in enumerate(("ก", "ก", "ข")))
    assert texts(subtitles(tmp_path, f"WEBVTT\n\n{cues}", "a.vtt")) == ["คำพูด <0> คำพูด <1>", "คำพูด <2>"]


def test_long_speech_ends_where_a_sentence_does(tmp_path: Path) -> None:
    cues = "".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{(A, B, C)[n % 3]}\n\n" for n in range(40))
    found = subtitles(tmp_path, cues)
    lengths = [len(text) for text in texts(found)]
    assert min(lengths[:-1]) >= 500 and max(lengths) <= 1150 and " ".join(texts(found)) == " ".join((A, B, C)[n % 3] for n in range(40))


@pytest.mark.parametrize(("content", "reason"), [(b"", "is empty"), (A.encode(), "no readable cue"), (b"WEBVTT\n\n1 --> 2\n\n", "no readable cue")])
def test_subtitles_without_cues_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.vtt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"a\.vtt: .*{reason}"):
        one(path)
