"""What must not differ between a sentence and its source, however it is put: numbers, years, names, and whether something is denied.

Names are told by a dictionary of Thai without names (the Royal Society's, which pythainlp carries): a word that is neither in it nor made
of its words is a name or a foreign word, as is every word in Latin letters, and what the dictionary of words cuts to rare fragments.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from rag.question import is_fragment
from thai.dates import Mention
from thai.fold import fold, skeleton
from thai.mentions import mentions
from thai.normalize import canonical
from thai.terms import terms
from thai.weight import weight
from thai.words import dictionary

_THAI = re.compile("[\u0e01-\u0e4e]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.]*[A-Za-zÀ-ɏ]")
_LONGEST_WORD = 24  # code points of a dictionary word looked for inside a compound
_SHORTEST_SOUND = 3  # consonants that make a name known by its sound
_NEGATORS = frozenset("ไม่ ไม่ได้ ไม่เคย ไม่มี ไม่ใช่ ไม่อาจ มิ มิได้ มิใช่ ไร้ ปราศจาก ห้าม".split())  # noqa: SIM905
_ENGLISH_NO = re.compile(r"\b(?:not|never|no|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)
_REACH = 1  # telling words after a negator that it denies
_HELPERS = frozenset("เคย ได้ ต้อง อาจ ถูก จะ ควร สามารถ ยอม".split())  # noqa: SIM905  # what may stand between a negator and its verb
_COMPANY = 5  # terms on each side of a word that say what it is about
_TELLING = 6.5  # nats: lighter words (ถูก, ได้, เคย) say nothing by themselves
_TITLES = frozenset(
    """
    นาย นาง นางสาว เด็กชาย เด็กหญิง พระยา เจ้าพระยา หลวง ขุน หมื่น พระครู พระมหา สมเด็จ หม่อม หม่อมเจ้า หม่อมราชวงศ์ หม่อมหลวง เจ้าฟ้า กรมหลวง กรมพระ
    กรมหมื่น กรมขุน นายพล จอมพล พลเอก พลตรี พลโท พันเอก ดร. ศาสตราจารย์ จังหวัด อำเภอ ตำบล แขวง กรุง ถนน เกาะ
    """.split()  # noqa: SIM905
)
_PEOPLES = "ไทย สยาม จีน อังกฤษ เยอรมัน อเมริกัน รัสเซีย ฝรั่ง มอญ เขมร ญวน ลาว พม่า มลายู ฮอลันดา กรีก โรมัน อาหรับ ยิว".split()  # noqa: SIM905
_SHORT_PROVINCE = 4  # code points
_SHORT_NAME = 5  # Latin letters of a name that two consonants tell (Lenin)
_AXES = tuple(  # what one word affirms the other denies
    tuple(frozenset(side.split()) for side in axis.split("|"))
    for axis in (
        "เห็นด้วย เห็นพ้อง สนับสนุน ยอมรับ ส่งเสริม เห็นชอบ | คัดค้าน ต่อต้าน ปฏิเสธ ปฏิปักษ์ เป็นปฏิปักษ์ ต้าน ปราบ ปราบปราม",
        "เพิ่ม เพิ่มขึ้น ขยาย สูงขึ้น มากขึ้น | ลด ลดลง ตกลง ต่ำลง น้อยลง ยุติ หยุด",
        "เสียงข้างมาก ข้างมาก ส่วนมาก | เสียงข้างน้อย ข้างน้อย ส่วนน้อย",
        "ชนะ ชัยชนะ มีชัย | แพ้ พ่ายแพ้ ปราชัย",
        "เริ่ม ริเริ่ม ก่อตั้ง จัดตั้ง สถาปนา ดำเนิน ใช้ | ยกเลิก ยุบ ยุติ เลิก ล้มล้าง เพิกถอน",
        "อนุญาต ยินยอม | ห้าม สั่งห้าม",
        "เกิด กำเนิด | ตาย เสียชีวิต ถึงแก่กรรม มรณภาพ สวรรคต",
        "เหนือ | ใต้",
        "ตะวันออก | ตะวันตก",
        "ซ้าย ฝ่ายซ้าย | ขวา ฝ่ายขวา",
        "นำเข้า | ส่งออก",
        "ซื้อ | ขาย จำหน่าย",
        "สำเร็จ | ล้มเหลว",
    )
)
_SIGNS: dict[str, tuple[tuple[str, int], ...]] = {}
for _number, _sides in enumerate(_AXES):
    for _sign, _side in zip((1, -1), _sides, strict=True):
        for _word in _side:
            _SIGNS[_word] = (*_SIGNS.get(_word, ()), (f"axis {_number}", _sign))
_ENGLISH_EMPTY = frozenset(
    """
    the an of in on at to is was were are be been and or by for from with as it its he she they his her their this that these those there
    who which what when where why how not never no did do does had has have after before during between until while because although but
    if also both first second third last one two some many most several all each according however in later then under over into about
    thai document documents passage passages text january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday bc ad ce be
    """.split()  # noqa: SIM905
)


class Signed(NamedTuple):
    """A word affirmed (+1) or denied (-1) as term number ``at``; opposites share a name: ``ลด`` is ``เพิ่ม`` denied."""

    word: str
    sign: int
    at: int


def is_thai(text: str) -> bool:
    """Whether at least a third of the letters are Thai."""
    letters = sum(letter.isalpha() for letter in text)
    return 3 * len(_THAI.findall(text)) >= letters > 0


@cache
def _common() -> frozenset[str]:
    words = dictionary().parent / "orst_words_th.txt"
    return frozenset(words.read_text(encoding="utf-8").split())


@cache
def _places() -> frozenset[str]:
    """Return the countries and Thailand's provinces; short ones (เลย, ตาก) are words too and left to what stands before them."""
    corpus = dictionary().parent
    provinces = (line.split(",")[0] for line in (corpus / "thailand_provinces_th.csv").read_text(encoding="utf-8").splitlines())
    countries = (corpus / "countries_th.txt").read_text(encoding="utf-8").split()
    return frozenset((*countries, *_PEOPLES, *(name for name in provinces if len(name) > _SHORT_PROVINCE)))


