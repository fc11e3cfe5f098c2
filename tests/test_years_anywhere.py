"""Dates and numbers in any text at all: what must hold whatever it says, and how long it may take."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thai.mentions import mentions
from thai.normalize import canonical
from thai.terms import terms
from thai.years import numbers

THAI = "".join(chr(code) for code in (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E5C)))
PARTS = st.sampled_from(
    "พ.ศ. ค.ศ. ร.ศ. ฮ.ศ. พศ ก่อน คริสต์ศักราช คริสตกาล ปี ทศวรรษ ศตวรรษที่ พุทธศตวรรษที่ ยุค ร้อยละ % มิถุนายน มิ.ย. ตุลา june may to "
    "24 6 19 75 2475 1932 1,200 3.5 ๒๔๗๕ 0 00 99999 ห้า สิบ ยี่สิบ เอ็ด ร้อย พัน ล้าน ครึ่ง หลาย สอง คน วันที่ และ ถึง - – / , . bc ad be s th "
    "century \u200b \u0e4d \u0e48 \u0e32 \u0e33 เ เ \n \r ² １９ é x 😀".split(" ")
)
TEXT = st.lists(st.one_of(PARTS, st.just(" "), st.text(st.sampled_from(THAI + " 0123456789.,-/abc\n"), max_size=4)), max_size=24).map("".join)


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
