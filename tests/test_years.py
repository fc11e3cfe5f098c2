"""Years, dates, eras and numbers: what each form means was worked out by hand."""

import doctest
import importlib
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thai.dates import MONTHS, Day
from thai.mentions import mentions
from thai.normalize import canonical
from thai.terms import indexed, terms
from thai.years import numbers

THAI = "".join(chr(code) for code in (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E5C)))
PARTS = st.sampled_from(
    "พ.ศ. ค.ศ. ร.ศ. ฮ.ศ. พศ ก่อน คริสต์ศักราช คริสตกาล ปี ทศวรรษ ศตวรรษที่ พุทธศตวรรษที่ ยุค ร้อยละ % มิถุนายน มิ.ย. ตุลา june may to "
    "24 6 19 75 2475 1932 1,200 3.5 ๒๔๗๕ 0 00 99999 ห้า สิบ ยี่สิบ เอ็ด ร้อย พัน ล้าน ครึ่ง หลาย สอง คน วันที่ และ ถึง - – / , . bc ad be s th "
    "century \u200b \u0e4d \u0e48 \u0e32 \u0e33 เ เ \n \r ² １９ é x 😀".split(" ")
)
TEXT = st.lists(st.one_of(PARTS, st.just(" "), st.text(st.sampled_from(THAI + " 0123456789.,-/abc\n"), max_size=4)), max_size=24).map("".join)


@pytest.mark.parametrize("module", ["numerals", "dates", "eras", "centuries", "years", "mentions", "terms"])
def test_examples_in_docstrings_hold(module: str) -> None:
    assert not doctest.testmod(importlib.import_module(f"thai.{module}")).failed


