"""Questions made from Wikipedia's sentences by rules, for a network that has few of people's: a date, an amount, a name, a place or a
definition is taken out of a sentence, and what stands around it, some words dropped and some replaced by words of like meaning, asks for
it with the asking words of its kind. They are not good Thai; they teach which form answers which asking word, and where it ends.
"""

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rag.question import EMPTY
from thai.meaning import neighbours
from thai.mentions import mentions
from thai.sentences import sentences
from thai.weight import weight
from thai.words import words

EVERY, MOST_TEXT, OF_AN_ARTICLE, OTHERS = 7, 4000, 4, 4
_PLACES = frozenset("จังหวัด อำเภอ ตำบล ประเทศ เมือง กรุง รัฐ เกาะ หมู่บ้าน ถนน แคว้น มณฑล ทวีป".split())  # noqa: SIM905
_THINGS = frozenset(
    """มหาวิทยาลัย โรงเรียน บริษัท วัด แม่น้ำ สโมสร พรรค ภาพยนตร์ เพลง อัลบั้ม หนังสือ นวนิยาย ราชวงศ์ ภาษา สถานี โรงพยาบาล สงคราม รางวัล
    ละคร วง กองทัพ ศาสนา เผ่า ทีม กระทรวง กรม ค่าย ตำแหน่ง วิทยาลัย คณะ สำนัก องค์การ สมาคม พิพิธภัณฑ์ ภูเขา ทะเล โครงการ รายการ เกม""".split()  # noqa: SIM905
)
_PEOPLE = frozenset(
    """นาย นาง นางสาว พระ สมเด็จ พระเจ้า พลเอก พลโท พลตรี พันเอก ดร. เจ้า ขุน หลวง พระยา เจ้าพระยา หม่อม กษัตริย์ จักรพรรดิ ประธานาธิบดี
    นายกรัฐมนตรี ศาสตราจารย์ เซอร์ ลอร์ด ท่าน คุณหญิง พระองค์เจ้า""".split()  # noqa: SIM905
)
_DEFINES = frozenset("คือ ได้แก่ เรียกว่า ชื่อว่า หมายถึง แปลว่า นามว่า มีชื่อว่า เป็น".split())  # noqa: SIM905
_ENDS_A_NAME = frozenset("ที่ ซึ่ง และ ใน เมื่อ โดย ของ จาก เป็น ได้ มี กับ ไป ให้ ( )".split())  # noqa: SIM905
_AFTER_BY = frozenset("การ มี ใช้".split())  # noqa: SIM905
_ASKING = {
    "when": ("เมื่อไร", "เมื่อใด", "ในปีใด", "ปีใด", "ปีไหน", "เมื่อไหร่", "ในปี พ.ศ. ใด", "วันที่เท่าไร", "ตอนไหน", "ในช่วงใด"),
    "number": ("เท่าไร", "เท่าใด", "จำนวนเท่าไร", "กี่"),
    "who": ("ใคร", "ใคร", "ผู้ใด", "คือใคร", "ใครคือ"),
    "where": ("ที่ไหน", "ที่ใด", "อยู่ที่ไหน", "แห่งใด"),
    "definition": ("คืออะไร", "คือ", "หมายถึงอะไร", "อะไร"),
    "name": ("ชื่อว่าอะไร", "ชื่ออะไร", "อะไร", "ว่าอะไร"),
    "what": ("อะไร", "คืออะไร", "อะไรบ้าง", "สิ่งใด", "ใด"),
}
_QUOTED = re.compile(r"[\"“]([^\"”]{3,60})[\"”]")
_LATIN = re.compile(r"[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]+)*")
_PHRASE = re.compile(r"(?:(?<=\s)|^)[^\s()\"“”]{6,40}(?=\s|$)")
_SHORTEST, _LONGEST = 2, 90  # code points of an answer
_DEFINITION = 14  # words of what something is said to be


class Made(NamedTuple):
    """A question, the sentence that answers it and where, and other sentences of the same article that do not."""

    question: str
    title: str
    sentence: str
    start: int
    end: int
    others: tuple[str, ...]


class _Blank(NamedTuple):
    start: int
    end: int
    kind: str
    head: str = ""


