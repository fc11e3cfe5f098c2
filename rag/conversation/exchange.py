"""A part of the last question exchanged for a new one of its kind: "แล้วปริญญาตรีล่ะ" after "นักศึกษาปริญญาโทยืมหนังสือได้กี่เล่ม"."""

import re
from collections.abc import Sequence
from itertools import accumulate

from rag.conversation.fill import Filled, join
from rag.conversation.kinds import bounds, is_verb
from rag.conversation.parts import Clause, Parts, clause, is_relation, possessed, take_apart
from rag.conversation.topics import asked_of, is_name, objects
from rag.records import Answer
from thai.meaning import nearest
from thai.terms import terms
from thai.words import words

_LEAD, _CALL, _ERA = r"(?P<lead>(?:ใน|เมื่อ|ตั้งแต่)\s?)?", r"(?P<call>ปี(?:การศึกษา|งบประมาณ)?\s?)?", r"(?P<era>(?:พ|ค)\.?\s?ศ\.?\s?)?"
_YEAR = re.compile(rf"{_LEAD}{_CALL}{_ERA}(?P<number>[0-9๐-๙]{{4}})(?![0-9๐-๙])")
_EVENTS = re.compile("^(?:โศกนาฏกรรม|สงคราม|ยุทธการ|การปฏิวัติ|กบฏ|สนธิสัญญา|เหตุการณ์|แผ่นดินไหว|วิกฤตการณ์|ขบวนการ|พรรค|พิพิธภัณฑ์|วัด)")
_WHEN = re.compile("วัน(?:จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|อาทิตย์|หยุด|ธรรมดา|นี้|พรุ่งนี้)|(?:ตอน|ช่วง|ฤดู|หน้า|เทศกาล|สมัย)(?=.)")
_WHERE = re.compile("(?:ใน|ที่|ณ|สำหรับ|จาก|กับ)(?=..)")
_GENERAL = frozenset("นัก ผู้ การ ความ คน ที่ ใน ของ ชาว พระ เจ้า ช่าง ขอ มี ได้ ให้ เป็น อยู่ ไม่ จะ ถ้า เมื่อ".split())  # noqa: SIM905  # alike for no reason
_SHORTEST = 2  # code points of a shared beginning
_ALIKE = 0.5  # of a word that says the same kind of thing (เคมี, ฟิสิกส์), 0..1


def exchanged(parts: Parts, last: Answer) -> Filled | None:
    """Return the last question with the part that is of the same kind as the new one exchanged for it, None where there is no such part."""
    body, new = take_apart(asked_of(last)).body, parts.body
    found = clause(body)
    year = _YEAR.match(new)
    if year and (year.end() == len(new) or not is_name(new)):
        return _other_year(body, new, year)
    if _WHEN.match(new) and not _WHEN.search(body):
        return Filled(f"{new} {body}", (body,))
    if new.startswith("ของ") and (owner := possessed(found.about)[1]):
        at = body.index(owner, found.subject[0])
        return _swapped(body, at, at + len(owner), new.removeprefix("ของ"))
    led = _WHERE.match(new)
    if led:
        return _other_place(body, new, led[0], found)
    old_part = _counterpart(new, found)
    if old_part is None:
        return None
    return _swapped(body, *old_part, new)


def _swapped(body: str, start: int, end: int, new: str) -> Filled:
    kept = tuple(piece.strip() for piece in (body[:start], body[end:]) if piece.strip())
    return Filled(join(join(body[:start], new), body[end:]), kept)


def _other_year(body: str, new: str, year: re.Match[str]) -> Filled:
    """Return the question about another year: what leads to the old one stays (ในปี 2559 → ในปี 2560), as does its era."""
    old = _YEAR.search(body)
    first = next((part for part in ("lead", "call", "era") if year[part]), "number")
    if old is None:
        return Filled(join(body, new if year["lead"] or first == "number" else f"ใน{new}"), (body,))
    start = next((old.start(part) for part in _from(first) if old[part]), old.start("number"))
    kept = tuple(piece.strip() for piece in (body[:start], body[old.end() :]) if piece.strip())
    return Filled(body[:start] + new + body[old.end() :], kept)


def _from(part: str) -> tuple[str, ...]:
    order = ("lead", "call", "era", "number")
    return order[order.index(part) :]


def _other_place(body: str, new: str, leads: str, found: Clause) -> Filled:
    """Return the question about another place, named with its preposition: in place of one so named, else at the end."""
    pieces = words(body)
    for piece, at in zip(pieces, [0, *accumulate(map(len, pieces))], strict=False):
        if piece == leads and at >= found.subject[1] and not any(one.start <= at < one.end for one in found.asked):
            return _swapped(body, at, _end_of_phrase(body, at + len(leads), found, True), new)
    return Filled(join(body, new), (body,))


