"""Any sentence-transformers model in the place of the shipped one: with the prompts its card asks for, nothing cut off in silence."""

import hashlib
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Vectors, fingerprint, first_line, unit
from index.errors import LibraryError

_WEB = "Given a web search query, retrieve relevant passages that answer the query"
PROMPTS = (  # (what the model's name holds, before a question, before a passage), as the models' own cards say; the first that fits
    ("multilingual-e5-large-instruct", f"Instruct: {_WEB}\nQuery: ", ""),
    ("e5-mistral-7b-instruct", f"Instruct: {_WEB}\nQuery: ", ""),
    ("multilingual-e5-", "query: ", "passage: "),
    ("intfloat/e5-", "query: ", "passage: "),
    ("intfloat--e5-", "query: ", "passage: "),
    ("bge-m3", "", ""),
    ("bge-multilingual-gemma2", f"<instruct>{_WEB}.\n<query>", ""),
    ("bge-small-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-base-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-large-en", "Represent this sentence for searching relevant passages: ", ""),
    ("mxbai-embed-large", "Represent this sentence for searching relevant passages: ", ""),
    ("snowflake-arctic-embed-l-v2", "query: ", ""),
    ("snowflake-arctic-embed-m-v2", "query: ", ""),
    ("snowflake-arctic-embed", "Represent this sentence for searching relevant passages: ", ""),
    ("nomic-embed-text", "search_query: ", "search_document: "),
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("Qwen3-Embedding", f"Instruct: {_WEB}\nQuery:", ""),
)
_QUESTION_NAMES, _PASSAGE_NAMES = ("query", "question"), ("document", "passage", "corpus")  # of prompts in a model's own configuration
_MOST, _SHARE = 64, 4  # texts a batch; it may take one part in so many of the free memory
_FREE = 2**31  # bytes taken as free where the system does not say
_TENSORS = 24  # of shape (tokens, width) alive at once in a layer, its feed-forward ones included
_SPACE = re.compile(r"\s+")


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, from a folder or the local hub cache; never downloaded unless the user asked for that."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True})
        except Exception as error:  # a damaged folder fails in as many ways as there are kinds of models
            raise LibraryError(
                f"เปิดโมเดล {name} ไม่ได้ ต้องเป็นโฟลเดอร์ของ sentence-transformers หรือชื่อโมเดลที่ดาวน์โหลดไว้แล้ว",
                f"Cannot open the model {name}: give a sentence-transformers folder or a downloaded one's name ({first_line(error)}).",
            ) from error
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self._question, self._passage = prompts(name, dict(self._model.prompts or {}))
        self._reads = int(self._model.max_seq_length or 512)

    @cached_property
    def fingerprint(self) -> str:
        if Path(self.name).is_dir():
            return fingerprint(Path(self.name))
        probe = self._encode(["ลายนิ้วมือของโมเดล model fingerprint"], "")
        return hashlib.sha256(np.round(probe, 3).tobytes()).hexdigest()[:16]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32; a passage longer than the model reads is the mean of its parts, so that no word is left out."""
        parts = [self._parts(text) for text in texts]
        vectors = self._encode([part for its in parts for part in its], self._passage)
        ends = np.cumsum([len(its) for its in parts], dtype=np.int64)
        means = [vectors[end - len(its) : end].mean(axis=0) for its, end in zip(parts, ends, strict=True)]
        return unit(np.asarray(means, dtype=np.float32).reshape(len(texts), self.dimension))

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._question)

    def _parts(self, text: str) -> list[str]:
        """Return the text in parts that the model reads to their ends, halved near a blank until they fit."""
        if len(text) < 2 or self._tokens(self._passage + text) <= self._reads:
            return [text]
        middle = len(text) // 2
        near = [found.end() for found in _SPACE.finditer(text, middle // 2, middle + middle // 2)]
        at = min(near, key=lambda place: abs(place - middle), default=middle)
        return [*self._parts(text[:at]), *self._parts(text[at:])]

    def _tokens(self, text: str) -> int:
        tokenizer: Any = self._model.tokenizer
        return len(tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            list(texts), prompt=prompt or None, batch_size=self._batch, convert_to_numpy=True, show_progress_bar=False
        )
        return unit(np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension))

    @cached_property
    def _batch(self) -> int:
        """Return how many texts are read at once: as many as leave most of the free memory alone, one at least."""
        config = getattr(self._model[0], "config", None) or getattr(getattr(self._model[0], "auto_model", None), "config", None)
        width = int(getattr(config, "hidden_size", self.dimension))
        heads = int(getattr(config, "num_attention_heads", 12))
        one = 4 * self._reads * (_TENSORS * width + heads * self._reads)
        return max(1, min(_MOST, free_memory() // _SHARE // one))


def prompts(name: str, own: dict[str, str]) -> tuple[str, str]:
    """Return what a model wants before questions and passages: what its configuration says, else what its card is known to ask.

    A model is known by its own name, not by a folder that happens to hold it.

    >>> prompts("intfloat/multilingual-e5-small", {})
    ('query: ', 'passage: ')
    """
    said = [next((own[key] for key in names if own.get(key)), "") for names in (_QUESTION_NAMES, _PASSAGE_NAMES)]
    if any(said):
        return said[0], said[1]
    parts = Path(name).parts
    known = next((part for part in parts if part.startswith("models--")), "")  # the hub's cache names models so
    known = known or (parts[-1] if Path(name).is_absolute() else name)
    return next(((question, passage) for part, question, passage in PROMPTS if part.lower() in known.lower()), ("", ""))


def free_memory() -> int:
    """Return how many bytes of memory are free."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _FREE
