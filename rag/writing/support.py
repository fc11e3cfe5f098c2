"""Does a source say this? Each sentence of a language model is matched to sentences of the passages by the program, and judged.

Supported: one sentence of a passage (or its title) has every number, year and name, the numbers in like company, denies nothing that is
affirmed, and little of what is told is missing from it and the sentences beside it. Weak: those beside it are needed for that, or a good
part is missing. A language model's own marks only break ties. Who did what to whom is not seen: two names of one sentence that changed
places pass. How far the verdicts can be trusted: ``python -m bench.support``.
"""

import itertools
import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from index.embed import Embedder, Vectors
from index.records import Hit
from rag.question import weighty
from rag.reading.features import Candidate, candidates
from rag.records import Evidence, Support
from rag.writing.anchors import contradicts, denies, is_thai, names, numbers_of, sounds, stands, wanted
from thai.dates import Mention
from thai.fold import fold
from thai.meaning import nearest
from thai.numerals import UNITS
from thai.terms import terms
from thai.weight import weight

SUPPORTED, WEAK = 0.75, 0.40  # shares of what a sentence tells that its sources must tell
_MOST_SOURCES = 3  # sentences cited for one
_GAIN = 0.06  # of what is told: a further sentence must add as much
_BESIDE = 2  # sentences between which one may complete the other
_NAME, _NUMBER = 12.0, 9.0  # what a name and a number tell, in nats
_ALIKE = 0.7  # what a word of like meaning is worth
_HINTED, _NEARER = 0.02, 0.05  # what the language model's own mark and the embedder's cosine are worth
_LOOKED_AT = 16  # sentences looked at closely, those that share most
_COSINE = 0.35  # least nearness of an English sentence without names or numbers to a Thai one that is no chance
_CARRIED = 3  # names and numbers that an English sentence must share with its source to be supported by them alone
_SHORTEST_PART = 22  # code points of a part of a sentence that is judged by itself
_UNIT = 6.5  # nats: a word after a number that tells more says what it counts
_RARE, _MET = 12.0, 0.3  # a word so rare that is met no better is a name of common words, or beside the matter
_COUNTED = frozenset(UNITS)
_AFTER = 20  # code points of the next sentence
_AROUND, _AROUND_SOURCE = 25, 70  # code points on each side of a number that say what it counts



class Verdict(NamedTuple):
    """How far the sources say a sentence, and the sentences that do, best first; none for an unsupported one."""

    support: Support
    evidence: tuple[Evidence, ...]


class _Number(NamedTuple):
    """A number that is told: the tokens a source must have, the words around it, and the word after it: what it counts."""

    tokens: frozenset[str]
    company: frozenset[str]
    unit: str


class _Told(NamedTuple):
    """What a sentence tells: words with their weights, names, numbers."""

    pieces: tuple[str, ...]
    words: tuple[str, ...]
    weights: Vectors
    names: tuple[tuple[str, ...], ...]
    numbers: tuple[_Number, ...]
    denies: bool
    thai: bool


class _Source:
    """A sentence of a passage as it is compared; worked out when it is first looked at."""

    def __init__(self, place: int, candidate: Candidate) -> None:
        self.place = place
        self.candidate = candidate
        self.pieces = tuple(terms(candidate.text))
        self.terms = frozenset(self.pieces)
        self.after = ""  # how the next sentence begins: a year that belongs to this one may stand there

    @cached_property
    def numbers(self) -> tuple[_Number, ...]:
        text = f"{self.candidate.text} {self.after}"
        return tuple(
            _Number(frozenset((*found.tokens, *found.words)), _company(text, found, _AROUND_SOURCE), _unit(text, found))
            for found in numbers_of(text)
        )

    @cached_property
    def keys(self) -> tuple[str, str]:
        """The folded key and the sound of the names, the title's and the headings' included."""
        above = self.candidate.hit.passage.subject
        return f"{fold(above)}|{fold(self.candidate.text)}", f"{sounds(above)}|{sounds(self.candidate.text)}"

    def has(self, name: tuple[str, ...]) -> bool:
        return stands(name, *self.keys)

    def counts(self, number: _Number) -> bool:
        return number.tokens <= frozenset().union(self.terms, *(found.tokens for found in self.numbers))

    def counts_alike(self, number: _Number) -> bool:
        """Whether the number stands here, among some of the words that it has around it where it is told."""
        same = [found for found in self.numbers if found.tokens & number.tokens]
        near = frozenset().union(*(found.company for found in same))
        counted = [found.unit for found in same]
        other = number.unit in _COUNTED and number.unit not in counted and any(unit in _COUNTED or weight(unit) > _UNIT for unit in counted)
        return self.counts(number) and not other and (not number.company or bool(number.company & near))


