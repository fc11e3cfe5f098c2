"""How Thai is read: canonical form, words, folds, years, sentences."""

import doctest
import importlib
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.question import ask
from thai.boundaries import boundary_score
from thai.fold import fold, grams, skeleton
from thai.normalize import canonical
from thai.sentences import sentences
from thai.terms import terms
from thai.words import words
from ui.settings import ROOT

THAI = "".join(chr(code) for code in range(0x0E01, 0x0E3B)) + "".join(chr(code) for code in range(0x0E40, 0x0E5C))
TEXT = st.text(st.sampled_from(THAI + ' \n\t abcXYZ0123456789.,()"“”-–²⁶\u200b\ufeffقوت😀'), max_size=200)


@pytest.mark.parametrize("module", ["normalize", "words", "fold", "years", "terms", "weight", "boundaries"])
def test_examples_in_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"thai.{module}"))
    assert result.attempted and not result.failed


@given(TEXT)
def test_words_and_sentences_tile_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    spans = sentences(text)
    assert "".join(text[span.start : span.end] for span in spans) == text


@given(TEXT)
@example("\u0e48\u0e35\u0e3a")  # NFC puts phinthu first only after the tone mark has moved
@example("e\u200b\u0301")  # composes once the zero width between is gone
@example("\u0e48\u0e3a" * 40 + "\u0e35")
def test_canonical_form_is_reached_in_one_step(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(TEXT)
def test_anything_can_be_folded_and_cut_into_terms(text: str) -> None:
    assert all(grams(text)) and all(term.strip() for term in terms(text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("นํ้า", "น้ำ"), ("น้ํา", "น้ำ"), ("เเม่", "แม่"), ("ที่่", "ที่"), ("๑๙๒๐", "1920"), ("NEP", "nep"), ("ก\u200bข", "กข"), ("รัก²⁶", "รัก  ")],
)
def test_canonical_form(written: str, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (sentences, "ก " * 100_000),
        (canonical, "่้" * 8000 + "ํ"),
        (canonical, "่้" * 2000 + "ิี" * 2000),
        (canonical, "่" * 50_000 + "x"),
        (canonical, "่" * 25_000 + "ฺ" * 25_000),
        (ask, "แมว" + " " * 20_000 + "x"),
        (ask, "นะ" * 20_000 + "x"),
    ],
)
def test_no_text_takes_the_square_of_its_length(work: Callable[[str], object], text: str) -> None:
    work("ก ข")  # loads what is loaded once
    began = time.perf_counter()
    work(text)
    assert time.perf_counter() - began < 4  # seconds: each took more before


def test_a_long_run_of_short_pieces_is_cut_where_it_scores_best() -> None:
    spans = sentences("ก " * 1000)
    assert [span.end - span.start for span in spans][:-1] and all(30 <= span.end - span.start <= 430 for span in spans[:-1])


def test_blanks_in_a_question_mean_nothing() -> None:
    assert ask(" แมว \n\n กิน\u2028อะไร ??").words == ask("แมว กิน อะไร").words


@pytest.mark.parametrize(
    "variants",
    [("ทรอตสกี", "ทร็อตสกี", "ทรอตสกี้"), ("บูคาริน", "บุคาริน", "บุคคาริน"), ("ราษฎร", "ราสดร"), ("ศิลป", "สิลป")],
)
def test_spellings_of_one_name_share_a_key(variants: tuple[str, ...]) -> None:
    assert len({fold(name) for name in variants}) == 1


@pytest.mark.parametrize(("one", "other"), [("ปลา", "ปูม้า"), ("เลนิน", "สตาลิน"), ("ซ้าย", "ขวา")])
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("พ.ศ. 2534", "y1991"),
        ("ค.ศ.1991", "y1991"),
        ("๒๕๓๔", "y1991"),
        ("พุทธศักราช ๒๔๗๕", "y1932"),
        ("ร.ศ. 112", "y1893"),
        ("ในปี 1926", "y1926"),
    ],
)
def test_a_year_is_one_token_however_written(text: str, year: str) -> None:
    assert year in terms(text)


def test_ranges_and_numbers() -> None:
    assert {"y1937", "y1938"} <= set(terms("ระหว่าง ค.ศ. 1937 – 1938"))
    assert {"y1927", "y1928"} <= set(terms("ค.ศ.1927-8"))
    assert "150000000" in terms("บทกวี 150,000,000") and "y150" not in terms("150 คน")
    assert terms("1,200 คน")[0] == "1200" and "y1200" not in terms("1,200 คน")


def test_a_page_end_in_mid_sentence_scores_below_a_paragraph_end() -> None:
    cut = boundary_score("ผู้กำกับ นักแสดง และเจ้าหน้าที่กองถ่ายทำเก็บเครื่อง", "มือหนีไปหมด จึงไม่เหลือผู้ชำนาญการ")
    end = boundary_score("นอกจากนั้นยังมีอิทธิพลต่อภาพยนตร์โซเวียต อย่างยิ่งด้วย", "ในระหว่างค.ศ. 1928-29 เจ้าหน้าที่พรรคสนใจภาพยนตร์มาก")
    assert cut < -2.05 < end


def test_the_cells_of_a_row_are_one_sentence() -> None:
    row = "อำเภอ: เมืองสมุทรสาคร · ตำบล: ท่าฉลอม · ปี พ.ศ.: 2564 · ปริมาณน้ำฝน (มม.): 1577.3 · สถานีวัดอยู่ที่ท่าเรือ"
    assert len(sentences(row)) == 1
    assert len(sentences(row.replace("·", "|"))) == 1


def test_sentences_do_not_end_inside_dates_names_or_brackets() -> None:
    text = (
        'ยูโกสลาเวียถูกขับออกจาก "โคมินเทิร์น" ซึ่งเป็นองค์การสืบทอด (ดูเพิ่มที่ สงครามเย็น ตอนต้น) เมื่อ ค.ศ. 1948 อย่างเป็นทางการ '
        "ต่อมาในปี ค.ศ. 1950 ฝ่ายนิยมลัทธิมากซ์-เลนินในจีนก็สามารถควบคุมจีนแผ่นดินใหญ่ทั่วทุกแห่งหนได้สำเร็จ"
    )
    found = [text[span.start : span.end].strip() for span in sentences(text)]
    assert found[-1].startswith("ต่อมาในปี ค.ศ. 1950") and not any(sentence.endswith("ค.ศ.") for sentence in found)
    assert not any(sentence.count("(") != sentence.count(")") for sentence in found)


def test_spellings_of_the_seeds_meet_by_sound() -> None:
    """A key joins them (``bench/variants.py`` measures how many names of the news meet, and how many strangers do)."""
    lines = (ROOT / "bench/variants/seeds.txt").read_text(encoding="utf-8").splitlines()
    meeting = [line for line in lines if len({skeleton(name) for name in line.split()}) == 1]
    assert [line for line in lines if line not in meeting] == ["มาร์กซ์ มาร์กซ"]
    assert fold("ทรอตสกี") == fold("ทร็อตสกี") == fold("ทروتสกี") != fold("สตาลิน")
