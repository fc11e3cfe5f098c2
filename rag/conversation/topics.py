"""What a turn of the conversation was about: the names and things of its question, whether they are people, what stands for its answer."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rag.conversation.kinds import is_empty
from rag.conversation.parts import Clause, clause, is_listed, possessed, statement, take_apart
from rag.question import mended
from rag.records import Answer
from thai.normalize import canonical
from thai.terms import terms
from thai.weight import weight
from thai.words import dictionary, words

_NAME, _NAME_PART = 12.0, 10.0  # nats from which a word alone is a name, and each of several with blanks between
_TITLE_SHARE = 0.5  # of a phrase that stands in a hit's title, to be what the document is about
_COMMON = 9.0  # nats of a word that is no topic of its own
_SHORTEST = 2  # code points: so short a topic may stand in another word
_LONGEST = 80  # code points of a topic: more is no name
_PERSON = re.compile(
    r"เกิด(?=\s?(?:ที่|เมื่อ|ปี|วัน|เดือน|ตอน|จังหวัด|เมือง|ประเทศ|$))|(?<!คน)ตาย|(?<!ผู้)(?<!คน)เสียชีวิต|สิ้นพระชนม์|สวรรคต|ถึงแก่|แต่งงาน|สมรส|หมั้น|เขียน|แต่ง|เรียน|ศึกษา|(?:เป็น|คือ)(?:ใคร|คน)|ลอบสังหาร|เนรเทศ|ลี้ภัย"
    "|ดำรงตำแหน่ง|นายก|ประธาน|กำกับ|รางวัล|ตีพิมพ์|เดินทาง|พ่อ|แม่|บิดา|มารดา|ภรรยา|สามี|น้อง|พี่|บรรณาธิการ|ทำงาน|อาชีพ|ชื่อจริง|ใครบ้าง"
)
_THING = re.compile(
    "^(?:หอ|เมือง|จังหวัด|ประเทศ|แม่น้ำ|ดาว|เรือ|สโมสร|กำแพง|ยอดเขา|ภูเขา|เกาะ|วัด|ปราสาท|สงคราม|การ|ความ|ลัทธิ|นโยบาย|ภาษา|วิกฤต|วิตามิน|แผ่นดินไหว|คลื่น|โศกนาฏกรรม"
    "|พรรค|มหาวิทยาลัย|บริษัท|ฟุตบอล|องค์การ|สมาคม|รัฐ|ยา|โรค|หนังสือ|นวนิยาย|บท|สัตว์|เสือ|ช้าง|แมว)"
)
_THING_VERBS = re.compile("สูง|ยาว|กว้าง|ลึก|ตั้งอยู่|ล่มสลาย|จม|สร้าง|คืออะไร|ถูกค้นพบ|ลงจอด|ยุบ|จัดขึ้น|เกิดขึ้น|เปิดตัว|ประชากร|อำเภอ|หนัก|เมืองหลวง|ตั้งขึ้น")
_REFERRING = re.compile("^(?:เขา|เธอ|ท่าน|มัน|พวกเขา|พวกเธอ|ที่นั่น|ที่นี่|ตอนนั้น|คน|ใคร|ถ้า|หาก)$|(?:นี้|นั้น|ดังกล่าว)$")
_SPLIT = re.compile(r"\s*(?:(?<!ก)ว่า|ของ|ใน(?!ไตย)|จาก|โดย|เพื่อ|ระหว่าง|(?<!เกี่ยว)กับ|และ|ที่(?!ส|ห|เก|แป|เจ|ปร)|ซึ่ง|เรื่อง(?!สั้น)|[“”\"])\s*")
_ONE_WHO = re.compile("(?:ผู้|คน|แรก)ที่")
_DEGREE = re.compile("(?:มาก|น้อย)?(?:ที่สุด|กว่า)$")
_DONE_SOMEWHERE = ("จัด", "สร้าง", "ผลิต", "ปลูก", "พบ", "ค้นพบ", "ถ่าย", "ก่อตั้ง")
_BY = re.compile(r"โดย\s?ใคร$")


class Topic(NamedTuple):
    """Something talked of: its words as they stand in the conversation, and whether it is a person (None: who knows)."""

    text: str
    person: bool | None


def asked_of(answer: Answer) -> str:
    """Return the question of an earlier turn as it was understood."""
    return answer.understood or answer.question


def is_name(text: str) -> bool:
    """Whether the text holds a name: a word in Latin letters, one no dictionary has, or one that was cut to pieces for that reason.

    >>> is_name("มายากอฟสกี"), is_name("ผู้นำประเทศ")
    (True, False)
    """
    found = terms(text)
    chunks = text.split()
    if len(chunks) > 1 and all(max(map(weight, words(chunk))) >= _NAME_PART for chunk in chunks):
        return True
    whole = [word for word in mended(tuple(found)) if not word.isdigit()]
    return any(word not in found or word.isascii() or weight(word) >= _NAME for word in whole)


@cache
def places() -> frozenset[str]:
    """Return the names of countries and of Thai provinces that pythainlp carries."""
    folder = dictionary().parent
    provinces = (folder / "thailand_provinces_th.csv").read_text(encoding="utf-8-sig").splitlines()
    named = (line.partition(",")[0].strip() for line in provinces)
    return frozenset((*(folder / "countries_th.txt").read_text(encoding="utf-8").split(), *filter(None, named), "กรุงเทพ", "กรุงเทพฯ"))


def topics(answer: Answer) -> list[Topic]:
    """Return what an earlier turn was about, the most likely first: what its documents' titles name, its subject, other names."""
    parts = take_apart(asked_of(answer))
    found = clause(parts.body)
    titles = [canonical(hit.passage.title) for hit in answer.hits[:5]]
    about = found.about if _ONE_WHO.search(found.about) else possessed(found.about)[1]
    phrases = [about] if about and not _REFERRING.search(about) else []
    phrases += [phrase for phrase in objects(found) if not _REFERRING.search(phrase)]
    kept = [phrase for phrase in dict.fromkeys(phrases) if 1 < len(phrase) <= _LONGEST]
    ranked = sorted(kept, key=lambda phrase: (-_titled(phrase, titles), phrase != about, not is_name(phrase)))
    return [Topic(phrase, _person(phrase, found, phrase == about)) for phrase in ranked]


