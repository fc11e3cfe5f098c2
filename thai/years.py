"""Years and numbers as canonical tokens: ``ค.ศ. 1991``, ``พ.ศ. 2534`` and ``๒๕๓๔`` meet.

A year is the token ``yNNNN`` in the Common Era; any other number is its digits without separators. The input is canonical text
(see ``thai.normalize``): digits are Arabic, dashes are hyphens.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

BUDDHIST_OFFSET = 543  # พ.ศ. = ค.ศ. + 543, Thai civil count since 1941
_ERAS = {
    "พ": BUDDHIST_OFFSET,
    "ค": 0,
    "ร": -1781,  # Rattanakosin era: ร.ศ. 1 = ค.ศ. 1782
    "จ": -638,  # Chula Sakarat: จ.ศ. 1 = ค.ศ. 639
}
_NUMBER = re.compile(
    r"(?:(?P<era>[พครจ])\.?\s?ศ\.?\s{0,2}|(?P<long>พุทธศักราช|คริสต์ศักราช)\s{0,2})?"
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?:\s?-\s?(?:[พค]\.?ศ\.?\s?)?(?P<until>\d{1,4})(?![\d,.]))?"
)
_HAS_DIGIT = re.compile(r"\d")


class NumberSpan(NamedTuple):
    """A number in canonical text: ``text[start:end]``, and the tokens it is matched by (at least one)."""

    start: int
    end: int
    tokens: tuple[str, ...]


def numbers(text: str) -> Iterator[NumberSpan]:
    """Yield the numbers and years of a canonical text, in order, without overlap.

    >>> [span.tokens for span in numbers("พ.ศ. 2534 และ 1,200 คน")]
    [('y1991',), ('1200',)]
    >>> [span.tokens for span in numbers("ค.ศ. 1920-21")]
    [('y1920', 'y1921')]
    """
    if not _HAS_DIGIT.search(text):
        return
    for found in _NUMBER.finditer(text):
        yield NumberSpan(found.start(), found.end(), _tokens(found))


def _tokens(found: re.Match[str]) -> tuple[str, ...]:
    digits = found["number"].replace(",", "")
    era = found["era"] or (found["long"] or "")[:1]
    if not digits.isdigit():
        return (digits,)
    if "," in found["number"]:
        return (digits, *_second(found, digits))
    if era:
        first = int(digits) - _ERAS[era]
        return (f"y{first}", *_last_year(first, int(digits), found["until"], _ERAS[era]))
    plausible = common_era(int(digits)) if len(digits) == 4 else None
    if plausible is None:
        return (str(int(digits)), *_second(found, digits))
    last = _last_year(plausible, int(digits), found["until"], int(digits) - plausible)
    return (str(int(digits)), f"y{plausible}", *last)


def _second(found: re.Match[str], first: str) -> tuple[str, ...]:
    until = found["until"]
    return (str(int(until)),) if until and until != first else ()


def _last_year(first: int, written: int, until: str | None, offset: int) -> tuple[str, ...]:
    """Return the token of a range's last year: 1937-1938, 1920-21 and 1921-2 are all read."""
    if not until:
        return ()
    full = int(str(written)[: max(0, len(str(written)) - len(until))] + until)
    last = full - offset
    return (f"y{last}",) if 0 < last - first < 200 else ()


def common_era(number: int) -> int | None:
    """Return the year a bare four-digit number most likely means, or None where it is no plausible year."""
    if 1000 <= number <= 2199:
        return number
    if 2200 <= number <= 2699:
        return number - BUDDHIST_OFFSET
    return None
