"""Retrieval on a question set: `python -m bench.retrieval ../shared/data/xquad_th.jsonl [--titles] [--noise .04] [--out results.jsonl]`.

Every distinct context is a document; a question's own context is the one right document. Measured by ir-measures over documents
in the order of their best passages, for every leg alone, fused and put in order, with 95 % intervals from resampled questions; a
question without a result counts as zero.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ir_measures import Qrel, ScoredDoc

from bench import scores
from bench.noise import noisy
from bench.resources import used, versions
from index.build import add
from index.embed import open_embedder
from rag.assemble import Answerer
from rag.question import ask
from rag.retrieve import WEIGHTS, fuse

_DEPTH = 100  # passages of each leg, and put in order: R@100 counts their documents


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
        built = time.perf_counter() - began
        print(f"{len(items)} questions, {len(titles)} documents, {len(source_of)} passages, built in {built:.1f} s")
        sources = {context: f"d{number}" for number, context in enumerate(titles)}
        measure(items, [Qrel(item["id"], sources[item["context"]], 1) for item in items], answerer, source_of, options.out)


def measure(items: list[dict[str, Any]], qrels: list[Qrel], answerer: Answerer, source_of: dict[int, str], out: Path | None) -> None:
    """Print the table of one set, what it took and with what; write per-question results."""
    runs: dict[str, list[ScoredDoc]] = {name: [] for name in (*WEIGHTS, "fused", "reranked")}
    took: dict[str, float] = {}
    answerer.search(items[0]["question"], 10)  # what is loaded with the first question is loaded
    for item in items:
        began = time.perf_counter()
        answerer.search(item["question"], 10)
        took[item["id"]] = 1000 * (time.perf_counter() - began)
        for name, found in ranked(answerer, item["question"], _DEPTH).items():
            runs[name] += best_documents(found, source_of, item["id"])
    print(scores.table(runs, qrels, list(took)), used(answerer.library.folder, list(took.values())), versions(), sep="\n")
    if out is not None:
        scores.write(out, runs["reranked"], qrels, took)


def ranked(answerer: Answerer, question: str, depth: int) -> dict[str, list[tuple[int, float]]]:
    """Return the rows and scores of so many passages of every leg, fused, and put in order."""
    legs = answerer.retriever.legs(ask(question), depth)
    hits = [(hit.passage.row, hit.score) for hit in answerer.search(question, depth)]
    return {**{name: list(found) for name, found in legs.items()}, "fused": fuse(legs), "reranked": hits}


if __name__ == "__main__":
    main()