def read(text: str) -> str:
    return " ".join(token for found in mentions(text) for token in found.tokens)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        # eras
        ("พ.ศ.2475", "y1932"),
        ("พ. ศ. ๒๔๗๕", "y1932"),
        ("พศ 2475", "y1932"),
        ("ปีพศ. 2475", "y1932"),
        ("เมื่อพ.ศ. 2475", "y1932"),
        ("พุทธศักราช ๒๔๗๕", "y1932"),
        ("คริสต์ศักราช 1932", "y1932"),
        ("คริสตศักราช 1932", "y1932"),
        ("คศ.1932", "y1932"),
        ("รัตนโกสินทร์ศก 112", "y1893"),
        ("รัตนโกสินทรศก ๑๒๑", "y1902"),
        ("ร.ศ. 112", "y1893"),
        ("ร.ศ.1", "y1782"),
        ("จ.ศ. 1200", "y1838"),
        ("จุลศักราช 1143", "y1781"),
        ("ม.ศ. 1205", "y1283"),
        ("มหาศักราช 1205", "y1283"),
        ("ฮ.ศ. 1446", "y2024 y2025"),  # 7 July 2024 to 26 June 2025
        ("ฮิจเราะห์ศักราช 1", "y622 y623"),
        ("B.E. 2475", "y1932"),
        ("2475 BE", "y1932"),
        ("AD 476", "y476"),
        ("A.D. 1932", "y1932"),
        ("476 CE", "y476"),
        ("ปี 2475", "2475 y1932"),
        ("๒๔๗๕", "2475 y1932"),
        ("ค.ศ. 476", "y476"),
        ("พ.ศ. 544", "y1"),
        # before Christ
        ("พ.ศ. 543", "bc1"),
        ("พ.ศ. 1", "bc543"),
        ("44 BC", "bc44"),
        ("44 B.C.", "bc44"),
        ("44 BCE", "bc44"),
        ("ก่อนคริสต์ศักราช 44", "bc44"),
        ("ก่อนคริสตกาล 44", "bc44"),
        ("44 ปีก่อนคริสตกาล", "bc44"),
        ("2,500 ปีก่อนคริสต์ศักราช", "bc2500"),
        ("508 ก่อนค.ศ.", "bc508"),
        ("ก่อน ค.ศ. 44", "bc44"),
        ("ก่อน ค.ศ. 1945", "y1945"),  # before that year
        ("ก่อน พ.ศ. 2475", "y1932"),
        ("ก่อน พ.ศ. 500", "bc44"),  # พ.ศ. 500 itself
        ("1077-664 ปีก่อนคริสตกาล", "bc1077 bc664"),
        ("404 ถึง 398 ปีก่อนคริสตกาล", "bc404 bc398"),
        ("100 ปี ก่อน ค.ศ. 1945", "100 y1945"),
        # ranges
        ("2475-2480", "2475 y1932 y1937"),
        ("ค.ศ. 1920-21", "y1920 y1921"),
        ("พ.ศ. 2475 – 2480", "y1932 y1937"),
        ("ระหว่าง พ.ศ. 2475 ถึง 2480", "y1932 y1937"),
        ("ตั้งแต่ พ.ศ. 2475 จนถึง พ.ศ. 2480", "y1932 y1937"),
        ("ค.ศ. 1937-1938.", "y1937 y1938"),
        ("พ.ศ. 2475/76", "y1932 y1933"),
        ("ปีการศึกษา 2562/2563", "2562 y2019 y2020"),
        ("พ.ศ. 2475 (ค.ศ. 1932)", "y1932 y1932"),
        ("พ.ศ. 2475 - ค.ศ. 1940", "y1932 y1940"),
        ("พ.ศ. 2475 - 24 มิถุนายน 2476", "y1932 1933-06-24 06-24 y1933"),
        ("ค.ศ. 1932 ถึง 40 คน", "y1932 40"),
        # decades
        ("ทศวรรษ 1920", "d1920"),
        ("ทศวรรษที่ 1920", "d1920"),
        ("คริสต์ทศวรรษ 1920", "d1920"),
        ("ทศวรรษ 2470", "d1920 d1930"),  # 1927 to 1936
        ("พุทธทศวรรษที่ 2530", "d1980 d1990"),
        ("ทศวรรษที่ 1960 และ 1970", "d1960 d1970"),
        ("ทศวรรษของปี ค.ศ.1980", "d1980"),
        ("ทศวรรษ พ.ศ. 2470", "d1920 d1930"),
        ("1920s", "d1920"),
        ("1990's", "d1990"),
        ("ช่วงปี 1980s และ 1990s", "d1980 d1990"),
        ("ทศวรรษ 60", "d1960"),
        ("ยุค 90", "90 d1990"),
        ("ยุค 80s", "d1980"),
        ("ทศวรรษที่ 21", "21"),
        ("ยุค 16 แคว้น", "16"),
        ("ยุค 20 ปี", "20"),
        # centuries
        ("คริสต์ศตวรรษที่ 20", "c20"),
        ("คริสต์ศตวรรษ ที่ ๑๗", "c17"),
        ("ศตวรรษที่ 20", "c20"),
        ("ศตวรรษที่ยี่สิบ", "c20"),
        ("20th century", "c20"),
        ("19th-20th centuries", "c19 c20"),
        ("ศตวรรษที่ 11 ถึง 12", "c11 c12"),
        ("คริสต์ศตวรรษที่ 19 และ 20", "c19 c20"),
        ("พุทธศตวรรษที่ 25", "c19 c20"),  # 1858 to 1957
        ("พุทธศตวรรษที่ 6", "cbc1 c1"),  # 43 BC to 57
        ("ศตวรรษที่ 5 ก่อนคริสตกาล", "cbc5"),
        ("5th century BC", "cbc5"),
        ("ศตวรรษที่ 99", "99"),
        # dates
        ("24 มิถุนายน พ.ศ. 2475", "1932-06-24 06-24 y1932"),
        ("๒๔ มิ.ย. ๒๔๗๕", "1932-06-24 06-24 y1932"),
        ("24 มิย. 2475", "1932-06-24 06-24 y1932"),
        ("24มิถุนายน2475", "1932-06-24 06-24 y1932"),
        ("24/6/2475", "1932-06-24 06-24 y1932"),
        ("24.6.2475", "1932-06-24 06-24 y1932"),
        ("1932-06-24", "1932-06-24 06-24 y1932"),
        ("24 June 1932", "1932-06-24 06-24 y1932"),
        ("June 24, 1932", "1932-06-24 06-24 y1932"),
        ("24th of June 1932", "1932-06-24 06-24 y1932"),
        ("24 ธันวาคม ร.ศ. 112", "1893-12-24 12-24 y1893"),
        ("วันที่ 24 เดือนมิถุนายน", "06-24"),
        ("24 มิ.ย. 75", "1932-06-24 06-24 y1932"),
        ("6 ตุลา 19", "1976-10-06 10-06 y1976"),
        ("14 ตุลาคม 2516", "1973-10-14 10-14 y1973"),
        ("พฤษภา 35", "35 y1992"),
        ("4 – 7 กันยายน 2563", "2020-09-04 2020-09-07 09-04 09-07 y2020"),
        ("24 มิถุนายน – 10 กรกฎาคม 2475", "1932-06-24 06-24 y1932 1932-07-10 07-10 y1932"),
        ("มิถุนายน 2475", "y1932"),
        ("เดือนมิ.ย. พ.ศ. 2475", "y1932"),
        ("June 1932", "y1932"),
        ("ยี่สิบสี่มิถุนายน", "06-24"),
        ("31 ก.พ. 2475", "31 y1932"),  # no such day
        ("31/2/2475", "31 2 2475 y1932"),
        ("14 ตุลาการ", "14"),
        ("24 มิถุนายน 75 คน", "06-24 75"),
        ("24 มิถุนายน 19.00 น.", "06-24 19.00"),
        ("1 มกราคม 1,200 คน", "01-01 1200"),
        ("192.168.10.2555", "192.168 10.2555"),
        # numbers
        ("1,200 คน", "1200"),
        ("๓.๕", "3.5"),
        ("007", "7"),
        ("1920,1930", "1920 y1920 1930 y1930"),
        ("3 ล้าน", "3000000"),
        ("1.5 ล้านบาท", "1500000"),
        ("6,752 ล้านบาท", "6752000000"),
        ("3 ล้าน 5 แสน", "3500000"),
        ("1 หมื่น 2 พันล้าน", "12000000000"),
        ("2-3 ล้านคน", "2000000 3000000"),
        ("ห้าล้าน", "5000000"),
        ("สามล้านครึ่ง", "3500000"),
        ("ห้าพันสามร้อยยี่สิบเอ็ด", "5321"),
        ("สิบเอ็ด", "11"),
        ("เก้าสิบห้า", "95"),
        ("สองแสนสามหมื่น", "230000"),
        ("สองคน", "2"),
        ("ครั้งที่สาม", ""),  # cut as ที่สาม: its term is below
        ("รัชกาลที่ห้า", "5"),
        ("ร้อยละ 10", "10 10%"),
        ("10%", "10 10%"),
        ("10 เปอร์เซ็นต์", "10 10%"),
        ("ร้อยละสิบ", "10 10%"),
        ("10-20%", "10 10% 20 20%"),
        ("พุทธศักราชสองพันสี่ร้อยเจ็ดสิบห้า", "y1932"),
        ("1500 บาท", "1500"),
        ("2000 ปี", "2000"),
        ("1932 คนไทย", "1932 y1932"),
        ("081-2345678", "81 2345678"),
        ("รัฐธรรมนูญปี 40", "40 y1997"),
        # what only looks like one
        ("เพศ 12", "12"),
        ("รศ. 2 คน", "2"),
        ("ม.ศ. 5", "5"),
        ("จ.ศ. 9999", "9999"),
        ("อายุ 40 ปี 50 คน", "40 50"),
        ("3 ล้านนา", "3"),
        ("5 พันธุ์", "5"),
        ("2 พันเอก", "2"),
        ("5 พันธมิตร", "5"),
        ("สามารถ", ""),
        ("สี่แยก", ""),
        ("หกล้ม", ""),
        ("เก้าอี้", ""),
        ("พันธุ์ไม้", ""),
        ("พันธมิตร", ""),
        ("แสนสาหัส", ""),
        ("ร้อยกรอง", ""),
        ("สิบตำรวจเอก", ""),
        ("หนึ่งเดียว", ""),
        ("หลายพันคน", ""),
        ("หลายสิบคน", ""),
        ("นับแสน", ""),
        ("สองสามวัน", ""),
        ("สองหมื่นห้า", ""),
        ("เจ็ดเสมียน", ""),
        ("สองแคว", ""),
        ("จังหวัดร้อยเอ็ด", ""),
        ("คนหนึ่ง", ""),
        ("มีนาคม", ""),
    ],
)
def test_what_a_text_mentions(text: str, tokens: str) -> None:
    assert read(text) == tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("มิ.ย.", "มิถุนายน"),
        ("June", "มิถุนายน"),
        ("ตุลา", "ตุลาคม"),
        ("ห้าล้านคน", "5 ล้านคน"),
        ("ห้าล้านคน", "5,000,000 คน"),
        ("ร้อยละ 10", "10%"),
        ("สิบเปอร์เซ็นต์", "10%"),
        ("สงครามโลกครั้งที่สอง", "สงครามโลกครั้งที่ 2"),
        ("ครั้งที่สาม", "ครั้งที่ 3"),
        ("รัชกาลที่ห้า", "รัชกาลที่ 5"),
        ("คริสต์ศตวรรษที่ 20", "20th century"),
        ("ทศวรรษ 1920", "1920s"),
        ("24 มิ.ย. 75", "June 24, 1932"),
        ("พ.ศ. ๒๔๗๕", "1932"),
        ("1.5 ล้าน", "1,500,000"),
    ],
)
def test_two_writings_meet(one: str, other: str) -> None:
    fewer, more = sorted((set(terms(one)), set(terms(other))), key=len)
    assert len(fewer & more) >= max(1, len(fewer) - 1)
    assert any(term in more for term in fewer if term[-1].isdigit() or term[-1] == "%" or term in MONTHS or not re.search(r"\d", one + other))


