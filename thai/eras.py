"""Eras of Thai texts to years of the Common Era: พ.ศ., ค.ศ., ร.ศ., จ.ศ., ฮ.ศ., ม.ศ., and years before it.

The Thai year began in April until 1941: January to March of a พ.ศ. before it lie in the Common Era's next year. A year stays พ.ศ. − 543.
"""

from datetime import date, timedelta

BUDDHIST_OFFSET = 543  # พ.ศ. = ค.ศ. + 543, Thai civil count since 1941
_ERAS = {  # first letters -> what to add for the Common Era, first and last year that are believed
    "พ": (-BUDDHIST_OFFSET, 1, 4000),
    "ค": (0, 1, 3500),
    "ร": (1781, 1, 300),  # Rattanakosin era: ร.ศ. 1 = ค.ศ. 1782
    "จ": (638, 1, 1500),  # Chula Sakarat: จ.ศ. 1 = ค.ศ. 639
    "ม": (78, 100, 2000),  # Shaka era; ม.ศ. 5 is a class of a school
    "ad": (0, 1, 2199),
    "ce": (0, 1, 2199),
    "be": (-BUDDHIST_OFFSET, 2200, 2699),
}
_HIJRI_LAST = 1700
_HIJRI_EPOCH = date(622, 7, 19).toordinal()  # 16 July 622 of the Julian calendar
ERA = (
    r"(?:[พครจฮม]\s?\.\s?ศ\s?\.?|(?:(?<![ก-๎])|(?<=ปี)|(?<=ใน)|(?<=เมื่อ))[พคจฮ]\s?ศ\.?|พุทธศักราช|พุทธศก|คริสต์?ศักราช|คริสต์?ศก|คริสต์?กาล"
    r"|รัตนโกสินทร์?ศก|จุลศักราช|จุฬาศักราช|มหาศักราช|ฮิจเราะ[ฮห]์(?:ศักราช)?|(?<![a-z])(?:a\.?d|c\.?e|b\.?e|a\.?h)(?![a-z])\.?)"
)
BEFORE_CHRIST = (
    r"\s?(?:(?:ปี\s?)?ก่อน\s?(?:คริสต์?ศักราช|คริสต์?กาล|ค\s?\.\s?ศ\s?\.?|คศ\.?)(?![\s.]*[0-9])"
    r"|(?:years\s)?b\.\s?c\.?(?:\s?e\.?)?|bce?(?![a-z]))"
)
OLDEST_SHORT = 75  # of years of two digits: ปี 75 is พ.ศ. 2475, ปี 74 still to come


def common_era(number: int) -> int | None:
    """Return the year a bare four-digit number most likely means, or None where it is no plausible year."""
    if 1000 <= number <= 2199:
        return number
    if 2200 <= number <= 2699:
        return number - BUDDHIST_OFFSET
    return None


def short_year(number: int) -> int:
    """Return the year that two digits mean after a Thai month: พ.ศ. 25xx, and 24xx for those still to come."""
    return (2400 if number >= OLDEST_SHORT else 2500) + number - BUDDHIST_OFFSET


def year_token(year: int) -> str:
    """Return the token of a year of the Common Era; 0 and less are years before it: 0 is 1 BC.

    >>> year_token(1932), year_token(-43)
    ('y1932', 'bc44')
    """
    return f"y{year}" if year > 0 else f"bc{1 - year}"


def century_token(year: int) -> str:
    """Return the token of a year's century."""
    return f"c{(year - 1) // 100 + 1}" if year > 0 else f"cbc{-year // 100 + 1}"


def in_era(era: str, number: int) -> tuple[int, int] | None:
    """Return the first and last year of the Common Era that a year of an era may be, or None where it is no year of it.

    >>> in_era("ร.ศ.", 112), in_era("ฮ.ศ.", 1446)
    ((1893, 1893), (2024, 2025))
    """
    key = era[0] if era[0] > "z" else era.replace(".", "")[:2]
    if key in ("ฮ", "ah"):
        return (_hijri(number).year, (_hijri(number + 1) - timedelta(days=1)).year) if 1 <= number <= _HIJRI_LAST else None
    offset, least, most = _ERAS[key]
    return (number + offset, number + offset) if least <= number <= most else None


def _hijri(year: int) -> date:
    """Return the first day of a year of the Hijra, by the tables: 11 leap years in 30."""
    return date.fromordinal(_HIJRI_EPOCH + (year - 1) * 354 + (3 + 11 * year) // 30)
