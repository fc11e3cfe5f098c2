"""Follow-up questions: what "แล้วเขาเสียชีวิตเมื่อไร" means after a question about มายากอฟสกี. By rules and scores, no language model.

A question leans on the conversation when it points back (เขา, เมืองนี้, ปีนั้น), exchanges a part of the one before (แล้วลอนดอนล่ะ), or lacks
what it is about (สูงเท่าไร). It is then written out with words of the conversation, and stays as typed otherwise. Where the rules are
unsure, the passages decide: a question that leans finds its own words among passages about the topic; a fresh one does not.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.records import Hit
from rag.conversation.english import understand_english
from rag.conversation.exchange import exchanged
from rag.conversation.fill import Filled, lacks_object, subject_put_in
from rag.conversation.kinds import is_proper
from rag.conversation.parts import Clause, Parts, clause, is_listed, is_relation, possessed, take_apart
from rag.conversation.refs import references
from rag.conversation.resolve import resolved
from rag.conversation.topics import Topic, asked_of, continued, is_name, objects, places, topics
from rag.question import ask, weighty
from rag.records import Answer
from thai.fold import fold
from thai.weight import weight
from thai.words import words

Find = Callable[[str], Sequence[Hit]]
_THAI = re.compile("[\u0e01-\u0e4e]")
_CLOSING = re.compile("^(?:หล่ะ|ล่ะ|ละ)")
_LONGEST = 400  # code points: a longer question says what it is about
_REMEMBERED = 6  # turns looked back
_LOOKED_AT = 3  # hits
_ENOUGH = 0.75  # of the share of its words that a question finds alone, to be found beside the topic
# Nats of one word, words and their nats together: such a subject needs no other (สงครามโลกครั้งที่สอง, นโยบายเศรษฐกิจใหม่).
_TELLING, _COMPOUND, _WEIGHTY = 13.0, 3, 20.0
# Somebody's work, by its name.
_WORK = re.compile(r"^(?:เรื่อง|หนังสือ|เพลง|นวนิยาย|นิยาย|ภาพยนตร์|หนัง(?!สือ)|บทกวี|บทละคร)\s?(?!ให้)[\"“]?[^\s?]{2}")
_HOLDER = re.compile("คน(?:ปัจจุบัน|แรก|ล่าสุด|ใหม่|ก่อน|ต่อมา)$")  # of an office that the question does not say whose it is
_PLAIN = 9.0  # nats: a question of such common words alone says nothing of its own


class Understood(NamedTuple):
    """The question as it is searched, what of it was taken from the conversation, and whether it differs from what was typed."""

    text: str
    carried: tuple[str, ...]
    changed: bool


def understand(question: str, before: Sequence[Answer], find: Find | None = None) -> Understood:
    """Return the question written out with what the conversation gives. ``before``: the answers so far, oldest first.

    ``find`` returns the passages of a question, best first; without it a question stays as typed where the rules are unsure.
    """
    typed = Understood(question, (), False)
    if not before or not question.strip() or len(question) > _LONGEST:
        return typed
    turns = [turn for turn in reversed(before[-_REMEMBERED:]) if len(asked_of(turn)) <= _LONGEST]
    if not turns:
        return typed
    filled = _thai(question, turns, find) if _THAI.search(question) else understand_english(question, turns)
    if filled is None or filled.text == " ".join(question.split()):
        return typed
    return Understood(filled.text, filled.carried, True)


def _thai(question: str, turns: Sequence[Answer], find: Find | None) -> Filled | None:
    parts = take_apart(question)
    if not parts.body:
        return None
    pointing = list(references(parts.body))
    if pointing:
        filled = resolved(parts.body, pointing, turns)
    elif parts.exchange:
        return exchanged(parts, turns[0])
    else:
        filled = _completed(question, parts, turns, find)
    return filled and Filled(filled.text + _CLOSING.sub("", parts.end), filled.carried)


def _completed(question: str, parts: Parts, turns: Sequence[Answer], find: Find | None) -> Filled | None:
    """Return the question with the topic it lacks, None where it has its own."""
    found = clause(parts.body)
    talked = [first for turn in turns for first in topics(turn)[:1]]
    topic = continued(turns)
    if topic is None or topic.text in question or found.about in [one.text for one in talked] or _stands_alone(found):
        return None
    filled = subject_put_in(parts, topic, turns[0])
    own = weighty(ask(parts.body).words)
    verb = found.body[slice(*found.verb)]
    common = all(weight(word) < _PLAIN for word in own if word != verb or not is_listed(verb))
    if _leans(found) or (common and not _says_to_what(found)):
        return filled
    return filled if find is not None and _found_beside(own, topic, find(question), find(filled.text)) else None


def _stands_alone(found: Clause) -> bool:
    """Whether the question names what it is about: as its subject, or as what somebody did (ใครค้นพบเรเดียม)."""
    head, owner = possessed(found.about)
    if is_relation(found.about):
        return False
    if found.about:
        told = [weight(word) for word in words(owner) if word.strip()]
        compound = max(told) >= _TELLING or (len(told) >= _COMPOUND and sum(told) >= _WEIGHTY)
        if _HOLDER.search(owner) and not any(word in places() for word in words(owner)):
            return False
        named = is_name(owner) or owner in places() or any(map(is_proper, words(owner)))
        return named or compound or (bool(head) and max(told) >= _PLAIN)
    if _WORK.search(found.body[found.verb[1] :]):
        return True
    return _says_to_what(found) and any(is_name(phrase) or phrase in places() for phrase in objects(found))


def _says_to_what(found: Clause) -> bool:
    """Whether the question asks who, and names a thing that was done or had: ใครฟื้นฟูวัดพระแก้ว."""
    return bool(found.asked) and found.asked[0].start == 0 and found.asked[0].who and bool(objects(found)) and not lacks_object(found)


def _leans(found: Clause) -> bool:
    """Whether the question surely lacks what it is about: it begins with its verb, or with a word that is always somebody's (ฉายา)."""
    if found.about:
        return is_relation(found.about)
    verb = found.body[slice(*found.verb)]
    begins = is_listed(verb) and found.body.startswith(verb) and not any(is_name(phrase) for phrase in objects(found))
    return found.bare or lacks_object(found) or begins


def _found_beside(own: Sequence[str], topic: Topic, alone: Sequence[Hit], completed: Sequence[Hit]) -> bool:
    """Whether passages about the topic hold the question's own words about as well as the best passages do without it."""
    named = fold(topic.text)
    best = max((_share(own, hit) for hit in alone[:_LOOKED_AT]), default=0.0)
    beside = max((_share(own, hit) for hit in completed[:_LOOKED_AT] if named in _folded(hit)), default=0.0)
    return beside > 0 and beside >= _ENOUGH * best


def _share(own: Sequence[str], hit: Hit) -> float:
    text = _folded(hit)
    total = sum(weight(word) for word in own)
    return sum(weight(word) for word in own if fold(word) in text) / total if total else 0.0


def _folded(hit: Hit) -> str:
    passage = hit.passage
    return fold(" ".join((passage.title, *passage.headings, passage.text)))
