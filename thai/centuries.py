"""Centuries and decades: ``คริสต์ศตวรรษที่ 20`` and ``20th century`` are ``c20``, ``ทศวรรษ 1920`` and ``1920s`` are ``d1920``.

Those of the Buddhist era lie across two of the Common Era and bear the tokens of both.
"""

import re

from thai.dates import Day, Mention
from thai.eras import BEFORE_CHRIST, BUDDHIST_OFFSET, century_token

_UNTIL = re.compile(
    r"\s?(?:-|ถึง|และ|หรือ)\s?(?:(?:คริสต์?|พุทธ)?(?:ศตวรรษ|ทศวรรษ)\s?(?:ที่)?\s?)?(?P<until>[0-9]{1,4})(?![0-9]|[,.:][0-9])"
)
_BEFORE_CHRIST = re.compile(BEFORE_CHRIST)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?:\s?(?:-|and|to)\s?(?P<until>[0-9]{1,2})(?:st|nd|rd|th))?[\s-](?:century|centuries)")
_TENS = re.compile(r"'?s(?![a-z])")
_LAST_CENTURY = 40


def century(text: str, start: int, found: re.Match[str], buddhist: bool) -> Mention | None:
    """Return the century whose number was found after a word for it that begins at ``start``."""
    number, end = int(found[0]), found.end()
    until = _UNTIL.match(text, end)
    last = int(until["until"]) if until else number
    if until and number < last <= _LAST_CENTURY:
        end = until.end()
    else:
        last = number
    return _centuries(text, start, end, (number, last), buddhist)


def ordinal_century(text: str, found: re.Match[str]) -> Mention | None:
    """Return the English century whose number was found: 20th century, 5th century BC."""
    ordinal = _ORDINAL.match(text, found.end())
    if not ordinal:
        return None
    number = int(found[0])
    return _centuries(text, found.start(), ordinal.end(), (number, int(ordinal["until"] or number)), False)


def _centuries(text: str, start: int, end: int, numbers: tuple[int, int], buddhist: bool) -> Mention | None:
    number, last = numbers
    if not 1 <= number <= _LAST_CENTURY or not 1 <= last <= _LAST_CENTURY:
        return None
    years = (number * 100 - 99, last * 100)
    if buddhist:
        years = (years[0] - BUDDHIST_OFFSET, years[1] - BUDDHIST_OFFSET)
    elif before := _BEFORE_CHRIST.match(text, end):
        years, end = (1 - max(numbers) * 100, 100 - min(numbers) * 100), before.end()
    tokens = dict.fromkeys(century_token(year) for year in (*range(years[0], years[1], 100), years[1]))
    return Mention(start, end, "century", tuple(tokens), ("ศตวรรษ",), Day(years[0]), Day(years[1]))


def decade(text: str, start: int, found: re.Match[str], buddhist: bool) -> Mention | None:
    """Return the decade whose number was found after a word for it: ทศวรรษ 1920, ทศวรรษที่ 60, พุทธทศวรรษ 2470."""
    number, end = int(found[0]), found.end()
    if number in range(20, 100, 10) and not buddhist:
        number += 1900
    if number % 10 or not 1000 <= number <= 2699:
        return None
    last = number
    if until := _UNTIL.match(text, end):
        last = int(str(number)[: 4 - len(until["until"])] + until["until"])
        last, end = (last, until.end()) if last % 10 == 0 and number < last < number + 200 else (number, end)
    offset = BUDDHIST_OFFSET if buddhist else 0
    return _decades(start, _after_s(text, end), (number - offset, last + 9 - offset))


def bare_decade(text: str, found: re.Match[str], named: bool) -> Mention | None:
    """Return the decade of 1920s and 60s, or where a word before it makes it one (``named``), of ยุค 90."""
    number, end = int(found[0]), _after_s(text, found.end())
    if number in range(20, 100, 10):
        number += 1900
    if number % 10 or not 1000 <= number <= 2090 or (end == found.end() and not named):
        return None
    return _decades(found.start(), end, (number, number + 9), () if end > found.end() else (found[0],))


def _after_s(text: str, at: int) -> int:
    tens = _TENS.match(text, at)
    return tens.end() if tens else at


def _decades(start: int, end: int, years: tuple[int, int], extra: tuple[str, ...] = ()) -> Mention:
    tokens = (f"d{year}" for year in range(years[0] - years[0] % 10, years[1] + 1, 10))
    return Mention(start, end, "decade", (*extra, *tokens), ("ทศวรรษ",), Day(years[0]), Day(years[1]))
