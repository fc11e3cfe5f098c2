"""The legs against oracles: vectors against numpy, words against BM25 by hand."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import add
from index.embed import unit
from index.follow import embedded_text
from index.lexical import Lexical
from index.library import open_library
from index.vectors import VectorStore
from tests.test_library import HASH


def test_vectors_agree_with_numpy_values_and_order(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    vectors = unit(chance.normal(size=(60, 16)).astype(np.float32))
    vectors[7] = vectors[3]  # a tie: the lower row comes first
    store = VectorStore(tmp_path, 16)
    rows = list(range(100, 160))
    store.apply(rows, vectors, [])
    store.apply([], vectors[:0], [150, 151])
    question = unit(chance.normal(size=(1, 16)).astype(np.float32))
    kept = [row for row in rows if row not in (150, 151)]
    scores = {row: float(vectors[row - 100] @ question[0]) for row in kept}
    wanted = sorted(kept, key=lambda row: (-round(scores[row], 5), row))
    found = store.search(question, 100)
    assert [hit.row for hit in found] == wanted
    assert np.allclose([hit.score for hit in found], [scores[row] for row in wanted], atol=1e-5)
    assert store.search(np.zeros((1, 16), np.float32), 5) == []


def test_words_are_scored_as_bm25_by_hand(tmp_path: Path, files: Path) -> None:
    """Three passages of equal length; one word in one of them: idf ln(1 + (3 - 1 + .5) / (1 + .5)), tf 1, k1 1.2, b .75."""
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    lexical = Lexical(folder / "lexical")
    found = lexical.search_words(["ปลาทู"], 5)
    assert len(found) == 1
    lengths = {passage.row: passage for passage in open_library(folder).passages_after(0, 10)}
    assert "ปลาทู" in lengths[found[0].row].text
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert found[0].score == pytest.approx(idf * 2.2 / (1 + 1.2), rel=0.03)  # lengths differ by at most one word
    assert lexical.search_words([], 5) == [] and lexical.search_words(["ไม่มีคำนี้"], 5) == []


def test_what_is_embedded_has_title_and_headings_and_what_is_quoted_has_not(seeds_library: Path) -> None:
    with closing(open_library(seeds_library)) as library:
        passage = next(p for p in library.passages_after(0, 200) if p.headings)
        assert embedded_text(passage).startswith(f"{passage.title} {passage.headings[0]}")
        document = library.document(passage.document)
        assert document is not None and document.text[passage.start : passage.end] == passage.text
