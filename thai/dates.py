"""Days and months: ``๒๔ มิ.ย. ๒๔๗๕``, ``24/6/2475`` and ``June 24, 1932`` are one date.

Only the forms are read here; which year is meant ``thai.eras`` says. The input is canonical text.
"""

import re
from typing import Literal, NamedTuple

from thai.numerals import UNITS

Kind = Literal["year", "date", "decade", "century", "number"]
MONTHS = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม".split()  # noqa: SIM905
_DOTTED = "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค".split()  # noqa: SIM905
COLLOQUIAL = [name.removesuffix("คม").removesuffix("ยน").removesuffix("พันธ์") for name in MONTHS]
_ENGLISH = "january february march april may june july august september october november december".split()  # noqa: SIM905
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNDOTTED = [name.replace(".", "") for name in _DOTTED]
_NAMES = (MONTHS, _DOTTED, _UNDOTTED, COLLOQUIAL, _ENGLISH, [name[:3] for name in _ENGLISH])
_NUMBER = {name: number for names in _NAMES for number, name in enumerate(names, 1)} | {"sept": 9}
ALONE = {  # words of the dictionary that are a month wherever they stand -> its full name
    **{f"{short}{dot}": full for short, full in zip(_DOTTED, MONTHS, strict=True) for dot in (".", "")},
    **dict(zip(COLLOQUIAL, MONTHS, strict=True)),
    **{name: full for name, full in zip(_ENGLISH, MONTHS, strict=True) if name not in ("march", "may")},
}


def _any(names: list[str]) -> str:
    return "|".join(sorted((name.replace(".", r"\.\s?") for name in names), key=len, reverse=True))


_SHORT = rf"(?:{_any(_DOTTED)})\.?|(?:{_any(_UNDOTTED)})(?:\.|(?![ก-๎]))|(?:{_any(COLLOQUIAL)})(?![ก-๎])"
_THAI = rf"(?:{_any(MONTHS)}|{_SHORT})"
_LATIN = rf"(?:(?:{'|'.join(_ENGLISH)})(?![a-z])|(?:{'|'.join(name[:3] for name in _ENGLISH)}|sept)(?:\.|(?![a-z])))"
_TO = r"\s?(?:-|ถึง|และ|to)\s?"
YY = rf"(?P<short>\d\d)(?!\d|\s?[.,:/%-]?\s?\d|\s?(?:%|ร้อย|พัน|หมื่น|แสน|ล้าน|น\.|{'|'.join(UNITS)}))"  # a year of two digits
_DAY_MONTH = re.compile(rf"(?P<day>\d\d?)(?:{_TO}(?P<until>\d\d?))?(?:st|nd|rd|th)?\s?(?:of\s|เดือน\s?)?(?P<month>{_THAI}|{_LATIN})")
_MONTH_DAY = re.compile(
    rf"(?P<month>{_LATIN})\s(?P<day>\d\d?)(?:st|nd|rd|th)?(?![\d:]|[.,]\d|\s?(?:%|percent))(?:{_TO}(?P<until>\d\d?)(?!\d))?"
)
_FIGURES = re.compile(
    r"(?P<day>\d\d?)(?P<by>[/.-])(?P<month>\d\d?)(?P=by)(?P<year>\d{4})(?!\d|[/.-]\d)|(?P<iso>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d|-\d)"
)
MONTH_BEFORE = re.compile(rf"(?P<month>{_any(MONTHS)}|(?:(?<![ก-๎])|(?<=เดือน))(?:{_SHORT})|(?<![a-z]){_LATIN})\s?(?:,\s?)?(?:ปี\s?)?$")
MONTH_ENDS = frozenset(name[-2:] for name in _NUMBER)  # of what MONTH_BEFORE may find
_YEAR_OF_TWO = re.compile(rf"\s?{YY}")


class Day(NamedTuple):
    """A day, month or year of the Common Era as far as it is said. Year 0 is 1 BC; no year is None, no month or day 0."""

    year: int | None
    month: int = 0
    day: int = 0


class Mention(NamedTuple):
    """A number, year or date in a text: ``text[start:end]``.

    It is matched by its tokens (at least one) and by the words that say what it is (ศตวรรษ, ล้าน, the month's full name).
    ``first`` and ``last`` are what it spans in the Common Era, None for a number.
    """

    start: int
    end: int
    kind: Kind
    tokens: tuple[str, ...]
    words: tuple[str, ...] = ()
    first: Day | None = None
    last: Day | None = None


class Dated(NamedTuple):
    """The days found at a place, where they end, and what is said of the year: digits as written, or a year of two digits."""

    days: tuple[Day, ...]
    end: int
    year: str = ""


def month_of(name: str) -> int:
    """Return the month's number, 1..12, from its name in any form, or 0.

    >>> month_of("มิ.ย."), month_of("ตุลา"), month_of("Sept.".lower())
    (6, 10, 9)
    """
    name = name.replace(" ", "").removesuffix(".")
    return _NUMBER.get(name, 0) or _NUMBER.get(name.replace(".", ""), 0)


def exists(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]


def in_figures(text: str, at: int) -> Dated | None:
    """Return the date written in figures at a place, day first as Thai writes it: 24/6/2475, 1932-06-24."""
    found = _FIGURES.match(text, at)
    if not found:
        return None
    if found["iso"]:
        month, day, year = int(found["m"]), int(found["d"]), found["iso"]
    else:
        day, month, year = int(found["day"]), int(found["month"]), found["year"]
        if month > 12 and exists(day, month):
            day, month = month, day
    return Dated((Day(None, month, day),), found.end(), year) if exists(month, day) else None


def in_words(text: str, at: int) -> Dated | None:
    """Return the day and month at a place: 24 มิ.ย., 24-26 June; with a year of two digits after a Thai month (6 ตุลา 19)."""
    found = _DAY_MONTH.match(text, at)
    days = _days(found) if found else None
    if not found or not days:
        return None
    short = _YEAR_OF_TWO.match(text, found.end()) if found["month"][0] > "z" else None
    return Dated(days, short.end(), short["short"]) if short else Dated(days, found.end())


def month_first(text: str, at: int) -> Dated | None:
    """Return the day at a place where an English month begins: June 24."""
    found = _MONTH_DAY.match(text, at)
    days = _days(found) if found else None
    return Dated(days, found.end()) if found and days else None


def _days(found: re.Match[str]) -> tuple[Day, ...] | None:
    month = month_of(found["month"])
    days = [int(day) for day in (found["day"], found["until"]) if day]
    return tuple(Day(None, month, day) for day in days) if all(exists(month, day) for day in days) else None
