"""References as Thai university guides and the styles' own manuals prescribe them, worked out by hand from their rules."""

import doctest
import importlib
from typing import Any

import pytest

from index.errors import UsageError
from index.records import Document, Page, Paragraph, Unit
from rag.bibliography.reference import STYLES, footnote, in_text, missing, quotation_cited, reference, references, standing
from rag.records import Citation
from ui.settings import ROOT

TEXT = "ย่อหน้าแรกของเรื่อง ประโยคที่อ้าง “อย่างนี้”"
QUOTE = "ประโยคที่อ้าง"
BOOK: dict[str, str] = {
    "title": "ประวัติศาสตร์ไทย", "author": "สมชาย ใจดี", "year": "2564", "publisher": "สำนักพิมพ์แสงดาว", "place": "กรุงเทพฯ", "edition": "2",
    "kind": "book",
}  # fmt: skip
CHAPTER = {
    "title": "การค้าในอยุธยา", "author": "วิชัย มั่นคง; นภา สดใส", "editor": "สมศักดิ์ แสงทอง", "container": "สยามกับโลก", "year": "2560",
    "pages": "น. 45-67", "publisher": "มติชน", "kind": "chapter",
}  # fmt: skip
ARTICLE = {
    "title": "ข้าวหอมมะลิ", "author": "ก้อง ดี; ขวัญ ใจ; คม คาย", "container": "วารสารเกษตร", "year": "2563", "volume": "ปีที่ 36", "issue": "2",
    "pages": "101-112", "doi": "https://doi.org/10.14456/jag.2020.10", "kind": "article",
}  # fmt: skip
WIKI = {
    "title": "ลัทธิคอมมิวนิสต์", "publisher": "วิกิพีเดีย สารานุกรมเสรี", "kind": "encyclopedia article", "accessed": "2024-01-05",
    "source": "https://th.wikipedia.org/wiki?curid=23142", "language": "th",
}  # fmt: skip
WEB = {
    "title": "วัดพระแก้ว", "author": "กรมศิลปากร", "container": "เว็บไซต์กรมศิลปากร", "year": "12 มีนาคม 2565", "accessed": "5 มกราคม 2567",
    "url": "https://www.example.go.th/wat", "kind": "webpage",
}  # fmt: skip
THESIS = {"title": "ภาษาถิ่น", "author": "มานี มีนา", "year": "2559", "publisher": "จุฬาลงกรณ์มหาวิทยาลัย", "kind": "thesis"}
LAW = {
    "title": "พระราชบัญญัติการอุดมศึกษา พ.ศ. 2562", "container": "ราชกิจจานุเบกษา", "volume": "136", "issue": "57 ก", "pages": "54-78",
    "year": "1 พฤษภาคม 2562", "kind": "law",
}  # fmt: skip
ENGLISH = {
    "title": "Thailand: A short history", "author": "David K. Wyatt", "year": "2003", "publisher": "Yale University Press",
    "place": "New Haven", "edition": "2nd ed.", "kind": "book",
}  # fmt: skip


def document(meta: dict[str, str], source: str = "/งาน/ไฟล์.txt", name: str = "", **parts: Any) -> Document:
    about = {field: said for field, said in meta.items() if field != "title"}
    title = meta.get("title", "")
    paragraph = Paragraph(number=12, start=0, end=len(TEXT), page=None, headings=())
    kept = {"paragraphs": (paragraph,), **parts}
    return Document(id=name or f"id{abs(hash(title))}", title=title, source=source, text=TEXT, sections=(), meta=about, **kept)


def citation(of: Document, number: int = 1, note: str | None = None) -> Citation:
    start = TEXT.index(QUOTE)
    paragraph = of.paragraphs[0]
    if note:
        paragraph = Paragraph(number=13, start=0, end=len(TEXT), page=None, headings=(), note=note)
    return Citation(number=number, document=of, paragraph=paragraph, start=start, end=start + len(QUOTE), quote=QUOTE)


