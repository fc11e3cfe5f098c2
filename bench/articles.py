"""Retrieval over all of Wikipedia: `python -m bench.articles LIBRARY ../shared/data/miracl_th_dev.jsonl [--only 200] [--out FILE]`.

LIBRARY is made by `tham add --format jsonl thwiki_2018.jsonl.xz`. Relevance is by article (the curid of its source); an article stands
where its best passage stands. Measured by ir-measures for every leg, fused and put in order, with 95 % intervals from resampled
questions, and the times of single questions. Questions without a held right article are left out and counted.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ir_measures import Qrel, ScoredDoc

from bench import scores
from bench.resources import used, versions
from bench.retrieval import best_documents, ranked
from rag.assemble import Answerer, open_answerer

_DEPTH = 300  # passages of each leg: a hundred articles at least, mostly
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
    print(f"{len(asked)} questions ({len(items) - len(asked)} left out), {len(held)} articles, {answerer.library.counts()[1]} passages")
    runs, took = found_articles(answerer, asked, article_of)
    qrels = [Qrel(item["id"], name, 1) for item in asked for name in item["positive_articles"] if name in held]
    print(scores.table(runs, qrels, list(took)), used(options.library, list(took.values())), versions(), sep="\n")
    if options.out is not None:
        scores.write(options.out, runs["reranked"], qrels, took)


def articles(answerer: Answerer) -> dict[str, str]:
    """Return the article's number of each document."""
    found = {held.document: _CURID.search(held.source) for held in answerer.library.held()}
    return {document: number[1] for document, number in found.items() if number}


def found_articles(
    answerer: Answerer, items: Sequence[dict[str, Any]], article_of: dict[str, str]
) -> tuple[dict[str, list[ScoredDoc]], dict[str, float]]:
    """Return the articles of every leg, fused and put in order, and the milliseconds of each question."""
    runs: dict[str, list[ScoredDoc]] = {}
    took: dict[str, float] = {}
    for item in items:
        began = time.perf_counter()
        answerer.search(item["question"], 10)
        took[item["id"]] = 1000 * (time.perf_counter() - began)
        found = ranked(answerer, item["question"], _DEPTH)
        rows = sorted({row for scored in found.values() for row, _ in scored})
        of = {row: article_of[p.document] for row, p in answerer.library.passages(rows).items() if p.document in article_of}
        for name, scored in found.items():
            kept = [(row, score) for row, score in scored if row in of]
            runs.setdefault(name, []).extend(best_documents(kept, of, item["id"]))
    return runs, took


if __name__ == "__main__":
    main()
