"""Hits to evidence: which sentences answer the question, and how likely the documents answer it at all.

Two small models over ``rag/features.py``, a network and a logistic one, fitted by ``train/reader.py``; weights in ``models/reader.json``.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.embed import Embedder
from index.errors import LibraryError
from index.records import Hit
from rag.features import COLUMNS, Candidate, Matrix, candidates, features
from rag.records import Evidence, Question
from rag.rerank import likelihood

READ_HITS = 6  # passages read
PRIOR = 0.25  # how far a sentence is judged by its passage, chosen on questions of MIRACL's training part over all of Wikipedia
_SAID, _SOUNDED = 0.35, 0.45  # share of what the question's words weigh, run of consonants: less than both is of something else
_OTHERWISE = 0.03  # share of the confidence that is left then; all three chosen on bench/questions/seeds.jsonl
WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "reader.json"
_WHOLE = tuple(
    COLUMNS.index(name)
    for name in (
        "words_near", "rare_near", "words_passage", "rare_passage", "missing_passage", "soft", "soft_near", "soft_passage", "soft_missing",
        "sound", "grams", "grams_passage", "run", "cosine",
    )
)  # fmt: skip


class Reading(NamedTuple):
    """What was read: evidence in order of likelihood, and the probability (0..1) that the documents answer."""

    evidence: tuple[Evidence, ...]
    confidence: float


@cache
def _weights() -> dict[str, dict[str, Matrix]]:
    """Return the weights by part and name. Raises LibraryError where the file is missing, damaged or of another version."""
    try:
        loaded: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        if tuple(loaded["columns"]) != COLUMNS:
            raise ValueError("fitted to other columns: run train/reader.py again")
        return {part: {name: np.asarray(v, np.float32) for name, v in loaded[part].items()} for part in ("sentence", "answered")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError(
            "ไฟล์ models/reader.json หายหรือเสียหาย โปรดดึงโค้ดของโครงการมาใหม่",
            f"models/reader.json is missing or damaged; check the project out again ({error}).",
        ) from error


def _network(rows: Matrix) -> Matrix:
    weights = _weights()["sentence"]
    hidden = np.tanh(rows @ weights["hidden"].T + weights["hidden_bias"])
    scores: Matrix = hidden @ weights["out"] + weights["out_bias"][0]
    return scores


def priors(found: Sequence[Candidate]) -> Matrix:
    """Return (n,) what each candidate's passage adds to its score: 0 for the likeliest passage, less for the others."""
    likely = np.asarray([likelihood(candidate.hit.features) for candidate in found], np.float32)
    added: Matrix = PRIOR * (likely - likely.max(initial=-np.inf)) if len(likely) else likely
    return added


def summarise(rows: Matrix, scores: Matrix) -> Matrix:
    """Return a whole reading as one row: the best sentence's columns, the best overlaps anywhere, its score and lead."""
    order = np.argsort(-scores, kind="stable")
    best = int(order[0])
    lead = float(scores[best] - scores[order[1]]) if len(order) > 1 else 5.0
    whole = rows[:, _WHOLE].max(axis=0)
    top: Matrix = np.concatenate([rows[best], whole, np.asarray([scores[best] / 10, min(lead, 5.0) / 5], np.float32)]).astype(np.float32)
    return top


def read(question: Question, hits: Sequence[Hit], embedder: Embedder) -> Reading:
    """Return the sentences of the first hits as evidence, most likely first, and the confidence that there is an answer."""
    found = candidates(hits[:READ_HITS])
    rows = features(question, found, embedder)
    if not len(rows):
        return Reading((), 0.0)
    scores = _network(rows) + priors(found)
    answered = _weights()["answered"]
    sure = float(summarise(rows, scores) @ answered["weights"] + answered["bias"])
    share = np.exp(scores - scores.max())
    share /= share.sum()
    order = np.argsort(-scores, kind="stable")
    evidence = tuple(_evidence(found[at], float(share[at])) for at in order)
    return Reading(evidence, (_OTHERWISE if _is_far(rows) else 1.0) / (1.0 + float(np.exp(-sure))))


def _is_far(rows: Matrix) -> bool:
    """Whether hardly anything that a Thai question asks about is said in any passage, not even a name by its sound."""
    said, sounds, english = (float(rows[:, COLUMNS.index(name)].max()) for name in ("rare_passage", "sound", "english"))
    return said < _SAID and sounds < _SOUNDED and not english


def _evidence(candidate: Candidate, score: float) -> Evidence:
    return Evidence(hit=candidate.hit, start=candidate.start, end=candidate.end, text=candidate.text, score=score)
