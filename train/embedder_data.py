"""What the embedder learns from: passages as token ids, and the pairs (question-like text, passage) drawn from them.

Everything is drawn from Thai Wikipedia, government news and the training parts of MIRACL / Mr. TyDi and iapp; of MIRACL dev only the
questions are read, to keep them out of training.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ids = npt.NDArray[np.int32]
HEADING = re.compile(r"^==+ (.*?) ==+$", re.MULTILINE)
PASSAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One passage before it is tokenised: `name` is its article's title, `heading` its section's, `article` an id (curid for Wikipedia)."""

    article: str
    name: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A training question with the articles it is answered in, or the context itself."""

    text: str
    articles: tuple[str, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Token ids of many texts in one array: text i is flat[offsets[i]:offsets[i + 1]]."""

    flat: Ids
    offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Ids:
        return self.flat[self.offsets[row] : self.offsets[row + 1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Passages as token ids.

    `articles[i]` numbers the article of passage i, `keys` names the articles by id, `heads[i]` is the title and heading of passage i.
    """

    passages: Rows
    heads: Rows
    articles: npt.NDArray[np.int32]
    keys: tuple[str, ...]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Records of a .jsonl or .jsonl.xz file."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def article_id(record: dict[str, Any]) -> str:
    """`.../wiki?curid=545` → `545`; other sources are their own id."""
    return str(record["source"]).rpartition("curid=")[2]


def cut_passages(text: str, size: int = PASSAGE) -> Iterator[tuple[str, str]]:
    r"""(heading, passage) of about `size` characters, cut at spaces, never across a heading.

    `"ก ข\n\n== ประวัติ ==\nค"` gives `("", "ก ข")` and `("ประวัติ", "ค")`.
    """
    parts = HEADING.split(text)
    for heading, body in zip(["", *parts[1::2]], parts[0::2], strict=True):
        words = body.split()
        start, length = 0, 0
        for end, word in enumerate(words):
            if length and length + len(word) > size:
                yield heading, " ".join(words[start:end])
                start, length = end, 0
            length += len(word) + 1
        if start < len(words):
            yield heading, " ".join(words[start:])


def read_pieces(path: Path, shortest: int = 60) -> list[Piece]:
    """Passages of at least `shortest` characters of every article in the file."""
    pieces: list[Piece] = []
    for record in read_lines(path):
        key, name = article_id(record), str(record["title"])
        for heading, text in cut_passages(str(record["text"])):
            if len(text) >= shortest:
                pieces.append(Piece(article=key, name=name, heading=heading, text=text[:2000]))
    return pieces


def read_questions(data: Path) -> list[Question]:
    """Training questions: iapp with their contexts, MIRACL and Mr. TyDi together once each, none that is also in MIRACL's dev part."""
    held_out = {str(record["question"]).strip() for record in read_lines(data / "miracl_th_dev.jsonl")}
    found: dict[str, list[str]] = {}
    for name in ("miracl_th_train.jsonl", "mrtydi_th_train.jsonl"):
        for record in read_lines(data / name):
            text = str(record["question"]).strip()
            if text not in held_out:
                found.setdefault(text, []).extend(str(key) for key in record["positive_articles"])
    questions = [Question(text=text, articles=tuple(dict.fromkeys(keys))) for text, keys in found.items() if keys]
    for record in read_lines(data / "iapp_train.jsonl"):
        questions.append(Question(text=str(record["question"]), context=str(record["context"])))
    return questions


def encode(tokenizer: Tokenizer, texts: Sequence[str], block: int = 20_000) -> Rows:
    """Token ids of the texts, in blocks to bound memory."""
    parts: list[Ids] = []
    lengths = [0]
    for start in range(0, len(texts), block):
        for encoding in tokenizer.encode_batch_fast(list(texts[start : start + block]), add_special_tokens=False):
            parts.append(np.array(encoding.ids, dtype=np.int32))
            lengths.append(len(encoding.ids))
    flat = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    return Rows(flat=flat, offsets=np.cumsum(np.array(lengths, dtype=np.int64)))


def build_corpus(tokenizer: Tokenizer, pieces: Sequence[Piece]) -> Corpus:
    """The passages of `pieces`, in their order; pieces of one article stand together."""
    keys: list[str] = []
    articles = np.zeros(len(pieces), dtype=np.int32)
    for row, piece in enumerate(pieces):
        if not keys or keys[-1] != piece.article:
            keys.append(piece.article)
        articles[row] = len(keys) - 1
    return Corpus(
        passages=encode(tokenizer, [piece.text for piece in pieces]),
        heads=encode(tokenizer, [f"{piece.name} {piece.heading}" for piece in pieces]),
        articles=articles,
        keys=tuple(keys),
    )