THAI = {
    "apa": (
        (BOOK, "สมชาย ใจดี. (2564). ประวัติศาสตร์ไทย (พิมพ์ครั้งที่ 2). สำนักพิมพ์แสงดาว."),
        (CHAPTER, "วิชัย มั่นคง และนภา สดใส. (2560). การค้าในอยุธยา. ใน สมศักดิ์ แสงทอง (บ.ก.), สยามกับโลก (น. 45–67). มติชน."),
        (ARTICLE, "ก้อง ดี, ขวัญ ใจ และคม คาย. (2563). ข้าวหอมมะลิ. วารสารเกษตร, 36(2), 101–112. https://doi.org/10.14456/jag.2020.10"),
        (WIKI, "ลัทธิคอมมิวนิสต์. (ม.ป.ป.). ใน วิกิพีเดีย สารานุกรมเสรี. สืบค้นเมื่อ 5 มกราคม 2567 จาก https://th.wikipedia.org/wiki?curid=23142"),
        (WEB, "กรมศิลปากร. (2565, 12 มีนาคม). วัดพระแก้ว. เว็บไซต์กรมศิลปากร. สืบค้นเมื่อ 5 มกราคม 2567 จาก https://www.example.go.th/wat"),
        (THESIS, "มานี มีนา. (2559). ภาษาถิ่น [วิทยานิพนธ์, จุฬาลงกรณ์มหาวิทยาลัย]."),
        (LAW, "พระราชบัญญัติการอุดมศึกษา พ.ศ. 2562. (2562, 1 พฤษภาคม). ราชกิจจานุเบกษา. เล่ม 136 ตอนที่ 57 ก. หน้า 54–78."),
        (ENGLISH, "Wyatt, D. K. (2003). Thailand: A short history (2nd ed.). Yale University Press."),
    ),
    "mla": (
        (BOOK, "สมชาย ใจดี. ประวัติศาสตร์ไทย. พิมพ์ครั้งที่ 2, สำนักพิมพ์แสงดาว, 2564."),
        (CHAPTER, "วิชัย มั่นคง และนภา สดใส. “การค้าในอยุธยา”. สยามกับโลก, บรรณาธิการโดย สมศักดิ์ แสงทอง, มติชน, 2560, น. 45–67."),
        (ARTICLE, "ก้อง ดี และคณะ. “ข้าวหอมมะลิ”. วารสารเกษตร, ปีที่ 36, ฉบับที่ 2, 2563, น. 101–112, https://doi.org/10.14456/jag.2020.10."),
        (ENGLISH, "Wyatt, David K. Thailand: A short history. 2nd ed., Yale University Press, 2003."),
    ),
    "chicago": (
        (BOOK, "สมชาย ใจดี. ประวัติศาสตร์ไทย. พิมพ์ครั้งที่ 2. กรุงเทพฯ: สำนักพิมพ์แสงดาว, 2564."),
        (CHAPTER, "วิชัย มั่นคง และนภา สดใส. “การค้าในอยุธยา”. ใน สยามกับโลก, บรรณาธิการโดย สมศักดิ์ แสงทอง, 45–67. ม.ป.ท.: มติชน, 2560."),
        (THESIS, "มานี มีนา. “ภาษาถิ่น”. วิทยานิพนธ์, จุฬาลงกรณ์มหาวิทยาลัย, 2559."),
        (LAW, "“พระราชบัญญัติการอุดมศึกษา พ.ศ. 2562”. ราชกิจจานุเบกษา เล่ม 136 ตอนที่ 57 ก (1 พฤษภาคม 2562): 54–78."),
        (ENGLISH, "Wyatt, David K. Thailand: A short history. 2nd ed. New Haven: Yale University Press, 2003."),
    ),
    "vancouver": (
        (BOOK, "สมชาย ใจดี. ประวัติศาสตร์ไทย. พิมพ์ครั้งที่ 2. กรุงเทพฯ: สำนักพิมพ์แสงดาว; 2564."),
        (ARTICLE, "ก้อง ดี, ขวัญ ใจ, คม คาย. ข้าวหอมมะลิ. วารสารเกษตร. 2563;36(2):101–112. doi: 10.14456/jag.2020.10"),
        (WEB, "กรมศิลปากร. วัดพระแก้ว [อินเทอร์เน็ต]. เว็บไซต์กรมศิลปากร. 12 มี.ค. 2565 [เข้าถึงเมื่อ 5 ม.ค. 2567]. เข้าถึงได้จาก: https://www.example.go.th/wat"),
        (ENGLISH, "Wyatt DK. Thailand: A short history. 2nd ed. New Haven: Yale University Press; 2003."),
    ),
}


@pytest.mark.parametrize(("style", "meta", "expected"), [(style, *pair) for style, pairs in THAI.items() for pair in pairs])
def test_references_in_a_thai_essay(style: str, meta: dict[str, str], expected: str) -> None:
    assert reference(document(meta), style, "th") == expected


