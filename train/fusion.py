"""How the legs and what hits share with the question weigh.

    python -m train.fusion --data ../shared/data --library LIBRARY --out models/fusion.json

LIBRARY holds Thai Wikipedia: `tham add --format jsonl thwiki_2018.jsonl.xz --library LIBRARY`. Fitted on questions of iapp_train over their
contexts, without titles, with them, and with noise (`bench/noise.py`), and on questions of MIRACL's training part over all of Wikipedia,
where every passage of a right article counts as right: the weights, none below zero, that give the right passages the greatest likelihood
among the candidates. The shipped embedder has seen these questions, so the dense leg's weight is chosen on iapp_validation, clean and
noisy, and MIRACL dev: the least within half a standard error of the best on each, since even these are of the kind it was trained on, and
others are not. The titles' nearness is left out of the fit's reach in the same way: its weight is a third of the dense leg's.
Deterministic; about fifteen minutes.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bench.articles import articles
from bench.noise import noisy
from bench.retrieval import open_contexts
from index.records import Hit
from rag.assemble import Answerer, open_answerer
from rag.question import ask
from rag.rerank import CANDIDATES, FEATURES, features

NOISE, SEED, QUESTIONS, RIDGE = 0.04, 11, 1000, 1e-3
_MEANT = [FEATURES.index("dense"), FEATURES.index("title_dense")]
_TITLES_SHARE = 1 / 3
_DENSE_WEIGHTS = np.arange(0.0, 5.0, 0.5)
Matrix = npt.NDArray[np.float64]
Items = list[dict[str, Any]]
Told = tuple[Matrix, Matrix]


def seen(answerer: Answerer, items: Items, is_right: Callable[[Hit, dict[str, Any]], bool]) -> Told:
    """Return the features (questions, candidates, features) and which candidates are right (questions, candidates)."""
    rows = np.zeros((len(items), CANDIDATES, len(FEATURES)), np.float32)
    right = np.zeros((len(items), CANDIDATES), np.float32)
    for at, item in enumerate(items):
        question = ask(item["question"])
        hits = answerer.retriever.candidates(question, CANDIDATES)
        for place, (hit, row) in enumerate(zip(hits, features(question, hits, answerer.retriever.near), strict=True)):
            rows[at, place] = [row[name] for name in FEATURES]
            right[at, place] = is_right(hit, item)
    return rows, right


def over_contexts(items: Items, every: Items, noise: float, titled: bool) -> Told:
    """Return what is seen of questions over the contexts of a part of iapp."""
    rng = random.Random(SEED)
    titles = {item["context"]: item["title"] if titled else "" for item in every}
    spoiled = {text: noisy(text, noise, rng) if noise else text for text in titles}
    source = {text: f"d{number}" for number, text in enumerate(spoiled)}
    with tempfile.TemporaryDirectory() as folder:
        answerer, source_of = open_contexts(list(spoiled.values()), Path(folder), list(titles.values()))
        told = seen(answerer, items, lambda hit, item: source_of[hit.passage.row] == source[item["context"]])
        answerer.close()
    return told


def over_articles(items: Items, library: Path) -> Told:
    """Return what is seen of questions over all of Wikipedia; those whose right articles it does not hold are left out."""
    answerer = open_answerer(library)
    article_of = articles(answerer)
    held = set(article_of.values())
    asked = [item for item in items if held.intersection(item["positive_articles"])]
    told = seen(answerer, asked, lambda hit, item: article_of.get(hit.passage.document) in item["positive_articles"])
    answerer.close()
    return told


def fit(rows: Matrix, right: Matrix) -> Matrix:
    """Return weights >= 0 under which the right candidates are likeliest, those of meaning left at 0."""
    found = right.sum(axis=1) > 0
    rows, right = np.delete(rows[found], _MEANT, axis=2), right[found]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores = rows @ weights.astype(np.float32)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        good = (share * right).sum(axis=1)
        pull = share - share * right / good[:, None]
        gradient = np.einsum("qc,qcf->f", pull, rows) / len(rows) + 2 * RIDGE * weights
        return float(-np.log(good).mean() + RIDGE * (weights**2).sum()), gradient.astype(np.float64)

    start = np.full(rows.shape[2], 2.0)
    solved = minimize(loss, start, jac=True, bounds=[(0.0, None)] * len(start), method="L-BFGS-B")
    return np.insert(np.asarray(solved.x), [at - before for before, at in enumerate(_MEANT)], 0.0)


def first(rows: Matrix, right: Matrix, weights: Matrix) -> float:
    """Return the share of questions whose first candidate is right."""
    return float(right[np.arange(len(right)), (rows @ weights).argmax(axis=1)].mean())


def choose_dense(weights: Matrix, held_out: Sequence[Told]) -> None:
    """Set the weights of meaning, in place."""
    tried = {}
    for dense in _DENSE_WEIGHTS:
        weights[_MEANT] = dense, dense * _TITLES_SHARE
        tried[float(dense)] = [round(first(rows, right, weights), 4) for rows, right in held_out]
        print(f"dense {dense:.1f}: iapp clean and noisy, articles {tried[float(dense)]}", flush=True)
    enough = []
    for at, (rows, _) in enumerate(held_out):
        best = max(values[at] for values in tried.values())
        enough.append(best - 0.5 * float(np.sqrt(best * (1 - best) / len(rows))))
    well = [dense for dense, values in tried.items() if all(value >= least for value, least in zip(values, enough, strict=True))]
    chosen = min(well, default=float(_DENSE_WEIGHTS[0]))
    weights[_MEANT] = chosen, chosen * _TITLES_SHARE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    parts = ("iapp_train", "iapp_validation", "miracl_th_train", "miracl_th_dev")
    training, validation, asked, dev = ([json.loads(line) for line in (options.data / f"{part}.jsonl").open()] for part in parts)
    sample = random.Random(SEED).sample(training, QUESTIONS)
    fitted = [over_contexts(sample, training, noise, titled) for noise, titled in ((0.0, False), (NOISE, False), (0.0, True))]
    fitted.append(over_articles(asked, options.library))
    weights = fit(np.concatenate([rows for rows, _ in fitted]), np.concatenate([right for _, right in fitted]))
    held_out = [over_contexts(validation, validation, noise, False) for noise in (0.0, NOISE)]
    choose_dense(weights, [*held_out, over_articles(dev, options.library)])
    said = {name: round(float(value), 3) for name, value in zip(FEATURES, weights, strict=True)}
    options.out.write_text(json.dumps({"weights": said}, indent=1) + "\n", encoding="utf-8")
    print(said)


if __name__ == "__main__":
    main()