def _company(text: str, number: Mention, reach: int) -> frozenset[str]:
    around = f"{text[max(0, number.start - reach) : number.start]} | {text[number.end : number.end + reach]}"
    return frozenset(weighty(tuple(terms(around))))


def _unit(text: str, number: Mention) -> str:
    return next(iter(terms(text[number.end : number.end + _AROUND])), "") if number.kind == "number" else ""


def _told(text: str) -> _Told:
    pieces, found = tuple(terms(text)), numbers_of(text)
    counted = frozenset(token for mention in found for token in (*mention.tokens, *mention.words))
    named = names(text)
    in_names = frozenset(itertools.chain.from_iterable(named))
    words = tuple(
        word for word in weighty(tuple(piece for piece in pieces if piece not in in_names))
        if word not in counted and not word.isascii()  # nothing is known of an English word that names nothing
    )  # fmt: skip
    weights = np.asarray([weight(word) for word in words], np.float32)
    numbers = tuple(_Number(wanted(mention), _company(text, mention, _AROUND), _unit(text, mention)) for mention in found)
    return _Told(pieces, words, weights, named, numbers, denies(text, pieces), is_thai(text))


class Sources:
    """The sentences of the passages that a language model was shown, ready to be compared with what it says."""

    def __init__(self, hits: Sequence[Hit], embedder: Embedder) -> None:
        self._hits = tuple(hits)
        self._embedder = embedder
        self._all = [_Source(at, candidate) for at, candidate in enumerate(candidates(hits))]
        for source, following in itertools.pairwise(self._all):
            if following.candidate.hit is source.candidate.hit:
                source.after = following.candidate.text[:_AFTER]

    @cached_property
    def _vectors(self) -> Vectors:
        return self._embedder.embed_passages([source.candidate.text for source in self._all])

    def judge(self, text: str, hints: Collection[int] = ()) -> Verdict:
        """Return the verdict on a sentence; ``hints`` are the numbers, from 1, of the passages that the language model named for it.

        A sentence of several statements is supported where each of them is, by sentences near one another.
        """
        hinted = [self._hits[number - 1] for number in hints if 0 < number <= len(self._hits)]
        whole = self._match(text, hinted)
        parts = _parts(text)
        if whole[0] is not Support.SUPPORTED and len(parts) > 1:
            whole = _better(whole, _joined([self._match(part, hinted) for part in parts]))
        support, chosen = whole
        return Verdict(support, tuple(_evidence(source.candidate) for source in chosen if support is not Support.UNSUPPORTED))

    def _match(self, text: str, hinted: Sequence[Hit]) -> "_Found":
        told = _told(text)
        if not self._all or not (told.words or told.names or told.numbers or not told.thai):
            return Support.UNSUPPORTED, ()
        cosines = self._vectors @ self._embedder.embed_questions([text])[0]
        return _Match(told, self._closest(told, cosines), cosines, hinted).found()

    def _closest(self, told: _Told, cosines: Vectors) -> list[_Source]:
        """Return the sentences that share most with what is told, in the order of the passages."""
        sought = frozenset(told.words)

        def shared(source: _Source) -> float:
            words = sum(weight(word) for word in sought & source.terms)
            anchors = _NAME * sum(map(source.has, told.names)) + _NUMBER * sum(map(source.counts, told.numbers))
            return words + anchors + float(cosines[source.place])

        best = sorted(self._all, key=lambda source: (-shared(source), source.place))[:_LOOKED_AT]
        return sorted(best, key=lambda source: source.place)


_Found = tuple[Support, tuple[_Source, ...]]
_RANK = {support: rank for rank, support in enumerate((Support.UNSUPPORTED, Support.WEAK, Support.SUPPORTED))}


def _evidence(candidate: Candidate) -> Evidence:
    return Evidence(hit=candidate.hit, start=candidate.start, end=candidate.end, text=candidate.text, score=1.0)


def _better(one: _Found, other: _Found) -> _Found:
    return other if _RANK[other[0]] > _RANK[one[0]] else one


def _joined(parts: Sequence[_Found]) -> _Found:
    """Return the verdict on a sentence from those on its parts: as good as the worst, weak where they stand far apart."""
    worst = min((support for support, _ in parts), key=_RANK.__getitem__)
    chosen = tuple(dict.fromkeys(source for _, sources in parts for source in sources))
    firsts = [sources[0] for _, sources in parts if sources]
    together = all(_beside(firsts[0], source) for source in firsts)
    if worst is Support.SUPPORTED and not together:
        worst = Support.WEAK
    return worst, chosen[:_MOST_SOURCES]


def _beside(one: _Source, other: _Source) -> bool:
    return one.candidate.hit is other.candidate.hit and abs(one.place - other.place) <= _BESIDE


