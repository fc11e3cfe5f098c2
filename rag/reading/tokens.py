"""What the extractor sees of a question's words and of a sentence's: a vector of each word, and marks in about 0..1.

The weights (``models/extractor.safetensors``) were fitted to these marks in this order; a changed one needs them fitted again.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder
from rag.question import ASKING, EMPTY, is_fragment, kind_of, mended
from rag.records import Kind
from thai.fold import fold, skeleton
from thai.meaning import table
from thai.mentions import mentions
from thai.normalize import canonical
from thai.synonyms import synonyms
from thai.weight import weight
from thai.words import words

Matrix = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
KINDS = tuple(Kind)
STATIC = (
    "weight", "blank", "digit", "latin", "bracket", "quote", "date", "number", "length", "unknown", "single", "fragment", "place"
)  # fmt: skip
SHARED = ("same", "same_weight", "folded", "within", "pair", "meaning", "meaning_asked", "near", "title")
MARKS = len(STATIC) + len(SHARED)
COVERED = ("same", "folded", "sounds", "meaning", "subject", "around")
MOST_WORDS = 90  # of a sentence: what stands after is not read
_HEAVIEST, _LONGEST = 14.0, 12
_NAME, _SOUNDED = 0.85, 3  # weight of a word that is mostly a name, its fewest consonants to be told by
_SYNONYM = 0.8  # cosine of a word with one of another register
_AROUND, _ENOUGH = 8, 3.0  # words on either side in which what is shared is summed, and the sum that counts as all
_LATIN = re.compile("[A-Za-z]")
_BRACKETS, _QUOTES = frozenset("()[]"), frozenset("\"'“”‘’")


class Asked(NamedTuple):
    """A question's words, blanks left out: ``numbers`` of vectors, ``asks`` which only ask, ``weights`` 0..1, ``kind`` one-hot.

    Of those that do not ask: their ``names`` as compared, the ``pairs`` of them that follow each other, each one's folded key, the ``key``
    of all together.
    """

    words: tuple[str, ...]
    numbers: Numbers
    asks: npt.NDArray[np.bool_]
    weights: Matrix
    kind: Matrix
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    folded: frozenset[str]
    key: str


class Tokens(NamedTuple):
    """A sentence's words up to ``MOST_WORDS``, ``ends`` (n + 1,) where they stand in it, and what they are by themselves (n, STATIC)."""

    words: tuple[str, ...]
    ends: Numbers
    numbers: Numbers
    marks: Matrix


@lru_cache(maxsize=1 << 15)
def normal(word: str) -> str:
    """Return a word as it is compared."""
    return canonical(word).strip() or word


@lru_cache(maxsize=1 << 15)
def _number(word: str) -> int:
    numbers, _ = table()
    return numbers.get(normal(word), len(numbers))


@lru_cache(maxsize=1 << 15)
def _weight(word: str) -> float:
    return min(weight(normal(word)), _HEAVIEST) / _HEAVIEST if word.strip() else 0.0


_fold = lru_cache(maxsize=1 << 15)(fold)
_skeleton = lru_cache(maxsize=1 << 15)(skeleton)


@lru_cache(maxsize=64)
def asked(text: str) -> Asked:
    """Return what is seen of a question."""
    found = tuple(word for word in words(text) if word.strip()) or (" ",)
    asks = np.array([word in ASKING or normal(word) in ASKING for word in found])
    weights = np.array([_weight(word) * (word not in EMPTY) for word in found], np.float32)
    kind = np.zeros(len(KINDS), np.float32)
    kind[KINDS.index(kind_of(canonical(text)))] = 1.0
    content = [word for word, only_asks in zip(found, asks, strict=True) if not only_asks]
    names = [normal(word) for word in content]
    folded = frozenset(key for word in content if len(key := _fold(word)) > 1)
    own = frozenset(names), frozenset(itertools.pairwise(names)), folded, _fold("".join(content))
    return Asked(found, np.array([_number(word) for word in found]), asks, weights, kind, *own)


@lru_cache(maxsize=4096)
def tokens(text: str) -> Tokens:
    """Return what is seen of a sentence by itself."""
    found = tuple(words(text)[:MOST_WORDS]) or (" ",)
    ends = np.cumsum([0, *map(len, found)])
    dated = np.zeros((2, max(len(text), int(ends[-1])) + 1), np.float32)
    for mention in mentions(text):
        dated[int(mention.first is None), mention.start : mention.end] = 1.0
    numbers = np.array([_number(word) for word in found])
    unknown = len(table()[0])
    rows = [
        _marks(word, dated[:, end], number == unknown, at / len(found))
        for at, (word, end, number) in enumerate(zip(found, ends, numbers, strict=False))
    ]
    return Tokens(found, ends, numbers, np.asarray(rows, np.float32))


def _marks(word: str, dated: Matrix, unknown: bool, place: float) -> list[float]:
    said = word.strip()
    first = said[:1]
    return [
        _weight(word), not said, first.isdigit(), bool(_LATIN.match(said)), first in _BRACKETS, first in _QUOTES,
        float(dated[0]), float(dated[1]), min(len(said), _LONGEST) / _LONGEST, unknown, len(said) == 1, bool(said) and is_fragment(said),
        1.0 - place,
    ]  # fmt: skip


