"""Fit the confidence: `python -m train.confidence --data ../shared/data --out models/confidence.json`.

How likely the documents answer, from the reader's judgement and the network's (``SIGNS`` of ``rag/reading/read.py``): a logistic model
over questions that neither was fitted on: iapp_validation, each question asked three ways, of all documents, of all but its own (another
entity), and of all without the sentences that hold the answer (the fact is missing); and the written questions kept for it
(``train/written.py``), many of which nothing answers. Those kept to judge with are reported. Fitted after ``train/reader.py`` and
``train/extractor.py``; about five minutes.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.seeds import squeeze
from rag.question import ask
from rag.reading.features import Candidate, Matrix, candidates
from rag.reading.rank import READ_HITS, rank
from rag.reading.read import SIGNS, extracted, signs
from rag.records import Question
from rag.retrieve import Retriever
from train.contexts import Item, library_of, people, squeezed_texts, tells
from train.written import written

FOUND, ELSEWHERE, MISSING, NEAR_MISS = range(4)  # asked of all, of all but its own document, without the fact; asked what is not told
THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


class Read(NamedTuple):
    """The signs (n, len(SIGNS)) of n readings, whether the best sentence holds the answer, and how each was asked."""

    rows: Matrix
    right: npt.NDArray[np.bool_]
    ways: npt.NDArray[np.int_]


def asked(items: Sequence[Item], *, thrice: bool) -> Read:
    """Ask each question of a library of all their texts: as it is, or ``thrice``, in three ways of which one is answered."""
    rows, right, ways = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        retriever = library_of(items, Path(folder))
        texts = squeezed_texts(retriever)
        for item in items:
            question = ask(item["question"])
            own = {name for name, text in texts.items() if text == squeeze(item["context"])}
            for way, found in (_three_ways if thrice else _one_way)(question, item, retriever, own):
                seen, scores = rank(question, found, retriever.embedder)
                if not len(seen):
                    continue
                order = np.argsort(-scores, kind="stable")
                extraction = extracted(question, found, scores, order, retriever.embedder)
                best = found[order[extraction.best] if extraction else order[0]]
                rows.append(signs(seen, scores, extraction))
                right.append(way == FOUND and _tells(item, best, own))
                ways.append(way)
    return Read(np.asarray(rows), np.asarray(right), np.asarray(ways))


def _one_way(question: Question, item: Item, retriever: Retriever, _: Set[str]) -> Iterator[tuple[int, list[Candidate]]]:
    yield (FOUND if item["answers"] else NEAR_MISS), candidates(retriever.retrieve(question, READ_HITS))


def _three_ways(question: Question, item: Item, retriever: Retriever, own: Set[str]) -> Iterator[tuple[int, list[Candidate]]]:
    everywhere = candidates(retriever.retrieve(question, READ_HITS))
    yield FOUND, everywhere
    yield ELSEWHERE, candidates(retriever.retrieve(question, READ_HITS, set(retriever.library.document_ids()) - own))
    yield MISSING, [each for each in everywhere if not _tells(item, each, own)]


def _tells(item: Item, candidate: Candidate, own: Set[str]) -> bool:
    return candidate.hit.passage.document in own and tells(item, candidate.text, candidate.start)


def weigh(ways: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    """Return the weight of each reading: of one set all together 1, what holds no answer asked on purpose half of that."""
    shares = np.where((ways == ELSEWHERE) | (ways == MISSING), 0.5, 1.0)
    return shares / shares.sum()


def report(name: str, read: Read, sure: Matrix) -> str:
    """Return the error of the calibration, and how much each threshold refuses and lets through."""
    bins, share = np.minimum((sure * 10).astype(int), 9), weigh(read.ways)
    error = sum(abs(((sure - (read.ways == FOUND)) * share)[bins == n].sum()) for n in range(10))
    lines = [f"{name}: {len(read.right)} readings, calibration error {error:.3f}"]
    for threshold in THRESHOLDS:
        low = sure < threshold
        told = [f"refused {low[read.ways == FOUND].mean():.3f} (right ones {low[read.right].mean():.3f})"]
        for way, what in ((ELSEWHERE, "other entity"), (MISSING, "fact missing"), (NEAR_MISS, "near misses")):
            told += [f"{what} {low[read.ways == way].mean():.3f}"] if (read.ways == way).any() else []
        lines.append(f"  {threshold}: " + ", ".join(told))
    return "\n".join(lines)


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    fitted = [asked(people(options.data, "iapp_validation"), thrice=True), asked(written(options.data, "calibrate"), thrice=False)]
    judged = asked(written(options.data, "judge"), thrice=False)
    rows, ways = (np.concatenate([getattr(read, name) for read in fitted]) for name in ("rows", "ways"))
    shares = np.concatenate([weigh(read.ways) for read in fitted]) * len(rows) / len(fitted)
    model = LogisticRegression(C=1.0).fit(rows, ways == FOUND, shares)
    for name, read in (("iapp_validation, fitted on", fitted[0]), ("written, to judge with", judged)):
        print(report(name, read, model.predict_proba(read.rows)[:, 1]))
    weights = {name: round(float(value), 4) for name, value in zip(SIGNS, model.coef_[0], strict=True)}
    rounded = {"weights": weights, "bias": round(float(model.intercept_[0]), 4)}
    options.out.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