@cache
def is_name(word: str) -> bool:
    """Whether a Thai term is a country or province, or no common word and not made of common words.

    >>> [is_name(word) for word in ("สตาลิน", "ฝรั่งเศส", "พรรคการเมือง")]
    [True, True, False]
    """
    word = word.strip("ๆ. ")
    if len(fold(word)) < 2 or not _THAI.match(word) or word in _SIGNS:
        return False
    if word in _places():
        return True
    ends = {0}
    for end in range(2, len(word) + 1):
        if any(end - start >= 2 and word[start:end] in _common() for start in ends if end - start <= _LONGEST_WORD):
            ends.add(end)
    return len(word) not in ends


def runs(text: str) -> list[tuple[str, ...]]:
    """Return the terms of a text, those that make up one name together, all others alone; a blank ends a name.

    After a title (พระยา, จังหวัด) the next word is a name, whatever it means.

    >>> runs("ข้อเสนอของบูคาริน")
    [('ข้อเสนอ',), ('ของ',), ('บู', 'คา', 'ริน')]
    """
    found: list[tuple[str, ...]] = []
    for stretch in _without_numbers(text).split():
        open_run = titled = False
        for piece in terms(stretch):
            odd = not piece.isascii() and (is_name(piece) or is_fragment(piece))
            if (odd and open_run) or (titled and weight(piece) >= _TELLING):
                found[-1] = (*found[-1], piece)
            else:
                found.append((piece,))
            open_run, titled = odd, piece in _TITLES
    return found


def _without_numbers(text: str) -> str:
    """Return the text with a blank for each number, so that its era (พ.ศ.) is no word."""
    ends = [0, *(found.end for found in mentions(text))]
    starts = [*(found.start for found in mentions(text)), len(text)]
    return " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def names(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the distinct names of a text by their pieces, in order: Thai ones, then the Latin words that are names."""
    thai = (run for run in runs(text) if len(run) > 1 or is_name(run[0]))
    return tuple(dict.fromkeys([*thai, *((word.lower(),) for word in latin_names(text))]))


def latin_names(text: str) -> Iterator[str]:
    """Yield the Latin words of a text that name something: all of them among Thai, those with a capital in English."""
    english = not is_thai(text)
    for found in _LATIN.finditer(text):
        word = found[0].replace(".", "")
        if word.lower() not in _ENGLISH_EMPTY and not (english and word.islower()):
            yield word


def sounds(text: str) -> str:
    """Return how the names of a text sound: the consonants of each, and those with the word on each side, bars between."""
    found = runs(text)
    said = ["".join(run) for run in found]
    named = [at for at, run in enumerate(found) if len(run) > 1 or is_name(run[0]) or run[0].isascii()]
    parts = (part for at in named for part in (said[at], "".join(said[max(0, at - 1) : at + 2])))
    return "|".join(["", *map(skeleton, parts), ""])


def stands(name: Sequence[str], key: str, sound: str) -> bool:
    """Whether a name stands in a source, given the source's folded key and the sound of its names.

    A name of the dictionary stands as it is spelt; others, transliterated in more ways than one, also by their sound. A common word that
    was taken for a piece of the name may stand elsewhere.

    >>> source = "ตามคำสั่งของทรอตสกี"
    >>> [stands((name,), fold(source), sounds(source)) for name in ("Trotsky", "Stalin")]
    [True, False]
    """
    if _stands("".join(name), key, sound):
        return True
    edges = [(name[1:], name[0]), (name[:-1], name[-1])] if len(name) > 1 else []
    return any(not is_name(edge) and fold(edge) in key and _stands("".join(rest), key, sound) for rest, edge in edges)