@pytest.mark.parametrize(
    ("style", "meta", "expected"),
    [
        ("apa", WIKI, "ลัทธิคอมมิวนิสต์. (n.d.). In วิกิพีเดีย สารานุกรมเสรี. Retrieved January 5, 2024, from https://th.wikipedia.org/wiki?curid=23142"),
        ("apa", BOOK, "สมชาย ใจดี. (2021). ประวัติศาสตร์ไทย (2nd ed.). สำนักพิมพ์แสงดาว."),  # พ.ศ. 2564 = 2021
        ("chicago", {"title": "Rice?", "author": "Ann Lee", "container": "Journal", "volume": "5", "issue": "2", "pages": "1-9",
                     "year": "2020", "kind": "article"}, "Lee, Ann. “Rice?” Journal 5, no. 2 (2020): 1–9."),
        ("mla", {"title": "Rice", "author": "Lee, Ann; Bo Li; Cy Ng", "container": "Site", "url": "https://x.org/a_b", "year": "2021-03-02",
                 "accessed": "2 เม.ย. 2564", "kind": "webpage"},
         "Lee, Ann, et al. “Rice.” Site, 2 Mar. 2021, https://x.org/a_b. Accessed 2 Apr. 2021."),
        ("vancouver", {"title": "Rice", "author": "; ".join(f"Ann {name}" for name in "Abe Bell Cole Dean Eads Ford Gale".split()),
                       "year": "2020", "kind": "report"},
         "Abe A, Bell A, Cole A, Dean A, Eads A, Ford A, et al. Rice. [place unknown]: [publisher unknown]; 2020."),
    ],
)  # fmt: skip
def test_references_in_latin_form(style: str, meta: dict[str, str], expected: str) -> None:
    assert reference(document(meta), style, "en") == expected


@pytest.mark.parametrize(
    ("many", "listed", "in_brackets"),
    [
        (1, "ก1 ข.", "(ก1 ข, 2564, ย่อหน้า 12)"),
        (2, "ก1 ข และก2 ข.", "(ก1 ข และก2 ข, 2564, ย่อหน้า 12)"),
        (3, "ก1 ข, ก2 ข และก3 ข.", "(ก1 ข และคณะ, 2564, ย่อหน้า 12)"),
        (8, "ก1 ข, ก2 ข, ก3 ข, ก4 ข, ก5 ข, ก6 ข, ก7 ข และก8 ข.", "(ก1 ข และคณะ, 2564, ย่อหน้า 12)"),
        (20, ", ".join(f"ก{n} ข" for n in range(1, 20)) + " และก20 ข.", "(ก1 ข และคณะ, 2564, ย่อหน้า 12)"),
        (23, ", ".join(f"ก{n} ข" for n in range(1, 20)) + ", … ก23 ข.", "(ก1 ข และคณะ, 2564, ย่อหน้า 12)"),  # 19 names, … and the last
    ],
)
def test_apa_lists_twenty_authors_and_cites_two(many: int, listed: str, in_brackets: str) -> None:
    found = document({**BOOK, "author": "; ".join(f"ก{n} ข" for n in range(1, many + 1))})
    assert reference(found, "apa").startswith(f"{listed} (2564). ") and in_text(citation(found), "apa") == in_brackets


@pytest.mark.parametrize("many", [6, 7])
def test_vancouver_lists_six_authors(many: int) -> None:
    found = reference(document({**BOOK, "author": "; ".join(f"ก{n} ข" for n in range(1, many + 1))}), "vancouver")
    assert found.startswith("ก1 ข, ก2 ข, ก3 ข, ก4 ข, ก5 ข, ก6 ข" + (", และคณะ. " if many > 6 else ". "))


@pytest.mark.parametrize(
    ("year", "thai", "english"),
    [
        ("2564", "2564", "2021"),
        ("๒๕๖๔", "2564", "2021"),
        ("พ.ศ. 2475", "2475", "1932"),
        ("ค.ศ. 2021", "2564", "2021"),  # marked, so turned
        ("2021", "2021", "2021"),  # nobody said of which era: as it is given
        ("ราว พ.ศ. 2500", "ราว พ.ศ. 2500", "ราว พ.ศ. 2500"),
        ("2560–2562", "2560–2562", "2560–2562"),
    ],
)
def test_years_are_turned_only_where_the_era_is_known(year: str, thai: str, english: str) -> None:
    found = document({**BOOK, "year": year})
    assert f". ({thai}). " in reference(found, "apa", "th") and f". ({english}). " in reference(found, "apa", "en")


