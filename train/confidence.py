"""Fit the confidence: `python -m train.confidence --data ../shared/data --out models/confidence.json`.

How likely the best sentence holds the answer, from the reader's judgement and the network's (``SIGNS`` of ``rag/reading/read.py``): a
logistic model over iapp_validation, which neither was fitted on, each question asked three ways: of all documents, of all but its own
(another entity), and of all without the sentences that hold the answer (the fact is missing); once as it is, and once in other words, as
the questions of readers are. Fitted after ``train/reader.py`` and ``train/extractor.py``; about three minutes.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.seeds import squeeze
from rag.question import ask
from rag.reading.features import Candidate, candidates
from rag.reading.rank import READ_HITS, rank
from rag.reading.read import SIGNS, extracted, signs
from rag.retrieve import Retriever
from train.extractor_data import answer_in, reworded
from train.reader import library_of, squeezed_texts

FOLDS, SEED = 5, 7


def asked(items: list[dict[str, Any]], retriever: Retriever) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the signs (n, len(SIGNS)), whether the best sentence holds the answer (n,), and which way it was asked (n,)."""
    texts = squeezed_texts(retriever)
    rows, right, ways = [], [], []
    for item in items:
        own = {name for name, text in texts.items() if text == squeeze(item["context"])}
        question = ask(item["question"])
        everywhere = candidates(retriever.retrieve(question, READ_HITS))
        elsewhere = candidates(retriever.retrieve(question, READ_HITS, [name for name in texts if name not in own]))
        missing = [each for each in everywhere if not (each.hit.passage.document in own and _holds(item, each))]
        for way, found in enumerate((everywhere, elsewhere, missing)):
            seen, scores = rank(question, found, retriever.embedder)
            if not len(seen):
                continue
            order = np.argsort(-scores, kind="stable")
            extraction = extracted(question, found, scores, order)
            best = found[order[extraction.best] if extraction else order[0]]
            rows.append(signs(seen, scores, extraction))
            right.append(way == 0 and best.hit.passage.document in own and _holds(item, best))
            ways.append(way)
    return np.asarray(rows), np.asarray(right), np.asarray(ways)


def _holds(item: dict[str, Any], candidate: Candidate) -> bool:
    span, unclear = answer_in(item, candidate.text, candidate.start)
    return unclear or span is not None


def weigh(ways: np.ndarray) -> np.ndarray:
    """Return the weight of each reading: those that hold no answer together count as much as those of all documents."""
    return np.where(ways == 0, 1.0, 0.5)


def report(rows: np.ndarray, right: np.ndarray, ways: np.ndarray) -> str:
    """Return how much each threshold refuses and lets through, by cross-validation, and the error of the calibration."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold

    sure = np.zeros(len(right))
    for fitted, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(rows):
        model = LogisticRegression(C=1.0).fit(rows[fitted], right[fitted], weigh(ways[fitted]))
        sure[held] = model.predict_proba(rows[held])[:, 1]
    bins = np.minimum((sure * 10).astype(int), 9)
    share = weigh(ways) / weigh(ways).sum()
    error = sum(abs(((sure - right) * share)[bins == n].sum()) for n in range(10))
    lines = [f"{len(right)} readings, calibration error {error:.3f}"]
    for threshold in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
        refused, other, missing = ((sure[ways == way] < threshold).mean() for way in range(3))
        wrong = (sure[(ways == 0) & right] < threshold).mean()
        lines.append(f"  {threshold}: refused {refused:.3f} (right ones {wrong:.3f}); other entity {other:.3f}, fact missing {missing:.3f}")
    return "\n".join(lines)


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    items = [json.loads(line) for line in (options.data / "iapp_validation.jsonl").read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        retriever, chance = library_of(items, Path(folder)), random.Random(SEED)
        again = [{**item, "question": reworded(item["question"], chance)} for item in items]
        rows, right, ways = map(np.concatenate, zip(asked(items, retriever), asked(again, retriever), strict=True))
    print(report(rows, right, ways))
    model = LogisticRegression(C=1.0).fit(rows, right, weigh(ways))
    weights = {name: round(float(value), 4) for name, value in zip(SIGNS, model.coef_[0], strict=True)}
    fitted = {"weights": weights, "bias": round(float(model.intercept_[0]), 4)}
    options.out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
