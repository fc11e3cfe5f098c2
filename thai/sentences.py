"""Sentences of a Thai paragraph, as spans that tile it.

Thai writes no full stop. A sentence can only end at a blank outside brackets and quotation marks; which blanks, the learned
boundary score says, helped by the length of what would be cut off on either side.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from thai.blanks import clauses, scores

_ASIDE_MARK = re.compile(r'[()\[\]{}“”‘’«»"]')
_OPEN = frozenset("([{“‘«")
_LONGEST_ASIDE = 200  # an unclosed bracket is ignored after so many code points
_CLEAR, _LIKELY = -0.3, -0.8  # least scores: an end, an end where both sides are long enough
_SHORTEST, _COMFORTABLE, _LONGEST = 30, 100, 420  # code points of a sentence
_SHORTEST_CLAUSE = 18  # code points between blanks; shorter ones are items of a list
_CELLS = frozenset("·|")  # between the cells of a table's row
_STOPS = frozenset(".!?…")
_FULL_STOP = re.compile(r".*(?:[A-Za-z)\"'”]|[\u0e01-\u0e4e]{6})\.|.*[!?…]")
_STOPPED = 30  # code points of a clause that ends with a full stop and not with an abbreviation


class Span(NamedTuple):
    """A half-open range of code points: ``text[start:end]``."""

    start: int
    end: int


def sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of one paragraph in order; they tile it, each ending with the blank that follows it."""
    if not text:
        return ()
    edges = [0, *cuts(text), len(text)]
    return tuple(Span(a, b) for a, b in itertools.pairwise(edges) if b > a)


def outside_asides(text: str, ends: Sequence[int]) -> list[bool]:
    """Return for each place, in order, whether it lies outside brackets and quotation marks."""
    marks = [(found.start(), found[0]) for found in _ASIDE_MARK.finditer(text)]
    if not marks:
        return [True] * len(ends)
    outside, opened, quoted, at = [], list[int](), -1, 0
    for end in ends:
        while at < len(marks) and marks[at][0] < end:
            place, mark = marks[at]
            at += 1
            if mark == '"':
                quoted = place if quoted < 0 else -1
            elif mark in _OPEN:
                opened.append(place)
            elif opened:
                opened.pop()
        if opened and end - opened[0] > _LONGEST_ASIDE:
            opened = [place for place in opened if end - place <= _LONGEST_ASIDE]
        if quoted >= 0 and end - quoted > _LONGEST_ASIDE:
            quoted = -1
        outside.append(not opened and quoted < 0)
    return outside


def _joined(text: str, end: int, after: int) -> bool:
    """Whether what stands before or after a blank joins the cells of a row."""
    return text[end - 1] in _CELLS or text[after : after + 1] in _CELLS


def cuts(text: str) -> list[int]:
    """Return the places where a sentence ends and another begins."""
    spans = clauses(text)
    likely = scores(text, spans)
    outside = outside_asides(text, [end for _, end in spans])
    if not _CELLS.isdisjoint(text):
        afters = [*(begin for begin, _ in spans[1:]), len(text)]
        outside = [free and not _joined(text, end, after) for free, (_, end), after in zip(outside, spans, afters, strict=True)]
    found: list[int] = []
    start = first = 0
    size = len(text)
    for at, (score, (begin, end)) in enumerate(zip(likely, spans, strict=False)):
        length = end - start
        if score < _LIKELY and length <= _LONGEST and text[end - 1] not in _STOPS:
            continue
        stopped = text[end - 1] in _STOPS and end - begin > _STOPPED and bool(_FULL_STOP.fullmatch(text, end - 8, end))
        if (score < _LIKELY and length <= _LONGEST and not stopped) or not outside[at]:
            continue
        after, least = spans[at + 1][0], _CLEAR if length < _COMFORTABLE else _LIKELY
        if length >= _SHORTEST and size - after >= _SHORTEST_CLAUSE and (stopped or score >= least):
            found.append(after)
        elif length > _LONGEST:
            while spans[first][1] - start < _SHORTEST:
                first += 1
            best = max((place for place in range(first, at + 1) if outside[place]), key=likely.__getitem__)
            found.append(spans[best + 1][0])
        else:
            continue
        start = found[-1]
    return found