def shared(question: Asked, sentence: Tokens, title: str) -> Matrix:
    """Return (n words, SHARED): what each word of a sentence has to do with the question, and whether the document's title has it."""
    in_title = {normal(word) for word in words(title)}
    rows = np.zeros((len(sentence.words), len(SHARED)), np.float32)
    for at, word in enumerate(sentence.words):
        if word.strip():
            name, key = normal(word), _fold(word)
            same = name in question.names
            rows[at, :4] = same, same * sentence.marks[at, 0], key in question.folded, len(key) > 2 and key in question.key
            rows[at, 8] = name in in_title
            if at + 1 < len(sentence.words) and (name, normal(sentence.words[at + 1])) in question.pairs:
                rows[at : at + 2, 4] = 1.0
    rows[:, 5:7] = _meaning(question, sentence)
    window = np.convolve(rows[:, 1], np.ones(2 * _AROUND + 1, np.float32))[_AROUND : _AROUND + len(rows)]
    rows[:, 7] = np.minimum(window, _ENOUGH) / _ENOUGH
    return rows


def _meaning(question: Asked, sentence: Tokens) -> Matrix:
    """Return (n words, 2): the greatest cosine with a word of the question, and with one beside its asking word."""
    _, vectors = table()
    own = np.zeros((len(sentence.words), 2), np.float32)
    content = np.flatnonzero(~question.asks)
    if not len(content):
        return own
    cosines = vectors[sentence.numbers] @ vectors[question.numbers[content]].T
    for column, at in enumerate(content):
        for row in _places(synonyms(normal(question.words[at])), sentence):
            cosines[row, column] = max(cosines[row, column], _SYNONYM)
    own[:, 0] = cosines.max(axis=1)
    asking = np.flatnonzero(question.asks)
    if len(asking):
        away = np.abs(content[:, None] - asking).min(axis=1)
        if (beside := away <= max(1, int(away.min()))).any() and away.min() <= 2:
            own[:, 1] = cosines[:, beside].max(axis=1)
    return own


def covered(question: Asked, sentence: Tokens, subject: str, around: str) -> Matrix:
    """Return (n words of the question, COVERED): how far each is said in a sentence, in what it is about, and in the passage around it.

    What a question asks of somebody and no sentence says shows here, and nowhere in the marks of the sentence's own words.
    """
    _, vectors = table()
    rows = np.zeros((len(question.words), len(COVERED)), np.float32)
    text = "".join(sentence.words)
    names, keys = {normal(word) for word in sentence.words}, tuple(map(_fold, (text, subject, around)))
    sound = "|".join(map(_skeleton, (text, subject, around)))
    rows[:, 3] = (vectors[question.numbers] @ vectors[sentence.numbers].T).max(axis=1)
    for at, (word, whole) in enumerate(zip(question.words, _wholes(question.words), strict=True)):
        name, key = normal(word), _fold(whole)
        within = [len(key) > 1 and key in where for where in keys]
        said = _skeleton(whole) if whole != word or question.weights[at] >= _NAME else ""
        rows[at, :3] = name in names, within[0], len(said) >= _SOUNDED and said in sound
        rows[at, 4:] = within[1:]
        if not synonyms(name).isdisjoint(names):
            rows[at, 3] = max(rows[at, 3], _SYNONYM)
    return rows


def _wholes(found: tuple[str, ...]) -> list[str]:
    """Return for each word the name that it is a piece of, for most the word itself: the dictionary cuts names that it does not have."""
    wholes, pieces = list[str](), iter(found)
    for whole in mended(found):
        size = 0
        while size < len(whole):
            size += len(next(pieces))
            wholes.append(whole)
    return wholes


def _places(sought: frozenset[str], sentence: Tokens) -> list[int]:
    return [at for at, word in enumerate(sentence.words) if normal(word) in sought] if sought else []


class Meanings:
    """Vectors of words: by the company they keep (``thai.meaning``), and by the embedder, which has one for any word.

    ``size`` is how many numbers a vector has.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._places: dict[str, int] = {}
        self.size = table()[1].shape[1] + embedder.dimension
        self._rows = np.zeros((0, self.size), np.float32)

    def read(self, found: Iterable[str]) -> Numbers:
        """Return the number of each word, its row in ``vectors``."""
        names = [normal(word) for word in found]
        new = list(dict.fromkeys(name for name in names if name not in self._places))
        if new:
            self._add(new)
        return np.array([self._places[name] for name in names])

    def _add(self, names: list[str]) -> None:
        start, end = len(self._places), len(self._places) + len(names)
        if end > len(self._rows):  # twice as many: a growing table is not copied for every word
            self._rows = np.concatenate([self._rows, np.zeros((max(end, 2 * start) - len(self._rows), self.size), np.float32)])
        self._rows[start:end] = np.concatenate(
            [table()[1][[_number(name) for name in names]], self._embedder.embed_passages(names)], axis=1
        )
        self._places.update(zip(names, range(start, end), strict=True))

    @property
    def vectors(self) -> Matrix:
        """Return the vectors (n, size) of the words read so far."""
        return self._rows[: len(self._places)]


def numbered(found: tuple[str, ...], vocabulary: Mapping[str, int]) -> Numbers:
    """Return the numbers of words in the extractor's own vocabulary, its size for others."""
    return np.array([vocabulary.get(normal(word), len(vocabulary)) for word in found])