def _stands(name: str, key: str, sound: str) -> bool:
    folded = fold(name)
    if len(folded) > 1 and folded in key:
        return True
    said = skeleton(name)
    if name in _dictionary():
        return _without_class(name, key) or (name not in _places() and len(said) >= _SHORTEST_SOUND and f"|{said}|" in sound)
    return (len(said) >= _SHORTEST_SOUND + name.isascii() and said in sound) or (name.isascii() and _sounds_like(name, said, sound))


def _sounds_like(name: str, said: str, sound: str) -> bool:
    """Whether a name in Latin letters sounds like one of the text, a letter that Thai does not say (Yeltsin, เยลต์ซิน) left out."""
    less = [said, *(said[:at] + said[at + 1 :] for at in range(len(said)) if len(said) > _SHORTEST_SOUND)]
    return any(f"|{one}|" in sound for one in less if len(one) >= _SHORTEST_SOUND or (len(one) > 1 and len(name) <= _SHORT_NAME))


def _without_class(name: str, key: str) -> bool:
    """Whether what is left of a name without the common word before it stands: สหภาพโซเวียต, สหภาพแห่งสาธารณรัฐสังคมนิยมโซเวียต."""
    rest = next((name[cut:] for cut in range(len(name) - 3, 3, -1) if name[:cut] in _common() and is_name(name[cut:])), "")
    return bool(rest) and fold(rest) in key


@cache
def _dictionary() -> frozenset[str]:
    return frozenset(dictionary().read_text(encoding="utf-8").split())


def numbers_of(text: str) -> tuple[Mention, ...]:
    """Return the numbers, years and dates of a text; in digits and in words."""
    return tuple(mentions(text))


def wanted(mention: Mention) -> frozenset[str]:
    """Return the tokens of which a source must have every one: the whole date, the years, the share and not its bare number.

    >>> wanted(numbers_of("24 มิ.ย. 2475")[0])
    frozenset({'1932-06-24'})
    """
    if mention.kind == "date":  # a day says its month itself
        return frozenset(mention.tokens[:1] if "-" in mention.tokens[0] else (*mention.tokens, *mention.words))
    if mention.kind == "number":
        return frozenset(mention.tokens[-1:])
    return frozenset(token for token in mention.tokens if not token.isdigit()) or frozenset(mention.tokens)


def signed(pieces: Sequence[str]) -> tuple[Signed, ...]:
    """Return the telling words of a text, each affirmed or denied, opposites by one name.

    >>> signed(["ไม่", "ได้", "สนับสนุน"])
    (Signed(word='axis 0', sign=-1, at=2),)
    """
    found, denied = list[Signed](), 0
    for at, piece in enumerate(pieces):
        if _negates(pieces, at):
            denied = _REACH
        if piece in _NEGATORS or piece in _HELPERS or piece[0].isdigit() or (weight(piece) < _TELLING and piece not in _SIGNS):
            continue
        found += [Signed(word, -sign if denied else sign, at) for word, sign in _SIGNS.get(piece, ((piece, 1),))]
        denied = max(0, denied - 1)
    return tuple(found)


def _negates(pieces: Sequence[str], at: int) -> bool:
    """Whether a term denies what follows; มิ is also a piece of names (โคมินเทิร์น)."""
    alone = pieces[at] != "มิ" or (at + 1 < len(pieces) and not is_name(pieces[at + 1]) and not is_fragment(pieces[at + 1]))
    return pieces[at] in _NEGATORS and alone


def contradicts(claim: Sequence[str], source: Sequence[str]) -> bool:
    """Whether something that the claim affirms is denied in the source, or the other way round, where both speak of the same.

    Of several places of a word in the source the one counts whose company is most like the claim's.
    """
    theirs = signed(source)
    for word, sign, at in signed(claim):
        company = _company(claim, at)
        places = [(len(company & _company(source, other.at)), other.sign * sign) for other in theirs if other.word == word]
        shared, agrees = max(places, default=(0, 1))
        if agrees < 0 and (shared or not word.startswith("axis")):  # opposites in other company speak of other things
            return True
    return False


def _company(pieces: Sequence[str], at: int) -> frozenset[str]:
    near = (*pieces[max(0, at - _COMPANY) : at], *pieces[at + 1 : at + 1 + _COMPANY])
    return frozenset(piece for piece in near if weight(piece) >= _TELLING and piece not in _NEGATORS)


def denies(text: str, pieces: Sequence[str]) -> bool:
    """Whether a text denies anything, in Thai or English."""
    return any(_negates(pieces, at) for at in range(len(pieces))) or bool(_ENGLISH_NO.search(canonical(text)))