def made_questions(wikipedia: Path, most: int, seed: int) -> Iterator[Made]:
    """Yield ``most`` questions from every seventh article."""
    chance = random.Random(seed)
    count = 0
    with lzma.open(wikipedia, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EVERY:
                continue
            record = json.loads(line)
            for made in _of_article(re.sub(r"\s*\(.*\)", "", record["title"]), _sentences(record["text"][:MOST_TEXT]), chance):
                yield made
                count += 1
                if count == most:
                    return


def _sentences(text: str) -> list[str]:
    paragraphs = [paragraph for line in text.split("\n") if len(paragraph := line.strip()) >= 40]
    found = [paragraph[span.start : span.end].strip() for paragraph in paragraphs for span in sentences(paragraph)]
    return [sentence for sentence in found if 25 < len(sentence) < 420]


def _of_article(title: str, found: list[str], chance: random.Random) -> Iterator[Made]:
    if len(found) < 3:
        return
    for sentence in chance.sample(found, min(len(found), OF_AN_ARTICLE)):
        pieces = words(sentence)
        blanks = list(_blanks(sentence, pieces, chance))
        if not blanks:
            continue
        kind = chance.choice(sorted({blank.kind for blank in blanks}))
        blank = chance.choice([each for each in blanks if each.kind == kind])
        question = _question(title, sentence, pieces, blank, chance)
        answer = sentence[blank.start : blank.end]
        others = [other for other in found if other != sentence and answer not in other]
        if len(question) > 5:
            yield Made(question, title, sentence, blank.start, blank.end, tuple(chance.sample(others, min(OTHERS, len(others)))))


def _blanks(sentence: str, pieces: Sequence[str], chance: random.Random) -> Iterator[_Blank]:
    """Yield what could be asked for."""
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    found = [*_mentioned(sentence, pieces, starts, chance), *_named(pieces, starts, chance)]
    found += [_Blank(*quoted.span(1), "name") for quoted in _QUOTED.finditer(sentence)]
    found += [_Blank(*name.span(), "name") for name in _LATIN.finditer(sentence) if len(name[0]) > 4 and chance.random() < 0.4]
    phrases = [phrase.span() for phrase in _PHRASE.finditer(sentence)]
    if len(phrases) > 2 and chance.random() < 0.3:
        found.append(_Blank(*chance.choice(phrases[1:]), "what"))
    yield from (blank for blank in found if _SHORTEST <= blank.end - blank.start <= _LONGEST)


def _mentioned(sentence: str, pieces: Sequence[str], starts: Sequence[int], chance: random.Random) -> Iterator[_Blank]:
    """Yield dates, and numbers with or without the word that is counted."""
    for mention in mentions(sentence):
        if mention.first is not None:
            yield _Blank(mention.start, mention.end, "when")
            continue
        after = next((at for at, start in enumerate(starts[:-1]) if start >= mention.end and pieces[at].strip()), None)
        unit = pieces[after] if after is not None and re.match("[ก-๎]{2,}", pieces[after]) else ""
        if unit and after is not None and chance.random() < 0.8:
            yield _Blank(mention.start, starts[after + 1] if chance.random() < 0.7 else mention.end, "count", unit)
        elif chance.random() < 0.3:
            yield _Blank(mention.start, mention.end, "number")


def _named(pieces: Sequence[str], starts: Sequence[int], chance: random.Random) -> Iterator[_Blank]:
    """Yield places, things and people by the words before their names, and what a thing is said to be."""
    for at, piece in enumerate(pieces[:-1]):
        end = _name_end(pieces, at + 1)
        for heads, kind in ((_PLACES, "place"), (_THINGS, "thing")):
            if piece in heads and end > at + 1:
                yield _Blank(starts[at] if chance.random() < 0.6 else starts[at + 1], starts[end], kind, piece)
        if piece in _PEOPLE or (at and pieces[at - 1] == "โดย" and piece.strip() and piece not in _AFTER_BY):
            surname = end + 1
            if surname < len(pieces) and not pieces[end].strip() and weight(pieces[surname]) > 9 and chance.random() < 0.5:
                end = _name_end(pieces, surname)
            yield _Blank(starts[at], starts[end], "who")
        if piece in _DEFINES and at > 1:
            first = next((place for place in range(at + 1, len(pieces)) if pieces[place].strip()), len(pieces))
            until = min(first + _DEFINITION, len(pieces))
            last = next((place for place in range(first, until) if not pieces[place].strip()), until)
            if last > first:
                yield _Blank(starts[first], starts[last], "definition")


def _name_end(pieces: Sequence[str], start: int, most: int = 9) -> int:
    end = start
    while end < len(pieces) and end - start < most and pieces[end].strip() and pieces[end] not in _ENDS_A_NAME:
        end += 1
    return end


def _question(title: str, sentence: str, pieces: Sequence[str], blank: _Blank, chance: random.Random) -> str:
    before, after, at = [], [], 0
    for piece in pieces:
        if at + len(piece) <= blank.start:
            before.append(piece)
        elif at >= blank.end:
            after.append(piece)
        at += len(piece)
    before, after = _reworded(before[-chance.randint(2, 14) :], chance), _reworded(after[: chance.randint(0, 10)], chance)
    if not before and not after:
        return ""
    asking, order = _asking(blank, chance), chance.random()
    subject = [title] if chance.random() < 0.6 and title not in sentence[blank.start : blank.end] else []
    if blank.kind == "who" and order < 0.25:
        return "".join([*subject, asking, *after, *before])
    if order < 0.5:
        return "".join([*subject, *before, asking, *after])
    return "".join([*subject, *before, *after, asking])


def _asking(blank: _Blank, chance: random.Random) -> str:
    if blank.kind == "count":
        return f"กี่{blank.head}" if chance.random() < 0.7 else f"{blank.head}เท่าไร"
    if blank.kind == "place" and chance.random() < 0.45:
        return chance.choice(_ASKING["where"])
    if blank.kind in ("place", "thing"):
        return blank.head + chance.choice(("ใด", "อะไร", "ไหน"))
    return chance.choice(_ASKING[blank.kind])


@cache
def _like(word: str) -> tuple[str, ...]:
    return tuple(neighbours(word, 6))


def _reworded(pieces: Sequence[str], chance: random.Random) -> list[str]:
    """Return the words as somebody else might put them: half of the function words, most of the others or words like them."""
    kept = []
    for word in filter(None, map(str.strip, pieces)):
        drawn = chance.random()
        if word in EMPTY:
            kept += [word] if drawn < 0.5 else []
        elif drawn >= 0.22:
            kept.append(chance.choice(_like(word)) if drawn < 0.36 and _like(word) else word)
    return kept