def _parts(text: str) -> list[str]:
    """Return the stretches between blanks, short ones joined to the one before."""
    parts: list[str] = []
    for piece in re.split(r"(?<=[^\s0-9๐-๙.])\s+(?=[^\s0-9๐-๙.])", text.strip()):
        if parts and (len(piece) < _SHORTEST_PART or len(parts[-1]) < _SHORTEST_PART):
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    return parts


class _Match:
    """What is told against the sentences it may come from."""

    def __init__(self, told: _Told, sources: Sequence[_Source], cosines: Vectors, hinted: Sequence[Hit]) -> None:
        self._told = told
        self._sources = sources
        self._met = self._words_met()
        self._mass = float(told.weights.sum()) + _NAME * len(told.names) + _NUMBER * len(told.numbers) or 1.0
        self._bonus = {
            source.place: _NEARER * float(cosines[source.place]) + _HINTED * any(source.candidate.hit is hit for hit in hinted)
            for source in sources
        }
        self._cosines = cosines

    def _words_met(self) -> dict[int, Vectors]:
        """Return by the place of each source how far it meets each word: 1 as written, less in meaning."""
        words = self._told.words
        if not words:
            return {source.place: np.zeros(0, np.float32) for source in self._sources}
        near = nearest(words, [source.terms for source in self._sources]) * _ALIKE
        keys = [fold(word) for word in words]
        for row, source in enumerate(self._sources):
            key = source.keys[0]
            written = [word in source.terms or (len(folded) > 2 and folded in key) for word, folded in zip(words, keys, strict=True)]
            near[row, written] = 1.0
        return {source.place: near[row] for row, source in enumerate(self._sources)}

    def share(self, chosen: Sequence[_Source]) -> float:
        """Return the share (0..1) of what is told that these sentences tell together."""
        words = np.max([self._met[source.place] for source in chosen], axis=0)
        names = sum(any(source.has(name) for source in chosen) for name in self._told.names)
        numbers = sum(any(source.counts(number) for source in chosen) for number in self._told.numbers)
        return (float(words @ self._told.weights) + _NAME * names + _NUMBER * numbers) / self._mass

    def found(self) -> _Found:
        """Return the verdict and the sentences behind it: the one that tells most, and those beside it that add something."""
        first = max(self._sources, key=lambda source: (self.share([source]) + self._bonus[source.place], -source.place))
        chosen = [first]
        beside = [source for source in self._sources if source is not first and _beside(first, source)]
        while beside and len(chosen) < _MOST_SOURCES:
            best = max(beside, key=lambda source: (self.share([*chosen, source]), -source.place))
            if self.share([*chosen, best]) - self.share(chosen) < _GAIN:
                break
            chosen.append(best)
            beside.remove(best)
        return (self._thai(chosen) if self._told.thai else self._english(chosen)), tuple(chosen)

    def _thai(self, chosen: Sequence[_Source]) -> Support:
        told, first, share = self._told, chosen[0], self.share(chosen)
        if any(contradicts(told.pieces, source.pieces) for source in chosen) or not self._anchored(chosen) or share < WEAK:
            return Support.UNSUPPORTED
        alike = all(map(first.has, told.names)) and all(map(first.counts_alike, told.numbers)) and not self._unheard(chosen)
        return Support.SUPPORTED if alike and share >= SUPPORTED else Support.WEAK

    def _unheard(self, chosen: Sequence[_Source]) -> bool:
        """Whether a rare word is not met at all, nor either half of it."""
        met = np.max([self._met[source.place] for source in chosen], axis=0)
        rare = [fold(word) for word, least in zip(self._told.words, (met < _MET) & (self._told.weights >= _RARE), strict=True) if least]
        halves = [(key[: len(key) // 2], key[len(key) // 2 :]) for key in rare]
        return any(not any(half in source.keys[0] for half in pair for source in chosen) for pair in halves)

    def _english(self, chosen: Sequence[_Source]) -> Support:
        """Judge by names and numbers, which alone can be compared; half the names, or the embedder, make it weak at best."""
        told, first = self._told, chosen[0]
        named = sum(map(first.has, told.names))
        if not all(map(first.counts, told.numbers)) or (told.denies and not denies(first.candidate.text, first.pieces)):
            return Support.UNSUPPORTED
        if named == len(told.names) and named + len(told.numbers) >= _CARRIED and self.share(chosen) >= SUPPORTED:
            return Support.SUPPORTED
        likely = 2 * named >= len(told.names) if told.names else bool(told.numbers) or self._cosines[first.place] >= _COSINE
        return Support.WEAK if likely else Support.UNSUPPORTED

    def _anchored(self, chosen: Sequence[_Source]) -> bool:
        """Whether every name and number stands in these sentences."""
        named = all(any(source.has(name) for source in chosen) for name in self._told.names)
        return named and all(any(source.counts(number) for source in chosen) for number in self._told.numbers)
