"""The passages of a library as rows and vectors."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder, Vectors
from index.library import Library
from index.records import Passage

PASSAGES_AT_ONCE = 1024  # passages read and embedded at a time


class Embedded(NamedTuple):
    """Rows (n,) and their vectors (n, dimension)."""

    rows: npt.NDArray[np.int64]
    vectors: Vectors


def embedded(library: Library, embedder: Embedder, row: int) -> Iterator[Embedded]:
    """Yield the passages after a row in order."""
    while batch := library.passages_after(row, PASSAGES_AT_ONCE):
        rows = np.asarray([passage.row for passage in batch], np.int64)
        yield Embedded(rows, embedder.embed_passages([embedded_text(passage) for passage in batch]))
        row = batch[-1].row


def embedded_text(passage: Passage) -> str:
    """Return what is embedded of a passage: its title and headings, then its text. Only the text is ever quoted."""
    return " ".join((passage.title, *passage.headings, passage.text))
