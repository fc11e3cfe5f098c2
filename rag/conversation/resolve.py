"""Words that point back, replaced by what they mean: the person, the place, the year or the event of an earlier turn."""

import re
from collections.abc import Sequence

from rag.conversation.fill import Filled, join
from rag.conversation.parts import clause, is_relation, statement, take_apart
from rag.conversation.refs import Points, Reference, of_people
from rag.conversation.topics import Topic, asked_of, described, is_name, relative, topics
from rag.records import Answer
from thai.mentions import mentions

_ERA_YEAR = re.compile(r"(?:พ\.?\s?ศ\.?\s?|ค\.?\s?ศ\.?\s?)?[0-9๐-๙]{4}")
_WHILE = {Points.THEN: "ตอนที่", Points.BEFORE: "ก่อนที่", Points.AFTER: "หลังจากที่"}
_DEATH = re.compile("ตาย|เสียชีวิต|สิ้นพระชนม์|สวรรคต|ถึงแก่|มรณภาพ")
_WHERE = re.compile("(?:ที่ไหน|ที่ใด|(?:เมือง|ประเทศ|จังหวัด)(?:ไหน|ใด|อะไร))$")
_LONGEST_NAME = 40  # code points
_WHOM = re.compile("(?:ผู้|คน|แรก)ที่")
_WHOLE = ("เรื่อง", "สิ่ง", "เมือง", "ประเทศ", "จังหวัด", "เกาะ", "รัฐ", "สถานที่")  # nouns that say no more than the name does


def resolved(body: str, pointing: Sequence[Reference], turns: Sequence[Answer]) -> Filled | None:
    """Return the question with every word that points back replaced, None where none can be. ``turns``: the earlier ones, latest first."""
    carried: list[str] = []
    text = body
    clause_said = any(one.points in _WHILE for one in pointing) and bool(said(turns[0]))
    for one in reversed(pointing):
        if one.points is Points.PERSON and _has_own_person(body, one):
            continue
        found = _meant(one, turns, clause_said)
        if found is None:
            continue
        put_in, taken = found
        long = "ที่" in put_in.removesuffix(taken) or bool(_WHOM.search(put_in))
        if one.points is Points.PLACE and body[one.start : one.end].startswith("ที่") and text[: one.start].strip():
            put_in = f"ที่{put_in}"  # มีคนตายที่นั่นกี่คน
        carried[:0] = [piece.strip() for piece in taken.removesuffix("ด้วย").split("ผู้ที่") if piece.strip()]
        text = _put(text[: one.start], put_in, text[one.end :], long)
    return Filled(text, tuple(dict.fromkeys(carried))) if carried and text != body else None


def _put(before: str, put_in: str, after: str, clause_like: bool) -> str:
    """Put it in between; after a clause stands a blank, as Thai writers set one: ตอนที่คานธีแต่งงาน เขาอายุเท่าไร."""
    whole = join(before, put_in)
    return f"{whole} {after.strip()}" if clause_like and after.strip() else join(whole, after)


def said(turn: Answer) -> str:
    """Return what an earlier question takes for granted, empty where it says no more than a name or is itself about another time."""
    body = take_apart(asked_of(turn)).body
    found = clause(body)
    nothing = found.verb == (0, 0) or body.startswith(tuple(_WHILE.values())) or body[slice(*found.verb)] in ("คือ", "เป็น", "ชื่อ")
    return "" if nothing else statement(body)


def _has_own_person(body: str, reference: Reference) -> bool:
    """Whether the question itself names a person before the pronoun: มายากอฟสกีเขียนเรื่องนี้ตอนที่เขาอายุเท่าไร."""
    found = clause(body)
    return 0 < found.subject[1] <= reference.start and found.verb[1] <= reference.start and is_name(found.about)


def _meant(one: Reference, turns: Sequence[Answer], clause_said: bool) -> tuple[str, str] | None:
    """Return what to put in the place of the reference, and what it takes from the conversation."""
    if one.points in _WHILE:
        told = said(turns[0])
        return (f"{_WHILE[one.points]}{told}", told) if told else None
    if one.points is Points.YEAR:
        year = _year(turns)
        return (f"ในปี {year}", year) if year else None
    if one.points is Points.PERSON or of_people(one):
        return _person(one, turns, clause_said)
    return _thing(one, turns)


