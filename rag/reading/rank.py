"""Sentences of the hits in order: how likely each answers the question, by a small network over ``rag/reading/features.py``.

Fitted by ``train/reader.py``; weights in ``models/reader.json``.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Embedder
from index.errors import damaged_model
from rag.reading.features import COLUMNS, Candidate, Matrix, features
from rag.records import Question
from rag.rerank import likelihood

READ_HITS = 6  # passages read
PRIOR = 0.25  # how far a sentence is judged by its passage, chosen on questions of MIRACL's training part over all of Wikipedia
WEIGHTS = Path(__file__).resolve().parent.parent.parent / "models" / "reader.json"
_WHOLE = tuple(
    COLUMNS.index(name)
    for name in (
        "words_near", "rare_near", "words_passage", "rare_passage", "missing_passage", "soft", "soft_near", "soft_passage", "soft_missing",
        "sound", "grams", "grams_passage", "run", "cosine",
    )
)  # fmt: skip


def rank(question: Question, found: Sequence[Candidate], embedder: Embedder) -> tuple[Matrix, Matrix]:
    """Return the candidates' features (n, len(COLUMNS)) and their scores (n,), log likelihoods up to a constant."""
    rows = features(question, found, embedder)
    return rows, _network(rows) + priors(found) if len(rows) else np.zeros(0, np.float32)


@cache
def weights() -> dict[str, dict[str, Matrix]]:
    """Return the weights by part and name. Raises LibraryError where the file is missing, damaged or of another version."""
    try:
        loaded: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        if tuple(loaded["columns"]) != COLUMNS:
            raise ValueError("fitted to other columns: run train/reader.py again")
        return {part: {name: np.asarray(v, np.float32) for name, v in loaded[part].items()} for part in ("sentence", "answered")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged_model(WEIGHTS, error) from error


def _network(rows: Matrix) -> Matrix:
    sentence = weights()["sentence"]
    hidden = np.tanh(rows @ sentence["hidden"].T + sentence["hidden_bias"])
    scores: Matrix = hidden @ sentence["out"] + sentence["out_bias"][0]
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
