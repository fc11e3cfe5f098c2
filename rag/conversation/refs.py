"""Words that point back: pronouns (เขา, มัน), demonstratives (เมืองนี้, ปีนั้น, ตอนนั้น), where they stand and what they point at."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from rag.conversation.parts import clause
from rag.conversation.topics import is_name
from thai.weight import weight
from thai.words import words


class Points(StrEnum):
    """What a word points back at."""

    PERSON = "person"
    THING = "thing"
    PLACE = "place"
    YEAR = "year"
    THEN = "then"
    BEFORE = "before"
    AFTER = "after"
    NOUN = "noun"


class Reference(NamedTuple):
    """``body[start:end]`` points back; ``noun`` is what it calls the thing (เรือ of เรือลำนี้), ``unit`` its classifier."""

    start: int
    end: int
    points: Points
    noun: str = ""
    unit: str = ""


_PRONOUNS = {
    **dict.fromkeys(("เขา", "เธอ", "ท่าน", "หล่อน", "พระองค์", "พวกเขา", "พวกเธอ", "พวกท่าน"), Points.PERSON),
    **dict.fromkeys(("มัน", "พวกมัน"), Points.THING),
}
_THIS = "(?:นี้|นั้น|นั่น|ดังกล่าว)"
_FIXED = (
    (Points.BEFORE, re.compile("ก่อน(?:หน้า)?นั้น")),
    (Points.AFTER, re.compile("(?:หลัง)?จากนั้น|หลังนั้น")),
    (Points.THEN, re.compile("(?:ใน)?(?:ตอน|ขณะ|เวลา|ช่วงเวลา|ช่วง|สมัย|ยุค)นั้น")),
    (Points.YEAR, re.compile("(?:ใน)?(?:ปี|วัน|เดือน)(?:เดียวกัน)?นั้น|(?:ใน)?(?:ปี|วัน|เดือน)เดียวกัน")),
    (Points.PLACE, re.compile("ที่(?:นั่น|นี่|แห่งนี้|แห่งนั้น)")),
    (Points.PERSON, re.compile(f"(?:คน|ผู้|บุคคล|ท่านผู้){_THIS}")),
    (Points.THING, re.compile(f"(?:สิ่ง|เหตุการณ์|กรณี)(?:ครั้ง)?{_THIS}")),
)
_NOUN = re.compile(_THIS)
_UNITS = frozenset("ลำ องค์ เล่ม ตัว ชิ้น ฉบับ สาย ลูก ดวง หลัง แห่ง ครั้ง แบบ คน ตน รูป เรื่อง ข้อ ชนิด อัน วง ชื่อ แบบนี้ แบบนั้น".split())  # noqa: SIM905
_LINKS = frozenset("ของ ใน จาก กับ และ โดย คือ เป็น ที่ ว่า ถึง".split())  # noqa: SIM905
_OF_PEOPLE = frozenset(("องค์", "คน", "ท่าน", "รูป", "ตน"))
_PLACE = re.compile("(?:เมือง|ประเทศ|จังหวัด|เกาะ|รัฐ|สถานที่)$")
_NOW = re.compile("(?:วัน|เดือน|ปี|ตอน|ขณะ|เดี๋ยว|สมัย|ยุค|ปัจจุบัน|ทุกวัน|สัปดาห์|ช่วง|อย่าง|เช่น|ดัง|เท่า|ทั้ง|นอกจาก|ฉะ|แค่)$")
_MOUNTAINS = ("ภู", "ยอด", "เทือก", "เชิง")
_RARE = 12.0  # nats: นั้น after so rare a word is said for its sound only
_RATHER_RARE, _RATHER_COMMON = 10.5, 8.5  # of a name right after เขา or ท่าน: in one word, in several


def references(body: str) -> Iterator[Reference]:
    """Yield what points back in a question's body, in order, without overlap.

    >>> [found.points.value for found in references("ตอนนั้นเขาอายุเท่าไร")]
    ['then', 'person']
    """
    end = 0
    found = [*_fixed(body), *_pronouns(body), *_nouns(body)]
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def _fixed(body: str) -> Iterator[Reference]:
    for points, pattern in _FIXED:
        for found in pattern.finditer(body):
            yield Reference(found.start(), found.end(), points)


def _pronouns(body: str) -> Iterator[Reference]:
    pieces = words(body)
    at = 0
    for place, piece in enumerate(pieces):
        after = "".join(pieces[place + 1 :])
        if piece == "แก" and at == 0 and after.strip():
            yield Reference(0, len(piece), Points.PERSON)
        elif piece in _PRONOUNS and not _is_other_word(piece, pieces[place - 1] if place else "", after):
            yield Reference(at, at + len(piece), _PRONOUNS[piece])
        at += len(piece)


def _is_other_word(pronoun: str, before: str, after: str) -> bool:
    """Whether เขา is a mountain (ภูเขา, เขาพนมรุ้ง) and ท่าน a title (ท่านพุทธทาส): a name follows, and no verb."""
    if before in _MOUNTAINS:
        return True
    if pronoun not in ("เขา", "ท่าน") or not after or after[0].isspace():
        return False
    named = [word for word in words(clause(after).about) if word.strip()]
    several = len(named) > 1 and all(weight(word) >= _RATHER_COMMON for word in named)
    return several or (bool(named) and (is_name("".join(named)) or (pronoun == "ท่าน" and weight(named[0]) >= _RATHER_RARE)))


def _nouns(body: str) -> Iterator[Reference]:
    for found in _NOUN.finditer(body):
        left = body[: found.start()]
        if not left.strip() or _NOW.search(left):
            continue
        pieces = [piece for piece in words(left) if piece.strip()]
        unit = pieces.pop() if pieces[-1] in _UNITS and len(pieces) > 1 and pieces[-2] not in _LINKS else ""
        noun = pieces[-1]
        place = _PLACE.search(noun)
        if place:
            noun = place[0]
        if weight(noun) >= _RARE or is_name(noun):
            continue
        start = left.rindex(noun)
        points = Points.PLACE if place else Points.NOUN
        yield Reference(start, found.end(), points, noun, unit)


def of_people(reference: Reference) -> bool:
    """Whether the classifier says that it points at a person (กษัตริย์องค์นี้)."""
    return reference.unit in _OF_PEOPLE
