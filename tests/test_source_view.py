"""The document as the page reads it: windows of paragraphs, places, pages, footnotes, what is found, and the picture of a page."""

import time
from pathlib import Path
from typing import Any

import pytest

from index.compose import Composer
from index.records import Document, Unit
from rag.records import Citation
from ui.show import place, where
from ui.source_view import WINDOW, found_in, opened, places, window
from ui.web.picture import Spot, boxes_of, picture


def book() -> Document:
    """Three pages: a heading, a paragraph with a footnote that runs over to page 2, one on page 2, the footnote, one on page 3."""
    composer = Composer()
    composer.heading(("บทที่ 1", "ปลา"), "ปลา", 1)
    composer.paragraph("ปลาทูว่ายน้ำ ต่อหน้าสอง", 1, turns=[(13, 2)], marks=[(7, "1")])
    composer.paragraph("ปลาหมอตาย เพราะปาก ABC ๒๕๓๔", 2)
    composer.paragraph("ดูปลาอื่นด้วย", 2, note="1")
    composer.paragraph("จบ", 3)
    return composer.document(title="ปลา ๆ", source="/ก/ปลา.txt")


def long(paragraphs: int, length: int) -> Document:
    composer = Composer()
    for number in range(paragraphs):
        composer.paragraph(f"ย่อหน้า {number} ".ljust(length, "ก"))
    return composer.document(title="ยาว", source="ยาว.txt")


def test_a_document_opens_around_its_place() -> None:
    held = book()
    start = held.text.index("ปลาหมอ")
    shown = opened(held, start, start + 9)
    assert (shown["title"], shown["file"], shown["count"], shown["unit"]) == ("ปลา ๆ", "ปลา.txt", 4, "page")
    assert shown["places"] == [{"number": 2, "start": 0, "end": 9}]
    first, second, note, last = shown["paragraphs"]
    assert first["headings"] == ["บทที่ 1", "ปลา"] and second["headings"] == []
    assert first["pages"] == [[0, "1", None], [13, "2", None]] and second["pages"] == [] and last["pages"] == [[0, "3", None]]
    assert first["marks"] == [[7, "1", 3]] and note["note"] == "1" and note["called"] == [1]
    assert all(held.text[one["start"] : one["start"] + len(one["text"])] == one["text"] for one in shown["paragraphs"])


def test_a_place_may_run_over_several_paragraphs() -> None:
    held = book()
    first, second = held.paragraphs[:2]
    assert places(held, first.start + 3, second.start + 4) == [
        {"number": 1, "start": 3, "end": first.end - first.start}, {"number": 2, "start": 0, "end": 4},
    ]  # fmt: skip
    assert places(held, first.end, second.start) == [], "between two paragraphs"


def test_windows_follow_each_other_and_are_bounded() -> None:
    held = long(200, 100)
    numbers = [one["number"] for one in window(held, 1, forward=True)]
    assert numbers == list(range(1, WINDOW + 1))
    assert [one["number"] for one in window(held, 60, forward=False)] == list(range(61 - WINDOW, 61))
    assert window(held, 0, forward=True) == [] and window(held, 201, forward=True) == [] and window(held, 0, forward=False) == []
    assert len(window(long(5, 100_000), 1, forward=True)) == 1, "one long paragraph is still shown"
    place = opened(held, held.paragraphs[150].start, held.paragraphs[150].start + 5)
    assert place["paragraphs"][0]["number"] == 145 and place["places"][0]["number"] == 151


def test_the_place_itself_is_always_among_what_is_shown() -> None:
    held = long(12, 6000)
    target = held.paragraphs[9]
    shown = opened(held, target.start, target.end)
    assert 10 in [one["number"] for one in shown["paragraphs"]]


@pytest.mark.parametrize(("words", "expected"), [
    ("ปลา", [[1, -5, -2], [1, 0, 3], [2, 0, 3], [3, 2, 5]]), ("abc", [[2, 19, 22]]), ("2534", [[2, 23, 27]]), ("เพราะปาก   ABC", [[2, 10, 22]]),
    ("[", []), ("", []), ("   ", []), (".*", []),
])  # fmt: skip
def test_searching_inside(words: str, expected: list[list[int]]) -> None:
    assert found_in(book(), words) == {"places": expected, "total": len(expected)}


def test_headings_stand_where_they_do_in_the_text_and_are_found_there() -> None:
    composer = Composer()
    composer.heading(("เรือพาย",), "เรือพาย", 1)  # the title of the document too
    composer.heading(("เรือพาย", "เรือยาว"), "เรือยาว", 1)
    composer.paragraph("ฝีพายสี่สิบคน", 1)
    composer.heading(("เรือพาย", "สงคราม", "สงครามเย็น"), "สงครามเย็น สงคราม. สงครามเย็น.", 1)
    composer.paragraph("เรือไม่ได้ออกจากอู่", 1)
    composer.heading(("เรือพาย", "สารบัญเท่านั้น"), "", 1)
    composer.paragraph("จบ", 1)
    composer.heading(("เรือพาย", "ดูเพิ่ม"), "ดูเพิ่ม", 1)
    held = composer.document(title="เรือพาย", source="ก.pdf")
    first, second, third = window(held, 1, forward=True)
    assert first["heads"] == [[-18, "เรือพาย"], [-9, "เรือยาว"]]
    assert second["heads"] == [[-32, "สงคราม"], [-13, "สงครามเย็น"]] and third["heads"] == [[None, "สารบัญเท่านั้น"], [4, "ดูเพิ่ม"]]
    for paragraph in (first, second, third):
        for at, words in paragraph["heads"]:
            assert at is None or held.text[paragraph["start"] + at :].startswith(words)
    assert found_in(held, "เรือ")["places"] == [[1, -18, -14], [1, -9, -5], [2, 0, 4]]
    assert found_in(held, "ดูเพิ่ม") == {"places": [[3, 4, 11]], "total": 1}
    assert found_in(held, "เรือยาว ฝีพาย")["total"] == 0, "half in a heading, half in a paragraph"
    assert found_in(held, "สงครามเย็น")["places"] == [[2, -13, -3]], "what is counted is what is shown"


