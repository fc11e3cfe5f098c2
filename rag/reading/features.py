"""What is seen of a sentence when judging whether it answers a question: a row of numbers, each in about 0..1.

The reader's weights (``models/reader.json``) were fitted to these columns in this order; a changed column needs them fitted again.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder
from index.records import Hit
from rag.question import weighty
from rag.records import Kind, Question
from rag.retrieve import WEIGHTS
from thai.fold import fold, skeleton
from thai.meaning import nearest
from thai.normalize import canonical
from thai.sentences import sentences
from thai.terms import terms
from thai.weight import weight

Matrix = npt.NDArray[np.float32]
COLUMNS = (
    "words", "words_near", "words_passage", "rare", "rare_near", "rare_passage", "missing", "missing_passage",
    "soft", "soft_near", "soft_passage", "soft_missing", "sound", "sound_passage",
    "grams", "grams_near", "grams_passage", "run", "cosine", "cosine_near", "hit", "rank", "length", "first",
    "year_same", "year_other", "number_same", "new_number", "asks_when", "when_date", "asks_count", "count_number",
    "asks_who", "who_name", "asks_where", "where_place", "asks_why", "why_cause", "asks_how", "asks_yes", "yes_not",
    "asks_list", "list_items", "asks_what", "what_is", "english",
)  # fmt: skip
_NAME_WEIGHT, _SOUNDED, _SOUNDS_ALIKE = 12.0, 3, 0.8  # words so rare are names; so many consonants alike make them one
_DATE = re.compile(r"\by\d{3,4}\b|ศตวรรษ|ทศวรรษ|(?:มกรา|มีนา|พฤษภา|กรกฎา|สิงหา|ตุลา|ธันวา)คม|(?:เมษา|มิถุนา|กันยา|พฤศจิกา)ยน|กุมภาพันธ์|วันที่")
_NUMBER = re.compile(r"\d|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)(?:คน|ข้อ|กลุ่ม|ครั้ง|ประการ|ฝ่าย|ประเทศ|แห่ง|ปี|ชนิด|ประเภท)")
_NAME = re.compile(r"โดย|นาย|นาง|พระ|เจ้า|ผู้|คือ|กวี|นักเขียน|ประธาน|เลขา|[A-Z][a-z]+ [A-Z]|ของ")
_PLACE = re.compile(r"ที่|ใน|ณ|เมือง|ประเทศ|จังหวัด|รัฐ|กรุง|เกาะ|แม่น้ำ|อำเภอ|ตำบล|ไปยัง")
_CAUSE = re.compile(r"เพราะ|เนื่องจาก|เนื่องด้วย|จึง|ทำให้|เพื่อ|ด้วยเหตุ|เป็นเหตุ|สาเหตุ|ส่งผล|เกิดจาก|จาก")
_NEGATION = re.compile(r"ไม่|มิ|ยัง|ได้|เคย|ห้าม")
_IS = re.compile(r"คือ|เป็น|หมายถึง|แปลว่า|ได้แก่|เรียกว่า|ชื่อ|นามว่า")
_ITEMS = re.compile(r"ได้แก่|เช่น|คือ|ประกอบด้วย|และ|,|หรือ")


class Candidate(NamedTuple):
    """A sentence of a hit's passage, in offsets of its document's text."""

    hit: Hit
    start: int
    end: int
    text: str


class _Read(NamedTuple):
    """A stretch of text as it is compared: its distinct terms, its folded key, and its consonants."""

    terms: frozenset[str]
    key: str
    sound: str


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return the sentences of the hits in order of rank and place; none crosses a paragraph."""
    found: list[Candidate] = []
    for hit in hits:
        start = hit.passage.start
        for paragraph in hit.passage.text.split("\n\n"):
            for span in sentences(paragraph):
                text = paragraph[span.start : span.end].strip()
                if text:
                    begins = start + paragraph.index(text, span.start)
                    found.append(Candidate(hit, begins, begins + len(text), text))
            start += len(paragraph) + 2
    return found