def _year(turns: Sequence[Answer]) -> str | None:
    """Return the year that the latest turn is about: of its short answer, its question, or what it quotes."""
    for turn in turns[:2]:
        texts = [turn.short_answer or "", asked_of(turn), *(claim.text for claim in turn.claims)]
        for text in texts:
            for mention in mentions(text):
                years = _ERA_YEAR.findall(text[mention.start : mention.end]) if mention.first else []
                if years:
                    return str(years[-1 if _DEATH.search(asked_of(turn)) else 0]).strip()  # ค.ศ. 1893-1930
    return None


def _person(one: Reference, turns: Sequence[Answer], clause_said: bool) -> tuple[str, str] | None:
    found = person(turns)
    if found is None:
        return None
    topic, turn = found
    if clause_said and turn is turns[0]:
        return None  # "ตอนที่คานธีแต่งงานเขาอายุเท่าไร": the name stands before the pronoun now
    name = topic.text
    return (_after_noun(one.noun, name) if one.noun else name), name


def person(turns: Sequence[Answer]) -> tuple[Topic, Answer] | None:
    """Return whom a pronoun means, and in which turn they were talked of."""
    for turn in turns:
        found = topics(turn)
        known = next((topic for topic in found if topic.person), None)
        asked_for = described(turn)
        if asked_for and not known:
            return Topic(_by_name(asked_for.text, turn), True), turn
        perhaps = (topic for topic in found if topic.person is None and is_name(topic.text))
        known = known or next((topic for topic in perhaps if not _done_to(topic, turns)), None)
        if known:
            return known, turn
    return next(((found[0], turn) for turn in turns if (found := topics(turn))), None)


def _done_to(topic: Topic, turns: Sequence[Answer]) -> bool:
    """Whether a turn asked who did something to the topic: ใครค้นพบเพนิซิลลิน; then it is no person."""
    return any(topic.text in asked_for.text for turn in turns if (asked_for := described(turn)))


def _by_name(asked_for: str, turn: Answer) -> str:
    """Put the name that the turn found before what it asked for: ไคลด์ ทอมบอ ผู้ที่ค้นพบดาวพลูโต. Should it be wrong, the rest still says who."""
    name = (turn.short_answer or "").strip()
    cited = any(name in claim.text for claim in turn.claims)
    return f"{name} {asked_for}" if name and cited and len(name) <= _LONGEST_NAME and is_name(name) and not mentions(name) else asked_for


def _after_noun(noun: str, name: str) -> str:
    """Return noun and name as one: เรือ + ไททานิก, กษัตริย์ + ผู้ที่สร้างนครวัด, นโยบาย + นโยบาย NEP."""
    if name.startswith(noun) or noun in _WHOLE:
        return name
    if name.startswith(("ผู้ที่", "คนที่")):
        return noun + name[name.index("ที่") :]
    return join(f"{noun}ของ", name) if is_relation(noun) else join(noun, name)


def _thing(one: Reference, turns: Sequence[Answer]) -> tuple[str, str] | None:
    for noun in (one.noun, one.unit):
        asked_for = relative(turns[0], noun)
        if asked_for:
            return asked_for, said(turns[0]) or asked_for
    place = _where(turns[0]) if one.points is Points.PLACE and not one.noun else None
    if place:
        return f"ที่ที่{place}", place
    topic = thing(turns)
    return (_after_noun(one.noun, topic.text) if one.noun else topic.text, topic.text) if topic else None


def _where(turn: Answer) -> str | None:
    """Return where the latest turn asked for, of a person: "มายากอฟสกีเกิดที่ไหน" gives "มายากอฟสกีเกิด"."""
    body = take_apart(asked_of(turn)).body
    about = next((topic for topic in topics(turn)), None)
    return said(turn) or None if about and about.person and _WHERE.search(body) else None


def thing(turns: Sequence[Answer]) -> Topic | None:
    """Return the thing talked of last."""
    found = [topic for turn in turns for topic in topics(turn)]
    return next((topic for topic in found if not topic.person), None) or next(iter(found), None)