def test_citations_in_the_text_name_page_and_paragraph() -> None:
    book = document(BOOK, pages=(Page(number=34, start=0), Page(number=35, start=TEXT.index("อ้าง"))))
    assert in_text(citation(book), "apa") == "(สมชาย ใจดี, 2564, น. 34–35, ย่อหน้า 12)"
    assert in_text(citation(book), "mla") == "(สมชาย ใจดี 34–35, ย่อหน้า 12)"
    assert in_text(citation(book), "chicago") == "(สมชาย ใจดี, ประวัติศาสตร์ไทย, 34–35, ย่อหน้า 12)"
    assert in_text(citation(book, number=3), "vancouver") == "(3, น. 34–35, ย่อหน้า 12)"
    assert in_text(citation(document(ENGLISH)), "apa") == "(Wyatt, 2003, para. 12)"
    assert in_text(citation(document(WIKI)), "apa") == "(“ลัทธิคอมมิวนิสต์”, ม.ป.ป., ย่อหน้า 12)"
    assert in_text(citation(document(WIKI)), "apa", "en") == "(“ลัทธิคอมมิวนิสต์,” n.d., para. 12)"
    assert in_text(citation(document(BOOK), note="3"), "apa") == "(สมชาย ใจดี, 2564, เชิงอรรถ 3)"
    assert quotation_cited(citation(document(BOOK)), "apa") == "“ประโยคที่อ้าง” (สมชาย ใจดี, 2564, ย่อหน้า 12)"


@pytest.mark.parametrize(
    ("unit", "thai", "english"),
    [(Unit.SLIDE, "สไลด์ 65", "slide 65"), (Unit.ROW, "แถว 65", "row 65"), (Unit.TIME, "เวลา 0:01:05", "0:01:05")],
)
def test_slides_rows_and_times_are_named(unit: Unit, thai: str, english: str) -> None:
    shown = citation(document(BOOK, unit=unit, pages=(Page(number=65, start=0),)))
    own, same = ("", "") if unit is Unit.ROW else (", ย่อหน้า 12", ", para. 12")  # a row is its own paragraph
    assert in_text(shown, "apa") == f"(สมชาย ใจดี, 2564, {thai}{own})"
    assert in_text(shown, "apa", "en") == f"(สมชาย ใจดี, 2021, {english}{same})"


def test_footnotes_are_whole_at_first_and_short_again() -> None:
    book = document(BOOK, pages=(Page(number=34, start=0),))
    whole = "สมชาย ใจดี, ประวัติศาสตร์ไทย, พิมพ์ครั้งที่ 2 (กรุงเทพฯ: สำนักพิมพ์แสงดาว, 2564), 34, ย่อหน้า 12."
    assert footnote(citation(book), "chicago") == whole
    assert footnote(citation(book), "chicago", again=True) == "สมชาย ใจดี, ประวัติศาสตร์ไทย, 34, ย่อหน้า 12."
    assert footnote(citation(book), "apa").endswith("(พิมพ์ครั้งที่ 2). สำนักพิมพ์แสงดาว. น. 34, ย่อหน้า 12.")
    assert footnote(citation(book), "apa", again=True) == "สมชาย ใจดี, 2564, น. 34, ย่อหน้า 12."
    assert footnote(citation(document(ENGLISH)), "chicago", again=True) == "Wyatt, Thailand: A short history, para. 12."


def test_lists_are_in_thai_dictionary_order_then_latin() -> None:
    titles = ("ไก่", "เกาะ", "ขนม", "กา", "แขก", "The zebra", "apple", "Banana")
    found = references([document({"title": title, "year": "2560"}, name=title) for title in titles], "apa")
    assert [text.split(". ")[0] for text in found] == ["กา", "เกาะ", "ไก่", "ขนม", "แขก", "apple", "Banana", "The zebra"]
    english = references([document({"title": title}, name=title) for title in ("กา", "apple")], "apa", "en")
    assert [text.split(". ")[0] for text in english] == ["apple", "กา"]


