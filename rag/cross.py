"""A cross-encoder of the user's, which reads the question and each of the first passages together: slow, and the best there is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from index.embed import first_line
from index.errors import LibraryError
from index.records import Hit

READ = 20  # hits put in order: some ten a second on two cores for a small model


class Reranker(Protocol):
    """Puts the first hits of a question in a better order."""

    @property
    def name(self) -> str:
        """The model's name or folder."""
        ...

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits with the first ``READ`` in a new order, the others behind as they were; scores in 0..1."""
        ...


class CrossReranker:
    """A sentence-transformers ``CrossEncoder``, from a folder or the local hub cache; never downloaded unless the user asked for that."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(name, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True})
            if self._model.num_labels != 1:
                raise ValueError(f"it gives {self._model.num_labels} numbers for a pair, not one")
        except Exception as error:  # a damaged folder fails in as many ways as there are kinds of models
            raise LibraryError(
                f"เปิดโมเดลจัดอันดับ {name} ไม่ได้ ต้องเป็นโฟลเดอร์ของ cross-encoder หรือชื่อโมเดลที่ดาวน์โหลดไว้แล้ว",
                f"Cannot open the reranker {name}: give a cross-encoder's folder or a downloaded one's name ({first_line(error)}).",
            ) from error
        self.name = name
        self._reads = int(self._model.max_seq_length or self._model.tokenizer.model_max_length)

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the first hits by the model's score; a passage longer than it reads counts by its best part."""
        first, rest = list(hits[:READ]), list(hits[READ:])
        parts = [self._parts(question, hit.passage.subject, hit.passage.text) for hit in first]
        pairs = [(question, part) for its in parts for part in its]
        scores = 1 / (1 + np.exp(-np.asarray(self._logits(pairs), dtype=np.float64))) if pairs else np.zeros(0)
        ends = np.cumsum([len(its) for its in parts], dtype=np.int64)
        best = [float(scores[end - len(its) : end].max()) for its, end in zip(parts, ends, strict=True)]
        scored = [replace(hit, score=score, legs={**hit.legs, "cross": score}) for hit, score in zip(first, best, strict=True)]
        scored.sort(key=lambda hit: -hit.score)
        floor = scored[-1].score if scored else 0.0
        ordered = [*scored, *(replace(hit, score=min(hit.score, floor)) for hit in rest)]
        return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]

    def _logits(self, pairs: list[tuple[str, str]]) -> Any:
        import torch

        return self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False, batch_size=8)

    def _parts(self, question: str, head: str, text: str) -> list[str]:
        """Return the passage, under its title, in parts that the model reads to their ends beside the question."""
        whole = f"{head} {text}".strip()
        if len(text) < 2 or len(self._model.tokenizer(question, whole, truncation=False, verbose=False)["input_ids"]) <= self._reads:
            return [whole]
        middle = len(text) // 2
        at = text.find(" ", middle, middle + middle // 2) + 1 or middle
        return [*self._parts(question, head, text[:at]), *self._parts(question, head, text[at:])]


def open_reranker(name: str) -> Reranker:
    """Open a cross-encoder by its folder or name. Raises LibraryError."""
    return CrossReranker(name)
