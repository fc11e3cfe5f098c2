"""A question to hits: three legs (words, grams, dense) fused into one score, then the first ones put in order (``rag/rerank.py``).

Each leg's scores are divided by its best, so that a leg's own margin counts; a passage that a leg did not return scores 0 there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from index.embed import Embedder, StaticEmbedder
from index.lexical import Lexical, Scored
from index.library import Library
from index.records import Hit
from index.vectors import VectorStore
from rag.records import Question
from rag.rerank import CANDIDATES, rerank

WEIGHTS: Mapping[str, float] = {"words": 0.4, "grams": 0.4, "dense": 0.2}
_DEPTH = 100  # passages taken from each leg


class Retriever(NamedTuple):
    """The open parts of a library that a question is asked of."""

    library: Library
    lexical: Lexical
    vectors: VectorStore
    embedder: Embedder
    near: StaticEmbedder  # tells how near titles and words are: the shipped one, which the order is fitted to

    def retrieve(self, question: Question, k: int, only: Collection[str] | None = None) -> list[Hit]:
        """Return the k best passages, best first, of the documents with the ids in ``only`` or of all; ties in the library's order."""
        return rerank(question, self.candidates(question, max(k, CANDIDATES), only), self.near)[:k]

    def candidates(self, question: Question, k: int, only: Collection[str] | None = None) -> list[Hit]:
        """Return the k best passages by the fused legs alone."""
        legs = self.legs(question, max(k, _DEPTH), None if only is None else self.library.rows_of(only))
        fused = fuse(legs)
        passages = self.library.passages([row for row, _ in fused[: 2 * k]])
        by_leg = {name: dict(found) for name, found in legs.items()}
        hits: list[Hit] = []
        for row, score in fused:
            if row in passages and len(hits) < k:
                explained = {name: found[row] for name, found in by_leg.items() if row in found}
                hits.append(Hit(passage=passages[row], score=score, rank=len(hits) + 1, legs=explained))
        return hits

    def legs(self, question: Question, depth: int, among: Sequence[int] | None = None) -> dict[str, list[Scored]]:
        """Return what each leg finds on its own, best first; ``among`` these rows only, where they are given."""
        return {
            "words": self.lexical.search_words(question.words, depth, among),
            "grams": self.lexical.search_grams(question.grams, depth, among),
            "dense": self.vectors.search(self.embedder.embed_questions([question.text]), depth, among),
        }


def fuse(legs: Mapping[str, Sequence[Scored]], weights: Mapping[str, float] = WEIGHTS) -> list[tuple[int, float]]:
    """Return (row, score) best first, the score in 0..1; ties by row."""
    total: dict[int, float] = {}
    for name, found in legs.items():
        best = max((score for _, score in found), default=0.0)
        if best <= 0:
            continue
        for row, score in found:
            total[row] = total.get(row, 0.0) + weights[name] * max(score, 0.0) / best
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))
