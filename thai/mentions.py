"""Where years, dates and numbers stand in a text as it was written, in digits and in words.

``mentions`` is for marking and for a timeline; matching goes through ``thai.terms``, which reads the same way.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from thai.dates import Mention
from thai.normalize import canonical
from thai.numerals import spoken
from thai.words import words
from thai.years import numbers

MARK = "\n"  # stands for a number while words are cut: nothing joins it, and one cut is faster than one for each stretch
_CONTEXT = 4  # words looked at on each side of a number in words
_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKS = f"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0300-\u036f{_HIDDEN}"
_CLUSTER = re.compile(f"(?:เ[{_HIDDEN}]*+เ|.)[{_MARKS}]*+(?:(?<=[\u0e48-\u0e4b\u0e4d])\u0e32)?", re.DOTALL)  # what canonical() joins


def mentions(text: str) -> list[Mention]:
    """Return the numbers, years and dates of a text in order, without overlap; start and end are offsets of the text itself.

    >>> [(found.kind, found.first.year) for found in mentions("เมื่อ ๒๔ มิ.ย. พ.ศ. ๒๔๗๕") if found.first]
    [('date', 1932)]
    """
    normal, places = _aligned(text)
    written = list(numbers(normal))
    found = sorted([*written, *_in_words(normal, written)])
    kept = [mention for before, mention in zip([None, *found], found, strict=False) if not before or before.end <= mention.start]
    return [mention._replace(start=places[mention.start], end=places[mention.end]) for mention in kept]


def cut(normal: str, written: Sequence[Mention]) -> list[str]:
    """Return the words of a canonical text, each number in digits as one ``MARK``."""
    text = normal.replace("\n", " ").replace("\r", " ")
    if not written:
        return words(text)
    ends = [0, *(number.end for number in written)]
    stretches = [text[end : number.start] for end, number in zip(ends, written, strict=False)]
    pieces = words(MARK.join([*stretches, text[ends[-1] :]]))
    if pieces.count(MARK) == len(written):
        return pieces
    return [piece for stretch in stretches for piece in (*words(stretch), MARK)] + words(text[ends[-1] :])


def said(pieces: Sequence[str]) -> list[tuple[int, int, Mention]]:
    """Return the numbers in words among the words of a text: the places of their words, and what they are.

    The mention's offsets count from the first word of the number.
    """
    found = []
    for first, last, digits in spoken(pieces):
        before, after = _near(pieces[max(0, first - _CONTEXT) : first][::-1])[::-1], _near(pieces[last : last + _CONTEXT])
        left = "".join(before)
        read = next(number for number in numbers(f"{left}{digits}{''.join(after)}") if number.end > len(left))
        grown = len("".join(pieces[first:last])) - len(digits)
        found.append((first, last, read._replace(start=read.start - len(left), end=read.end - len(left) + grown)))
    return found


def _near(pieces: Sequence[str]) -> list[str]:
    """Return the pieces up to the next number in digits."""
    end = next((at for at, piece in enumerate(pieces) if piece == MARK), len(pieces))
    return list(pieces[:end])


def _in_words(normal: str, written: Sequence[Mention]) -> list[Mention]:
    pieces = cut(normal, written)
    remaining = iter(written)
    lengths = [number.end - number.start if piece == MARK and (number := next(remaining)) else len(piece) for piece in pieces]
    starts = [0, *accumulate(lengths)]
    return [read._replace(start=starts[first] + read.start, end=starts[first] + read.end) for first, _, read in said(pieces)]


def _aligned(text: str) -> tuple[str, list[int]]:
    """Return the canonical text, and for each place in it, its end included, the place in the text."""
    normal: list[str] = []
    places: list[int] = []
    at = 0
    for cluster in _CLUSTER.findall(text):
        same = _canonical(cluster)
        normal.append(same)
        places += range(at, at + len(same)) if len(same) == len(cluster) else [at] * len(same)
        at += len(cluster)
    return "".join(normal), [*places, at]


_canonical = lru_cache(4096)(canonical)
