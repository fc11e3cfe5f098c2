"""Web pages: what is read of them, what is not, and every kind of bad file."""

from pathlib import Path

import pytest

from index.errors import SourceError
from index.formats.html import decoded
from index.parse import parse
from index.records import Document
from tests.documents import A, B, C, only, said


def page(folder: Path, body: str, head: str = "", name: str = "page.html") -> Document:
    path = folder / name
    path.write_text(f"<!DOCTYPE html><html lang=th><head><meta charset=utf-8>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return only(path)


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
    assert said(page(tmp_path, body)) == expected


def test_what_a_reader_does_not_see_is_not_read(tmp_path: Path) -> None:
    unseen = ("<script>var a='ลับ'</script>", "<style>p{}</style>", "<template><p>ลับ</p></template>", "<noscript>ลับ</noscript>",
              "<div hidden>ลับ</div>", "<span aria-hidden=true>ลับ</span>", '<p style="color:red; display : none">ลับ</p>',
              '<div class="cookie-consent">ลับ</div>', "<select><option>ลับ</select>", "<!-- ลับ -->", "<svg><text>ลับ</text></svg>")  # fmt: skip
    found = page(tmp_path, f"<p>{A}</p>" + f"<p>{B}</p>".join(unseen) + f"<p>{C}</p>")
    assert set(said(found)) == {A, B, C} and "ลับ" not in found.text


def test_headings_are_chains(tmp_path: Path) -> None:
    body = f"<h1>เล่ม</h1><h2>บทที่ 1</h2><p>{A}</p><h3>ย่อย</h3><p>{B}</p><h2>บทที่ 2</h2><p>{C}</p>"
    found = page(tmp_path, body)
    assert [p.headings for p in found.paragraphs] == [("เล่ม", "บทที่ 1"), ("เล่ม", "บทที่ 1", "ย่อย"), ("เล่ม", "บทที่ 2")]
    assert found.text == "\n\n".join(("เล่ม", "บทที่ 1", A, "ย่อย", B, "บทที่ 2", C))


def test_words_stay_whole_across_tags_and_apart_across_lines(tmp_path: Path) -> None:
    body = f"<p>{A}</p><p><b>คำ</b>ต่อ  กัน\nที่นี่&nbsp;ค\u200bง</p><p>{C[:50]}<br>{C[50:]}</p><p>ถนนพระราม 4<br>เขตปทุมวัน</p>"
    found = said(page(tmp_path, body))
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
    assert found.title == "กรุงเทพ" and said(found) == ["ประชากร | 5 ล้านคน", first, B, "ราชบัณฑิตยสภา 2554", "หนังสือ หน้า 5"]
    assert [(n.mark, found.text[: n.at].endswith(said), n.paragraph) for n, said in zip(found.notes, (A, B), strict=True)] == [
        ("1", True, 4), ("2", True, 5),
    ]  # fmt: skip
    assert [p.note for p in found.paragraphs] == [None, None, None, "1", "2"]
    assert found.paragraphs[2].headings == ("กรุงเทพ", "ประวัติ")


def test_footnotes_saved_by_word(tmp_path: Path) -> None:
    mark = '<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>'
    body = f'<p>{A}{mark} {B}</p><div><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> ดูเล่ม 2</p></div></div>'
    found = page(tmp_path, body)
    assert said(found) == [f"{A} {B}", "ดูเล่ม 2"] and found.paragraphs[1].note == "1" and found.notes[0].at == len(A)


def test_links_that_are_no_footnotes_stay(tmp_path: Path) -> None:
    found = page(tmp_path, f'<p>{A} ดู <a href="#x">1</a> และ <sup><a href="#missing">[3]</a></sup></p><p id="x">{B}</p>')
    assert said(found) == [f"{A} ดู 1 และ [3]", B] and not found.notes


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
    assert only(path).text == A


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
    assert "".join(said(found)) == A + B + C


def test_a_huge_page_is_read_whole(tmp_path: Path) -> None:
    found = page(tmp_path, MENU + "".join(f"<h2>บทที่ {n}</h2><p>{A} {n}</p>" for n in range(8_000)))
    assert len(found.paragraphs) == 8_000 and said(found)[-1] == f"{A} 7999"
