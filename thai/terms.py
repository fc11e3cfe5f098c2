"""What a text is matched by: its words, with years and numbers as one token each.

Questions and documents go through the same function, so a word meets itself however it was written.
"""

import re

from thai.normalize import canonical
from thai.words import words
from thai.years import numbers

_SAID = re.compile(r"[0-9a-z\u0e01-\u0e2e\u0e40-\u0e44]")  # a word has a letter or digit, not only marks


def terms(text: str) -> list[str]:
    """Return the words leg's tokens of a text, in order, blanks and punctuation left out.

    >>> terms("ล่มสลายใน พ.ศ. ๒๕๓๔")
    ['ล่มสลาย', 'ใน', 'y1991']
    """
    normal = canonical(text)
    found: list[str] = []
    position = 0
    for number in numbers(normal):
        found.extend(_words(normal[position : number.start]))
        found.extend(number.tokens)
        position = number.end
    found.extend(_words(normal[position:]))
    return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in words(text) if _SAID.search(word)]
