"""Tables to documents: XLSX, CSV, TSV."""

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from index.parse import parse
from index.records import Document, Unit
from tests.documents import only, said
from tests.office import MAIN, fails, good, rezip, workbook


def test_a_workbook_says_its_values_as_a_person_sees_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "ก.xlsx",
        ข้อมูล=[
            ["ชื่อ\nสกุล", "จำนวน", "วัน", "เวลา", "ร้อยละ", "จริง"],
            ["น้ำ", 5.0, datetime.date(2024, 1, 31), datetime.datetime(2024, 1, 31, 9, 5), 0.125, True],
            [],
            [None, 0.1 + 0.2, None, datetime.time(9, 30), 12345678, "#N/A", " เกิน "],
        ],
    )
    made = openpyxl.load_workbook(path)
    made.active["E2"].number_format = "0.0%"
    made.active["F4"].data_type = "e"
    made.properties.title, made.properties.creator = "ตารางน้ำ", "กรมชลประทาน"
    made.save(path)
    found = only(path)
    assert said(found) == [
        "ชื่อ สกุล: น้ำ · จำนวน: 5 · วัน: 2024-01-31 · เวลา: 2024-01-31 09:05 · ร้อยละ: 12.5% · จริง: TRUE",
        "จำนวน: 0.3 · เวลา: 09:30:00 · ร้อยละ: 12345678 · G: เกิน",
    ]
    assert [one.page for one in found.paragraphs] == [2, 4] and found.unit == Unit.ROW
    assert found.title == "ตารางน้ำ" and found.meta["author"] == "กรมชลประทาน" and found.sections[0].headings == ()


def test_sheets_are_headings_and_lines_above_the_names_are_said_as_they_are(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", หนึ่ง=[["รายงานประจำปี"], [], ["จังหวัด", 2565, 2566], ["เลย", 1, 2]], ว่าง=[], สอง=[[1, "ก"], [2, "ข"]]
    )
    found = only(path)
    assert said(found) == ["รายงานประจำปี", "จังหวัด: เลย · 2565: 1 · 2566: 2", "A: 1 · B: ก", "A: 2 · B: ข"]
    assert [(one.headings, one.page) for one in found.paragraphs] == [(("หนึ่ง",), 1), (("หนึ่ง",), 4), (("สอง",), 1), (("สอง",), 2)]


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("a.csv", "ชื่อ,อายุ\nก,5\nข,\n", [(2, "ชื่อ: ก · อายุ: 5"), (3, "ชื่อ: ข")]),
        ("a.csv", 'ชื่อ;ที่อยู่\nก;"1, ถนน\nสอง ""ใหญ่"""\n\nข;ค\n', [(2, 'ชื่อ: ก · ที่อยู่: 1, ถนน\nสอง "ใหญ่"'), (4, "ชื่อ: ข · ที่อยู่: ค")]),
        ("a.tsv", "ก\t1,5\nข\t2,5\n", [(1, "A: ก · B: 1,5"), (2, "A: ข · B: 2,5")]),
        ("a.csv", "sep=|\nก|ข\n1|2", [(2, "ก: 1 · ข: 2")]),
        ("a.csv", "ชื่อ,ชื่อ\nก,ข\n", [(1, "A: ชื่อ · B: ชื่อ"), (2, "A: ก · B: ข")]),
        ("a.csv", "ประโยคแรก\nประโยคที่สอง\n", [(1, "ประโยคแรก"), (2, "ประโยคที่สอง")]),
        ("a.csv", "คำ\n" * 30, [(number, "คำ") for number in range(1, 31)]),
        ("a.csv", "มีแถวเดียว,เท่านั้น", [(1, "A: มีแถวเดียว · B: เท่านั้น")]),
        ("a.csv", "ชื่อ,ปีเกิด\nก,2530\n", [(2, "ชื่อ: ก · ปีเกิด: 2530")]),
        ("a.csv", "ก,2530\nข,2531\n", [(1, "A: ก · B: 2530"), (2, "A: ข · B: 2531")]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874", "utf-16"])
def test_delimited_text(tmp_path: Path, name: str, text: str, rows: list[tuple[int, str]], encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    found = only(path)
    assert [(one.page, line) for one, line in zip(found.paragraphs, said(found), strict=True)] == rows


def test_a_long_table_is_several_documents(tmp_path: Path) -> None:
    path = tmp_path / "ยาว.csv"
    path.write_text("ชื่อ,เลข\n" + "".join(f"ก{n},{n}\n" for n in range(2, 20_004)), encoding="utf-8")
    first, second = parse(path)
    assert isinstance(first, Document) and isinstance(second, Document)
    assert (first.title, first.source, len(first.paragraphs)) == ("ยาว (2–20001)", f"{path}#2", 20_000)
    assert (second.title, second.source, said(second)) == ("ยาว (20002–20003)", f"{path}#20002", ["ชื่อ: ก20002 · เลข: 20002", "ชื่อ: ก20003 · เลข: 20003"])


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ก,ข\nค,"' + "ไม่ปิด\n" * 30_000, encoding="utf-8")
    fails(path, "row 2 cannot be read, a quotation mark may not be closed")
    path.write_bytes(bytes(range(256)) * 9)
    fails(path, "not a text file")
    path.write_text(",,\n,,\n")
    fails(path, "has no text to read")
    path.write_bytes(b"")
    fails(path, "is empty")


def test_a_row_far_below_is_not_waited_for(tmp_path: Path) -> None:
    path = good(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(MAIN["xlsx"]).decode()
    row = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
    assert len(said(only(rezip(path, {MAIN["xlsx"]: sheet.replace("</sheetData>", row)})))) == 1
