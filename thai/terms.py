"""What a text is matched by: its words, with years, dates and numbers as tokens of their own.

Questions and documents go through the same function, so a word meets itself however it was written.
"""

import re
from itertools import chain

from thai.dates import ALONE
from thai.mentions import MARK, cut, said
from thai.normalize import canonical
from thai.years import numbers

_SAID = re.compile(r"[0-9a-z\u0e01-\u0e2e\u0e40-\u0e44]")  # a word has a letter or digit, not only marks
_YEAR = re.compile(r"y[0-9]{3,4}")
_REMEMBERED = 1 << 17
_NUMBERED = {"ที่หนึ่ง": 1, "ที่สอง": 2, "ที่สาม": 3, "ที่สี่": 4, "ที่หก": 6}  # words of the dictionary, which has no ที่ห้า
_ALIKE: dict[str, tuple[str, ...]] = {
    **{name: (month,) for name, month in ALONE.items()},
    **dict.fromkeys(("เปอร์เซ็นต์", "เปอร์เซนต์", "percent"), ("ร้อยละ",)),
    **{word: ("ที่", word.removeprefix("ที่"), str(number)) for word, number in _NUMBERED.items()},
    "สงครามโลกครั้งที่หนึ่ง": ("สงครามโลก", "ครั้ง", "ที่", "หนึ่ง", "1"),
    "สงครามโลกครั้งที่สอง": ("สงครามโลก", "ครั้ง", "ที่", "สอง", "2"),
}


def terms(text: str) -> list[str]:
    """Return the words leg's tokens of a text, in order, blanks and punctuation left out.

    >>> terms("ล่มสลายใน พ.ศ. ๒๕๓๔")
    ['ล่มสลาย', 'ใน', 'y1991']
    >>> terms("ห้าล้านคน")
    ['ห้า', 'ล้าน', '5000000', 'คน']
    """
    normal = canonical(text)
    written = list(numbers(normal))
    pieces = cut(normal, written)
    parts = list(map(_terms_of, pieces))
    at = -1
    for number in written:
        at = pieces.index(MARK, at + 1)
        parts[at] = number.words + number.tokens
    for first, last, number in said(pieces):
        beside = pieces[max(0, first - 2) : last + 2]
        parts[last - 1] += (*number.tokens, *(word for word in number.words if word not in beside))
    return list(chain.from_iterable(parts))


def indexed(text: str) -> list[str]:
    """Return what a document is found by: its terms, and the decade of each of its years.

    Questions bear a decade only where they name one: with those of their years they would find the other nine as well.

    >>> indexed("ปี ค.ศ. 1925")
    ['ปี', 'y1925', 'd1920']
    """
    found = terms(text)
    return found + list(dict.fromkeys(f"d{term[1:-1]}0" for term in found if _YEAR.fullmatch(term)))


class _Terms(dict[str, tuple[str, ...]]):
    """What a word is matched by, nothing for a mark; remembered, and forgotten before it grows large."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        word = piece.strip()
        self[piece] = found = _ALIKE.get(word) or ((word,) if _SAID.search(word) else ())
        return found


_terms_of = _Terms().__getitem__
