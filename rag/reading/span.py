"""The short answer inside a sentence, for questions of when and how many: a date or a number, by its form.

Other kinds have no form to go by and get none: a wrong short answer is worse than a sentence.
"""

import itertools
import re
from collections.abc import Sequence

from rag.question import weighty
from rag.records import Kind, Question
from thai.normalize import canonical
from thai.words import words
from thai.years import numbers

_DIGITS = "[0-9๐-๙]"
_MONTH = (
    r"(?:มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม"
    r"|ม\.ค\.|ก\.พ\.|มี\.ค\.|เม\.ย\.|พ\.ค\.|มิ\.ย\.|ก\.ค\.|ส\.ค\.|ก\.ย\.|ต\.ค\.|พ\.ย\.|ธ\.ค\.)"
)
_YEAR = rf"(?:(?:พ\.ศ\.|ค\.ศ\.|พุทธศักราช|คริสต์ศักราช|ปี)\s?)?{_DIGITS}{{4}}(?:\s?[-–]\s?{_DIGITS}{{1,4}}(?!{_DIGITS}|\s?(?:เดือน)?{_MONTH}))?"
_DATES = re.compile(
    rf"(?:{_DIGITS}{{1,2}}\s)?(?:เดือน)?{_MONTH}(?:\s?[-–]\s?{_MONTH})?(?:\s?(?:ปี)?\s?{_YEAR})?|{_YEAR}"
    rf"|(?:คริสต์|พุทธ)?(?:ศตวรรษที่|ทศวรรษ(?:ที่)?)\s?{_DIGITS}+"
)
_NUMBER_WORD = r"(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ยี่|เอ็ด|ร้อย|พัน|หมื่น|แสน|ล้าน)+"
_AMOUNT = re.compile(rf"(?:ร้อยละ\s?)?(?:{_DIGITS}[0-9๐-๙,.]*(?<![.,])(?:\s?(?:ล้าน|แสน|หมื่น|พัน|ร้อย))?|{_NUMBER_WORD})\s?%?")
_DEATH = re.compile("ตาย|เสียชีวิต|สิ้นพระชนม์|สวรรคต|ถึงแก่|สิ้นชีวิต|มรณภาพ")
_BIRTH = re.compile("เกิด(?!ขึ้น|เหตุ|จาก)|ประสูติ|กำเนิด")
_LIFE = re.compile(rf"(?P<born>\D*{_DIGITS}{{4}})\s?[-–]\s?(?P<died>{_DIGITS}{{4}})")  # two whole years
_AMBIGUOUS = 6  # code points: two spans about as near to the question's words are none
_UNIT_ASKED = re.compile(r"กี่\s?([ก-๎]{2,24})")
_SHARE_ASKED = re.compile(r"ร้อยละ|เปอร์เซ็นต์|%|percent")
_RATE = re.compile(r"\s?(?:ต่อ(?!มา|ไป|จาก|เนื่อง|สู้|ต้าน)|/)")


def find_span(question: Question, text: str) -> tuple[int, int] | None:
    """Return where the short answer stands in an evidence sentence, or None where its form is not found or the kind has none."""
    if question.kind is Kind.WHEN:
        known = _numbers_of(question.text)
        dates = [found.span() for found in _DATES.finditer(text) if not (_numbers_of(found[0]) and _numbers_of(found[0]) <= known)]
        return _of_a_life(dates, question, text) or _nearest(dates, question, text)
    if question.kind is Kind.COUNT:
        return _amount(question, text)
    return None


def _of_a_life(dates: Sequence[tuple[int, int]], question: Question, text: str) -> tuple[int, int] | None:
    """Return the second of two dates joined by a dash, (born – died), where the question asks of a death; of a birth the first."""
    for start, end in dates:
        if life := _LIFE.fullmatch(text, start, end):
            if _DEATH.search(question.text):
                return life.span("died")
            if _BIRTH.search(question.text):
                return life.span("born")
    for first, second in itertools.pairwise(dates):
        if text[first[1] : second[0]].strip() in ("-", "–", "—") and _DEATH.search(question.text):
            return second
    return None


def _amount(question: Question, text: str) -> tuple[int, int] | None:
    known = _numbers_of(question.text)
    amounts = [found for found in _AMOUNT.finditer(text) if not _numbers_of(found[0]) & known and not _is_year(text, found.start())]
    if _SHARE_ASKED.search(question.text):
        amounts = [found for found in amounts if found[0].startswith("ร้อยละ") or found[0].rstrip().endswith("%")]
        return _nearest([_trimmed(found) for found in amounts], question, text)
    asked = _UNIT_ASKED.search(question.text)
    if not asked:
        return None
    for unit in reversed(list(itertools.accumulate(words(asked[1])))):  # กี่เล่มคะ: the unit is the most of what follows that the text has
        spans = [(found.start(), found.end() + len(unit)) for found in amounts if text.startswith(unit, found.end())]
        spans = [span for span in spans if not is_rate(question, text, span[1])]
        if spans:
            return _nearest(spans, question, text)
    return None


def is_rate(question: Question, text: str, end: int) -> bool:
    """Whether an amount that ends there is so many of something else (59 คนต่อตารางกิโลเมตร), and no rate is asked for."""
    return _RATE.match(text, end) is not None and "ต่อ" not in question.text


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    return found.start(), found.start() + len(found[0].rstrip())


def _is_year(text: str, at: int) -> bool:
    return bool(re.search(r"(?:ศ\.|ปี|ศักราช)\s?$", text[max(0, at - 8) : at]))


def _numbers_of(text: str) -> frozenset[str]:
    return frozenset(token for span in numbers(canonical(text)) for token in span.tokens)


def _nearest(spans: Sequence[tuple[int, int]], question: Question, text: str) -> tuple[int, int] | None:
    """Return the span nearest to the question's words in the text, the first of equals."""
    normal = text.lower()
    places = [place for word in weighty(question.words) for place in (normal.find(word), normal.rfind(word)) if place >= 0]
    if not spans:
        return None
    if not places:
        return spans[0] if len(spans) == 1 else None
    away = sorted((min(min(abs(start - place), abs(end - place)) for place in places), start, end) for start, end in spans)
    if len(away) > 1 and away[1][0] - away[0][0] < _AMBIGUOUS and text[slice(*away[0][1:])] != text[slice(*away[1][1:])]:
        return None
    return away[0][1:]