def features(question: Question, found: Sequence[Candidate], embedder: Embedder) -> Matrix:
    """Return (n, len(COLUMNS)) float32: one row for every candidate.

    Title and headings count as said in each sentence under them: they are about it, and the one that repeats it answers no better.
    """
    if not found:
        return np.zeros((0, len(COLUMNS)), np.float32)
    sought = weighty(question.words)
    asked = _Asked(question, sought)
    subjects = {name: _read(name) for name in {subject(candidate) for candidate in found}}
    own = [_read(candidate.text) for candidate in found]
    reads = [_joined([read, subjects[subject(candidate)]]) for read, candidate in zip(own, found, strict=True)]
    meant = _meant(asked, found, reads)
    around = [_together(reads, found, at) for at in range(len(found))]
    passages = _passages(found, reads)
    cosine = embedder.embed_passages([f"{c.hit.passage.title} {c.text}" for c in found]) @ embedder.embed_questions([question.text])[0]
    rows = []
    for at, candidate in enumerate(found):
        near = max((float(cosine[i]) for i in _neighbours(found, at)), default=0.0)
        overlap = asked.overlap(reads[at], around[at], passages[id(candidate.hit)])
        rows.append(
            [*overlap[:8], *meant[at], *overlap[8:], float(cosine[at]), near, *_place(candidate), *asked.kinds(candidate.text, own[at])]
        )
    return np.asarray(rows, np.float32)


def _meant(asked: "_Asked", found: Sequence[Candidate], reads: Sequence[_Read]) -> list[list[float]]:
    """Return for each candidate how far the question's words are met in meaning and in sound: here, near by, in the passage."""
    own = asked.nearness(reads)
    sounds = [asked.sound(read.sound) for read in reads]
    by_hit: dict[int, list[int]] = {}
    for at, candidate in enumerate(found):
        by_hit.setdefault(id(candidate.hit), []).append(at)
    rows = []
    for at, candidate in enumerate(found):
        mates = by_hit[id(candidate.hit)]
        near = own[[at, *_neighbours(found, at)]].max(axis=0)
        whole = own[mates].max(axis=0)
        shares = [asked.share(values) for values in (own[at], near, whole)]
        rows.append([*shares, asked.heaviest_missing(whole), sounds[at], max(sounds[i] for i in mates)])
    return rows


def _read(text: str) -> _Read:
    key = fold(text)
    return _Read(frozenset(terms(text)), key, skeleton(key))


def subject(candidate: Candidate) -> str:
    """Return what a sentence is about as its document names it: title and headings."""
    return candidate.hit.passage.subject


def _passages(found: Sequence[Candidate], reads: Sequence[_Read]) -> dict[int, _Read]:
    """Return what each hit's passage says with its title and headings, by the identity of the hit."""
    parts: dict[int, list[_Read]] = {}
    for candidate, read in zip(found, reads, strict=True):
        parts.setdefault(id(candidate.hit), []).append(read)
    return {hit: _joined(said) for hit, said in parts.items()}


def _joined(reads: Sequence[_Read]) -> _Read:
    terms_of = frozenset().union(*(read.terms for read in reads))
    return _Read(terms_of, "|".join(read.key for read in reads), "|".join(read.sound for read in reads))


def _neighbours(found: Sequence[Candidate], at: int) -> list[int]:
    return [i for i in (at - 1, at + 1) if 0 <= i < len(found) and found[i].hit is found[at].hit]


def _together(reads: Sequence[_Read], found: Sequence[Candidate], at: int) -> _Read:
    return _joined([reads[i] for i in (at, *_neighbours(found, at))])


def _place(candidate: Candidate) -> list[float]:
    first = float(candidate.start == candidate.hit.passage.start)
    legs = sum(share * candidate.hit.features.get(leg, 0.0) for leg, share in WEIGHTS.items())  # fitted to nothing: true of new texts too
    return [legs, 1.0 / candidate.hit.rank, min(len(candidate.text), 400) / 400, first]


