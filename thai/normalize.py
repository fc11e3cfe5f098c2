"""One canonical form of a text, for matching only; what is shown is never passed through here.

Offsets into the result do not point into the source: take offsets first, normalise copies after.
pythainlp's own ``normalize`` is not idempotent on some strings, which matching needs, so the rules stand here.
"""

import re
import unicodedata

_TONES = "\u0e48\u0e49\u0e4a\u0e4b"  # mai ek, mai tho, mai tri, mai chattawa
_UPPER = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47"  # mai han-akat, sara i..uu, mai taikhu
_NIKHAHIT, _SARA_AA, _SARA_AM = "\u0e4d", "\u0e32", "\u0e33"
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0300-\u036f"  # everything that stands over or under a letter, Thai and Latin
_MOST_MARKS = 32  # on one letter; no writing has a tenth of it, and sorting many takes the square of their number
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"  # footnote marks: a break between words, never part of one

_TABLE: dict[int, str | None] = {
    **{ord(thai): str(value) for value, thai in enumerate("๐๑๒๓๔๕๖๗๘๙")},
    **{ord(mark): " " for mark in _SUPERSCRIPTS},
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD), None),
    0x00A0: " ",
    **{ord(quote): '"' for quote in "“”„«»"},
    **{ord(quote): "'" for quote in "‘’"},
    **{ord(dash): "-" for dash in "‐‑‒–—−"},
}
_MAPPED = re.compile("[" + re.escape("".join(map(chr, _TABLE))) + "]")  # several times as fast as str.translate on Thai
_DECOMPOSED_AM = re.compile(f"{_NIKHAHIT}([{_TONES}]?){_SARA_AA}|([{_TONES}]){_NIKHAHIT}{_SARA_AA}")
_PILE = re.compile(f"([{_MARKS}]{{{_MOST_MARKS}}})[{_MARKS}]+")
_TONE_BEFORE_VOWEL = re.compile(f"([{_TONES}\u0e4c]{{1,{_MOST_MARKS}}})([{_UPPER}])")
_REPEATED_MARK = re.compile(f"([{_TONES}{_UPPER}\u0e4c])\\1+")
_NEEDS_REPAIR = re.compile(f"{_NIKHAHIT}|[{_TONES}\u0e4c][{_UPPER}]|([{_TONES}{_UPPER}\u0e4c])\\1|เเ|[{_MARKS}]{{{_MOST_MARKS + 1}}}")


def canonical(text: str) -> str:
    """Return the form in which two writings of one word are equal. Idempotent.

    Composes sara am, orders tone marks, maps Thai digits and typographic quotes and dashes, drops zero-width characters,
    lower-cases Latin, and turns superscript digits (footnote marks) into a blank. Of a pile of marks it keeps the first.

    >>> canonical("นํ้าหวาน ๒๕๓๔")
    'น้ำหวาน 2534'
    """
    text = _composed(_MAPPED.sub(_mapped, text).lower())  # what is dropped may stand between a letter and its mark
    while _NEEDS_REPAIR.search(text):
        repaired = _DECOMPOSED_AM.sub(lambda found: f"{found[1] or found[2] or ''}{_SARA_AM}", text)
        repaired = _TONE_BEFORE_VOWEL.sub(r"\2\1", repaired)
        repaired = _composed(_REPEATED_MARK.sub(r"\1", repaired).replace("เเ", "แ"))  # marks that moved may compose anew
        if repaired == text:
            break
        text = repaired
    return text


def _mapped(found: re.Match[str]) -> str:
    return _TABLE[ord(found[0])] or ""


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", _PILE.sub(r"\1", text))
