"""What kind of word a Thai word mostly is: a verb, or one that only bounds a noun phrase. Looked up, not read from the sentence.

The lists of pythainlp's unigram taggers (UD, ORCHID, TUD and TDTB corpora) give each word's commonest class; they load in 50 ms, on first
use. Its perceptron tagger takes 0.4 s to load and does no better on short questions: it calls ชำระ in ใครชำระฉบับล่าสุด a noun.
"""

import json
from functools import cache

from thai.words import dictionary, words

_LISTS = ("pos_ud_unigram-v0.2.json", "pos_orchid_unigram.json", "pos_tud_unigram.json", "tdtb-unigram_tagger.json")
_TRUSTED = 3  # of the lists: the last is asked only where no other knows the word
_VERBS = frozenset(("VERB", "VACT", "VSTA"))
_QUALITIES = frozenset(("ADJ", "VATT", "ADV", "ADVN", "ADVI", "ADVP", "ADVS"))
_SHORT, _HALF = 5, 2  # code points: a shorter word, or half of one, is not split further
_TAILS = frozenset(
    """ขึ้น มา ไป ลง ออก เข้า ไว้ อยู่ เสีย กลับ ใหม่ ล่าสุด ก่อน แรก คนแรก อีก อีกครั้ง ต่อ ทั้งหมด ครั้งแรก ครั้ง จริง จริงๆ เอง มาก ที่สุด
    ใน จาก เมื่อ ตั้งแต่ ที่ เป็น โดย ด้วย กับ เพื่อ ตอน หลัง หลังจาก ก่อนหน้า ระหว่าง ณ ตาม สำเร็จ จน จนถึง ถึง แล้ว บ้าง สมัย ช่วง ปี เป็นคนแรก""".split()  # noqa: SIM905
)
_MORE = frozenset(("ลาพักร้อน", "ลาป่วย", "ลาคลอด", "ลากิจ", "เกินกำหนด", "ก่อการ", "เข้าชม"))  # verbs that the lists lack, or the cutting makes
_BEFORE_VERBS = ("ผู้", "ค่า", "การ", "วิธี", "เวลา", "ให้")
_LINKS = frozenset("ใน จาก ของ ที่ ซึ่ง โดย กับ และ หรือ ตาม ต่อ เพื่อ เมื่อ ณ คือ เป็น อยู่ มี ได้ ไม่ ถูก จะ ว่า ละ กี่ ก็ ถึง".split())  # noqa: SIM905


@cache
def _classes() -> tuple[dict[str, str], ...]:
    folder = dictionary().parent
    found = [folder / name for name in _LISTS]
    return tuple(json.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {} for path in found)


@cache
def is_verb(word: str) -> bool:
    """Whether the word is most often a verb, a compound that begins with one (ลาพักร้อน) included.

    >>> is_verb("ฟื้นฟู"), is_verb("บังคับใช้"), is_verb("ตลาดน้ำ"), is_verb("ล่าสุด")
    (True, True, False, False)
    """
    tags = _tags(word)
    if word.startswith(("การ", "ความ")):
        return False
    if word in _MORE:
        return True
    if tags:
        verbs = sum(tag in _VERBS for tag in tags)
        return 2 * verbs >= len(tags) and not any(tag in _QUALITIES for tag in tags)
    halves = ((word[:cut], word[cut:]) for cut in range(len(word) - _HALF, _HALF - 1, -1)) if len(word) >= _SHORT else ()
    return any(_tags(second) and _tags(first) and all(tag in _VERBS for tag in _tags(first)) for first, second in halves)


@cache
def _tags(word: str) -> tuple[str, ...]:
    *trusted, last = (known.get(word) for known in _classes())
    tags = tuple(tag for tag in trusted[:_TRUSTED] if tag)
    return tags or ((last,) if last else ())


def is_proper(word: str) -> bool:
    """Whether the word most often is a proper noun: ลอนดอน."""
    tags = _tags(word)
    return bool(tags) and 2 * sum(tag in ("PROPN", "NPRP") for tag in tags) > len(tags)


def has_object(verb: str) -> bool:
    """Whether the verb is a compound with its object in it: ถือหุ้น, ทาสี."""
    halves = ((verb[:cut], verb[cut:]) for cut in range(_HALF, len(verb) - 1)) if not _tags(verb) else ()
    return any(is_verb(first) and _tags(second) and not is_verb(second) for first, second in halves)


def is_quality(word: str) -> bool:
    """Whether the word most often says how something is or is done (มาก, ล่าสุด)."""
    tags = _tags(word)
    return bool(tags) and 2 * sum(tag in _QUALITIES for tag in tags) >= len(tags)


def is_empty(text: str) -> bool:
    """Whether a stretch after a verb holds no thing: only directions, degrees and the like (ขึ้นมาใหม่, มากที่สุด, ได้)."""
    return all(word in _TAILS or word in ("ได้", "กัน", "เสร็จ", "มากที่สุด") or is_quality(word) for word in words(text) if word.strip())


def is_tail(text: str) -> bool:
    """Whether the text begins with what follows an object in Thai: a direction (ขึ้นมา), an adverb, a preposition."""
    first = next((word for word in words(text) if word.strip()), "")
    return first in _TAILS or any(text.startswith(tail) for tail in ("ขึ้นมา", "เป็นภาษา", "ครั้งแรก", "เป็นคนแรก")) or is_quality(first)


def bounds(word: str) -> bool:
    """Whether a noun phrase ends before the word: a verb or a linking word."""
    return word in _LINKS or is_verb(word)


def ends_in_verb(text: str) -> bool:
    """Whether the last word is a verb, or ends in one: ออกแบบ, ค่าเข้าชม, ผู้แต่ง."""
    last = next((word for word in reversed(words(text)) if word.strip()), "")
    within = (last[cut:] for before in _BEFORE_VERBS if last.startswith(before) for cut in range(len(before), len(last) - 1))
    return is_verb(last) or last == "ให้" or any(map(is_verb, within))
