"""Hits to evidence: which sentences answer the question, and how likely the documents answer it at all.

Two small models over ``rag/reading/features.py``, a network and a logistic one, fitted by ``train/reader.py``; weights in ``models/reader.json``.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.embed import Embedder
from index.records import Hit
from rag.reading.features import COLUMNS, Candidate, Matrix, candidates
from rag.reading.rank import READ_HITS, rank, summarise, weights
from rag.records import Evidence, Question

_SAID, _SOUNDED = 0.35, 0.45  # share of what the question's words weigh, run of consonants: less than both is of something else
_OTHERWISE = 0.03  # share of the confidence that is left then; all three chosen on bench/questions/seeds.jsonl


class Reading(NamedTuple):
    """What was read: evidence in order of likelihood, and the probability (0..1) that the documents answer."""

    evidence: tuple[Evidence, ...]
    confidence: float


def read(question: Question, hits: Sequence[Hit], embedder: Embedder) -> Reading:
    """Return the sentences of the first hits as evidence, most likely first, and the confidence that there is an answer."""
    found = candidates(hits[:READ_HITS])
    rows, scores = rank(question, found, embedder)
    if not len(rows):
        return Reading((), 0.0)
    answered = weights()["answered"]
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
