"""Years, dates, decades, centuries and numbers as canonical tokens: ``ค.ศ. 1991``, ``พ.ศ. 2534`` and ``๒๕๓๔`` meet.

A year is the token ``yNNNN`` in the Common Era, ``bcNNN`` before it; a decade ``d1920``, a century ``c20`` or ``cbc5``; a date
``1932-06-24`` and ``06-24``; any other number its digits without separators, a share ``10%`` as well. A year has no token of its decade:
a question of one year would then find the nine others. The input of ``numbers`` is canonical text (see ``thai.normalize``): digits are
Arabic, dashes are hyphens.
"""

import re
from collections.abc import Iterator

from thai.centuries import bare_decade, century, decade, ordinal_century
from thai.dates import COLLOQUIAL, MONTH_BEFORE, MONTH_ENDS, MONTHS, YY, Dated, Day, Mention, in_figures, in_words, month_first, month_of
from thai.eras import BEFORE_CHRIST, ERA, OLDEST_SHORT, common_era, in_era, short_year, year_token
from thai.numerals import scaled
from thai.words import words

_DIGITS = re.compile(  # begins with one class of characters: five times as fast to search for as a choice
    r"[0-9０-９](?:[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])|[0-9０-９]*)(?:\.[0-9]+)?"
)
_BEFORE = re.compile(
    rf"(?=[กคจทนปพมยรลวศฮเโabc])(?:(?P<before>ก่อน\s?)?(?P<era>{ERA})\s{{0,2}}$"  # the letters it may begin with: most places are none
    rf"|(?P<kind>คริสต์?|พุทธ)?(?P<span>ศตวรรษ|ทศวรรษ)\s?(?:ที่)?\s?(?:ของ\s?)?(?:ปี\s?)?(?P<of>{ERA})?\s{{0,2}}$"
    r"|(?P<share>ร้อยละ)\s?$|(?P<age>ยุค)\s?$"
    r"|(?P<when>รัฐธรรมนูญ|วิกฤต[ก-๎]{0,12}|น้ำท่วม[ก-๎]{0,6}|รัฐประหาร|เลือกตั้ง|โครงการ)?(?P<year>ปี)\s?$)"
)
_CUES = ("ศ", "ศ.", "ศ .", "ก", "ช", "ล", "ห์", "ฮ์", "ษ", "ที่", "ของ", "ละ", "ยุค", "ปี", "d", "d.", "e", "e.", "h", "h.")  # how _BEFORE ends
_MAY_FOLLOW = re.compile(r"\s?(?:-|ถึง|ปี\s?ก่อน|ก่อน|[a-z'%]|เปอร|ร้อย|พัน|หมื่น|แสน|ล้าน)")
_WINDOW, _NEAR = 32, 18  # code points looked back at
_JOINING = frozenset("/-.")
_BC_AFTER = re.compile(rf"(?:\s?(?:-|ถึง|to)\s?(?P<until>\d[\d,]*))?{BEFORE_CHRIST}")
_ERA_AFTER = re.compile(r"\s?(?P<era>(?:a\.d|c\.e|b\.e|a\.h)\.?|(?:ad|ce|be|ah)(?![a-z]))")
_UNTIL = re.compile(rf"\s?(?P<link>-|ถึง|จนถึง|/)\s?(?:ปี\s?)?(?:(?P<era>{ERA})\s{{0,2}})?(?P<until>\d{{1,4}})(?!\d|[,.]\d|\s?%)")
_YEAR_AFTER = re.compile(rf",?\s?(?:ปี\s?)?(?:(?P<era>{ERA})\s{{0,2}}(?P<said>\d{{1,4}})|(?P<year>\d{{4}}))(?!\d|[,.:]\d)")
_THEN = re.compile(r"\s?(?:-|ถึง|จนถึง)\s?(?:วันที่\s?)?")
_SHARE_AFTER = re.compile(r"\s?(?:%|เปอร์เซ็?นต์|percent(?![a-z])|per cent(?![a-z]))")
_TO_NUMBER = re.compile(r"\s?(?:-|ถึง)\s?[0-9][0-9,]*(?:\.[0-9]+)?")
_MEASURES = frozenset("คน ราย บาท ปี วัน เดือน ชั่วโมง นาที เมตร กิโลเมตร กิโลกรัม ตัน ไร่ ดอลลาร์ แห่ง ครั้ง หลังคาเรือน ครัวเรือน".split())  # noqa: SIM905
_MAY_MEASURE = re.compile(rf"\s?(?:{'|'.join(_MEASURES)}|ตาราง|%)")
_SHORT_YEAR = re.compile(YY)


