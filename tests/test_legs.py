"""The legs against oracles: vectors against numpy, words against BM25 by hand."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import vectors as store_module
from index.build import add
from index.embed import Vectors, unit
from index.embed_library import embedded_text
from index.lexical import Applied, Lexical
from index.library import open_library
from index.vectors import VectorStore
from rag.assemble import open_answerer
from rag.question import ask
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


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a base at 600 vectors, merge tails of more than 100."""
    monkeypatch.setattr(store_module, "EXACT", 600)
    monkeypatch.setattr(store_module, "_TAIL", 100)


def clustered(count: int, seed: int) -> Vectors:
    chance = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(20, 32))
    return unit((centres[chance.integers(0, 20, count)] + 0.5 * chance.normal(size=(count, 32))).astype(np.float32))


@pytest.mark.usefixtures("small_parts")
def test_a_large_store_finds_what_an_exact_one_finds_through_all_its_changes(tmp_path: Path) -> None:
    """Grow past every limit, remove, reopen; after each step the nearest hundred are compared with numpy over what should be there."""
    store, truth, chance = VectorStore(tmp_path, 32), dict[int, Vectors](), np.random.default_rng(5)
    questions = clustered(20, 99)
    for step, count in enumerate((500, 300, 60, 90, 900, 40)):
        rows = [1 + max(truth, default=0) + n for n in range(count)]
        vectors = clustered(count, step)
        gone = [int(row) for row in chance.permutation(sorted(truth))[: count // 3]]
        store.apply([], vectors[:0], gone)
        store.apply(rows, vectors, [])
        truth = {row: vector for row, vector in truth.items() if row not in gone} | dict(zip(rows, vectors, strict=True))
        store.save(Applied(rows[-1], step, "t"))
        store = VectorStore(tmp_path, 32)
        assert len(store) == len(truth) and store.applied == Applied(rows[-1], step, "t")
        every, matrix = np.asarray(list(truth)), np.stack(list(truth.values()))
        shared = 0
        for question in questions:
            exact = every[np.argsort(-(matrix @ question), kind="stable")[:100]]
            found = store.search(question[None], 100)
            assert len(found) == 100 and {hit.row for hit in found} <= set(truth)
            assert all(abs(hit.score - float(truth[hit.row] @ question)) < 0.001 for hit in found)
            shared += len({hit.row for hit in found} & set(exact.tolist()))
        assert shared / 2000 >= 0.98, f"step {step}"
    assert sorted(file.name.split("-")[0] for file in (tmp_path / "vectors").iterdir()) == ["base", "state.json", "tail"]


@pytest.mark.usefixtures("small_parts")
def test_a_reader_keeps_what_it_opened_until_it_looks_again(tmp_path: Path) -> None:
    writer = VectorStore(tmp_path, 32)
    vectors = clustered(2000, 1)
    writer.apply(list(range(1, 701)), vectors[:700], [])
    writer.save(Applied(700, 0, "a"))
    reader = VectorStore(tmp_path, 32)
    before = reader.search(vectors[:1], 5)
    writer.apply(list(range(701, 2001)), vectors[700:], [before[0].row])
    writer.save(Applied(2000, 1, "b"))
    assert reader.search(vectors[:1], 5) == before
    reader.reload()
    assert len(reader) == 1999 and before[0].row not in {hit.row for hit in reader.search(vectors[:1], 5)}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("lost", ["base", "tail", "state"])
def test_a_lost_part_is_an_empty_store_that_catches_up(tmp_path: Path, lost: str) -> None:
    store = VectorStore(tmp_path, 32)
    store.apply(list(range(1, 801)), clustered(800, 1), [])
    store.save(Applied(800, 0, "a"))
    next((tmp_path / "vectors").glob(f"{lost}*")).write_bytes(b"half")
    assert len(VectorStore(tmp_path, 32)) == 0 and VectorStore(tmp_path, 32).applied == Applied(0, 0)
    assert len(VectorStore(tmp_path, 16)) == 0


@pytest.mark.parametrize("exact", [10_000, 200])
def test_the_nearest_among_some_rows_are_those_of_numpy(tmp_path: Path, exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "EXACT", exact)
    chance = np.random.default_rng(5)
    vectors = unit(chance.normal(size=(400, 16)).astype(np.float32))
    store = VectorStore(tmp_path, 16)
    store.apply(list(range(1, 401)), vectors, [])
    store.save(Applied(400, 0, "a"))
    among = [3, 77, 78, 200, 399, 999]
    question = unit(chance.normal(size=(1, 16)).astype(np.float32))
    wanted = sorted(among[:-1], key=lambda row: -float(vectors[row - 1] @ question[0]))
    assert [hit.row for hit in store.search(question, 10, among)] == wanted
    assert [hit.row for hit in store.search(question, 2, among)] == wanted[:2]
    assert store.search(question, 10, []) == []


def test_only_the_chosen_documents_are_searched_by_every_leg(seeds_library: Path) -> None:
    with closing(open_answerer(seeds_library)) as answerer:
        first, second = answerer.library.document_ids()
        question = ask("การปฏิวัติ")
        everywhere = {hit.passage.document for hit in answerer.retriever.candidates(question, 100)}
        assert everywhere == {first, second}
        for one in (first, second):
            assert {hit.passage.document for hit in answerer.search("การปฏิวัติ", 50, only=[one])} == {one}
            rows = answerer.library.rows_of([one])
            for leg, found in answerer.retriever.legs(question, 1000, rows).items():
                assert {hit.row for hit in found} <= set(rows), leg
        assert answerer.search("การปฏิวัติ", 10, only=[]) == []
        assert answerer.search("การปฏิวัติ", 10, only=["no-such-id"]) == []
        answer = answerer.ask("ลัทธิคอมมิวนิสต์คืออะไร", only=[second])
        assert {citation.document.id for citation in (*answer.citations, *answer.nearest)} <= {second}