def test_words_of_a_number_stay_terms() -> None:
    assert terms("ห้าล้านคน") == ["ห้า", "ล้าน", "5000000", "คน"]
    assert terms("5 ล้านคน") == ["ล้าน", "5000000", "คน"]
    assert terms("คริสต์ศตวรรษที่ 20") == ["ศตวรรษ", "c20"]
    assert terms("หนึ่งเดียว") == ["หนึ่งเดียว"]


def test_the_year_alone_is_no_decade_but_a_document_is_found_by_it() -> None:
    assert "d1920" not in terms("ค.ศ. 1925") and "d1920" in indexed("ค.ศ. 1925") and "d1920" in terms("ทศวรรษ 1920")


@pytest.mark.parametrize(
    ("text", "marked", "first", "last"),
    [
        ("เมื่อ ๒๔ มิ.ย. ๒๔๗๕ นั้น", "๒๔ มิ.ย. ๒๔๗๕", Day(1932, 6, 24), Day(1932, 6, 24)),
        ("ราวพุทธศตวรรษที่ ๒๕ นี้", "พุทธศตวรรษที่ ๒๕", Day(1858), Day(1957)),
        ("ใน ทศวรรษ 1920 ก็", "ทศวรรษ 1920", Day(1920), Day(1929)),
        ("นํ้าท่วม พ.\u200bศ. 2554 ใหญ่", "พ.\u200bศ. 2554", Day(2011), Day(2011)),
        ("ระหว่าง พ.ศ. 2475 – 2480 มี", "พ.ศ. 2475 – 2480", Day(1932), Day(1937)),
        ("ตั้งแต่มิถุนายน พ.ศ. 2475 มา", "มิถุนายน พ.ศ. 2475", Day(1932, 6), Day(1932, 6)),
        ("ราว 44 ปีก่อนคริสตกาล ซีซาร์", "44 ปีก่อนคริสตกาล", Day(-43), Day(-43)),
        ("ทุกวันที่ 1 มกราคม เป็น", "1 มกราคม", Day(None, 1, 1), Day(None, 1, 1)),
        ("4–7 กันยายน 2563", "4–7 กันยายน 2563", Day(2020, 9, 4), Day(2020, 9, 7)),
        ("ในศตวรรษที่ยี่สิบ โลก", "ศตวรรษที่ยี่สิบ", Day(1901), Day(2000)),
        ("นํ้าลึกห้าล้านเมตร", "ห้าล้าน", None, None),
    ],
)
def test_a_mention_stands_in_the_text_as_written(text: str, marked: str, first: Day | None, last: Day | None) -> None:
    (found,) = mentions(text)
    assert (text[found.start : found.end], found.first, found.last) == (marked, first, last)


