"""How likely a sentence or paragraph ends at a place, from the words on both sides.

The weights are learned (``train/boundaries.py``) and kept as readable JSON in ``models/boundaries.json``.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from thai.words import words

WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "boundaries.json"
_DIGIT, _LATIN = re.compile(r"\d"), re.compile(r"[A-Za-z]")
_QUOTATION = -1.2  # news paragraphs often open with a quotation, sentences of other texts seldom do
_CONTEXT = 40  # code points looked at on each side: enough for two words


def features(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Return the names of what is seen at a place: the last two words before it, the first two after it, their kinds.

    ``left`` and ``right`` are words without blanks; more than two are cut to the nearest two.
    """
    before = [_kind(word) or word for word in left[-2:]] or ["^"]
    after = [_kind(word) or word for word in right[:2]] or ["$"]
    last, first = _kind(left[-1] if left else ""), _kind(right[0] if right else "")
    return [f"l1={before[-1]}", f"l2={'|'.join(before)}", f"r1={after[0]}", f"r2={'|'.join(after)}", f"k={last}|{first}"]


def _kind(word: str) -> str:
    if _DIGIT.search(word):
        return "<number>"
    return "<latin>" if _LATIN.search(word) else ""


@cache
def _weights() -> dict[str, float]:
    loaded: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


def score_words(left: Sequence[str], right: Sequence[str]) -> float:
    """Return the log-odds that a paragraph of running text ends between the two runs of words (blanks left out)."""
    weights = _weights()
    doubt = _QUOTATION if right and right[0][0] in '"“‘' else 0.0
    return weights["bias"] + doubt + sum(weights.get(name, 0.0) for name in features(left, right))


def boundary_score(before: str, after: str) -> float:
    """Return the log-odds that a paragraph of running text ends between the two strings.

    >>> boundary_score("ทรอตสกีประณามสตาลินและพยายามจัดให้มีการ", "เดินขบวนขึ้นตามท้องถนน") < -2
    True
    """
    left = [word for word in words(before[-_CONTEXT:]) if not word.isspace()]
    right = [word for word in words(after[:_CONTEXT]) if not word.isspace()]
    return score_words(left, right)
