"""Numbers said in words: ``ห้าพันสามร้อยยี่สิบเอ็ด`` and ``1 หมื่น 2 พันล้าน`` to digits.

Only what Thai grammar reads in one way: ``สองสาม`` (two or three), ``หลายพัน`` and ``สองหมื่นห้า`` (25,000 or 20,005) stay words.
Words are looked at as the dictionary cuts them, so ``สามารถ``, ``เก้าอี้`` and ``พันธุ์`` are never numbers.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from thai.words import words

_ONES = {word: value for value, word in enumerate("หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า".split(), 1)}  # noqa: SIM905
_POWERS = {"": 1, "สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000}
_ONE = "|".join(_ONES)
_BELOW_MILLION = re.compile(
    rf"(?:(?P<แสน>{_ONE})แสน)?(?:(?P<หมื่น>{_ONE})หมื่น)?(?:(?P<พัน>{_ONE})พัน)?(?:(?P<ร้อย>{_ONE})ร้อย)?"
    rf"(?P<tens>(?:{_ONE}|ยี่)?สิบ)?(?P<ones>{_ONE}|เอ็ด)?"
)
_COLLOQUIAL = re.compile(rf"(?:พัน|หมื่น|แสน|ล้าน)(?:{_ONE})$")  # สองหมื่นห้า
_TENS = frozenset(f"{ten}สิบ{one}" for ten in ("", "ยี่", *_ONES) for one in ("", "เอ็ด", *_ONES))
NUMERALS = frozenset({*_ONES, *_POWERS, "ยี่", "เอ็ด", "ล้าน", *_TENS, "หนึ่งร้อย", "หกร้อย", "พันหก", "พันหกร้อย", "ร้อยห้าสิบ", "ร้อยเอ็ด"} - {""})
_VAGUE = frozenset({"หลาย", "นับ", "กี่", "ไม่กี่"})
UNITS = """
    คน ราย ท่าน องค์ รูป ตน พระองค์ ปี เดือน วัน สัปดาห์ ชั่วโมง นาที วินาที ครั้ง หน รอบ แห่ง ประเทศ จังหวัด อำเภอ ตำบล หมู่บ้าน เมือง รัฐ
    เกาะ หลัง ชั้น ห้อง ตัว ต้น ลูก เล่ม ฉบับ เรื่อง บท ตอน ภาค ข้อ ประการ อย่าง ชนิด ประเภท แบบ กลุ่ม ฝ่าย พรรค ทีม ครอบครัว คู่ ชุด หน้า หน่วย
    ส่วน เท่า บาท ดอลลาร์ ปอนด์ เยน ยูโร เมตร เซนติเมตร กิโลเมตร กิโลกรัม กรัม ตัน ลิตร ไร่ ตารางกิโลเมตร ตารางเมตร องศา คะแนน เสียง ประตู เหรียญ รางวัล
    สมัย ลำ คัน เครื่อง เส้น สาย ใบ ดวง ชิ้น ก้อน มาตรา สถานี ภาษา โรงเรียน วัด ยุค ระดับ ขั้น ขั้นตอน นัด เกม เพลง อัลบั้ม ด้าน ทาง พี่น้อง ศพ