@given(TEXT)
@example("9" * 5000 + " ล้าน")
@example("มีน้\u200bํา 5\r\n\n6")
@example("เดือนเมษายน 37.3 องศา ตุลา 19.5 มีนา 1,23")
@example("ทศวรรษ 1,990s 1,9th century ยุค 1,990")
@example("ฮ.ศ. 1700 ฮ.ศ. 0 พ.ศ. 0 0 BC 0th century 00s")
def test_mentions_lie_in_the_text_in_order_without_overlap(text: str) -> None:
    end = 0
    for found in mentions(text):
        assert end <= found.start < found.end <= len(text) and found.tokens
        assert not found.first or not found.last or found.first.year is None or found.first <= found.last
        end = found.end


@given(TEXT)
def test_canonical_text_is_read_alike(text: str) -> None:
    normal = canonical(text)
    assert terms(normal) == terms(text)
    assert all(token and not token.isspace() and " " not in token for found in numbers(normal) for token in found.tokens)


@given(TEXT)
def test_nothing_but_numbers_is_left_out_of_the_terms(text: str) -> None:
    assert all(term.strip() for term in terms(text))


@given(st.integers(1, 9_999_999))
def test_a_number_meets_its_separators(number: int) -> None:
    assert str(number) in terms(f"{number} คน") and str(number) in terms(f"{number:,} คน")


@given(st.integers(1, 2400))
def test_eras_of_one_year_meet(year: int) -> None:
    assert terms(f"ค.ศ. {year}") == terms(f"พ.ศ. {year + 543}") == [f"y{year}"]


@pytest.mark.parametrize(
    "text",
    ["1 ", "1-", "1,111", "111,111,", "1-1,1 ", "หนึ่ง", "ล้าน", "5 ล้าน ", "สองคน ", "พ.ศ. 2475-", "ก่อน ค.ศ. ", "24 มิ.ย. ", "เ\u200b", "ํ", "ศตวรรษที่ 1 ถึง "],
)
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    terms("สอง")  # loads what is loaded once
    long = "หนึ่ง" + text * (60_000 // len(text))
    began = time.process_time()
    terms(long), mentions(long)
    assert time.process_time() - began < 6
