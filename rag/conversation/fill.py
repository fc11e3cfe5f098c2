"""A question that leans on the conversation, written out: the topic put in where Thai wants it.

Every word of the user's stays but the words that point back and the opener; what is put in stands in the conversation as it is. Where it
goes is decided by the kinds of words: nouns that are somebody's take it after ของ (ราคาของ…), verbs as their subject or object (ใครสร้าง…,
…สร้างเมื่อไร), and where neither is sure it stands in front, as the topic of a Thai sentence may: โรคโควิด ใครเสี่ยงที่สุด.
"""

import re
from typing import NamedTuple

from rag.conversation.kinds import ends_in_verb, has_object, is_tail
from rag.conversation.parts import Asked, Clause, Parts, clause, is_listed, is_relation, statement, take_apart
from rag.conversation.topics import Topic, asked_of, objects
from rag.records import Answer
from thai.terms import terms
from thai.words import words

_SPACED = re.compile(r"[\sA-Za-z0-9.)”\"]|[\u0e01-\u0e2e]{1,2}\.")
_CALLED = re.compile("^เรียก(?=ว่า)")
_LONGEST_NAME = 40  # code points
_CLAUSE_FIRST = ("ตอนที่", "ก่อนที่", "หลังจากที่", "ทำไม", "เหตุใด")
_WHY = ("ทำไม", "เหตุใด", "เพราะ")
_COPULAS = ("เป็น", "คือ")
_MOVES = ("ขึ้น", "ลง", "เข้า", "ไป", "มา", "ออก")
_STRAIGHT = ("ชื่อ", "นาม", "ศิลาฤกษ์")  # given or laid: ใครพระราชทานนามวัดพระแก้ว
_WHICH_ONE = re.compile("^(?:(?:ตัว|เพศ)(?:เมีย|ผู้)|(?:เล่ม|ภาค|รุ่น|ฉบับ|มาตรา|หมวด|ตอน|ชั้น)(?=ที่|แรก|สุดท้าย|ล่าสุด|[ 0-9]))")
_DEGREES = ("ที่สุด", "มาก", "กว่า")
_ANYONE = re.compile("^(?:คน|ผู้คน|ชาวบ้าน|ประชาชน|นักท่องเที่ยว|เรา|ฝรั่ง|คนไทย|คนทั่วไป|ใครๆ|หลายคน|อะไร|เด็ก|ผู้หญิง|ผู้ชาย)(?:ส่วนใหญ่|ทั่วไป|จำนวนมาก)?$")
_CAUSE = re.compile("^(?:อะไร|สิ่งใด|ใคร)(?:ที่)?ทำให้")
_MAKING = re.compile(
    "(?:สร้าง|ก่อตั้ง|จัดตั้ง|ตั้ง|จัด|ยุบ|เขียน|แต่ง|ผลิต|เลิก|ยกเลิก|ห้าม|ขุด|รื้อ|ทำลาย|ออกแบบ|ประกาศใช้|แก้ไข|สถาปนา|บูรณะ|ปลูก)"
    "(?:ขึ้น(?:มา)?)?$"
)
_DOER, _COST = re.compile("^ผู้(?=.)"), re.compile("^(?:ค่า|งบประมาณ|เงิน|วิธี|ขั้นตอน|เวลา)")
_HOW_MANY = re.compile(r"^กี่\s?(?!ปี|วัน|เดือน|ครั้ง|ชั่วโมง|นาที|โมง|คน)")
_AT = re.compile("(?:อยู่|ตั้งอยู่)$")


class Filled(NamedTuple):
    """A question written out, and what of it was taken from the conversation."""

    text: str
    carried: tuple[str, ...]


def join(before: str, after: str) -> str:
    """Join two stretches of a Thai sentence: a blank only beside Latin letters, figures and names of several words."""
    before, after = before.strip(), after.strip()
    if not before or not after:
        return before + after
    last = before.rpartition("ของ")[2].strip()
    several = " " in last and len(last) <= _LONGEST_NAME and not is_listed(last[slice(*clause(last).verb)])
    spaced = several or _SPACED.search(before[-1:]) or _SPACED.match(after)
    return f"{before} {after}" if spaced else before + after


