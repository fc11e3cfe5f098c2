"""Noise of the kind that character recognition makes in Thai, for measuring: dropped marks, letters of one sound, blanks inside words."""

import random

_MARKS = "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c"  # taikhu, tones, thanthakhat: small, and lost over tall letters
_ALIKE = ("ศษสซ", "ณน", "ลฬร", "ญย", "ฐถฑฒธท", "ฏฎตด", "ภผพ", "ฟฝ", "ฆคขฃฅ", "ฌฉช", "ิี", "ึื", "ุู", "ใไ")
_OTHERS = {letter: group.replace(letter, "") for group in _ALIKE for letter in group}


def noisy(text: str, rate: float, rng: random.Random) -> str:
    """Return the text with a share ``rate`` of its characters hit: a mark is dropped, a letter that has others of its sound is
    changed to one of them every other time, any other Thai letter gets a blank behind it.
    """
    return "".join(_hit(letter, rng) if rng.random() < rate else letter for letter in text)


def _hit(letter: str, rng: random.Random) -> str:
    if letter in _MARKS:
        return ""
    if letter in _OTHERS and rng.random() < 0.5:
        return rng.choice(_OTHERS[letter])
    return f"{letter} " if "\u0e01" <= letter <= "\u0e4e" else letter
