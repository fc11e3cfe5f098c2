"""Texts to vectors. The shipped model is static (a mean of subword vectors) and is read with numpy alone, in a fraction of the time that
importing torch takes; any other sentence-transformers model takes its place by name or folder.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import LibraryError, UsageError

Vectors = npt.NDArray[np.float32]
SHIPPED = Path(__file__).resolve().parent.parent / "models" / "tham-static"
_HASHED_BYTES = 1 << 20  # of each end of a big weights file; its size and the configuration complete the fingerprint


class Embedder(Protocol):
    """Turns texts into unit vectors. Questions and passages are different calls: some models treat them differently."""

    @property
    def name(self) -> str:
        """The model's name or its absolute folder: with it the model opens from anywhere."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """A hash of the weights: a library filled by other weights must not be searched with these."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of unit length (a text without known subwords: zeros)."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, rows of unit length."""
        ...


def fingerprint(folder: Path) -> str:
    """Return a hash of a model folder: sizes, configurations, and both ends of every weights file."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".json", ".safetensors", ".txt", ".model"}:
            continue
        digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}".encode())
        with path.open("rb") as data:
            digest.update(data.read(_HASHED_BYTES))
            if path.stat().st_size > 2 * _HASHED_BYTES:
                data.seek(-_HASHED_BYTES, os.SEEK_END)
                digest.update(data.read())
    return digest.hexdigest()[:16]


class StaticEmbedder:
    """A sentence-transformers ``StaticEmbedding`` folder read without torch: the mean of its subwords' vectors, unit length.

    Equal to what sentence-transformers gives for the same folder to 1e-5 (tested).
    """

    def __init__(self, folder: Path) -> None:
        module = next((part for part in (folder, folder / "0_StaticEmbedding") if (part / "tokenizer.json").exists()), folder)
        self._tokenizer, self._table = _read_static(module)
        self._folder = folder

    @property
    def is_shipped(self) -> bool:
        return self._folder == SHIPPED

    @property
    def name(self) -> str:
        return self._folder.name if self.is_shipped else str(self._folder)

    @property
    def dimension(self) -> int:
        return int(self._table.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self._folder)

    @property
    def vectors(self) -> Vectors:
        """The vectors of the pieces (number of pieces, dimension), of different lengths: a piece that tells little is short."""
        return self._table

    def pieces(self, texts: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        """Return the numbers of each text's pieces, in order."""
        return [np.array(one.ids, np.int64) for one in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, pieces in enumerate(self.pieces(texts)):
            if len(pieces):
                rows[row] = self._table[pieces].mean(axis=0)
        return unit(rows)


def _read_static(module: Path) -> tuple[Any, Vectors]:
    """Return the tokenizer and the table of vectors. Raises LibraryError where they are missing or damaged."""
    from safetensors.numpy import load_file

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # all cores; where it is not said, every process started later is warned of
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        table: Vectors = np.ascontiguousarray(load_file(module / "model.safetensors")["embedding.weight"], dtype=np.float32)
        if table.ndim != 2 or len(table) < tokenizer.get_vocab_size():
            raise ValueError("the vectors do not belong to the tokenizer")
    except Exception as error:  # the tokenizers library raises nothing narrower
        whole = SHIPPED in (module, module.parent)
        raise LibraryError(
            f"โฟลเดอร์โมเดล {module} หายหรือเสียหาย " + ("โปรดดึงโค้ดของโครงการมาใหม่" if whole else "โปรดคัดลอกโมเดลมาใหม่"),
            f"The model folder {module} is missing or damaged ({first_line(error)}); "
            + ("check the project out again." if whole else "copy the model there again."),
        ) from error
    return tokenizer, table


def unit(rows: Vectors) -> Vectors:
    """Return the rows scaled to length 1; a row of zeros stays zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0).astype(np.float32)
    return scaled


def open_embedder(name: str | None = None) -> Embedder:
    """Return the shipped embedder, or the one with this name or folder. Raises LibraryError or UsageError."""
    from index.embed_transformer import SentenceTransformerEmbedder

    if name is None or name == SHIPPED.name:
        return StaticEmbedder(SHIPPED)
    folder = Path(os.path.expanduser(name)).resolve()  # a library remembers the name and may be opened from another folder
    if folder.is_dir():
        return StaticEmbedder(folder) if _is_static(folder) else SentenceTransformerEmbedder(str(folder))
    if name.startswith((".", "/", "~")):
        raise UsageError(
            f"ไม่มีโฟลเดอร์โมเดล {name} โปรดตรวจชื่อ",
            f"There is no model folder {name}; check the name.",
        )
    return SentenceTransformerEmbedder(name)


def _is_static(folder: Path) -> bool:
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    except (OSError, ValueError, TypeError, AttributeError):
        return False
    return bool(kinds) and kinds[0] == "StaticEmbedding" and set(kinds) <= {"StaticEmbedding", "Normalize"}


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
