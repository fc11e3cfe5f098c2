"""The dense leg: vectors of passages by row, derived from the library and made again from it when lost.

Two parts. The *tail* holds what came last, searched exactly, and is written anew with every change; it is small. When it has grown, it
goes into the *base*: FAISS's inverted file over 16-bit vectors, trained here, which changes seldom. Rows are given out once and in
order, so every row up to the base's last is in the base or gone. A small library is all tail, and exact.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.files import read_json, settle, write_json
from index.lexical import Applied, Scored

EXACT = 50_000  # vectors up to which every one is compared
_TAIL = 20_000  # vectors of a tail once there is a base
_GROWN = 2  # times the base's size when it was trained: then it is trained anew
_GONE = 0.1  # share of the base that may be gone
_PROBES, _WANTED = (8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024), 0.98
# Lists looked into: the fewest that find that share of the nearest 100.
SAMPLE = 256  # texts like questions by which that is measured
Rows = npt.NDArray[np.int64]


class _State(NamedTuple):
    """What ``state.json`` says: the files of both parts, and how far they follow the library."""

    applied: Applied
    base: str
    tail: str
    last: int  # the base's last row
    trained: int  # vectors the base was trained on
    gone: frozenset[int]  # rows of the base that were removed


class VectorStore:
    """Unit vectors by row in ``vectors/``. Files are made beside the old ones and named in ``state.json`` last: never half a change."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder / "vectors"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._dimension = dimension
        self._opened = ""  # the base that is open
        self._base: Any = None
        self.reload()

    def reload(self) -> None:
        """See what was saved since; a missing, damaged or foreign file is an empty store that catches up from the library."""
        for _ in range(3):  # a writer may take away an old file between two looks
            try:
                self._read(_read_state(self._folder))
                return
            except (OSError, RuntimeError, ValueError, KeyError, TypeError):
                continue
        self._read(_EMPTY)

    def _read(self, state: _State) -> None:
        tail = _read_tail(self._folder / state.tail, self._dimension) if state.tail else (_no_rows(), _no_vectors(self._dimension))
        if state.base != self._opened:
            self._base = _read_base(self._folder / state.base, self._dimension) if state.base else None
            self._opened = state.base
        self._rows, self._vectors = tail
        self._state = state

    @property
    def applied(self) -> Applied:
        return self._state.applied

    def apply(self, rows: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        """Add vectors under their rows and remove rows, in memory; ``save`` makes it last. Doing it twice changes nothing."""
        last = self._state.last
        self._state = self._state._replace(gone=self._state.gone | {row for row in removed if row <= last})
        out = np.asarray([*removed, *rows], dtype=np.int64)
        kept = ~np.isin(self._rows, out)
        new = np.asarray([row > last for row in rows], dtype=bool)
        self._rows = np.concatenate([self._rows[kept], np.asarray(rows, dtype=np.int64)[new]])
        self._vectors = np.concatenate([self._vectors[kept], np.asarray(vectors, dtype=np.float32)[new]])

    def save(self, applied: Applied, *, more: bool = False, asked: Callable[[], Vectors] | None = None) -> None:
        """Write what is in memory and remember how far that followed the library; a tail that has grown goes into the base.

        ``more`` is soon to come: the tail stays one, since what is trained now would be trained again. ``asked`` gives vectors like
        those of questions, (n, dimension), to tune the search by: they lie farther from passages than these from each other.
        """
        size = 0 if self._base is None else int(self._base.ntotal)
        if not more and (len(self._rows) > (_TAIL if size else EXACT) or len(self._state.gone) > _GONE * size > 0):
            self._merge(asked)
        name = f"tail-{applied.row}-{applied.removal}-{applied.token}.npy"
        _write_tail(self._folder / name, self._rows, self._vectors)
        self._state = self._state._replace(applied=applied, tail=name)
        _write_state(self._folder, self._state)
        for file in self._folder.iterdir():
            if file.name not in (self._state.base, name, "state.json"):
                file.unlink(missing_ok=True)

    def _merge(self, asked: Callable[[], Vectors] | None) -> None:
        """Put the tail into the base, trained anew where it has outgrown its training, and drop what is gone."""
        import faiss

        state = self._state
        if self._base is not None:
            self._base = faiss.read_index(str(self._folder / state.base))  # what is mapped from the disk cannot be changed
            self._base.remove_ids(np.asarray(sorted(state.gone), dtype=np.int64))
        base: Any = self._base
        held = 0 if base is None else int(base.ntotal)
        rows, vectors = self._rows, self._vectors
        trained = state.trained
        if held + len(rows) > _GROWN * trained:
            rows, vectors = self._every()
            base, trained = _trained(vectors), len(rows)
        if len(rows):
            base.add_with_ids(np.ascontiguousarray(vectors), rows)
        if trained == len(rows):
            _tune(base, asked() if asked else vectors[np.random.default_rng(2).permutation(len(vectors))[:SAMPLE]])
        last = max(state.last, int(self._rows.max(initial=0)))
        name = f"base-{last}-{len(state.gone)}-{base.ntotal}.faiss"
        beside = self._folder / f".{name}"
        faiss.write_index(base, str(beside))
        settle(beside, self._folder / name)
        self._state = state._replace(base=name, last=last, trained=trained, gone=frozenset())
        self._base, self._opened = base, name
        self._rows, self._vectors = _no_rows(), _no_vectors(self._dimension)

    def _every(self) -> tuple[Rows, Vectors]:
        """Return every row and vector, those of the base as it keeps them."""
        if self._base is None:
            return self._rows, self._vectors
        lists = self._base.invlists
        ids = [_copied(lists.get_ids(n), lists.list_size(n)) for n in range(self._base.nlist)]
        rows = np.concatenate(ids) if ids else _no_rows()
        self._base.set_direct_map_type(2)  # faiss.DirectMap.Hashtable: rows have holes
        vectors = np.stack([self._base.reconstruct(int(row)) for row in rows]) if len(rows) else _no_vectors(self._dimension)
        return np.concatenate([rows, self._rows]), np.concatenate([vectors, self._vectors])

    def clear(self) -> None:
        """Forget everything."""
        for file in self._folder.iterdir():
            file.unlink(missing_ok=True)
        self.reload()

    def search(self, question: Vectors, k: int, among: Sequence[int] | None = None) -> list[Scored]:
        """Return the k rows nearest to one vector of shape (1, dimension), by cosine, ``among`` these rows or all; ties by row."""
        if not np.any(question):
            return []
        found = self._search_tail(question, k, among)
        if self._base is not None:
            found += self._search_base(np.ascontiguousarray(question, dtype=np.float32), k, among)
        return sorted(found, key=lambda hit: (-hit.score, hit.row))[:k]

    def _search_base(self, question: Vectors, k: int, among: Sequence[int] | None) -> list[Scored]:
        import faiss

        if among is None:
            scores, rows = self._base.search(question, min(k + len(self._state.gone), 2 * k))
        else:  # a few rows may stand in any list: every one is looked into
            library: Any = faiss
            chosen = library.IDSelectorBatch(np.asarray(among, dtype=np.int64))
            scores, rows = self._base.search(question, k, params=library.SearchParametersIVF(sel=chosen, nprobe=self._base.nlist))
        pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [Scored(row, score) for row, score in pairs if row >= 0 and row not in self._state.gone]

    def _search_tail(self, question: Vectors, k: int, among: Sequence[int] | None) -> list[Scored]:
        scores = self._vectors @ question[0]
        if among is not None:
            scores = np.where(np.isin(self._rows, among), scores, -np.inf)
        nearest = np.argpartition(-scores, k)[:k] if len(scores) > k else np.arange(len(scores))
        ties = np.flatnonzero(scores == scores[nearest].min()) if len(nearest) else nearest  # all of them: the lowest rows win
        return [Scored(int(self._rows[at]), float(scores[at])) for at in np.union1d(nearest, ties) if scores[at] > -np.inf]

    def __len__(self) -> int:
        return len(self._rows) + (0 if self._base is None else int(self._base.ntotal) - len(self._state.gone))


_EMPTY = _State(Applied(0, 0), "", "", 0, 0, frozenset())


def _no_rows() -> Rows:
    return np.zeros(0, np.int64)


def _no_vectors(dimension: int) -> Vectors:
    return np.zeros((0, dimension), np.float32)


def _copied(pointer: Any, size: int) -> Rows:
    import faiss

    ids: Rows = faiss.rev_swig_ptr(pointer, size).copy()
    return ids


def _read_state(folder: Path) -> _State:
    state = read_json(folder / "state.json")
    if not state:
        return _EMPTY
    applied = Applied(int(state["row"]), int(state["removal"]), str(state["token"]))
    return _State(applied, str(state["base"]), str(state["tail"]), int(state["last"]), int(state["trained"]), frozenset(state["gone"]))


def _write_state(folder: Path, state: _State) -> None:
    write_json(folder / "state.json", {**state._asdict(), **state.applied._asdict(), "applied": None, "gone": sorted(state.gone)})


def _write_tail(path: Path, rows: Rows, vectors: Vectors) -> None:
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as out:
        np.save(out, rows, allow_pickle=False)
        np.save(out, vectors, allow_pickle=False)
    settle(beside, path)


def _read_tail(path: Path, dimension: int) -> tuple[Rows, Vectors]:
    """Raises OSError or ValueError for a missing, damaged or foreign file."""
    with path.open("rb") as data:
        rows: Rows = np.load(data, allow_pickle=False)
        vectors: Vectors = np.load(data, allow_pickle=False)
    if vectors.shape != (len(rows), dimension):
        raise ValueError(f"{path.name} holds vectors of another model")
    return rows, vectors


def _read_base(path: Path, dimension: int) -> Any:
    """Raises RuntimeError or ValueError for a missing, damaged or foreign file. Its lists stay on disk until they are looked into."""
    import faiss

    base = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
    if base.d != dimension:
        raise ValueError(f"{path.name} holds vectors of another model")
    return base


def _trained(vectors: Vectors) -> Any:
    """Return an empty inverted file of 16-bit vectors, trained on these."""
    import faiss

    lists = int(4 * np.sqrt(len(vectors)))
    base = faiss.index_factory(vectors.shape[1], f"IVF{lists},SQfp16", faiss.METRIC_INNER_PRODUCT)
    chosen = np.random.default_rng(1).permutation(len(vectors))[: 40 * lists]
    base.train(np.ascontiguousarray(vectors[np.sort(chosen)]))
    return base


def _tune(base: Any, sample: Vectors) -> None:
    """Look into the fewest lists that find the wanted share of the nearest hundred of the sample."""
    base.nprobe = base.nlist
    if not len(sample):
        return
    exact = base.search(sample, 100)[1]
    for probes in (*(few for few in _PROBES if few < base.nlist), base.nlist):
        base.nprobe = probes
        found = base.search(sample, 100)[1]
        shared = np.mean([len(np.intersect1d(a, b)) for a, b in zip(exact, found, strict=True)]) / min(100, base.ntotal)
        if shared >= _WANTED:
            return