def numbers(text: str) -> Iterator[Mention]:
    """Yield the numbers, years and dates written with digits in a canonical text, in order, without overlap.

    >>> [found.tokens for found in numbers("พ.ศ. 2534 และ 1,200 คน")]
    [('y1991',), ('1200',)]
    >>> [found.tokens for found in numbers("ค.ศ. 1920-21")]
    [('y1920', 'y1921')]
    >>> [found.tokens for found in numbers("24 มิ.ย. 2475")]
    [('1932-06-24', '06-24', 'y1932')]
    """
    end = 0
    while found := _DIGITS.search(text, end):
        mention = _date(text, end, found) or _named(text, end, found) or _followed(text, found) or _plain(text, found)
        yield mention
        end = mention.end


def _whole(digits: str) -> int | None:
    digits = digits.replace(",", "")
    return int(digits) if digits.isdigit() and len(digits) <= 5 else None


def _years(start: int, end: int, years: tuple[int, ...], extra: tuple[str, ...] = ()) -> Mention:
    tokens = dict.fromkeys((*extra, *(year_token(year) for year in years)))
    return Mention(start, end, "year", tuple(tokens), (), Day(min(years)), Day(max(years)))


def _date(text: str, floor: int, found: re.Match[str]) -> Mention | None:
    """Read a date that begins at a number, or with an English month before it."""
    at, end = found.span()
    dated = in_figures(text, at) if text[end : end + 1] in _JOINING else None
    if dated := dated or (in_words(text, at) if end - at <= 2 else None):
        return _dated(text, at, dated)
    if before := _month_before(text, floor, at):
        if before["month"][0] < "z" and (dated := month_first(text, before.start())):
            return _dated(text, before.start(), dated)
        return _month_and_year(text, before, found)
    return None


def _month_before(text: str, floor: int, at: int) -> re.Match[str] | None:
    from_ = max(floor, at - _NEAR)
    return MONTH_BEFORE.search(text, from_, at) if text[from_:at].rstrip(" ,.ปี")[-2:] in MONTH_ENDS else None


def _dated(text: str, start: int, dated: Dated) -> Mention:
    years, end = _year_of(text, dated)
    if not years and (then := _THEN.match(text, end)) and (later := in_words(text, then.end())):
        years, _ = _year_of(text, later)  # 24 มิถุนายน – 10 กรกฎาคม 2475
    days = tuple(day._replace(year=years[0] if years else None) for day in dated.days)
    tokens = [f"{day.year:04}-{day.month:02}-{day.day:02}" for day in days if day.year and day.year > 0]
    tokens += [f"{day.month:02}-{day.day:02}" for day in days] + [year_token(year) for year in years]
    return Mention(start, end, "date", tuple(dict.fromkeys(tokens)), (MONTHS[days[0].month - 1],), days[0], days[-1])


def _year_of(text: str, dated: Dated) -> tuple[tuple[int, ...], int]:
    """Return the years a date may lie in, none where it says none, and where it ends with its year."""
    if len(dated.year) == 2:
        return (short_year(int(dated.year)),), dated.end
    if dated.year:
        year = common_era(int(dated.year))
        return ((year,) if year else ()), dated.end
    following = _YEAR_AFTER.match(text, dated.end)
    if following:
        number = int(following["said"] or following["year"])
        span = in_era(following["era"], number) if following["era"] else _alone(number)
        if span and not (not following["era"] and _measured(text, following.end())):
            return tuple(dict.fromkeys(span)), following.end()
    return (), dated.end


