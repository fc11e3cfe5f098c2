"""How likely a sentence ends at each blank of a text, from the letters around it.

No words are cut: a blank is the edge of a word, so the first and last letters of the stretches between blanks ("clauses" here) say
which words stand there. The weights are learned (``train/blanks.py``) and kept as readable JSON in ``models/blanks.json``: for each
role a clause can play at a blank, the openings or endings that matter. Of several that fit, the longest counts.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from math import log2
from pathlib import Path
from typing import NamedTuple

WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "blanks.json"
REACH = 12  # code points of the longest opening or ending
OPENINGS = ("next", "opener", "far opener", "later")  # of the clause after the blank, the one that opened the sentence, the second after
ENDINGS = ("last", "earlier", "coming")  # of the clause before the blank, the one before that, the one after the blank
LENGTHS = ("before", "after", "shorter", "since", "pace")  # of the clauses on both sides, the shorter, since the opener, of a mean clause
FAR = 60  # code points since the opener; up to there it may be an adverbial that waits for its sentence
STEPS = 17
_MARKED, _MEMORY = 6, 600  # code points of an opening that stood there before; how far back it is sought
_USUAL = 3  # code points that most clauses open and end with in a known way
_HOPELESS = -4.5  # a score that the rest does not lift to an end
_CLAUSE = re.compile(r"\S+")
_DIGIT, _LATIN, _OTHER_BLANK = re.compile(r"[0-9๐-๙]"), re.compile("[A-Za-zÀ-ɏ]"), re.compile(r"[^\S ]")
_LEANING = frozenset("0(-–ๆ")  # what begins so, and a date, leans on the clause before it
_MONTHS = "มกรา กุมภ มีนา เมษา พฤษภ มิถุ กรกฎ สิงห กันย ตุลา พฤศจ ธันว ม.ค. ก.พ. มี.ค เม.ย พ.ค. มิ.ย ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
_DATES = frozenset([*_MONTHS.split(), "ค.ศ.", "พ.ศ.", "เวลา"])  # the first four code points
Weight = tuple[float, ...]


class Weights(NamedTuple):
    """The learned weights."""

    bias: float
    repeated: float
    lengths: tuple[Weight, ...]
    openings: dict[str, Weight]
    endings: dict[str, Weight]


@cache
def weights() -> Weights:
    """Return what ``models/blanks.json`` holds."""
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    openings = _grown([read["openings"][role] for role in OPENINGS], lambda form, size: form[:size])
    endings = _grown([read["endings"][role] for role in ENDINGS], lambda form, size: form[-size:])
    return Weights(read["bias"], read["repeated"], tuple(tuple(read["lengths"][name]) for name in LENGTHS), openings, endings)


def _grown(roles: list[dict[str, float]], part: Callable[[str, int], str]) -> dict[str, Weight]:
    """Return what each form and each shorter one weighs in every role, so that the longest is found by growing."""
    forms = {part(form, size) for role in roles for form in role for size in range(1, len(form) + 1)}
    found = {"": (0.0,) * len(roles)}
    for form in sorted(forms, key=len):
        shorter = found[part(form, len(form) - 1) if len(form) > 1 else ""]
        found[form] = tuple(role.get(form, weight) for role, weight in zip(roles, shorter, strict=True))
    return found


def step(length: float) -> int:
    """Return where a length stands on a scale of two steps an octave."""
    return min(int(2 * log2(length + 1)), STEPS - 1)


def alike(text: str) -> str:
    """Return the text with one digit for all, one Latin letter for all, and one blank for all.

    >>> alike("พ.ศ. ๒๔๗๕ (A.D.")
    'พ.ศ. 0000 (A.A.'
    """
    seen = _LATIN.sub("A", _DIGIT.sub("0", text))
    return seen if seen.isprintable() else _OTHER_BLANK.sub(" ", seen)


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the stretches between blanks."""
    lengths = [len(clause) for clause in text.split()]
    if sum(lengths) + len(lengths) - 1 == len(text):  # one blank between any two: no need to look for them
        ends = [end - 1 for end in accumulate(length + 1 for length in lengths)]
        return [(end - length, end) for end, length in zip(ends, lengths, strict=True)]
    return [found.span() for found in _CLAUSE.finditer(text)]


def leans(text: str, start: int) -> bool:
    """Whether the clause that starts there in an ``alike`` text opens no sentence: a number, a date, an aside."""
    return text[start] in _LEANING or text[start : start + 4] in _DATES


def repeats(text: str, end: int, start: int) -> bool:
    """Whether the clause that starts there opens with letters that stand before ``end``: a topic taken up again."""
    letters = text[start : start + _MARKED]
    return len(letters) == _MARKED and " " not in letters and text.find(letters, max(0, end - _MEMORY), end) >= 0


_STEP = tuple(step(length) for length in range(512))
_LONG = len(_STEP)
_NOTHING = (0.0,) * len(OPENINGS)


def _opening(seen: str, start: int, known: dict[str, Weight]) -> Weight:
    found = known.get(seen[start : start + _USUAL])
    if found is None:
        return known.get(seen[start : start + 2]) or known.get(seen[start : start + 1]) or known[""]
    for end in range(start + _USUAL + 1, start + REACH + 1):
        longer = known.get(seen[start:end])
        if longer is None:
            return found
        found = longer
    return found


def _ending(seen: str, end: int, known: dict[str, Weight]) -> Weight:
    found = known.get(seen[end - _USUAL : end]) if end >= REACH else known[""]
    if found is None:
        return known.get(seen[end - 2 : end]) or known.get(seen[end - 1 : end]) or known[""]
    for start in range(end - _USUAL - 1, end - REACH - 1, -1):
        longer = known.get(seen[start:end])
        if longer is None:
            return found
        found = longer
    return found


def scores(text: str, spans: Sequence[tuple[int, int]]) -> list[float]:
    """Return the log-odds that a sentence ends after each clause but the last."""
    bias, repeated, (before, after, shorter, since, pace), known_openings, known_endings = weights()
    seen = alike(text)
    openings = [_opening(seen, start, known_openings) for start, _ in spans]
    endings = [_ending(seen, end, known_endings) for _, end in spans]
    openings.append(_NOTHING)
    steps = [_STEP[end - start] if end - start < _LONG else STEPS - 1 for start, end in spans]
    bias += pace[step(len(text) / max(1, len(spans)))]
    found, opened, opening, earlier = [], 0, _NOTHING, 0.0
    for at in range(len(spans) - 1):
        start, end = spans[at]
        if not (seen[start] in _LEANING or seen[start : start + 4] in _DATES):
            opened, opening = start, openings[at]
        following, ending, length = openings[at + 1], endings[at], end - opened
        score = bias + following[0] + ending[0]
        if score > _HOPELESS:
            left, right = steps[at], steps[at + 1]
            score += opening[1 if length < FAR else 2] + openings[at + 2][3] + earlier + endings[at + 1][2]
            score += before[left] + after[right] + shorter[left if left < right else right]
            score += since[_STEP[length] if length < _LONG else STEPS - 1]
            if score > _HOPELESS and repeats(text, end, spans[at + 1][0]):
                score += repeated
        earlier = ending[1]
        found.append(score)
    return found
