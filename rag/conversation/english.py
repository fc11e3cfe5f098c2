"""Follow-up questions in English: pronouns, "what about …", and questions of nothing but an asking word."""

import re
from collections.abc import Sequence

from rag.conversation.fill import Filled
from rag.conversation.resolve import person, thing
from rag.conversation.topics import asked_of
from rag.records import Answer

_ONE_WHO = "the one who "
_OPENER = re.compile(r"^(?:and|so|then|but|ok|okay)\b[,\s]*", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:(?:and|so|but)\s+)?(?:(?:what|how)\s+about|and)\s+(?P<new>[^?]+?)\s*\??$", re.IGNORECASE)
_BARE = re.compile(r"^(?:when|where|why|how|who|how many|how long|in what year|in which year)\s*\??$", re.IGNORECASE)
_PERSON = re.compile(r"\b(?P<whose>his|her(?=\s+[a-z])|their)\b|\b(?:he|she|him|her|they|them)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?P<whose>its)\b|\b(?:it|this|that|there)\b", re.IGNORECASE)
_WHO = re.compile(r"^who\s+(?!(?:was|is|were|are)\s+[A-Z])(?P<rest>[^?]+?)\s*\??$", re.IGNORECASE)
_NAME = re.compile(r"(?:[A-Z][\w'’.-]*|[0-9]{4})(?:\s+(?:of|the|de|van|von)(?=\s+[A-Z])|\s+[A-Z][\w'’.-]*)*")
_ASKING = re.compile(
    r"^(?:(?:in )?(?:what|which)(?: year| date| city| country)?|who|whom|whose|when|where|why|how(?: many| much| long| old)?)\b"
    r"|\b(?:was|were|is|are|did|does|do|has|had|the|a|an)\b",
    re.IGNORECASE,
)


def understand_english(question: str, turns: Sequence[Answer]) -> Filled | None:
    """Return the question written out, or None where it stands for itself; ``turns`` are the earlier ones, latest first."""
    text = " ".join(question.split())
    last = asked_of(turns[0])
    about = _ABOUT.match(text)
    if about:
        return _exchanged(last, about["new"])
    body = _OPENER.sub("", text)
    if _BARE.match(body):
        said = last.rstrip(" ?")
        return Filled(f"{said}, {body.rstrip('? ').lower()}?", (said,))
    for pattern, topic in ((_PERSON, _person(turns)), (_THING, _thing(turns))):
        if pattern.search(body) and topic:
            return Filled(_replaced(pattern, body, topic), (topic.removeprefix(_ONE_WHO),))
    return None


def _replaced(pattern: re.Pattern[str], body: str, topic: str) -> str:
    """Replace the first word that points back, as an owner where it is one; the others then point at the first."""
    return pattern.sub(lambda found: f"{topic}'s" if found["whose"] else topic, body, count=1)


def _exchanged(last: str, new: str) -> Filled | None:
    """Put the new name in the place of the last question's first one, a year in the place of a year."""
    year = bool(re.fullmatch(r"(?:in )?[0-9]{4}", new))
    for name in _names(last):
        if bool(re.fullmatch("[0-9]{4}", name)) == year:
            start = last.index(name)
            kept = tuple(piece.strip(" ?") for piece in (last[:start], last[start + len(name) :]) if piece.strip(" ?"))
            return Filled(f"{last[:start]}{new.removeprefix('in ')}{last[start + len(name) :]}", kept)
    return None


def _names(text: str) -> list[str]:
    """Return the names of an English question: capitals that are no asking word."""
    names = [_ASKING.sub("", found[0]).strip() for found in _NAME.finditer(text)]
    return [name for name in names if name]


def _person(turns: Sequence[Answer]) -> str | None:
    last = asked_of(turns[0])
    asked_for = _WHO.match(last) if last.isascii() else None
    if asked_for:
        return f"{_ONE_WHO}{asked_for['rest']}"
    if last.isascii():
        return next(iter(_names(last)), None)
    found = person(turns)
    return found[0].text if found else None


def _thing(turns: Sequence[Answer]) -> str | None:
    last = asked_of(turns[0])
    if last.isascii():
        return next(iter(_names(last)), None)
    topic = thing(turns)
    return topic.text if topic else None
