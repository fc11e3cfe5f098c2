"""The first hits put in a better order by what they, their titles and their documents share with the question, however it was spelled.

The legs count a word once for all it is worth anywhere; here each word and gram of the question counts by how few of the candidates
have it: over the whole passage, over its best stretch, and over all candidates of its document together, since a question's subject
often stands in one passage and its answer in the next. Words and grams are folded, so dropped tones, letters of one sound and blanks
inside words cost nothing. The first thirty are then compared piece by piece in meaning too (``rag/met.py``). Weights in
``models/fusion.json``, fitted by ``train/fusion.py``.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from index.embed import StaticEmbedder
from index.errors import damaged_model
from index.records import Hit
from rag.met import Layers, met, nearness, worth
from rag.records import Question
from thai.fold import cut, fold
from thai.synonyms import synonyms
from thai.words import folded_words

CANDIDATES = 100  # hits put in order; over all of Wikipedia .98 of questions have a right article among them
FEATURES = (
    "words", "grams", "dense", "folded", "folded_near", "spelled", "spelled_near",
    "title_named", "title_share", "title_dense", "document_share", "document_best", "document_folded", "document_spelled", "met",
)  # fmt: skip
CLOSELY = 30  # of them are compared piece by piece; hardly a right one stands behind these
WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "fusion.json"
_LEGS = 3  # of the features are the legs' own
_STRETCH = 160  # folded letters: two or three sentences
_GRAM, _SHORTEST = 4, 2  # letters of a gram, and of a word that is looked for
_NAMED = 3  # folded letters that make a title one that a question can name
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")  # of a title: what tells it from another


Places = list[tuple[int, str]]


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    return fold(text)


@cache
def _loaded() -> tuple[Mapping[str, float], Mapping[str, Layers]]:
    """Raises LibraryError where the file is missing or damaged."""
    try:
        loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        layers = {
            part: [(np.asarray(weight, np.float32), np.asarray(bias, np.float32)) for weight, bias in loaded["layers"][part]]
            for part in ("met", "share")
        }
        return {name: float(loaded["weights"][name]) for name in FEATURES}, layers
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged_model(WEIGHTS, error) from error


def weights() -> Mapping[str, float]:
    """Return the weight of each feature. Raises LibraryError where the file is missing or damaged."""
    return _loaded()[0]


def rerank(question: Question, hits: Sequence[Hit], embedder: StaticEmbedder) -> list[Hit]:
    """Return the hits with the first ``CANDIDATES`` in order of the weighted features; scores in 0..1, ties as they came."""
    first, rest = list(hits[:CANDIDATES]), list(hits[CANDIDATES:])
    rows = features(question, first, embedder)
    close = sorted(range(len(rows)), key=lambda at: -likelihood(rows[at]))[:CLOSELY]
    shares = met(nearness(question.text, [first[at] for at in close], embedder), _loaded()[1])
    for at, share in zip(close, shares.tolist(), strict=True):
        rows[at]["met"] = share
    total = sum(weights().values())
    scored = [replace(hit, score=likelihood(row) / total, features=row) for hit, row in zip(first, rows, strict=True)]
    scored.sort(key=lambda hit: -hit.score)
    floor = scored[-1].score if scored else 0.0
    tail = [replace(hit, score=min(hit.score, floor)) for hit in rest]
    return [replace(hit, rank=rank) for rank, hit in enumerate([*scored, *tail], start=1)]


def likelihood(features: Mapping[str, float]) -> float:
    """Return the logarithm of how likely a hit with these features is a right one, up to what all hits of a question share."""
    share = weights()
    return sum(share[name] * features.get(name, 0.0) for name in FEATURES)


def features(question: Question, hits: Sequence[Hit], embedder: StaticEmbedder) -> list[dict[str, float]]:
    """Return the features of each hit, all in 0..1: the legs' scores, the tokens shared, and what its title and document add.

    ``met`` is left at 0: it is for the likeliest only.
    """
    asked = fold("".join(question.words))
    alike = {_key(word): [_key(like) for like in synonyms(word)] for word in question.words}
    sought: dict[str, dict[str, list[str]]] = {
        "folded": {word: [word, *alike.get(word, ())] for word in folded_words(asked) if len(word) >= _SHORTEST},
        "spelled": {gram: [gram] for gram in cut(asked, _GRAM)},
    }
    keys = [_key(hit.passage.text) for hit in hits]
    titles = {hit.passage.title: _key(hit.passage.title) for hit in hits}
    best = {leg: max((hit.legs.get(leg, 0.0) for hit in hits), default=0.0) for leg in FEATURES[:_LEGS]}
    rows: list[dict[str, float]] = [
        {"met": 0.0, **{leg: max(hit.legs.get(leg, 0.0), 0.0) / top if top > 0 else 0.0 for leg, top in best.items()}} for hit in hits
    ]
    documents = _documents(hits)
    for kind, tokens in sought.items():
        places = [_places(key, tokens) for key in keys]
        having = [{token for _, token in found} for found in places]
        worth = rarity(tokens, having)
        named = {title: {token for token in tokens if token in key} for title, key in titles.items()}
        for its in documents:
            together = _share(worth, named[hits[its[0]].passage.title].union(*(having[at] for at in its)))
            for at in its:
                rows[at][kind] = _share(worth, having[at])
                rows[at][f"{kind}_near"] = _best_stretch(worth, places[at], _STRETCH)
                rows[at][f"document_{kind}"] = together
    _add_titles(rows, question, hits, titles, set(sought["spelled"]), embedder)
    _add_documents(rows, hits, documents)
    return rows


def _places(key: str, tokens: Mapping[str, Sequence[str]]) -> Places:
    """Return where each of the tokens stands in a folded key, in any of the ways it is said, in order of place; inside longer words too."""
    places: Places = []
    for token, ways in tokens.items():
        for said in ways:
            at = key.find(said)
            while at >= 0:
                places.append((at, token))
                at = key.find(said, at + 1)
    return sorted(places)


def _documents(hits: Sequence[Hit]) -> list[list[int]]:
    """Return the places of the hits of each document."""
    of: dict[str, list[int]] = {}
    for at, hit in enumerate(hits):
        of.setdefault(hit.passage.document, []).append(at)
    return list(of.values())


def _add_titles(
    rows: Sequence[dict[str, float]], question: Question, hits: Sequence[Hit], titles: Mapping[str, str], grams: Collection[str],
    embedder: StaticEmbedder,
) -> None:  # fmt: skip
    """Add how far the question, of these grams, names each title, and how near they are in meaning. A document without a title has none."""
    key = fold(question.text)
    meant = embedder.embed_questions([question.text])[0]
    near = dict(zip(titles, (embedder.embed_passages(list(titles)) @ meant).tolist(), strict=True)) if titles else {}
    for row, hit in zip(rows, hits, strict=True):
        title = hit.passage.title
        name, own = _key(_ASIDE.sub("", title)), set(cut(titles[title], _GRAM))
        row["title_named"] = len(name) / len(key) if len(name) >= _NAMED and name in key else 0.0
        row["title_share"] = len(own.intersection(grams)) / len(own) if own else 0.0
        row["title_dense"] = max(near[title], 0.0) if title else 0.0


def _add_documents(rows: Sequence[dict[str, float]], hits: Sequence[Hit], documents: Sequence[Sequence[int]]) -> None:
    """Add how much of all the hits' score is of each one's document, and the best score of its document."""
    total = sum(hit.score for hit in hits) or 1.0
    for its in documents:
        scores = [hits[at].score for at in its]
        for at in its:
            rows[at]["document_share"] = sum(scores) / total
            rows[at]["document_best"] = max(scores)


def rarity(sought: Collection[str], texts: Sequence[Collection[str]]) -> dict[str, float]:
    """Return what each token sought is worth: the more, the fewer of the texts have it."""
    having = Counter(token for text in texts for token in set(text))
    return {token: worth(having[token], len(texts)) for token in sorted(sought)}


def _share(worth: Mapping[str, float], text: Collection[str]) -> float:
    total = sum(worth.values())
    return sum(value for token, value in worth.items() if token in text) / total if total else 0.0


def _best_stretch(worth: Mapping[str, float], places: Places, stretch: int) -> float:
    """Return the greatest share of the worth that stands within so many letters."""
    total = sum(worth.values())
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
