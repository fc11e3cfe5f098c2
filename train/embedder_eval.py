"""Measure an embedder: iapp validation, MIRACL dev on a pool of Wikipedia articles, XQuAD-th.

    python -m train.embedder_eval --data ../shared/data --model models/tham-static

Exact cosine everywhere; an unanswered question counts as zero. Tune on the first two only; XQuAD-th is for measuring.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from train.embedder_data import article_id, cut_passages, read_lines
from train.embedder_tokenizer import cut_words

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
OTHER_ARTICLES = 20_000


def gold_ranks(scores: Vectors, gold: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rank (from 1) of each question's gold column; ties break by column order. scores (Q, P), gold (Q,)."""
    own = scores[np.arange(len(gold)), gold][:, None]
    columns = np.arange(scores.shape[1])[None, :]
    better = (scores > own) | ((scores == own) & (columns < gold[:, None]))
    return np.asarray(better.sum(axis=1) + 1, dtype=np.int64)


def rank_scores(ranks: npt.NDArray[np.int64]) -> dict[str, float]:
    """R@1, MRR@10 and nDCG@10 of one gold passage a question."""
    top = ranks <= 10
    return {
        "questions": len(ranks),
        "R@1": float((ranks == 1).mean()),
        "MRR@10": float((top / ranks).mean()),
        "nDCG@10": float((top / np.log2(ranks + 1)).mean()),
    }


def span_set(path: Path) -> tuple[list[str], list[str], npt.NDArray[np.int64]]:
    """Questions, distinct contexts and each question's context, of a set with contexts."""
    contexts: dict[str, int] = {}
    questions: list[str] = []
    gold: list[int] = []
    for record in read_lines(path):
        questions.append(str(record["question"]))
        gold.append(contexts.setdefault(str(record["context"]), len(contexts)))
    return questions, list(contexts), np.array(gold, dtype=np.int64)


def measure_spans(embed: Embed, path: Path) -> dict[str, float]:
    """Each distinct context is one passage, embedded alone."""
    questions, contexts, gold = span_set(path)
    return {"passages": len(contexts), **rank_scores(gold_ranks(embed(questions) @ embed(contexts).T, gold))}


def word_scores(questions: Sequence[str], contexts: Sequence[str], k1: float = 0.9, b: float = 0.4) -> Vectors:
    """BM25 over dictionary words (Robertson and Zaragoza 2009, Lucene's idf), the baseline: (Q, P)."""
    asked = [Counter(cut_words([question])) for question in questions]
    held = [Counter(cut_words([context])) for context in contexts]
    lengths = np.array([words.total() for words in held], dtype=np.float32)
    spread = Counter(word for words in held for word in words)
    scores = np.zeros((len(asked), len(held)), dtype=np.float32)
    for row, words in enumerate(asked):
        for word, times in words.items():
            counts = np.array([context[word] for context in held], dtype=np.float32)
            weight = np.log(1 + (len(held) - spread[word] + 0.5) / (spread[word] + 0.5))
            scores[row] += times * weight * counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths / lengths.mean()))
    return scores


def measure_words(path: Path) -> dict[str, float]:
    """The baseline on a set with contexts."""
    questions, contexts, gold = span_set(path)
    return rank_scores(gold_ranks(word_scores(questions, contexts), gold))


class MiraclPool:
    """MIRACL dev questions on the passages of every article they name and of OTHER_ARTICLES more, by article."""

    def __init__(self, data: Path, seed: int = 1) -> None:
        records = [record for record in read_lines(data / "miracl_th_dev.jsonl") if record["positive_articles"]]
        self.questions = [str(record["question"]) for record in records]
        named = {str(key) for record in records for key in (*record["positive_articles"], *record["negative_articles"])}
        articles = [(article_id(record), record) for record in read_lines(data / "thwiki_2018.jsonl.xz")]
        others = [row for row, (key, _) in enumerate(articles) if key not in named]
        chosen = set(random.Random(seed).sample(others, OTHER_ARTICLES))
        kept = [(key, record) for row, (key, record) in enumerate(articles) if key in named or row in chosen]
        numbers = {key: number for number, (key, _) in enumerate(kept)}
        self.gold = [[numbers[key] for key in map(str, record["positive_articles"]) if key in numbers] for record in records]
        self.passages: list[str] = []
        self.starts: list[int] = []
        for _, record in kept:
            self.starts.append(len(self.passages))
            title = str(record["title"])
            cut = [f"{title} {heading} {text}" for heading, text in cut_passages(str(record["text"]))]
            self.passages.extend(cut or [title])

    def measure(self, embed: Embed) -> dict[str, float]:
        """R@1 (an article of the best passage is right) and R@100 (share of right articles among the best 100)."""
        vectors, firsts, recalls = embed(self.passages), [], []
        for start in range(0, len(self.questions), 64):
            scores = embed(self.questions[start : start + 64]) @ vectors.T
            best = np.maximum.reduceat(scores, np.array(self.starts), axis=1)
            for row, gold in zip(best, self.gold[start : start + 64], strict=True):
                top = np.argsort(-row, kind="stable")[:100]
                firsts.append(float(top[0] in gold))
                recalls.append(len(set(gold) & set(top.tolist())) / len(gold) if gold else 0.0)
        return {
            "questions": len(self.questions),
            "articles": len(self.starts),
            "passages": len(self.passages),
            "R@1": float(np.mean(firsts)),
            "R@100": float(np.mean(recalls)),
        }


def load_embed(folder: Path) -> Embed:
    """Unit vectors of a sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")

    def embed(texts: Sequence[str]) -> Vectors:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True, batch_size=1024), dtype=np.float32)

    return embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--final", action="store_true", help="also measure on XQuAD-th, once, after all choices are made")
    given = parser.parse_args()
    embed = load_embed(given.model)
    iapp = given.data / "iapp_validation.jsonl"
    results = {"iapp_validation": measure_spans(embed, iapp), "iapp_validation, BM25 over words": measure_words(iapp)}
    results["miracl_th_dev"] = MiraclPool(given.data).measure(embed)
    if given.final:
        results["xquad_th"] = measure_spans(embed, given.data / "xquad_th.jsonl")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
