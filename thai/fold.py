"""Spelling and OCR variants to one key: letters of one sound together, marks that scans lose dropped.

The keys are lossy on purpose: ``fold`` brings scanning errors and light variants together (ทรอตสกี, ทร็อตสกี), ``skeleton`` transliterations
(ทรอตสกี, ทรอทสกี้; how far, `bench/variants.py` measures). Words keep their own leg, so a key that joins too much costs rank, not recall.
"""

import re

from thai.normalize import canonical

GRAM = 3  # letters of a gram
_DROPPED = "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4d\u0e4e\u0e3a"  # taikhu, tones, nikhahit, yamakkan, phinthu
_ALIKE = {
    "ศษซ": "ส",
    "ณ": "น",
    "ฬ": "ล",
    "ญ": "ย",
    "ฐถฑฒธท": "ท",
    "ฏฎตด": "ต",  # scans and transliterations both confuse ด and ต
    "ภผพ": "พ",
    "ฟฝ": "ฟ",
    "ฆคขฃฅ": "ค",
    "ฌฉช": "ช",
    "\u0e35": "\u0e34",  # sara ii -> sara i
    "\u0e37": "\u0e36",  # sara uee -> sara ue
    "\u0e39": "\u0e38",  # sara uu -> sara u
    "ใ": "ไ",
}
_FOREIGN = {  # letters that character recognition puts into Thai words, by their sound
    "رр": "ร", "تطدтд": "ต", "وо": "อ", "سصشزсз": "ส", "كکقкг": "ค", "مм": "ม", "نн": "น", "لл": "ล", "بб": "บ", "پп": "พ", "فф": "ฟ",
    "ه": "ห", "اа": "\u0e32", "يیи": "\u0e34", "в": "ว", "у": "\u0e38",
}  # fmt: skip
_SWAPPED: dict[str, str | None] = {  # consonants that transliterations swap, Thai and Latin
    "กคgckqx": "ค", "ตทdt": "ท", "ชสจsczj": "ส", "บปพpb": "พ", "ฟวfvw": "ว", "มm": "ม", "นงn": "น", "ลl": "ล", "รr": "ร", "ย": None,
}  # fmt: skip
_TABLE: dict[int, str | None] = {
    **{ord(mark): None for mark in _DROPPED},
    **{ord(letter): target for letters, target in _ALIKE.items() for letter in letters},
    **{ord(letter): target for letters, target in _FOREIGN.items() for letter in letters},
}
_CONSONANTS: dict[int, str | None] = {
    **dict.fromkeys(range(0x0E2F, 0x0E46)),  # vowels
    **dict.fromkeys(map(ord, "อหฮaeiouhy")),  # seats of vowels, letters seldom said
    **{ord(letter): target for letters, target in _SWAPPED.items() for letter in letters},
}
_SILENCED = re.compile("[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")  # a consonant under thanthakhat is not said
_NOT_KEPT = re.compile(r"[^0-9a-z\u0e01-\u0e3a\u0e40-\u0e4e]+")
_DOUBLED = re.compile(r"([\u0e01-\u0e2e])\1+")


def fold(text: str) -> str:
    """Return the folded key: no spaces, no tone marks, one letter a sound.

    >>> fold("ทรอตสกี") == fold("ทร็อตสกี") == fold("ทรอตสกี้") == fold("ทروتสกี")
    True
    """
    key = canonical(text).translate(_TABLE)
    key = _SILENCED.sub("", key)
    return _DOUBLED.sub(r"\1", _NOT_KEPT.sub("", key))


def skeleton(text: str) -> str:
    """Return the consonants of the folded text, sounds that transliterations swap put together: how a name sounds, roughly.

    >>> skeleton("ซาเมียติน") == skeleton("ซามยาติน")
    True
    >>> skeleton("โปลิตบูโร") == skeleton("Politburo")
    True
    """
    return _DOUBLED.sub(r"\1", fold(text).translate(_CONSONANTS))


def grams(text: str, size: int = GRAM) -> list[str]:
    """Return the overlapping character grams of the folded text, in order; a shorter text is one gram.

    >>> grams("กาแฟ")
    ['กาแ', 'าแฟ']
    """
    return cut(fold(text), size)


def cut(key: str, size: int = GRAM) -> list[str]:
    """Return the grams of a folded key; see ``grams``."""
    if len(key) <= size:
        return [key] if key else []
    return [key[at : at + size] for at in range(len(key) - size + 1)]