""".split()  # noqa: SIM905  # what is counted
_COUNTED = frozenset({*UNITS, "เปอร์เซ็นต์"})
_NUMBERED = frozenset({"ที่", "ร้อยละ"})
_SCALES = {**dict(list(_POWERS.items())[2:]), "ล้าน": 1_000_000}
_MOST_MILLIONS = 3  # said one after another
_FACTORS = frozenset("123456789")
_MAY_SCALE = re.compile(r"\s?(?:ร้อย|พัน|หมื่น|แสน|ล้าน)")
_LONGEST = 40  # code points looked at for a scale


class Scaled(NamedTuple):
    """Digits and the words of scale after them as one number."""

    digits: str
    words: tuple[str, ...]
    end: int


class Spoken(NamedTuple):
    """A number in words: ``pieces[first:last]``, and its digits."""

    first: int
    last: int
    digits: str


def value_of(said: str) -> Decimal | None:
    """Return the value of a whole number in words, or None where it is none or can be read in two ways.

    >>> value_of("ห้าพันสามร้อยยี่สิบเอ็ด"), value_of("สองสาม")
    (Decimal('5321'), None)
    """
    *millions, rest = said.split("ล้าน")
    if len(millions) > _MOST_MILLIONS or _COLLOQUIAL.search(said):
        return None
    total = Decimal(0)
    for order, part in enumerate(millions):
        below = _below_million(part)
        if below is None and not (order and not part):  # ล้านล้าน
            return None
        total = (total + (below or 0)) * 1_000_000
    last = _below_million(rest) if rest else 0
    return None if last is None else total + last


def _below_million(said: str) -> int | None:
    found = _BELOW_MILLION.fullmatch(said)
    if not said or not found or said == "เอ็ด":
        return None
    tens = (found["tens"] or "").removesuffix("สิบ")
    value = (2 if tens == "ยี่" else _ONES.get(tens, 1)) * 10 if found["tens"] else 0
    ones = found["ones"] or ""
    return value + _ONES.get(ones, 1 if ones else 0) + sum(_POWERS[power] * _ONES.get(found[power] or "", 0) for power in list(_POWERS)[2:])


def spoken(pieces: Sequence[str]) -> Iterator[Spoken]:
    """Yield the numbers said in words among the words of a text, in order.

    A single word counts only where something is counted (``สองคน``) or numbered (``ที่สอง``) by it: หนึ่ง is an article too.

    >>> [number.digits for number in spoken(["มี", "ห้า", "ล้าน", "คน"])]
    ['5000000']
    """
    places = [at for at, piece in enumerate(pieces) if piece in NUMERALS]
    last = 0
    for first in places:
        if first < last:
            continue
        last = first + 1
        while last < len(pieces) and pieces[last] in NUMERALS:
            last += 1
        before, after = pieces[first - 1] if first else "", pieces[last] if last < len(pieces) else ""
        said = "".join(pieces[first:last])
        alone = said in _ONES or said == "สิบ"
        if before in _VAGUE or (alone and before not in _NUMBERED and after not in _COUNTED):
            continue
        value = value_of(said)
        if value is not None:
            half = after == "ครึ่ง" and _half(said)
            yield Spoken(first, last + bool(half), plain(value + (half or 0)))


def _half(said: str) -> Decimal:
    """Return half of the last power of a number in words: สามล้านครึ่ง is 3,500,000."""
    return Decimal(next((value for word, value in {**_POWERS, "ล้าน": 1_000_000}.items() if word and said.endswith(word)), 0)) / 2


def plain(value: Decimal) -> str:
    """Return a number as digits, without an exponent or zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(digits: str, text: str, at: int) -> Scaled | None:
    """Return digits with the scale that follows them at a place: ``1 หมื่น 2 พันล้าน``; None where there is none.

    >>> scaled("1", "1 หมื่น 2 พันล้านบาท", 1)
    Scaled(digits='12000000000', words=('หมื่น', 'พัน', 'ล้าน'), end=17)
    """
    if not _MAY_SCALE.match(text, at):
        return None
    parts: list[tuple[Decimal, int, int]] = []  # factor, scale, how many words of scale so far
    said: list[tuple[str, int]] = []
    factor, scale = Decimal(digits), 1
    for piece in words(text[at : at + _LONGEST]):
        at += len(piece)
        if piece in _SCALES:
            scale *= _SCALES[piece]
            said.append((piece, at))
        elif piece in _FACTORS and scale > 1:
            parts.append((factor, scale, len(said)))
            factor, scale = Decimal(piece), 1
        elif piece != " ":
            break
    if scale > 1:
        parts.append((factor, scale, len(said)))
    return _summed(parts, said) if parts else None


def _summed(parts: list[tuple[Decimal, int, int]], said: list[tuple[str, int]]) -> Scaled:
    million = 1_000_000 if parts[-1][1] % 1_000_000 == 0 else 1
    scales = [scale if scale >= million else scale * million for _, scale, _ in parts]
    if any(later >= earlier for earlier, later in itertools.pairwise(scales)):
        parts, scales = parts[:1], [parts[0][1]]
    total = sum((factor * scale for (factor, *_), scale in zip(parts, scales, strict=True)), Decimal(0))
    kept = said[: parts[-1][2]]
    return Scaled(plain(total), tuple(word for word, _ in kept), kept[-1][1])