def _alone(number: int) -> tuple[int, int] | None:
    year = common_era(number)
    return (year, year) if year else None


def _month_and_year(text: str, before: re.Match[str], found: re.Match[str]) -> Mention | None:
    """Read มิถุนายน 2475, and the year alone of ตุลา 19."""
    at, end = found.span()
    if len(found[0]) == 4 and found[0].isdigit() and (year := common_era(int(found[0]))) and not _measured(text, end):
        return _in_month(before, end, year)
    if before["month"] in COLLOQUIAL and _SHORT_YEAR.match(text, at):
        return _in_month(before, end, short_year(int(found[0])), (found[0],))
    return None


def _in_month(before: re.Match[str], end: int, year: int, extra: tuple[str, ...] = ()) -> Mention:
    month = month_of(before["month"])
    day = Day(year, month)
    return Mention(before.start(), end, "date", (*extra, year_token(year)), (MONTHS[month - 1],), day, day)


def _named(text: str, floor: int, found: re.Match[str]) -> Mention | None:
    """Read a number by the word before it: an era, a century, a decade, ร้อยละ, ปี."""
    at = found.start()
    from_ = max(floor, at - _WINDOW)
    tail = text[from_:at]
    if not tail.rstrip().endswith(_CUES):
        return None
    if len(found[0]) != 2 and "วรรษ" not in tail and "ก่อน" not in tail:  # the search takes as long as the window is wide
        from_ = max(floor, at - _NEAR)
    if not (before := _BEFORE.search(text, from_, at)):
        return None
    number = _whole(found[0])
    if before["share"]:
        return _share(before.start(), found.end(), found[0])
    if number is None or ("," in found[0] and not before["era"]):
        return None
    if before["era"]:
        return _before_christ(text, before, found, number) or _in_an_era(text, floor, before, found, number)
    if before["span"]:
        return _century_or_decade(text, before, found, number)
    if before["age"]:
        return None if _measured(text, found.end()) else bare_decade(text, found, named=True)
    return _after_year(text, before, found, number)


def _century_or_decade(text: str, before: re.Match[str], found: re.Match[str], number: int) -> Mention | None:
    era = (before["kind"] or before["of"] or "")[:1]
    if before["span"] == "ศตวรรษ":
        return century(text, before.start(), found, era == "พ")
    return decade(text, before.start(), found, era == "พ" or (not era and 2200 <= number <= 2699))


def _before_christ(text: str, before: re.Match[str], found: re.Match[str], number: int) -> Mention | None:
    """Read ก่อนคริสต์ศักราช 44. ก่อน ค.ศ. 1945 is before that year, not before Christ."""
    era, end = before["era"], found.end()
    short = len(era) < len("คริสต์ศก") and number >= 1000 and not text.startswith("ปี", end + 1)
    if not before["before"] or era[0] != "ค" or short:
        return None
    until = _UNTIL.match(text, end)
    if not until or until["link"] == "/" or until["era"]:
        return _years(before.start(), end, (1 - number,))
    return _years(before.start(), until.end(), (1 - number, 1 - int(until["until"])))


def _in_an_era(text: str, floor: int, before: re.Match[str], found: re.Match[str], number: int) -> Mention | None:
    era, start = before["era"], before.start("era")
    years = None if "กาล" in era else in_era(era, number)
    if not years:
        return None
    if years[0] != years[1]:
        return _years(start, found.end(), years)
    span, end = _ranged(text, found.end(), found[0].replace(",", ""), number, years[0] - number, era)
    month = _month_before(text, floor, start) if len(span) == 1 else None
    return _in_month(month, end, span[0]) if month else _years(start, end, span)


