"""Dated sentences: what each text says was worked out by hand, and every quotation stands word for word where it is said to stand."""

import doctest

import pytest

import rag.timeline
from index.compose import Composer
from index.parse import parse
from index.records import Document
from rag.timeline import Event, Precision, events, in_time
from thai.dates import Day
from ui.settings import ROOT


def document(*paragraphs: str, note: str | None = None) -> Document:
    composer = Composer()
    for text in paragraphs:
        composer.paragraph(text)
    if note:
        composer.paragraph(note, note="1")
    return composer.document(title="ลอง", source="ลอง.txt")


def told(*paragraphs: str) -> list[tuple[str, str, tuple[int, ...], tuple[int, ...]]]:
    """Return the dates as they are written, how exact they are, and what they span; a month or day that is not said is left out."""
    made = document(*paragraphs)
    found = events(made)
    assert all(made.text[one.start : one.end] == one.quote and one.start <= one.at < one.until <= one.end for one in found)
    return [(made.text[one.at : one.until], one.precision.value, short(one.first), short(one.last)) for one in found]


def short(day: Day) -> tuple[int, ...]:
    return tuple(part for part in day if part)


def test_the_example_holds() -> None:
    assert not doctest.testmod(rag.timeline).failed


@pytest.mark.parametrize(
    ("text", "written", "precision", "first", "last"),
    [
        ("เปลี่ยนแปลงการปกครองเมื่อ พ.ศ. 2475", "พ.ศ. 2475", "year", (1932,), (1932,)),  # 2475 − 543
        ("เปลี่ยนแปลงการปกครองเมื่อ พ.ศ. ๒๔๗๕", "พ.ศ. ๒๔๗๕", "year", (1932,), (1932,)),
        ("สหภาพโซเวียตล่มสลายใน ค.ศ. 1991", "ค.ศ. 1991", "year", (1991,), (1991,)),
        ("เสียดินแดนเมื่อ ร.ศ. 112", "ร.ศ. 112", "year", (1893,), (1893,)),  # 112 + 1781
        ("คณะราษฎรยึดอำนาจเมื่อวันที่ ๒๔ มิถุนายน พ.ศ. ๒๔๗๕", "๒๔ มิถุนายน พ.ศ. ๒๔๗๕", "day", (1932, 6, 24), (1932, 6, 24)),
        ("ล้อมปราบนักศึกษาเมื่อ 6 ตุลา 19", "6 ตุลา 19", "day", (1976, 10, 6), (1976, 10, 6)),
        ("ประชุมกันเมื่อ 4-7 กันยายน 2563", "4-7 กันยายน 2563", "day", (2020, 9, 4), (2020, 9, 7)),
        ("รัฐสภาประชุมในเดือนมีนาคม พ.ศ. 2475", "มีนาคม พ.ศ. 2475", "month", (1932, 3), (1932, 3)),
        ("เกิดภัยแล้งในช่วง ค.ศ. 1920-21", "ค.ศ. 1920-21", "year", (1920,), (1921,)),
        ("สงครามยืดเยื้อระหว่าง พ.ศ. 2482–2488", "พ.ศ. 2482–2488", "year", (1939,), (1945,)),
        ("พรรคกรรมกรเกิดขึ้นมากในคริสต์ทศวรรษ 1920", "คริสต์ทศวรรษ 1920", "decade", (1920,), (1929,)),
        ("เศรษฐกิจเติบโตเร็วในพุทธทศวรรษ 2530", "พุทธทศวรรษ 2530", "decade", (1987,), (1996,)),
        ("ขบวนการนี้เกิดในคริสต์ศตวรรษที่ 19", "คริสต์ศตวรรษที่ 19", "century", (1801,), (1900,)),
        ("อาณาจักรนี้รุ่งเรืองในพุทธศตวรรษที่ 19", "พุทธศตวรรษที่ 19", "century", (1258,), (1357,)),  # พ.ศ. 1801–1900
        ("กรุงโรมรุ่งเรืองราวศตวรรษที่ 5 ก่อนคริสตกาล", "ศตวรรษที่ 5 ก่อนคริสตกาล", "century", (-499,), (-400,)),  # 500 BC to 401 BC
        ("ซีซาร์ถูกสังหารเมื่อ 44 ปีก่อนคริสตกาล", "44 ปีก่อนคริสตกาล", "year", (-43,), (-43,)),  # year 0 is 1 BC
        ("เรือใบลำแรกแล่นรอบโลกเมื่อ 1522", "1522", "year", (1522,), (1522,)),
    ],
)
def test_one_date(text: str, written: str, precision: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    assert told(text) == [(written, precision, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "ประชุมกันทุกวันที่ 24 มิถุนายน",  # in no year
        "ราคาข้าวเกวียนละ 2,475 บาท มีผู้ซื้อ 1932 ราย",
        "เครื่องรุ่น 1100 กับรุ่น 9000 และเลขที่ 1001",  # bare numbers that are no likely years
        "มาตรา 5 วรรค 3",
        "บันทึกลำดับ 1500 ของอาลักษณ์ อยู่ในหน้า 1932 กล่องที่ 2475",
        "ไม่มีตัวเลขเลยในประโยคนี้",
    ],
)
def test_no_date(text: str) -> None:
    assert told(text) == []


def test_the_same_time_said_twice_in_a_sentence_is_one_event() -> None:
    assert [date for date, *_ in told("เปลี่ยนแปลงการปกครองเมื่อ พ.ศ. 2475 (ค.ศ. 1932)")] == ["พ.ศ. 2475"]
    assert [date for date, *_ in told("ในปี พ.ศ. 2475 คณะราษฎรยึดอำนาจเมื่อ 24 มิ.ย. 2475")] == ["24 มิ.ย. 2475"]
    both = told("เกิด พ.ศ. 2443 ตาย พ.ศ. 2526")
    assert [(date, first) for date, _, first, _ in both] == [("พ.ศ. 2443", (1900,)), ("พ.ศ. 2526", (1983,))]


def test_every_event_has_its_own_sentence_and_paragraph() -> None:
    first = "สโมสรเรือพายบางปะกงก่อตั้งขึ้นเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี ซึ่งเป็นครูโรงเรียนประจำอำเภอ"
    second = "ต่อมาใน พ.ศ. 2520 สโมสรได้ย้ายไปอยู่ริมแม่น้ำและมีสมาชิกเพิ่มขึ้นเป็นสองเท่าของที่เคยมี"
    made = document("คำนำ", f"{first} {second}", "เรือลำแรกต่อเมื่อ พ.ศ. 2513")
    found = events(made)
    assert [(one.paragraph, one.first.year) for one in found] == [(2, 1969), (2, 1977), (3, 1970)]
    assert [one.quote for one in found] == [first, second, "เรือลำแรกต่อเมื่อ พ.ศ. 2513"]
    assert {one.document for one in found} == {made.id}
    assert [one.first.year for one in sorted(found, key=in_time)] == [1969, 1970, 1977]


def test_years_of_footnotes_are_left_out() -> None:
    made = document("ป้อมสร้างเมื่อ พ.ศ. 2431", note="สมชาย ใจดี, ป้อมปราการ (กรุงเทพฯ: สำนักพิมพ์ป้อม, 2540)")
    assert [one.first.year for one in events(made)] == [1888]


def test_of_one_time_the_less_exact_comes_first() -> None:
    def event(first: Day, last: Day, precision: Precision) -> Event:
        return Event(document="a", paragraph=1, start=0, end=1, quote="ก", at=0, until=1, first=first, last=last, precision=precision)

    year, month, day = (event(one, one, Precision.YEAR) for one in (Day(1932), Day(1932, 6), Day(1932, 6, 24)))
    assert sorted([day, year, month], key=in_time) == [year, month, day]


def test_the_seeds_hold_their_known_events() -> None:
    found = {}
    for file in sorted((ROOT / "seeds").glob("*.txt")):
        for made in parse(file):
            assert isinstance(made, Document)
            assert all(made.text[one.start : one.end] == one.quote for one in events(made))
            found |= {made.text[one.at : one.until]: (one.precision.value, one.first, made.title) for one in events(made)}
    assert found["26 ธันวาคม ค.ศ. 1991"] == ("day", Day(1991, 12, 26), "ลัทธิคอมมิวนิสต์")
    assert found["21 มกราคม ค.ศ. 1924"] == ("day", Day(1924, 1, 21), "บทที่ 3 นโยบายเศรษฐกิจใหม่")
    assert found["ค.ศ. 1516"] == ("year", Day(1516), "ลัทธิคอมมิวนิสต์")  # More's Utopia
