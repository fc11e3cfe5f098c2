"""Retrieval on a question set: `python -m bench.retrieval ../shared/data/xquad_th.jsonl [--titles] [--noise .04] [--out results.jsonl]`.

Every distinct context is a document; a question's own context is the one right document. Measured by ir-measures over documents
in the order of their best passages, for every leg alone and fused; a question without a result counts as zero.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from bench.noise import noisy
from index.build import add
from index.embed import open_embedder
from rag.assemble import Answerer
from rag.question import ask
from rag.retrieve import WEIGHTS, fuse

MEASURES = (nDCG @ 10, RR @ 10, Success @ 1, R @ 5, R @ 10)
_DEPTH = 100


def open_contexts(
    contexts: list[str], folder: Path, titles: list[str] | None = None, embedder: str | None = None
) -> tuple[Answerer, dict[int, str]]:
    """Return a library of the contexts, each a document whose source is d0, d1 …, and the source of every passage by row."""
    named = titles or [""] * len(contexts)
    records = ({"title": t, "text": c, "source": f"d{n}"} for n, (t, c) in enumerate(zip(named, contexts, strict=True)))
    file, library = folder / "contexts.jsonl", folder / "library"
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    model = open_embedder(embedder)
    add(library, [file], model)
    answerer = Answerer(library, model)
    held = {row.document: row.source for row in answerer.library.held()}
    return answerer, {p.row: held[p.document] for p in answerer.library.passages_after(0, 10**9)}


def best_documents(ranked: Iterable[tuple[int, float]], source_of: dict[int, str], name: str) -> list[ScoredDoc]:
    """Return each document once, with the score of its best passage."""
    best: dict[str, float] = {}
    for row, score in ranked:
        best[source_of[row]] = max(score, best.get(source_of[row], score))
    return [ScoredDoc(name, source, score) for source, score in best.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--titles", action="store_true", help="give each document its title")
    parser.add_argument("--noise", type=float, default=0.0, help="share of the documents' characters spoiled as scans are (bench/noise.py)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--embedder", default=None)
    parser.add_argument("--out", type=Path, help="write per-question results here")
    options = parser.parse_args()
    items = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    titles = {item["context"]: item["title"] if options.titles else "" for item in items}
    rng = random.Random(options.seed)
    spoiled = [noisy(context, options.noise, rng) for context in titles]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        answerer, source_of = open_contexts(spoiled, Path(folder), list(titles.values()), options.embedder)
        print(f"{len(items)} questions, {len(titles)} documents, {len(source_of)} passages, built in {time.perf_counter() - began:.1f} s")
        sources = {context: f"d{number}" for number, context in enumerate(titles)}
        measure(items, [Qrel(item["id"], sources[item["context"]], 1) for item in items], answerer, source_of, options.out)


def measure(items: list[dict[str, Any]], qrels: list[Qrel], answerer: Answerer, source_of: dict[int, str], out: Path | None) -> None:
    """Print the table of one set and write per-question results."""
    runs: dict[str, list[ScoredDoc]] = {name: [] for name in (*WEIGHTS, "fused", "reranked")}
    took = []
    for item in items:
        question = ask(item["question"])
        legs = answerer.retriever.legs(question, _DEPTH)
        began = time.perf_counter()
        hits = answerer.retriever.retrieve(question, _DEPTH)
        took.append(1000 * (time.perf_counter() - began))
        for name, found in legs.items():
            runs[name] += best_documents(found, source_of, item["id"])
        runs["fused"] += best_documents(fuse(legs), source_of, item["id"])
        runs["reranked"] += best_documents([(hit.passage.row, hit.score) for hit in hits], source_of, item["id"])
    for name, run in runs.items():
        values = ir_measures.calc_aggregate(MEASURES, qrels, run)
        print(f"{name:8} " + "  ".join(f"{measure} {values[measure]:.4f}" for measure in MEASURES))
    took.sort()
    print(f"ms a question: p50 {took[len(took) // 2]:.1f}, p95 {took[int(0.95 * len(took))]:.1f}")
    if out is not None:
        with out.open("w", encoding="utf-8") as lines:
            for value in ir_measures.iter_calc(MEASURES, qrels, runs["reranked"]):
                lines.write(json.dumps({"id": value.query_id, "measure": str(value.measure), "value": value.value}) + "\n")


if __name__ == "__main__":
    main()