def test_much_is_found_quickly_in_a_long_document_and_the_list_is_bounded() -> None:
    held = long(5000, 220)
    began = time.perf_counter()
    found = found_in(held, "ย่อหน้า")
    place = held.paragraphs[4000].start
    shown = opened(held, place, place + 5)
    assert found["total"] == 5000 and len(found["places"]) == 500 and shown["places"][0]["number"] == 4001
    assert time.perf_counter() - began < 1.0


def test_letters_outside_the_basic_plane_keep_their_offsets() -> None:
    composer = Composer()
    composer.paragraph("𝒜𝒜 ปลา İ ปลา")
    held = composer.document(title="", source="x")
    assert found_in(held, "ปลา")["places"] == [[1, 3, 6], [1, 9, 12]]


def test_a_recording_shows_times_and_an_empty_document_nothing() -> None:
    composer = Composer(Unit.TIME)
    composer.paragraph("สวัสดี", 90)
    assert window(composer.document(title="", source="x"), 1, forward=True)[0]["pages"] == [[0, "0:01:30", None]]
    empty = Document(id="x", title="ว่าง", source="x", text="", sections=(), paragraphs=())
    assert opened(empty, 0, 0)["paragraphs"] == [] and found_in(empty, "ก") == {"places": [], "total": 0}


def test_a_row_of_a_table_is_named_by_its_row_and_a_page_by_page_and_paragraph() -> None:
    for unit, thai, english in ((Unit.ROW, ["แถวที่ 7"], ["row 7"]), (Unit.PAGE, ["หน้า 7", "ย่อหน้าที่ 2"], ["page 7", "paragraph 2"])):
        composer = Composer(unit)
        composer.paragraph("จังหวัด: น่าน", 6)
        composer.paragraph("จังหวัด: ตาก", 7)
        held = composer.document(title="จังหวัด", source="จังหวัด.xlsx")
        second = held.paragraphs[1]
        citation = Citation(number=1, document=held, paragraph=second, start=second.start, end=second.end, quote="จังหวัด: ตาก")
        assert where(citation, "th") == thai and where(citation, "en") == english
        assert place(citation, "th") == "จังหวัด · " + ", ".join(thai)


def spots(lines: list[str]) -> list[Spot]:
    """Letters a tenth of the page wide, lines a tenth high, from the top."""
    return [
        Spot(letter, at / 10, 0.9 - row / 10, (at + 1) / 10, 1.0 - row / 10) for row, line in enumerate(lines) for at, letter in enumerate(line)
    ]  # fmt: skip


def test_a_quotation_is_boxed_line_by_line() -> None:
    page = spots(["กขคงจฉชซ", "ฌญฎฏฐฑฒณ"])
    assert boxes_of(page, "ฉช ซ\nฌ้ญ") == [[0.5, 0.0, 0.3, 0.1], [0.0, 0.1, 0.2, 0.1]]
    assert boxes_of(page, "ภาษาอื่นทั้งหมด") == [] and boxes_of(page, " ่ ") == [] and boxes_of([], "ก") == []


def test_of_words_that_stand_on_a_page_several_times_the_right_ones_are_boxed() -> None:
    page = spots(["กขกขงกข"])
    assert [boxes_of(page, "กข", nth)[0][0] for nth in range(4)] == [0.0, 0.2, 0.5, 0.5]


def test_a_quotation_with_a_letter_misread_is_still_found() -> None:
    assert boxes_of(spots(["กขคงจฉชซ", "ฌญฎฏฐฑฒณ"]), "กขคงจXฉชซ") == [[0.0, 0.0, 0.8, 0.1]]


def test_a_page_of_a_pdf_is_drawn_with_the_place(tmp_path: Path) -> None:
    fpdf = pytest.importorskip("fpdf")
    pdf: Any = fpdf.FPDF()
    pdf.set_font("Helvetica", size=16)
    for words in ("The first page.", "Herons stand on the shore. They wait for fish."):
        pdf.add_page()
        pdf.cell(text=words)
    file = tmp_path / "herons.pdf"
    pdf.output(str(file))
    drawn = picture(file, 2, "They wait for fish.", 800)
    assert drawn is not None and drawn["image"].startswith("data:image/jpeg;base64,") and drawn["size"][0] == 800
    ((left, top, width, height),) = drawn["boxes"]
    assert 0.3 < left < 0.5 and top < 0.1 and 0.1 < width < 0.4 and 0.01 < height < 0.05
    assert picture(file, 3, "x", 800) is None and picture(tmp_path / "none.pdf", 1, "x", 800) is None
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert picture(tmp_path / "bad.pdf", 1, "x", 800) is None