def _ranged(text: str, at: int, digits: str, number: int, offset: int, era: str) -> tuple[tuple[int, ...], int]:
    """Return the first and last year of a range, and its end: 1937-1938, 1920-21 and 1921-2 are all read."""
    until = _UNTIL.match(text, at)
    first = number + offset
    if not until or (until["era"] and until["era"][0] != era[:1]) or in_words(text, until.start("until")):
        return (first,), at
    short = until["until"]
    last = int(str(number)[: max(0, len(str(number)) - len(short))] + short) + offset
    gap = 1 if until["link"] == "/" else 199
    if not 0 < last - first <= gap or ("ถึง" in until["link"] and len(short) < len(str(number))):
        return (first,), at
    return (first, last), until.end()


def _after_year(text: str, before: re.Match[str], found: re.Match[str], number: int) -> Mention | None:
    """Read a bare number after ปี: a year of four digits, and รัฐธรรมนูญปี 40 where what comes before makes it one."""
    at = found.start()
    if len(found[0]) == 4 and (year := common_era(number)):
        years, end = _ranged(text, found.end(), found[0], number, year - number, "")
        return bare_decade(text, found, named=False) or _years(at, end, years, (str(number),))
    if before["when"] and _SHORT_YEAR.match(text, at) and number < OLDEST_SHORT:
        return _years(at, found.end(), (short_year(number),), (found[0],))
    return None


def _followed(text: str, found: re.Match[str]) -> Mention | None:
    """Read a number by what follows it: BC, AD, 1920s, 20th century, a scale, a percent sign."""
    at, end = found.span()
    if not _MAY_FOLLOW.match(text, end):
        return None
    number = _whole(found[0])
    if number and (ago := _BC_AFTER.match(text, end)):
        last = _whole(ago["until"]) if ago["until"] else number
        return _years(at, ago.end(), (1 - number, 1 - (last or number)))
    if number and "," not in found[0] and (span := ordinal_century(text, found) or bare_decade(text, found, named=False)):
        return span
    if number and (era := _ERA_AFTER.match(text, end)) and (years := in_era(era["era"], number)):
        return _years(at, era.end(), years)
    if share := _SHARE_AFTER.match(text, end):
        return _share(at, share.end(), found[0])
    to = _TO_NUMBER.match(text, end)  # 2-3 ล้าน is two millions to three
    if to and _SHARE_AFTER.match(text, to.end()):
        return _share(at, end, found[0])
    scale = scaled(found[0].replace(",", ""), text, to.end() if to else end)
    return Mention(at, end if to else scale.end, "number", (scale.digits,), scale.words) if scale else None


def _share(start: int, end: int, digits: str) -> Mention:
    plain = _plain_digits(digits)
    return Mention(start, end, "number", (plain, f"{plain}%"), ("ร้อยละ",))


def _plain(text: str, found: re.Match[str]) -> Mention:
    """Read a bare number: a plausible year is both, unless it counts something."""
    at, end = found.span()
    digits = _plain_digits(found[0])
    year = common_era(int(found[0])) if len(found[0]) == 4 and found[0].isdigit() else None
    if year is None or _measured(text, end):
        return Mention(at, end, "number", (digits,))
    years, end = _ranged(text, end, found[0], int(found[0]), year - int(found[0]), "")
    return _years(at, end, years, (digits,))


def _plain_digits(written: str) -> str:
    digits = written.replace(",", "")
    return str(int(digits)) if digits.isdigit() and len(digits) < 1000 else digits


def _measured(text: str, at: int) -> bool:
    """Return whether what follows is something counted: 1500 บาท, not 2475 คนไทย."""
    if not _MAY_MEASURE.match(text, at):
        return False
    first = words(text[at : at + 24].lstrip())[0]
    return first in _MEASURES or first.startswith(("ตาราง", "%"))
