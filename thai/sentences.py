"""Sentences of a Thai paragraph, as spans that tile it.

Thai writes no full stop. A sentence can only end at a blank outside brackets and quotation marks; which blanks, the learned
boundary score says, helped by the length of what would be cut off on either side.
"""

import itertools
import re
from typing import NamedTuple

from thai.boundaries import score_words
from thai.words import words

_OPEN, _CLOSE = "([{“‘«", ")]}”’»"
_LONGEST_ASIDE = 200  # an unclosed bracket is ignored after so many code points
_STRONG, _WEAK = -0.7, -2.2  # least scores: a clear end, an end where both sides are long enough
_SHORTEST, _COMFORTABLE, _LONGEST = 30, 70, 420  # code points of a sentence
_SHORTEST_CLAUSE = 18  # code points between blanks; shorter ones are items of a list
_FULL_STOP = re.compile(r"[A-Za-z)\"'][.!?]$|[!?…]$")
_BLANK = re.compile(r"\s")


class Span(NamedTuple):
    """A half-open range of code points: ``text[start:end]``."""

    start: int
    end: int


class _Blank(NamedTuple):
    """A blank where a sentence may end: it lies in ``text[start:end]``."""

    start: int
    end: int
    score: float
    clause_before: int
    clause_after: int


def sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of one paragraph in order; they tile it, each ending with the blank that follows it."""
    if not text:
        return ()
    cuts: list[int] = []
    start = first = 0
    blanks = _blanks(text)
    for at, blank in enumerate(blanks):
        length = blank.start - start
        if _ends_here(blank, length, len(text) - blank.end):
            cuts.append(blank.end)
            start = blank.end
        elif length > _LONGEST:
            while blanks[first].start - start < _SHORTEST:  # stops at this blank at the latest; begins where it was: start only grows
                first += 1
            best = max(blanks[first : at + 1], key=lambda b: b.score)
            cuts.append(best.end)
            start = best.end
    edges = [0, *cuts, len(text)]
    return tuple(Span(a, b) for a, b in itertools.pairwise(edges) if b > a)


def _ends_here(blank: _Blank, length: int, rest: int) -> bool:
    if length < _SHORTEST or rest < _SHORTEST_CLAUSE:
        return False
    if blank.score >= _STRONG:
        return blank.clause_after >= _SHORTEST_CLAUSE or blank.score >= 0.0
    listed = min(blank.clause_before, blank.clause_after) < _SHORTEST_CLAUSE
    return blank.score >= _WEAK and length >= _COMFORTABLE and not listed


def _blanks(text: str) -> list[_Blank]:
    """Return the blanks outside brackets and quotation marks with their scores."""
    tokens = words(text)
    solid = [at for at, token in enumerate(tokens) if not token.isspace()]
    offsets, position = [], 0
    for token in tokens:
        offsets.append(position)
        position += len(token)
    found: list[_Blank] = []
    depth = _Depth()
    clause = 0
    for order, at in enumerate(solid):
        depth.read(tokens[at], offsets[at])
        end = offsets[at] + len(tokens[at])
        following = solid[order + 1] if order + 1 < len(solid) else None
        if following is None or following == at + 1 or depth.inside(end):
            continue
        left = [tokens[i] for i in solid[max(0, order - 1) : order + 1]]
        right = [tokens[i] for i in solid[order + 1 : order + 3]]
        score = 1.0 if _FULL_STOP.search(text[max(0, end - 2) : end]) and len(text[clause:end]) > 30 else score_words(left, right)
        score += _doubt(tokens[at], tokens[following])
        found.append(_Blank(end, offsets[following], score, end - clause, _clause(text, offsets[following])))
        clause = offsets[following]
    return found


def _doubt(before: str, after: str) -> float:
    """Return what to take off a score: ๆ never begins a sentence, what follows a number or an aside seldom does.

    News paragraphs often end with an aside in brackets, from which the weights learned too much for other texts.
    """
    if after.startswith("ๆ"):
        return -9.0
    return -0.8 if before[-1].isdigit() else -1.5 if before[-1] == ")" else 0.0


def _clause(text: str, start: int) -> int:
    blank = _BLANK.search(text, start)
    return (blank.start() if blank else len(text)) - start


class _Depth:
    """Whether a place lies inside brackets or quotation marks."""

    def __init__(self) -> None:
        self._opened: list[int] = []
        self._quoted: int | None = None

    def read(self, token: str, offset: int) -> None:
        for place, letter in enumerate(token, start=offset):
            if letter in _OPEN:
                self._opened.append(place)
            elif letter in _CLOSE and self._opened:
                self._opened.pop()
            elif letter == '"':
                self._quoted = place if self._quoted is None else None

    def inside(self, place: int) -> bool:
        self._opened = [at for at in self._opened if place - at <= _LONGEST_ASIDE]
        if self._quoted is not None and place - self._quoted > _LONGEST_ASIDE:
            self._quoted = None
        return bool(self._opened) or self._quoted is not None
