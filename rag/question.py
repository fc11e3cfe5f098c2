"""A question as typed to a Question: what kind it is, and what to search for once the asking words are put aside."""

import re

from rag.records import Kind, Question
from thai.fold import grams
from thai.normalize import canonical
from thai.terms import terms
from thai.weight import weight

_POLITE = re.compile(r"(?:(?<!ช)นะ|คะ|ค่ะ|ครับ|ครับผม|จ๊ะ|จ้ะ|ฮะ|เหรอ|หรอ|ล่ะ|หน่อย|\s|[?!])+$")  # said after the question
_LONGEST = 2000  # code points of a question that are searched for: some pages are pasted whole
_CONSONANT = re.compile("[\u0e01-\u0e2e]")
_SYLLABLE, _RARE = 2, 8.4  # consonants and nats: a word so short and so rare is mostly a piece of a name
_KINDS = (
    (Kind.LIST, r"(?:อะไร|ใคร|ใด|ไหน)\s*บ้าง|กี่\S* (?:ได้แก่|คือ)|มีอะไร|list\b"),
    (Kind.YES_NO, r"หรือไม่|หรือเปล่า|ใช่ไหม|ใช่หรือ|ไหม(?:ครับ|คะ|ค่ะ)?\s*\??$|จริงหรือ|^(?:did|do|does|was|were|is|are|can)\b"),
    (Kind.WHY, r"ทำไม|เพราะอะไร|เพราะเหตุใด|เหตุใด|เหตุผล|สาเหตุ|why\b"),
    (
        Kind.WHEN,
        r"เมื่อไ[รห]|เมื่อใด|ตอนไหน|ช่วงไหน|(?:ปี|ศักราช|พ\.?ศ\.?|ค\.?ศ\.?|วัน|วันที่|เดือน|ศตวรรษที่|ทศวรรษ)\s?(?:ใด|ไหน|อะไร|เท่าไ|เท่าใด)"
        r"|when\b|(?:what|which) (?:year|date)",
    ),
    (Kind.COUNT, r"กี่|เท่าไ[รห]|เท่าใด|จำนวน|มากน้อย|how (?:many|much)|ร้อยละ"),
    (Kind.WHERE, r"ที่ไหน|ที่ใด|แห่งใด|แห่งไหน|(?:เมือง|ประเทศ|จังหวัด|รัฐ|ถนน|เกาะ)(?:ใด|ไหน|อะไร)|where\b"),
    (Kind.WHO, r"ใคร|ผู้ใด|คนใด|คนไหน|ท่านใด|who\b|whom\b|whose\b"),
    (Kind.HOW, r"อย่างไร|ยังไง|เช่นไร|วิธี|how\b"),
)
ASKING = frozenset(
    """
    อะไร ใคร ไหน ที่ไหน ใด กี่ เท่าไร เท่าไหร่ เท่าใด เมื่อไร เมื่อไหร่ เมื่อใด ทำไม อย่างไร ยังไง ไหม มั้ย หรือไม่ หรือเปล่า บ้าง เหตุใด
    เพราะเหตุใด ผู้ใด คนใด คนไหน ตอนไหน ใช่ไหม ใช่หรือไม่ เหรอ หรอ ล่ะ ครับ ค่ะ คะ นะ จ๊ะ จ้ะ ฮะ ช่วย บอก หน่อย อธิบาย ทราบ อยากทราบ อยากรู้ รบกวน
    ไหนคะ ไหนครับ อะไรคะ อะไรครับ ใครคะ ใครครับ
    what who whom whose when where why how which did do does the a an of in on to is was were are and by for many much
    """.split()  # noqa: SIM905  # a list of words reads better as words
)
EMPTY = frozenset(
    "ที่ ใน ของ และ คือ เป็น ได้ ให้ มี ว่า กับ จาก โดย ถูก แล้ว นี้ นั้น จะ ก็ ซึ่ง อยู่ ไป มา ๆ การ ความ ชื่อ ปี หรือ เพื่อ".split()  # noqa: SIM905
)


def ask(text: str) -> Question:
    """Return the question with its kind and search terms. A question of asking words alone keeps them; a very long one is searched
    for by its beginning.

    >>> ask("โธมัส มอร์ ตีพิมพ์ยูโทเปียในปีใด").kind
    <Kind.WHEN: 'when'>
    """
    normal = canonical(" ".join(text.split())[:_LONGEST])
    found = terms(_POLITE.sub("", normal)) or terms(normal)
    kept = [word for word in found if word not in ASKING]
    content = tuple(kept or found)
    return Question(text=text, kind=kind_of(normal), words=content, grams=tuple(grams("".join(content))))


def kind_of(normal: str) -> Kind:
    """Return what a canonical question asks for."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, normal)), Kind.WHAT)


def weighty(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the distinct words that carry meaning, in order: function words left out, the pieces of a cut-up name put together.

    >>> weighty(("เล", "นิ", "น", "ชอบ", "กิน", "อาหาร"))
    ('เลนิน', 'ชอบ', 'กิน', 'อาหาร')
    """
    whole = mended(words)
    return tuple(dict.fromkeys(word for word in whole if word not in EMPTY and (len(word) > 1 or word.isdigit())))


def mended(words: tuple[str, ...]) -> list[str]:
    """Join runs of fragments: the dictionary does not have most transliterated names and cuts them to rare syllables and letters."""
    mended: list[str] = []
    run: list[str] = []
    for at, word in enumerate(words):
        bridges = bool(run) and len(word) <= 3 and at + 1 < len(words) and is_fragment(words[at + 1])
        if is_fragment(word) or bridges:
            run.append(word)
            continue
        mended += ["".join(run)] if len(run) > 1 else run
        mended.append(word)
        run = []
    return mended + (["".join(run)] if len(run) > 1 else run)


def is_fragment(word: str) -> bool:
    """Whether a term is so short and so rare that it is mostly a piece of a name."""
    if not "\u0e01" <= word[0] <= "\u0e44" or word in EMPTY:
        return False
    return len(word) == 1 or (len(_CONSONANT.findall(word)) <= _SYLLABLE and weight(word) >= _RARE)
