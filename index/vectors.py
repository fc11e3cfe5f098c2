"""The dense leg: vectors of passages in FAISS, derived from the library and made again from it when lost.

Exact search (inner product of unit vectors). Every vector carries its passage's row as its id.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Vectors
from index.files import read_json, settle, write_json
from index.lexical import Applied, Scored


class VectorStore:
    """Unit vectors by row, kept in ``vectors.faiss`` with ``vectors.json`` beside it. The file is replaced whole, never half."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._path = folder / "vectors.faiss"
        self._state = folder / "vectors.json"
        self._dimension = dimension
        self.reload()

    def reload(self) -> None:
        """See what was saved since; a missing, damaged or foreign file is an empty store that catches up from the library."""
        import faiss

        self._index: Any = None
        if self._path.exists():
            try:
                self._index = faiss.read_index(str(self._path))
            except RuntimeError:
                self._index = None
        if self._index is None or self._index.d != self._dimension:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))
            self._applied = Applied(0, 0)
            return
        state = read_json(self._state)
        self._applied = Applied(int(state.get("row", 0)), int(state.get("removal", 0)), str(state.get("token", "")))

    @property
    def applied(self) -> Applied:
        return self._applied

    def apply(self, rows: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Add vectors under their rows and remove rows, in memory; ``save`` makes it last. Doing it twice changes nothing."""
        gone = np.asarray([*removed, *rows], dtype=np.int64)
        if len(gone) and self._index.ntotal:
            self._index.remove_ids(gone)
        if len(rows):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(rows, dtype=np.int64))

    def save(self, applied: Applied) -> None:
        """Replace the file with what is in memory and remember how far that followed the library."""
        import faiss

        beside = self._path.with_name(f".{self._path.name}.new")
        faiss.write_index(self._index, str(beside))
        settle(beside, self._path)
        write_json(self._state, applied._asdict())
        self._applied = applied

    def clear(self) -> None:
        """Forget everything."""
        self._path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        self.reload()

    def search(self, question: Vectors, k: int) -> list[Scored]:
        """Return the k rows nearest to one vector of shape (1, dimension), by cosine; ties by row."""
        if not self._index.ntotal or not np.any(question):
            return []
        scores, rows = self._index.search(np.ascontiguousarray(question, dtype=np.float32), min(k, self._index.ntotal))
        found = [Scored(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
        return sorted(found, key=lambda hit: (-hit.score, hit.row))

    def scores(self, question: Vectors, rows: Sequence[int]) -> list[float]:
        """Return the cosine of the question and each row's vector (0.0 for a row that is not here)."""
        known = [self._vector(row) for row in rows]
        return [float(vector @ question[0]) if vector is not None else 0.0 for vector in known]

    def _vector(self, row: int) -> Vectors | None:
        try:
            vector: Vectors = self._index.reconstruct(row)
        except RuntimeError:
            return None
        return vector

    def __len__(self) -> int:
        return int(self._index.ntotal)