def subject_put_in(parts: Parts, topic: Topic, last: Answer) -> Filled:
    """Return the question with the topic where Thai wants it: สูงเท่าไร → หอไอเฟลสูงเท่าไร, ใครออกแบบ → ใครออกแบบหอไอเฟล."""
    body, name = parts.body, topic.text
    found = clause(body)
    said = statement(take_apart(asked_of(last)).body)
    if found.bare and is_relation(found.asked[0].noun):
        return Filled(join(name, body), (name,))
    if found.bare and said and not said.startswith(_CLAUSE_FIRST) and not (_HOW_MANY.match(body) and _AT.search(said)):
        return Filled(join("ทำไม", said) if body.startswith("ทำไม") else join(said, body), (said,))
    first = found.asked[0] if found.asked and found.asked[0].start == 0 else None
    cause = _CAUSE.match(body)
    if cause and cause.end() < len(body):
        return Filled(join(join(cause[0], name), body[cause.end() :]), (name,))
    if found.about:
        return Filled(_with_owner(found, name), (name,))
    if first and body.startswith(_WHY):
        return Filled(_why(body, first, topic), (name,))
    if first and first.who and body[found.verb[0] :]:
        if "ถูก" in said and not any(word in said for word in terms(body[first.end :])):
            return Filled(f"{said} {body}", (said,))
        return Filled(_who(found, name), (name,))
    return Filled(f"{name} {body}" if first and not body.startswith("กี่") else join(name, body), (name,))


def _why(body: str, first: Asked, topic: Topic) -> str:
    """Put the topic after ทำไม as what does something, or at the end as what is made: ทำไมถึงสร้างหอไอเฟล."""
    if topic.person is not True and _MAKING.search(body) and "ถูก" not in body:
        return join(body, topic.text)
    return join(join(body[: first.end], topic.text), body[first.end :])


def _who(found: Clause, name: str) -> str:
    """Put the topic into a question that begins with ใคร: as the object of its verb, as the owner of a noun, else in front."""
    body = found.body
    verb, rest = body[slice(*found.verb)], body[found.verb[1] :].strip()
    if verb.startswith(_COPULAS):
        role = body[found.verb[0] :].removeprefix("เป็น").removeprefix("คือ").strip()
        doer = _DOER.match(role) and len(words(role)) == 1
        direct = role.endswith("ของ") or ((is_open(found) or doer) and not name.startswith(("การ", "ความ")))
        return join(body, name) if direct else _owned(body, name)
    if verb in _MOVES and (not rest or rest in _MOVES):
        return join(body, name)
    if has_object(verb) or rest.startswith(_DEGREES):
        return f"{name} {body}"
    if rest and is_tail(rest):
        return join(join(body[: found.verb[1]], name), rest)
    if is_open(found):
        return join(body, name)
    if rest in _STRAIGHT:
        return join(body, name)
    return _owned(body, name) if is_relation(rest) else f"{name} {body}"


def _owned(body: str, name: str) -> str:
    return f"{body} ของ{name}" if " " in body else join(f"{body}ของ", name)


def is_open(found: Clause) -> bool:
    """Whether the question ends in a verb that wants an object: ใครเป็นคนออกแบบ, ใครสั่งให้สร้าง."""
    rest = found.body[found.verb[1] :].strip()
    inner = clause(rest)
    return not rest or ends_in_verb(rest) or (inner.verb != (0, 0) and not inner.about and inner.verb[1] == len(rest))


def lacks_object(found: Clause) -> bool:
    """Whether the question asks who does or did something and does not say to what: ใครสร้าง, ใครฟื้นฟูขึ้นมาใหม่, ใครเป็นเจ้าของ."""
    if not found.asked or found.asked[0].start != 0 or not found.asked[0].who or found.verb == (0, 0):
        return False
    rest = found.body[found.verb[1] :].strip()
    if found.body[slice(*found.verb)].startswith(_COPULAS):
        return bool(rest) and (is_relation(rest) or (found.body[slice(*found.verb)] != "เป็น" and is_open(found)))
    return not objects(found) or rest in _STRAIGHT


def _with_owner(found: Clause, name: str) -> str:
    """Put "ของ" and the name after a subject that is somebody's: ฉายาคืออะไร → ฉายาของลิเวอร์พูลคืออะไร.

    A doer or a cost takes the name straight, as the object of the verb in it: ผู้แต่งสี่แผ่นดิน, ค่าเข้าชมวัดพระแก้ว.
    """
    start, end = found.subject
    head, rest = found.body[:end].rstrip(), found.body[end:]
    subject = found.body[start:end].strip()
    if subject.startswith(("ชาว", "คน")) and _CALLED.match(rest):
        return head + join(join("เรียก", name), rest[len("เรียก") :])
    if subject in ("ถ้า", "หาก") or _ANYONE.match(subject):
        return f"{name} {found.body}"
    if start == 0 and _WHICH_ONE.match(subject):
        return join(name, found.body)  # สิงโตตัวเมีย, พระไตรปิฎกเล่มแรก
    if (_DOER.match(subject) or _COST.match(subject)) and ends_in_verb(subject) and not name.startswith(("การ", "ความ")):
        return join(join(head, name), rest)
    return join(join(f"{head}ของ", name), rest)
