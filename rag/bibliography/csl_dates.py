"""Dates as their owners write them (2564, พ.ศ. 2564, ค.ศ. 2021, 2021-05-04, 4 พฤษภาคม 2564) to parts, years to the era of a list.

Nothing is guessed: a bare year below 2200 stays as it is given, because nobody said which era it is of.
"""

import re
from typing import Literal, NamedTuple

from thai.dates import exists, month_of
from thai.eras import BUDDHIST_OFFSET

Era = Literal["given", "buddhist", "common"]
_FIRST_BUDDHIST = 2200  # no work is dated so late in the Common Era, and none so early in the Buddhist one is cited by its year
_BE = r"(?:พ\s?\.?\s?ศ\s?\.?|พุทธศักราช|B\.?\s?E\.?)"
_CE = r"(?:ค\s?\.?\s?ศ\s?\.?|คริสต์?ศักราช|A\.?\s?D\.?|C\.?\s?E\.?)"
_YEAR = rf"(?:(?P<be>{_BE})|(?P<ce>{_CE}))?\s?(?P<year>\d{{4}})(?:\s(?:(?P<be_after>{_BE})|(?P<ce_after>{_CE})))?"
_MONTH = r"(?P<month>[^\W\d_][^\d,]*?)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        _YEAR,
        r"(?P<iso>\d{4})-(?P<mm>\d\d)(?:-(?P<dd>\d\d)(?:[T ].*)?)?",
        rf"(?:วันที่\s?)?(?P<day>\d{{1,2}})\s?(?:เดือน\s?)?{_MONTH},?\s?{_YEAR}",
        rf"{_MONTH}\s(?P<day>\d{{1,2}}),?\s{_YEAR}",
        rf"{_MONTH},?\s?{_YEAR}",
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<year>\d{4})",
    )
)
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_LATIN = re.compile("[A-Za-z]")


class Dated(NamedTuple):
    """A year as given with the month and day, 0 where not said; ``era`` is "given" where nobody said which."""

    year: int
    month: int
    day: int
    era: Era


def read_date(text: str) -> Dated | None:
    """Return the date that a text is, or None where it is no plain date ("2560–2562", "ราว พ.ศ. 2500").

    >>> read_date("พ.ศ. ๒๕๖๔")
    Dated(year=2564, month=0, day=0, era='buddhist')
    >>> read_date("2021-05-04")
    Dated(year=2021, month=5, day=4, era='common')
    >>> read_date("2021").era
    'given'
    """
    text = " ".join(text.translate(_DIGITS).split())
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _dated(found.groupdict())
    return None


def _dated(said: dict[str, str | None]) -> Dated | None:
    year = int(said.get("iso") or said.get("year") or 0)
    name = said.get("month") or ""
    month = month_of(name.lower().strip()) if name else int(said.get("mm") or said.get("m") or 0)
    day = int(said.get("day") or said.get("dd") or said.get("d") or 0)
    if (name and not month) or (day and not exists(month, day)) or month > 12:
        return None
    if year >= _FIRST_BUDDHIST or said.get("be") or said.get("be_after"):
        return Dated(year, month, day, "buddhist")
    marked = said.get("iso") or said.get("ce") or said.get("ce_after") or _LATIN.search(name)
    return Dated(year, month, day, "common" if marked else "given")


def in_era(dated: Dated, era: Era) -> Dated:
    """Return the date with its year in an era; one of which nobody said the era stays as it is.

    >>> in_era(Dated(2021, 5, 4, "common"), "buddhist").year, in_era(Dated(2021, 0, 0, "given"), "buddhist").year
    (2564, 2021)
    """
    if era in ("given", dated.era) or dated.era == "given":
        return dated
    return dated._replace(year=dated.year + (BUDDHIST_OFFSET if era == "buddhist" else -BUDDHIST_OFFSET), era=era)


def day_of(text: str, era: Era) -> Dated | None:
    """Return the day on which something was looked at, in an era: of a day in our time a year below 2200 is of the Common Era."""
    dated = read_date(text)
    if dated is None:
        return None
    return in_era(dated._replace(era="common") if dated.era == "given" else dated, era)
