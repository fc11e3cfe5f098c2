"""Retrieval over all of Wikipedia: `python -m bench.articles LIBRARY ../shared/data/miracl_th_dev.jsonl [--only 200]`.

LIBRARY is made by `tham add --format jsonl thwiki_2018.jsonl.xz`. Relevance is by article (the curid of its source); an article stands
where its best passage stands. Measured by ir-measures for every leg, fused and put in order, with 95 % intervals from resampled
questions, and the times of single questions. Questions without a held right article are left out and counted.
"""

import argparse
import json
import random
import re
import resource
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from bench.retrieval import best_documents
from rag.assemble import Answerer, open_answerer
from rag.question import ask
from rag.retrieve import fuse

MEASURES = (nDCG @ 10, RR @ 10, Success @ 1, R @ 5, R @ 10, R @ 100)
_DEPTH = 300  # passages of each leg: a hundred articles at least, mostly
_RESAMPLED = 1000
_CURID = re.compile(r"curid=([0-9]+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--only", type=int, help="so many questions, drawn by a fixed seed")
    parser.add_argument("--out", type=Path, help="write per-question results here")
    options = parser.parse_args()
    items = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    answerer = open_answerer(options.library)
    article_of = articles(answerer)
    held = set(article_of.values())
    asked = [item for item in items if any(name in held for name in item["positive_articles"])]
    if options.only:
        asked = random.Random(1).sample(asked, options.only)
    print(f"{len(asked)} questions ({len(items) - len(asked)} left out), {len(held)} articles")
    runs, took = ranked(answerer, asked, article_of)
    qrels = [Qrel(item["id"], name, 1) for item in asked for name in item["positive_articles"] if name in held]
    report(runs, qrels, [item["id"] for item in asked])
    print(f"ms a question: p50 {took[len(took) // 2]:.1f}, p95 {took[int(0.95 * len(took))]:.1f}", end="; ")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if options.out is not None:
        with options.out.open("w", encoding="utf-8") as lines:
            for value in ir_measures.iter_calc(MEASURES, qrels, runs["reranked"]):
                lines.write(json.dumps({"id": value.query_id, "measure": str(value.measure), "value": value.value}) + "\n")


def articles(answerer: Answerer) -> dict[str, str]:
    """Return the article's number of each document."""
    found = {held.document: _CURID.search(held.source) for held in answerer.library.held()}
    return {document: number[1] for document, number in found.items() if number}


Runs = dict[str, list[ScoredDoc]]


def ranked(answerer: Answerer, items: Sequence[dict[str, Any]], article_of: dict[str, str]) -> tuple[Runs, list[float]]:
    """Return the articles of every leg, fused and put in order, and the sorted milliseconds of the questions."""
    runs: Runs = {}
    took = []
    for item in items:
        began = time.perf_counter()
        answerer.search(item["question"], 10)
        took.append(1000 * (time.perf_counter() - began))
        hits = answerer.search(item["question"], _DEPTH)
        legs = answerer.retriever.legs(ask(item["question"]), _DEPTH)
        fused = fuse(legs)
        found: dict[str, Iterable[tuple[int, float]]] = {**legs, "fused": fused, "reranked": [(hit.passage.row, hit.score) for hit in hits]}
        rows = sorted({row for scored in found.values() for row, _ in scored})
        of = {row: article_of[p.document] for row, p in answerer.library.passages(rows).items() if p.document in article_of}
        for name, scored in found.items():
            kept = [(row, score) for row, score in scored if row in of]
            runs.setdefault(name, []).extend(best_documents(kept, of, item["id"]))
    return runs, sorted(took)


def report(runs: Runs, qrels: Sequence[Qrel], names: Sequence[str]) -> None:
    """Print a table: each measure with half its 95 % interval; a question without a result counts as zero."""
    chance = random.Random(1)
    for leg, run in runs.items():
        by_measure: dict[str, dict[str, float]] = {}
        for value in ir_measures.iter_calc(MEASURES, qrels, run):
            by_measure.setdefault(str(value.measure), {})[value.query_id] = value.value
        cells = []
        for measure in map(str, MEASURES):
            values = [by_measure.get(measure, {}).get(name, 0.0) for name in names]
            means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLED))
            half = (means[int(0.975 * _RESAMPLED)] - means[int(0.025 * _RESAMPLED)]) / 2
            cells.append(f"{measure} {sum(values) / len(values):.4f} ±{half:.3f}")
        print(f"{leg:8} " + "  ".join(cells))


if __name__ == "__main__":
    main()
