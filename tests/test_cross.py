"""A cross-encoder in the place of our own order: a real one made here, long passages, and what cannot be opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import LibraryError
from index.records import Hit, Passage
from rag.assemble import open_answerer
from rag.cross import READ, CrossReranker, open_reranker
from ui.cli import tham


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with random weights that gives one number for a pair."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, set_seed

    set_seed(3)
    at = tmp_path_factory.mktemp("cross")
    letters = "กขคงจฉชซญดตถทธนบปผพฟภมยรลวศษสหอะาิีุูเแโใไ่้"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *[f"##{letter}" for letter in letters]]
    (at / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(at / "vocab.txt"), model_max_length=48).save_pretrained(at)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=19,
        max_position_embeddings=48, num_labels=1, initializer_range=0.3,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(at)
    return at


@pytest.fixture(scope="module")
def model(folder: Path) -> Iterator[CrossReranker]:
    opened = open_reranker(str(folder))
    assert isinstance(opened, CrossReranker)
    yield opened


def hits(texts: list[str]) -> list[Hit]:
    return [
        Hit(passage=Passage(row=n, document="d", title="", headings=(), start=0, end=len(text), text=text), score=1 - n / 100, rank=n + 1, legs={})
        for n, text in enumerate(texts)
    ]  # fmt: skip


def test_the_order_is_the_models_own(model: CrossReranker, folder: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    texts = ["กา ขา", "งง จะ", "ดี มี ตา", "หอ ลา"]
    found = model.rerank("กา ดี", hits(texts))
    theirs, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        scores = [float(torch.sigmoid(theirs(**tokenizer("กา ดี", text, return_tensors="pt")).logits)[0, 0]) for text in texts]
    wanted = sorted(range(4), key=lambda at: -scores[at])
    assert [hit.passage.row for hit in found] == wanted and [hit.rank for hit in found] == [1, 2, 3, 4]
    assert [hit.score for hit in found] == pytest.approx([scores[at] for at in wanted], abs=1e-5)
    assert len({round(score, 6) for score in scores}) == 4  # the model does tell them apart


def test_a_long_passage_counts_by_its_best_part(model: CrossReranker) -> None:
    long = "กา ขา งา ตา " * 30
    parts = model._parts("กา", "หอ", long)
    assert len(parts) > 3 and "".join(part.removeprefix("หอ").replace(" ", "") for part in parts) == long.replace(" ", "")
    best = max(model.rerank("กา", hits([part]))[0].score for part in model._parts("กา", "", long))
    assert model.rerank("กา", hits([long]))[0].score == pytest.approx(best, abs=1e-5)
    assert model.rerank("กา", []) == []


def test_what_stands_behind_those_read_stays_behind(model: CrossReranker) -> None:
    found = model.rerank("กา", hits([f"{'ก' * (n % 5 + 1)} ขา" for n in range(READ + 2)]))
    assert [hit.passage.row for hit in found[READ:]] == [READ, READ + 1] and found[READ].score <= found[READ - 1].score


def test_search_by_a_reranker(seeds_library: Path, folder: Path) -> None:
    ours = open_answerer(seeds_library)
    theirs = open_answerer(seeds_library, reranker=str(folder))
    question = "การปฏิวัติรัสเซียเกิดขึ้นเมื่อใด"
    assert {hit.passage.row for hit in theirs.search(question, READ)} == {hit.passage.row for hit in ours.search(question, READ)}
    assert all("cross" in hit.legs for hit in theirs.search(question, 3))
    ran = CliRunner().invoke(tham, ["search", "--library", str(seeds_library), "--reranker", str(folder), "--explain", "--k", "2", question])
    assert ran.exit_code == 0 and ran.output.count("โมเดลจัดอันดับ") == 2 and "คำของคำถามที่พบในตอน" in ran.output


def test_no_reranker_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Cannot open the reranker nobody/has-this"):
        open_reranker("nobody/has-this")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError, match="Cannot open the reranker"):
        open_reranker(str(tmp_path / "empty"))
