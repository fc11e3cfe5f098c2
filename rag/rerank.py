"""The first hits put in a better order by what they share with the question, however it was spelled.

The legs count a word once for all it is worth anywhere; here each word and gram of the question counts by how few of the candidates
have it, once over the whole passage and once over its best stretch. Words and grams are folded, so dropped tones, letters of one sound
and blanks inside words cost nothing. Weights in ``models/fusion.json``, fitted by ``train/fusion.py``.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from index.errors import LibraryError
from index.records import Hit
from rag.records import Question
from thai.fold import fold, grams
from thai.words import folded_words

CANDIDATES = 20  # hits put in order; on held-out questions .998 of the right passages are among them
FEATURES = ("words", "grams", "dense", "folded", "folded_near", "spelled", "spelled_near")
WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "fusion.json"
_STRETCH = {"folded": 40, "spelled": 160}  # tokens of a stretch: two or three sentences
_GRAM = 4


class _Tokens(NamedTuple):
    folded: tuple[str, ...]
    spelled: tuple[str, ...]


@lru_cache(maxsize=512)
def _tokens(text: str) -> _Tokens:
    return _Tokens(tuple(folded_words(fold(text))), tuple(grams(text, _GRAM)))


@cache
def weights() -> Mapping[str, float]:
    """Return the weight of each feature. Raises LibraryError where the file is missing or damaged."""
    try:
        loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
        return {name: float(loaded[name]) for name in FEATURES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(
            "ไฟล์ models/fusion.json หายหรือเสียหาย โปรดดึงโค้ดของโครงการมาใหม่",
            f"models/fusion.json is missing or damaged; check the project out again ({error}).",
        ) from error


def rerank(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the first ``CANDIDATES`` in order of the weighted features; scores in 0..1, ties as they came."""
    first, rest = list(hits[:CANDIDATES]), list(hits[CANDIDATES:])
    rows = features(question, first)
    share = weights()
    total = sum(share.values())
    scored = [
        replace(hit, score=sum(share[name] * row[name] for name in FEATURES) / total, legs={**hit.legs, **_said(row)})
        for hit, row in zip(first, rows, strict=True)
    ]
    scored.sort(key=lambda hit: -hit.score)
    floor = scored[-1].score if scored else 0.0
    tail = [replace(hit, score=min(hit.score, floor)) for hit in rest]
    return [replace(hit, rank=rank) for rank, hit in enumerate([*scored, *tail], start=1)]


def _said(row: Mapping[str, float]) -> dict[str, float]:
    """Return the features that are no leg's own score, for whoever asks why a hit stands where it does."""
    return {name: row[name] for name in FEATURES[3:]}


def features(question: Question, hits: Sequence[Hit]) -> list[dict[str, float]]:
    """Return the features of each hit, all in 0..1: each leg's score over its best among the hits, and the shared tokens."""
    asked = _tokens("".join(question.words))
    found = [_tokens(hit.passage.text) for hit in hits]
    rows: list[dict[str, float]] = [{} for _ in hits]
    for leg in FEATURES[:3]:
        best = max((hit.legs.get(leg, 0.0) for hit in hits), default=0.0)
        for row, hit in zip(rows, hits, strict=True):
            row[leg] = max(hit.legs.get(leg, 0.0), 0.0) / best if best > 0 else 0.0
    for kind, stretch in _STRETCH.items():
        texts = [getattr(tokens, kind) for tokens in found]
        worth = rarity(set(getattr(asked, kind)), texts)
        for row, text in zip(rows, texts, strict=True):
            row[kind] = _share(worth, set(text))
            row[f"{kind}_near"] = _best_stretch(worth, text, stretch)
    return rows


def rarity(sought: Collection[str], texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return what each token sought is worth: the more, the fewer of the texts have it."""
    having = Counter(token for text in texts for token in set(text) & set(sought))
    return {token: math.log(1 + (len(texts) + 0.5) / (having[token] + 0.5)) for token in sorted(sought)}


def _share(worth: Mapping[str, float], text: Collection[str]) -> float:
    total = sum(worth.values())
    return sum(value for token, value in worth.items() if token in text) / total if total else 0.0


def _best_stretch(worth: Mapping[str, float], text: Sequence[str], stretch: int) -> float:
    """Return the greatest share of the worth that stands within so many tokens of the text."""
    total = sum(worth.values())
    places = [(at, token) for at, token in enumerate(text) if token in worth]
    inside: Counter[str] = Counter()
    best = current = 0.0
    first = 0
    for at, token in places:
        inside[token] += 1
        current += worth[token] if inside[token] == 1 else 0.0
        while places[first][0] < at - stretch:
            left = places[first][1]
            inside[left] -= 1
            current -= worth[left] if inside[left] == 0 else 0.0
            first += 1
        best = max(best, current)
    return best / total if total else 0.0
