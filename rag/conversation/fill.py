"""A question that leans on the conversation, written out: the pronoun replaced, the missing subject put in, a part exchanged.

Every word of the user's stays but the words that point back and the opener; what is put in stands in the conversation as it is.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.conversation.parts import Clause, Parts, clause, is_relation, possessed, statement, take_apart
from rag.conversation.topics import Topic, asked_of, is_name, objects
from rag.records import Answer
from thai.meaning import nearest
from thai.terms import terms
from thai.words import words

_SPACED = re.compile(r"[\sA-Za-z0-9.)”\"]")
_YEAR = re.compile(r"(?:(?:ใน|เมื่อ)\s?)?(?:ปี\s?)?(?:พ\.?\s?ศ\.?\s?|ค\.?\s?ศ\.?\s?)?[0-9๐-๙]{4}")
_EVENTS = re.compile("^(?:โศกนาฏกรรม|สงคราม|ยุทธการ|การปฏิวัติ|กบฏ|สนธิสัญญา|เหตุการณ์|แผ่นดินไหว|วิกฤตการณ์|ขบวนการ|พรรค|พิพิธภัณฑ์|วัด)")
_CALLED = re.compile("^เรียก(?=ว่า)")
_LONGEST_NAME = 40  # code points
_CLAUSE_FIRST = ("ตอนที่", "ก่อนที่", "หลังจากที่", "ทำไม", "เหตุใด")


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
    several = " " in last and len(last) <= _LONGEST_NAME and clause(last).verb == (0, 0)
    spaced = several or _SPACED.search(before[-1:]) or _SPACED.match(after)
    return f"{before} {after}" if spaced else before + after


def exchanged(parts: Parts, last: Answer) -> Filled | None:
    """Return the last question with the part that is of the same kind as the new one exchanged for it, None where there is no such part."""
    body, new = take_apart(asked_of(last)).body, parts.body
    found = clause(body)
    if _YEAR.fullmatch(new) or (_YEAR.match(new) and not is_name(new)):
        old = _YEAR.search(body)
        if old:
            return _swapped(body, old.start(), old.end(), new)
        return Filled(join(body, new), (body,))
    if new.startswith("ของ") and (owner := possessed(found.about)[1]):
        at = body.index(owner, found.subject[0])
        return _swapped(body, at, at + len(owner), new.removeprefix("ของ"))
    old_part = _counterpart(new, found)
    if old_part is None:
        return None
    return _swapped(body, *old_part, new)


def _swapped(body: str, start: int, end: int, new: str) -> Filled:
    kept = tuple(piece.strip() for piece in (body[:start], body[end:]) if piece.strip())
    return Filled(join(join(body[:start], new), body[end:]), kept)


def _counterpart(new: str, found: Clause) -> tuple[int, int] | None:
    """Return the place of what the new part stands for: its like by beginning or meaning, else the subject, else the object."""
    body, about = found.body, found.about
    head, owner = possessed(about)
    if head and is_relation(new):
        return found.subject[0], found.subject[0] + len(head)
    if head and "ของ" not in new:
        at = body.index(owner, found.subject[0] + len(head))
        return at, at + len(owner)
    places = [(found.subject[0], found.subject[0] + len(about))] if about else []
    for phrase in objects(found):
        at = body.find(phrase, found.verb[1])
        if at >= 0:
            places.append((at, at + len(phrase)))
    if not places:
        return None
    alike = _likeness(new, [body[start:end] for start, end in places])
    if not is_name(new):  # แล้วธนาคารล่ะ after ปรีดีก่อตั้งมหาวิทยาลัยอะไร: what is asked for is exchanged first
        wanted = {one.start for one in found.asked if body[one.start : one.end] in ("อะไร", "ใด", "ไหน")}
        alike = [share + 0.3 * (end in wanted) for share, (_, end) in zip(alike, places, strict=True)]
    start, end = places[max(range(len(places)), key=lambda at: (alike[at], -at))]
    within = body.find(next(iter(words(new)), ""), start, end)
    if within > start:
        return within, end  # สงครามโลกครั้งที่สอง, แล้วครั้งที่หนึ่งล่ะ
    event = _EVENTS.match(body[start:end])
    if event and event.end() < end - start and not _EVENTS.match(new):
        start += event.end()
    return start, end


def _likeness(new: str, phrases: Sequence[str]) -> list[float]:
    """Return how alike each phrase is to the new part: by the first word, by both being names, by meaning."""
    ours = terms(new)
    each = [terms(phrase) for phrase in phrases]
    meaning = nearest(ours, [frozenset(found) for found in each]).mean(axis=1) if ours and all(each) else [0.0] * len(phrases)
    found = []
    for phrase, tokens, near in zip(phrases, each, meaning, strict=True):
        same = bool(ours and tokens) and ours[0] == tokens[0]
        found.append(2.0 * same + 0.7 * (is_name(phrase) == is_name(new)) + float(near))
    return found


def subject_put_in(parts: Parts, topic: Topic, last: Answer) -> Filled:
    """Return the question with the topic where Thai wants it: สูงเท่าไร → หอไอเฟลสูงเท่าไร, ใครออกแบบ → ใครออกแบบหอไอเฟล."""
    body, name = parts.body, topic.text
    found = clause(body)
    said = statement(take_apart(asked_of(last)).body)
    if found.bare and said and not said.startswith(_CLAUSE_FIRST):
        return Filled(join("ทำไม", said) if body.startswith("ทำไม") else join(said, body), (said,))
    first = found.asked[0] if found.asked else None
    if found.about:
        return Filled(_with_owner(found, name), (name,))
    if first and first.start == 0 and body.startswith(("ทำไม", "เหตุใด", "เพราะ")):
        return Filled(join(join(body[: first.end], name), body[first.end :]), (name,))
    if first and first.start == 0 and first.who and body[found.verb[0] :]:
        if "ถูก" in said and not any(word in said for word in terms(body[first.end :])):
            return Filled(f"{said} {body}", (said,))
        if not objects(found) or is_open(found):
            return Filled(join(body, name), (name,))
        return Filled(f"{body} ของ{name}" if " " in body else join(f"{body}ของ", name), (name,))
    return Filled(f"{name} {body}" if first and first.start == 0 else join(name, body), (name,))


def is_open(found: Clause) -> bool:
    """Whether the question ends in a verb that wants an object: ใครเป็นคนออกแบบ."""
    rest = found.body[found.verb[1] :].strip()
    inner = clause(rest)
    return not rest or (inner.verb != (0, 0) and not inner.about and inner.verb[1] == len(rest))


def _with_owner(found: Clause, name: str) -> str:
    """Put "ของ" and the name after a subject that is somebody's: ฉายาคืออะไร → ฉายาของลิเวอร์พูลคืออะไร."""
    start, end = found.subject
    head, rest = found.body[:end].rstrip(), found.body[end:]
    if found.body[start:end].startswith(("ชาว", "คน")) and _CALLED.match(rest):
        return head + join(join("เรียก", name), rest[len("เรียก") :])
    if found.body[start:end].strip() in ("ถ้า", "หาก"):
        return f"{name} {found.body}"
    return join(join(f"{head}ของ", name), rest)
