"""The passages of a library as rows and vectors; many of them come from a process beside, since threads would share one core."""

import contextlib
import os
import struct
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder, StaticEmbedder, Vectors, open_embedder
from index.library import Library, open_library
from index.records import Passage

PASSAGES_AT_ONCE = 1024  # passages read and embedded at a time
_MANY = 20_000  # passages for which a process is started; it takes half a second
_HEAD = struct.Struct("<QQ")  # of what the process writes: how many passages, length of a vector; then int64 rows and float32 vectors
_ROOT = Path(__file__).resolve().parent.parent


class Embedded(NamedTuple):
    """Rows (n,) and their vectors (n, dimension)."""

    rows: npt.NDArray[np.int64]
    vectors: Vectors


def embedded(library: Library, embedder: Embedder, row: int) -> Generator[Embedded, None, None]:
    """Yield the passages after a row in order. A model that would be loaded twice works here; so does what a lost process left undone."""
    if isinstance(embedder, StaticEmbedder) and library.count_after(row) > _MANY:
        for batch in _beside(library.folder, embedder.name, row):
            yield batch
            row = int(batch.rows[-1])
    yield from _here(library, embedder, row)


def _here(library: Library, embedder: Embedder, row: int) -> Generator[Embedded, None, None]:
    while batch := library.passages_after(row, PASSAGES_AT_ONCE):
        rows = np.asarray([passage.row for passage in batch], np.int64)
        yield Embedded(rows, embedder.embed_passages([embedded_text(passage) for passage in batch]))
        row = batch[-1].row


def embedded_text(passage: Passage) -> str:
    """Return what is embedded of a passage: its title and headings, then its text. Only the text is ever quoted."""
    return " ".join((passage.title, *passage.headings, passage.text))


def _beside(folder: Path, embedder: str, row: int) -> Generator[Embedded, None, None]:
    """Yield what a process of its own embeds, as far as it comes."""
    child = subprocess.Popen(
        [sys.executable, "-c", "from index.embed_library import serve; serve()", os.fspath(folder.resolve()), embedder, str(row)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))},
    )
    assert child.stdout is not None
    try:
        while batch := _received(child.stdout):
            yield batch
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _received(answers: IO[bytes]) -> Embedded | None:
    """Return the next batch, or None at the end, be it in the middle of one."""
    head = answers.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    count, dimension = _HEAD.unpack(head)
    rows, vectors = (answers.read(size) for size in (8 * count, 4 * count * dimension))
    if len(vectors) < 4 * count * dimension:
        return None
    return Embedded(np.frombuffer(rows, np.int64), np.frombuffer(vectors, np.float32).reshape(count, dimension))


def serve() -> None:
    """Be the process beside: library, embedder and row as arguments, batches on standard output. Ends when nobody reads them any more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    folder, embedder, row = sys.argv[1:]
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt), closing(open_library(Path(folder))) as library:
        for rows, vectors in _here(library, open_embedder(embedder), int(row)):
            answers.write(_HEAD.pack(*vectors.shape) + rows.tobytes() + np.ascontiguousarray(vectors, np.float32).tobytes())
            answers.flush()
