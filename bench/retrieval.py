"""Retrieval on a question set: `python -m bench.retrieval ../shared/data/xquad_th.jsonl [--titles] [--out results.jsonl]`.

Every distinct context is a document; a question's own context is the one right document. Measured by ir-measures over documents
in the order of their best passages, for every leg alone and fused; a question without a result counts as zero.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from index.build import add
from index.embed import open_embedder
from rag.assemble import Answerer
from rag.question import ask
from rag.retrieve import WEIGHTS, fuse

MEASURES = (nDCG @ 10, RR @ 10, Success @ 1, R @ 5, R @ 10)
_DEPTH = 100


def records(items: list[dict[str, Any]], titles: bool) -> dict[str, dict[str, str]]:
    """Return the JSONL record of every distinct context, by its text."""
    found: dict[str, dict[str, str]] = {}
    for item in items:
        title = item["title"] if titles else ""
        found.setdefault(item["context"], {"title": title, "text": item["context"], "source": f"d{len(found)}"})
    return found


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
    parser.add_argument("--embedder", default=None)
    parser.add_argument("--out", type=Path, help="write per-question results here")
    options = parser.parse_args()
    items = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    documents = records(items, options.titles)
    with tempfile.TemporaryDirectory() as folder:
        file, library = Path(folder, "contexts.jsonl"), Path(folder, "library")
        file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in documents.values()), encoding="utf-8")
        embedder = open_embedder(options.embedder)
        began = time.perf_counter()
        add(library, [file], embedder)
        built = time.perf_counter() - began
        measure(items, documents, Answerer(library, embedder), built, options.out)


def measure(items: list[dict[str, Any]], documents: dict[str, dict[str, str]], answerer: Answerer, built: float, out: Path | None) -> None:
    """Print the table of one set and write per-question results."""
    held = {row.document: row.source for row in answerer.library.held()}
    source_of = {p.row: held[p.document] for p in answerer.library.passages_after(0, 10**9)}
    qrels = [Qrel(item["id"], documents[item["context"]]["source"], 1) for item in items]
    runs: dict[str, list[ScoredDoc]] = {name: [] for name in (*WEIGHTS, "fused")}
    took = []
    for item in items:
        began = time.perf_counter()
        legs = answerer.retriever.legs(ask(item["question"]), _DEPTH)
        fused = fuse(legs)
        took.append(1000 * (time.perf_counter() - began))
        for name, found in legs.items():
            runs[name] += best_documents(found, source_of, item["id"])
        runs["fused"] += best_documents(fused, source_of, item["id"])
    print(f"{len(items)} questions, {len(documents)} documents, {len(source_of)} passages, built in {built:.1f} s")
    for name, run in runs.items():
        values = ir_measures.calc_aggregate(MEASURES, qrels, run)
        print(f"{name:6} " + "  ".join(f"{measure} {values[measure]:.4f}" for measure in MEASURES))
    took.sort()
    print(f"ms a question: p50 {took[len(took) // 2]:.1f}, p95 {took[int(0.95 * len(took))]:.1f}")
    if out is not None:
        with out.open("w", encoding="utf-8") as lines:
            for value in ir_measures.iter_calc(MEASURES, qrels, runs["fused"]):
                lines.write(json.dumps({"id": value.query_id, "measure": str(value.measure), "value": value.value}) + "\n")


if __name__ == "__main__":
    main()