class _Asked:
    """The question's side of the comparison, worked out once."""

    def __init__(self, question: Question, sought: tuple[str, ...]) -> None:
        self._question = question
        self._sought = [(word, fold(word), weight(word)) for word in sought]
        self._mass = sum(value for *_, value in self._sought) or 1.0
        self._weights = np.asarray([value for *_, value in self._sought] or [1.0], np.float32)
        self._grams = frozenset(question.grams)
        self._skeleton = skeleton("".join(question.words))
        self._key = fold("".join(question.words))
        self._years = frozenset(word for word in question.words if word[0] == "y" and word[1:].isdigit())
        self._numbers = frozenset(word for word in question.words if word[0].isdigit())
        self._english = float(not re.search("[\u0e00-\u0e7f]", question.text))

    def overlap(self, own: _Read, near: _Read, passage: _Read) -> list[float]:
        shares = [self._shares(read) for read in (own, near, passage)]
        grams = [self._gram_share(read.key) for read in (own, near, passage)]
        return [
            *(share[0] for share in shares),
            *(share[1] for share in shares),
            shares[0][2],
            shares[2][2],
            *grams,
            _longest_run(self._key, own.key) / max(len(self._key), 1),
        ]

    def nearness(self, reads: Sequence[_Read]) -> Matrix:
        """Return (n texts, n words sought) in 0..1: 1 where the word stands, less where one like it in meaning or sound does."""
        if not self._sought:
            return np.zeros((len(reads), 1), np.float32)
        met = nearest([word for word, *_ in self._sought], [read.terms for read in reads])
        for column, (_, key, value) in enumerate(self._sought):
            said = skeleton(key) if value >= _NAME_WEIGHT else ""
            for row, read in enumerate(reads):
                if len(key) > 2 and key in read.key:
                    met[row, column] = 1.0
                elif len(said) >= _SOUNDED and said in read.sound:
                    met[row, column] = max(met[row, column], _SOUNDS_ALIKE)
        return met

    def share(self, values: Matrix) -> float:
        return float(values @ self._weights / self._weights.sum())

    def heaviest_missing(self, values: Matrix) -> float:
        return float(((1 - values) * self._weights).max()) / 14.0

    def sound(self, said: str) -> float:
        """Return the length of the longest run of the question's consonants in the text's, of 12: names however transliterated."""
        return min(_longest_run(self._skeleton, said), 12) / 12

    def _shares(self, read: _Read) -> tuple[float, float, float]:
        """Return the share of words found, the share of their weight found, and the weight of the heaviest one missing."""
        found = [word in read.terms or (len(key) > 2 and key in read.key) for word, key, _ in self._sought]
        if not found:
            return 0.0, 0.0, 1.0
        mass = sum(value for (*_, value), here in zip(self._sought, found, strict=True) if here)
        missing = max((value for (*_, value), here in zip(self._sought, found, strict=True) if not here), default=0.0)
        return sum(found) / len(found), mass / self._mass, missing / 14.0

    def _gram_share(self, key: str) -> float:
        return sum(gram in key for gram in self._grams) / len(self._grams) if self._grams else 0.0

    def kinds(self, text: str, read: _Read) -> list[float]:
        """Return years and numbers compared, then for each kind of question: asked, and answered in form."""
        kind = self._question.kind
        normal = canonical(text)
        years = {term for term in read.terms if term[0] == "y" and term[1:].isdigit()}
        digits = {term for term in read.terms if term[0].isdigit()}
        marked = " ".join([*years, normal])

        def pair(asked: Kind, pattern: re.Pattern[str], where: str) -> list[float]:
            return [float(kind is asked), float(kind is asked and bool(pattern.search(where)))]

        return [
            float(bool(self._years & years)),
            float(bool(self._years) and bool(years) and not self._years & years),
            len(self._numbers & digits) / len(self._numbers) if self._numbers else 0.0,
            float(bool((digits | years) - self._numbers - self._years)),
            *pair(Kind.WHEN, _DATE, marked),
            *pair(Kind.COUNT, _NUMBER, normal),
            *pair(Kind.WHO, _NAME, text),
            *pair(Kind.WHERE, _PLACE, text),
            *pair(Kind.WHY, _CAUSE, text),
            float(kind is Kind.HOW),
            *pair(Kind.YES_NO, _NEGATION, text),
            *pair(Kind.LIST, _ITEMS, text),
            *pair(Kind.WHAT, _IS, text),
            self._english,
        ]


def _longest_run(question: str, sentence: str) -> int:
    """Return the length of the longest piece of the question that stands in the sentence, both folded."""
    best, start = 0, 0
    for end in range(1, len(question) + 1):
        while start < end and question[start:end] not in sentence:
            start += 1
        best = max(best, end - start)
    return best