def test_vancouver_numbers_by_appearance_and_each_document_once() -> None:
    first, second = document(WEB, name="a"), document(BOOK, name="b")
    found = references([first, second, first], "vancouver")
    assert len(found) == 2 and found[0].startswith("1. กรมศิลปากร") and found[1].startswith("2. สมชาย")
    assert in_text(citation(second, number=7), "vancouver", among=[first, second]) == "(2, ย่อหน้า 12)"


def test_works_of_one_author_and_year_are_told_apart() -> None:
    one, two = document({**BOOK, "title": "ก่อน"}, name="1"), document({**BOOK, "title": "หลัง"}, name="2")
    assert [text[:18] for text in references([two, one], "apa")] == ["สมชาย ใจดี. (2564ก", "สมชาย ใจดี. (2564ข"]
    assert in_text(citation(two), "apa", among=standing([two, one], "apa")) == "(สมชาย ใจดี, 2564ข, ย่อหน้า 12)"
    unknown = [document({"title": t, "author": "Ann Lee", "kind": "book"}, name=t) for t in ("A", "B")]
    assert references(unknown, "apa") == ("Lee, A. (n.d.-a). A.", "Lee, A. (n.d.-b). B.")


@pytest.mark.parametrize("style", STYLES)
def test_nothing_known_is_shown_as_unknown_and_invented_never(style: str) -> None:
    found = reference(document({}), style)
    assert "[ไม่ปรากฏชื่อเรื่อง]" in found and "ม.ป.ป." in found and not set("0123456789") & set(found)


def test_what_is_missing_is_named_by_kind() -> None:
    assert missing(document({})) == ("title", "kind", "author", "year")
    assert missing(document(BOOK)) == () and missing(document(LAW)) == () and missing(document(WEB)) == ()
    assert missing(document({"title": "ก", "kind": "book", "editor": "ข"})) == ("year", "publisher")
    assert missing(document(CHAPTER)) == () and missing(document(CHAPTER), "chicago") == ("place",)
    assert missing(document(WIKI)) == ("year",)
    assert missing(document({"title": "ไฟล์", "kind": "other", "author": "ก", "year": "2560"}, source="/งาน/ไฟล์.pdf")) == ("title",)


@pytest.mark.parametrize("style", STYLES)
def test_hostile_descriptions_stay_text(style: str) -> None:
    hostile = '<script>alert(1)</script> <i>ก</i> \\textbf{x} {{7*7}} ${x} %s\n\x00 <span class="nocase">ก</span> \ue0f0ข\ue0f1 \u202eabc'
    found = document({**BOOK, "title": hostile, "author": hostile, "publisher": hostile, "year": hostile, "edition": hostile, "pages": hostile})
    plain, html = reference(found, style), reference(found, style, markup="html")
    kept = '<script>alert(1)</script> <i>ก</i> \\textbf{x} {{7*7}} ${x} %s <span class="nocase">ก</span> ข abc'
    assert kept in plain and "\n" not in plain and "\x00" not in plain
    assert "<script" not in html and "<span" not in html and html.count("<i>") == html.count("</i>") <= 2
    assert "&lt;script&gt;" in html


def test_markup_is_of_the_style_alone() -> None:
    assert reference(document(BOOK), "apa", markup="html").startswith("สมชาย ใจดี. (2564). <i>ประวัติศาสตร์ไทย</i> (พิมพ์")
    assert "*ประวัติศาสตร์ไทย*" in reference(document(BOOK), "apa", markup="markdown")
    assert reference(document({**BOOK, "title": "ก_ข*ค..."}), "apa", markup="markdown").count("*ก\\_ข\\*ค...* (") == 1


def test_an_unknown_style_or_language_is_two_sentences() -> None:
    with pytest.raises(UsageError, match="Unknown style ieee"):
        reference(document(BOOK), "ieee")
    with pytest.raises(UsageError, match="language de"):
        references([document(BOOK)], "apa", "de")


@pytest.mark.parametrize("module", ["csl", "csl_dates", "csl_style"])
def test_examples_in_the_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"rag.bibliography.{module}"))
    assert result.attempted and not result.failed


def test_the_styles_are_valid_csl() -> None:
    import citeproc
    from lxml import etree

    schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
    files = sorted((ROOT / "rag" / "bibliography" / "styles").glob("*.csl"))
    assert len(files) == 2 * len(STYLES)
    for file in files:
        assert schema.validate(etree.parse(str(file))), (file.name, schema.error_log)
