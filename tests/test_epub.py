"""Books: what is read of them, and every kind of bad file."""

import zipfile
from pathlib import Path

import pytest

from index.errors import SourceError
from tests.documents import A, B, C, only, said

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
    found = only(book(tmp_path, chapters, nav=nav))
    assert said(found) == [A, f"{B} จบ", C, "ต่อจากบท"]
    assert [p.headings for p in found.paragraphs] == [("บทที่ 1",), ("บทที่ 1", "ย่อย"), ("บทที่ 2 เหนือ",), ("บทที่ 2 เหนือ",)]
    assert "บทที่ 2 เหนือ" not in found.text and found.title == "ประวัติเมือง" and found.pages == ()
    assert found.meta == {
        "title": "ประวัติเมือง", "author": "สมชาย ใจดี; สมหญิง", "publisher": "สำนักพิมพ์ตัวอย่าง", "year": "2019", "language": "th",
        "isbn": "9786161234567",
    }  # fmt: skip


def test_a_chapter_whose_first_line_is_its_title(tmp_path: Path) -> None:
    nav = '<nav epub:type="toc"><ol><li><a href="one.xhtml">คำนำ</a></li></ol></nav>'
    found = only(book(tmp_path, {"one.xhtml": f"<p>คำนำ</p><p>{A}</p>"}, nav=nav, meta=""))
    assert said(found) == [A] and found.text.startswith("คำนำ\n\n") and found.title == "คำนำ"


def test_printed_pages_of_a_book(tmp_path: Path) -> None:
    nav = '<nav epub:type="page-list"><ol><li><a href="one.xhtml#b">13</a></li><li><a href="two.xhtml">๑๔</a></li><li><a href="one.xhtml#c">iv</a></li></ol></nav>'
    first = f'<p>{A}</p><p>{B}<span epub:type="pagebreak" id="a" title="12"/>{C}</p><p id="b">{A}</p><p id="c">{B}</p>'
    found = only(book(tmp_path, {"one.xhtml": first, "two.xhtml": f'<p>{C}</p><div role="doc-pagebreak" aria-label="15">15</div><p>{A}</p>'}, nav=nav))
    assert [p.page for p in found.paragraphs] == [None, None, 13, 13, 14, 15]
    assert said(found)[1] == B + C and [(p.number, found.text[p.start :][:5]) for p in found.pages] == [(12, C[:5]), (13, A[:5]), (14, C[:5]), (15, A[:5])]


def test_footnotes_of_a_book_even_when_their_numbers_begin_again(tmp_path: Path) -> None:
    def ref(place: str, mark: int = 1) -> str:
        return f'<a epub:type="noteref" href="{place}">{mark}</a>'

    chapters = {
        "one.xhtml": f'<p>{A}{ref("notes.xhtml#n1")}</p><p>{B}{ref("#f2", 2)}</p><aside epub:type="footnote" id="f2"><p>2. ท้ายบท</p></aside>',
        "two.xhtml": f"<p>{C}{ref('notes.xhtml#m1')}</p>",
        "notes.xhtml": '<ol><li id="n1">ของบทหนึ่ง <a href="one.xhtml">↩</a></li><li id="m1">ของบทสอง</li></ol>',
    }
    found = only(book(tmp_path, chapters))
    notes = {found.text[: note.at][-5:]: said(found)[note.paragraph - 1] for note in found.notes}
    assert notes == {A[-5:]: "ของบทหนึ่ง", B[-5:]: "2. ท้ายบท", C[-5:]: "ของบทสอง"}
    assert [p.note for p in found.paragraphs] == [None, None, "2", None, "1", "1"] and [n.mark for n in found.notes] == ["1", "2", "1"]


def test_a_chapter_that_is_no_xml_is_read(tmp_path: Path) -> None:
    assert said(only(book(tmp_path, {"one.xhtml": f"<p>{A}<br>{B}<p>{C} & ต่อ"}))) == [f"{A} {B}", f"{C} & ต่อ"]


LOCK = '<encryption><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'


def test_a_protected_book_says_so_and_locked_fonts_do_not_matter(tmp_path: Path) -> None:
    def locked(how: str, what: str) -> Path:
        return book(tmp_path, {"one.xhtml": f"<p>{A}</p>"}, extra={"META-INF/encryption.xml": LOCK.format(how, what)})

    assert said(only(locked("http://www.idpf.org/2008/embedding", "OEBPS/font.otf"))) == [A]
    with pytest.raises(SourceError, match=r"book\.epub: the book is protected"):
        only(locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/one.xhtml"))


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
        only(cut)


@pytest.mark.parametrize(("chapters", "reason"), [({}, "damaged"), ({"one.xhtml": "<p></p>"}, "no text")])
def test_a_book_without_text_is_named(tmp_path: Path, chapters: dict[str, str], reason: str) -> None:
    with pytest.raises(SourceError, match=rf"book\.epub: .*{reason}"):
        only(book(tmp_path, chapters))


def test_a_book_cut_short_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, {"one.xhtml": f"<p>{A}</p>"})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(SourceError, match=r"book\.epub"):
        only(path)
