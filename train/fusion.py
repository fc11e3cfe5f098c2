"""How the legs and the shared tokens of the first hits weigh: `python -m train.fusion --data ../shared/data --out models/fusion.json`.

Fitted on questions of iapp_train over their contexts, once clean and once with noise (`bench/noise.py`): the weights, none below zero,
that give the right passage the greatest likelihood among the candidates. The dense leg's weight is chosen on iapp_validation, clean and
noisy, because the shipped embedder has seen the training questions: the least weight within half a standard error of the best, since
even these questions are of the kind it was trained on, and others are not. Deterministic; about two minutes.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bench.noise import noisy
from bench.retrieval import open_contexts
from rag.question import ask
from rag.rerank import CANDIDATES, FEATURES, features

NOISE, SEED, QUESTIONS, RIDGE = 0.04, 11, 3000, 1e-3
_DENSE = FEATURES.index("dense")
_DENSE_WEIGHTS = np.arange(0.0, 5.0, 0.5)
Matrix = npt.NDArray[np.float64]


def candidates(items: list[dict[str, Any]], noise: float) -> tuple[Matrix, Matrix]:
    """Return the features (questions, candidates, features) and which candidates are of the right context (questions, candidates)."""
    rng = random.Random(SEED)
    spoiled = {text: noisy(text, noise, rng) if noise else text for text in dict.fromkeys(item["context"] for item in items)}
    rows = np.zeros((len(items), CANDIDATES, len(FEATURES)))
    right = np.zeros((len(items), CANDIDATES))
    with tempfile.TemporaryDirectory() as folder:
        answerer, source_of = open_contexts(list(spoiled.values()), Path(folder))
        source = {text: f"d{number}" for number, text in enumerate(spoiled)}
        for at, item in enumerate(items):
            question = ask(item["question"])
            hits = answerer.retriever.candidates(question, CANDIDATES)
            for place, (hit, row) in enumerate(zip(hits, features(question, hits), strict=True)):
                rows[at, place] = [row[name] for name in FEATURES]
                right[at, place] = source_of[hit.passage.row] == source[item["context"]]
        answerer.close()
    return rows, right


def fit(rows: Matrix, right: Matrix) -> Matrix:
    """Return weights >= 0 under which the right candidates are likeliest, the dense leg left out."""
    found = right.sum(axis=1) > 0
    rows, right = np.delete(rows[found], _DENSE, axis=2), right[found]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores = rows @ weights
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        good = (share * right).sum(axis=1)
        pull = share - share * right / good[:, None]
        gradient = np.einsum("qc,qcf->f", pull, rows) / len(rows) + 2 * RIDGE * weights
        return float(-np.log(good).mean() + RIDGE * (weights**2).sum()), gradient

    start = np.full(rows.shape[2], 2.0)
    solved = minimize(loss, start, jac=True, bounds=[(0.0, None)] * len(start), method="L-BFGS-B")
    return np.insert(np.asarray(solved.x), _DENSE, 0.0)


def first(rows: Matrix, right: Matrix, weights: Matrix) -> float:
    """Return the share of questions whose right context comes first."""
    return float(right[np.arange(len(right)), (rows @ weights).argmax(axis=1)].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    training, validation = ([json.loads(line) for line in (options.data / f"iapp_{part}.jsonl").open()] for part in ("train", "validation"))
    training = random.Random(SEED).sample(training, QUESTIONS)
    fitted = [candidates(training, noise) for noise in (0.0, NOISE)]
    weights = fit(np.concatenate([rows for rows, _ in fitted]), np.concatenate([right for _, right in fitted]))
    held_out = [candidates(validation, noise) for noise in (0.0, NOISE)]
    tried = {}
    for dense in _DENSE_WEIGHTS:
        weights[_DENSE] = dense
        tried[float(dense)] = [round(first(rows, right, weights), 4) for rows, right in held_out]
        print(f"dense {dense:.1f}: clean and noisy {tried[float(dense)]}")
    best = max(float(np.mean(values)) for values in tried.values())
    doubt = 0.5 * float(np.sqrt(best * (1 - best) / len(validation)))
    weights[_DENSE] = min(dense for dense, values in tried.items() if float(np.mean(values)) >= best - doubt)
    said = {name: round(float(value), 3) for name, value in zip(FEATURES, weights, strict=True)}
    options.out.write_text(json.dumps({"weights": said}, indent=1) + "\n", encoding="utf-8")
    print(said)


if __name__ == "__main__":
    main()