def _counterpart(new: str, found: Clause) -> tuple[int, int] | None:
    """Return the place of what the new part stands for: its like by beginning, the owner, its like by meaning, the subject, the object."""
    body, about = found.body, found.about
    head, owner = possessed(about)
    if head and is_relation(new):
        return found.subject[0], found.subject[0] + len(head)
    alike = _same_beginning(new, found)
    if alike:
        return alike
    if head and "ของ" not in new:
        at = body.index(owner, found.subject[0] + len(head))
        return at, at + len(owner)
    places = [(found.subject[0], found.subject[0] + len(about))] if about else []
    named = body[slice(*found.verb)] in ("เป็น", "คือ") and bool(about)  # what something is, is not exchanged
    for phrase in objects(found)[named:]:
        at = body.find(phrase, found.verb[1])
        if at >= 0:
            places.append((at, at + len(phrase)))
    return _likest(new, found, places) if places else _of_which(found)


def _of_which(found: Clause) -> tuple[int, int] | None:
    """Return the place of what the kind asked for is of: มะม่วง in มะม่วงพันธุ์ไหนอร่อยที่สุด."""
    if not found.asked or found.asked[0].start != 0:
        return None
    *whole, kind = words(found.asked[0].noun) or [""]
    end = len("".join(whole))
    return (0, end) if end and kind.strip() else None


def _same_beginning(new: str, found: Clause) -> tuple[int, int] | None:
    """Return the place of the phrase that begins as the new one does (ปริญญาโท for ปริญญาตรี, ภาคใต้ for ภาคเหนือ), None without one."""
    body = found.body
    starts = [0, *accumulate(map(len, words(body)))]
    best, shared = None, ""
    for start in starts[:-1]:
        alike = _shared(new, body[start:])
        if len(alike) > len(shared) and not any(one.start <= start < one.end for one in found.asked):
            best, shared = start, alike
    if best is None:
        return None
    return best, _end_of_phrase(body, best + len(shared), found, len(new) > len(shared))


def _shared(new: str, old: str) -> str:
    """Return the word or words with which both begin, "" where they share none that says something.

    >>> _shared("ปริญญาตรี", "ปริญญาโทยืมหนังสือ")
    'ปริญญา'
    """
    most = next((at for at, (ours, theirs) in enumerate(zip(new, old, strict=False)) if ours != theirs), min(len(new), len(old)))
    ends = {*accumulate(map(len, words(new))), *(cut for cut in range(_SHORTEST, most + 1) if words(new[:cut]) == [new[:cut]])}
    cut = max((cut for cut in ends if _SHORTEST <= cut <= most and _splits(new, cut) and _splits(old, cut)), default=0)
    said = new[:cut].strip()
    return "" if cut >= len(new) or said in _GENERAL or any(letter.isdigit() for letter in said) else new[:cut]


def _splits(text: str, at: int) -> bool:
    """Whether a syllable may end there: no vowel or tone mark follows that belongs to what stands before."""
    return at >= len(text) or not ("\u0e30" <= text[at] <= "\u0e3a" or "\u0e45" <= text[at] <= "\u0e4e")


def _end_of_phrase(body: str, begin: int, found: Clause, more: bool) -> int:
    """Return where the noun phrase ends that goes on at ``begin``: before a verb, a linking word or what is asked."""
    stop = min((one.start for one in found.asked if one.start >= begin), default=len(body))
    if found.verb[0] >= begin:
        stop = min(stop, found.verb[0])
    end, at, last = begin, 0, ""
    for piece in words(body):
        start, at = at, at + len(piece)
        numbered = last == "ที่" or (piece == "ที่" and at < len(body) and _is_number(body[at:]))
        if at <= begin or not more:
            last = piece
            continue
        bound = piece in ("วัน", "ครั้ง") or (bounds(piece) and not (is_verb(piece) and start < found.subject[1]))
        if at > stop or (start >= begin and bound and not numbered):
            break
        end, last = (at, piece) if piece.strip() else (end, last)
    return end


def _is_number(text: str) -> bool:
    first = next((word for word in words(text) if word.strip()), "")
    return first.isdigit() or first in ("หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ")


def _likest(new: str, found: Clause, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return which of the places holds what is most like the new part, without what that place says of its kind (วิชา, โศกนาฏกรรม)."""
    body = found.body
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
    return _last_word_alike(new, body, start, end), end


def _last_word_alike(new: str, body: str, start: int, end: int) -> int:
    """Return where the last word of the phrase begins if it alone is of the new one's kind: วิชาฟิสิกส์, แล้วเคมีล่ะ."""
    *before, last = words(body[start:end]) or [""]
    if len(words(new)) > 1 or not before or is_verb(last) or not any(piece.strip() for piece in before):
        return start
    near = nearest([new], [frozenset([last]), frozenset(before)])[:, 0]
    return end - len(last) if near[0] >= _ALIKE and near[0] > near[1] else start


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