def continued(turns: Sequence[Answer]) -> Topic | None:
    """Return what the talk goes on about: what an earlier turn was about and the latest still names, else the latest's topic.

    After "จุฬาฯ ก่อตั้งปีอะไร" and "ใครเป็นอธิการบดีคนแรกของจุฬาฯ" that is จุฬาฯ, not the rector.
    """
    latest = topics(turns[0])
    if turns[0].understood and latest and not _ONE_WHO.search(latest[0].text):
        for turn in turns[1:]:
            for topic in topics(turn)[:1]:
                if len(topic.text) > _SHORTEST and topic.text in asked_of(turns[0]):
                    return topic
    found = [topic for turn in turns for topic in topics(turn)[:1] if not _said_by_the_way(topic, turn)]
    return next(iter(found), next((topic for turn in turns for topic in topics(turn)[:1]), None))


def _said_by_the_way(topic: Topic, turn: Answer) -> bool:
    """Whether the topic is a common word after the verb of a question (สิทธิ์ in ใครมีสิทธิ์สมัคร)."""
    about = clause(take_apart(asked_of(turn)).body).about
    return topic.text not in about and len(words(topic.text)) == 1 and weight(topic.text) < _COMMON


def objects(found: Clause) -> list[str]:
    """Return the noun phrases after the verb, without what is asked."""
    if found.verb == (0, 0):
        return []
    rest = list(found.body)
    for one in found.asked:
        rest[one.start : one.end] = "\n" * (one.end - one.start)
    pieces = [piece for run in "".join(rest[found.verb[1] :]).split("\n") for piece in _SPLIT.split(run)]
    return [trimmed for piece in pieces if len(trimmed := _DEGREE.sub("", _without_verb(piece.strip()))) > 1 and not is_empty(trimmed)]


def _without_verb(piece: str) -> str:
    inner = clause(piece)
    if inner.verb[0] == 0 and not is_listed(piece[: inner.verb[1]]):
        return piece  # วัดพระแก้ว: วัด may be a verb
    return piece[inner.verb[1] :].strip() if inner.verb != (0, 0) and not inner.about else inner.about or piece


def _titled(phrase: str, titles: Sequence[str]) -> float:
    """Return 1 where a title names the phrase: one holds the other and is not twice as long; else 0."""
    normal = canonical(phrase)
    if len(normal) < 3:
        return 0.0
    pairs = [sorted((normal, title), key=len) for title in titles if title]
    return float(any(short in long and len(short) >= _TITLE_SHARE * len(long) for short, long in pairs))


def _person(phrase: str, found: Clause, subject: bool) -> bool | None:
    if _THING.search(phrase):
        return False
    if phrase.startswith(("ผู้", "พวก")):
        return True
    said = found.body.replace(phrase, "", 1)
    if subject and _PERSON.search(said):
        return True
    return False if _THING_VERBS.search(said) else None


def described(answer: Answer) -> Topic | None:
    """Return the person an earlier turn asked for, by what its question says of them, or None where it asked for none.

    "ใครเขียนนวนิยายปีเปลือย" gives "ผู้ที่เขียนนวนิยายปีเปลือย", "นครวัดสร้างโดยใคร" "ผู้ที่สร้างนครวัด".
    """
    body = take_apart(asked_of(answer)).body
    found = clause(body)
    who = next((one for one in found.asked if one.who), None)
    if who is None or not statement(body):
        return None
    rest = body[who.end :].strip()
    if not body[: who.start].strip():
        return Topic(rest.removeprefix("เป็น") if rest.startswith(("เป็นผู้", "เป็นคน")) else f"ผู้ที่{rest}", True) if rest else None
    before = body[: who.start].strip()
    if before.endswith(("เป็น", "คือ")):
        return None  # the question names the person
    if _BY.search(body[: who.end]) and found.about:
        return Topic(f"ผู้ที่{before[found.subject[1] :].strip()}{found.about}", True)
    asked_with = body[who.start : who.end].removesuffix("ใคร").strip()
    return Topic(f"ผู้ที่{before}{'ด้วย' if asked_with == 'กับ' else asked_with}", True)


def relative(answer: Answer, noun: str) -> str | None:
    """Return the thing an earlier turn asked for with this noun, by what its question says of it, or None where it did not.

    "ซาเมียตินเขียนนวนิยายเรื่องอะไร" gives for เรื่อง "นวนิยายเรื่องที่ซาเมียตินเขียน".
    """
    body = take_apart(asked_of(answer)).body
    found = clause(body)
    for one in found.asked:
        named = body[found.verb[1] : one.start].strip() if found.verb[1] <= one.start else ""
        if not noun or not found.about or found.verb == (0, 0) or found.verb[1] > one.start:
            continue
        if noun == one.noun or (named and (named.startswith(noun) or named.endswith(noun)) and body[one.start : one.end] == "อะไร"):
            verb = body[slice(*found.verb)]
            said = body[found.subject[0] : found.verb[1]].strip()
            if verb in _DONE_SOMEWHERE and body[one.start : one.end].startswith("ที่"):
                said = verb + found.about  # ประเทศที่จัดฟุตบอลโลก: somebody does it there
            return f"{named}{one.noun}ที่{said}"
    return None
