"""Passages embedded in a process beside are the same as here, and a process that is lost loses none of them."""

import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import embed_library
from index.build import add
from index.embed import Embedder
from index.embed_library import Embedded, embedded
from index.library import open_library


@pytest.fixture
def folder(tmp_path: Path, embedder: Embedder) -> Path:
    """A library of forty short texts."""
    records = tmp_path / "เรื่องสั้น.jsonl"
    lines = [f'{{"title": "เรื่องที่ {n}", "text": "เรือลำที่ {n} ออกจากท่าเมื่อ พ.ศ. {2400 + n}", "source": "{n}"}}' for n in range(40)]
    records.write_text("\n".join(lines), encoding="utf-8")
    add(tmp_path / "คลัง", [records], embedder)
    return tmp_path / "คลัง"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed_library, "_MANY", 30)


def joined(folder: Path, embedder: Embedder, row: int) -> Embedded:
    with closing(open_library(folder)) as library:
        batches = list(embedded(library, embedder, row))
    return Embedded(np.concatenate([batch.rows for batch in batches]), np.concatenate([batch.vectors for batch in batches]))


def test_beside_and_here_are_the_same(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(embed_library, "_here", lambda *_: iter(()))
        beside = joined(folder, embedder, 5)
    monkeypatch.setattr(embed_library, "_MANY", 1000)
    here = joined(folder, embedder, 5)
    assert beside.rows.tolist() == here.rows.tolist() == list(range(6, 41))
    assert np.array_equal(beside.vectors, here.vectors) and np.allclose(np.linalg.norm(here.vectors, axis=1), 1, atol=1e-5)


def test_what_a_lost_process_left_is_done_here(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed_library, "_beside", lambda *_: iter([Embedded(np.asarray([1, 2]), np.ones((2, embedder.dimension), np.float32))]))
    assert joined(folder, embedder, 0).rows.tolist() == list(range(1, 41))


def test_a_process_that_breaks_down_at_once_is_no_end(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert joined(folder, embedder, 0).rows.tolist() == list(range(1, 41))
