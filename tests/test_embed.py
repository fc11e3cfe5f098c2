"""Embedders: one contract, the shipped one equal to sentence-transformers' own output, models made here loaded for real."""

import contextlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index import embed, embed_transformer
from index.build import add
from index.embed import SHIPPED, Embedder, StaticEmbedder, fingerprint, open_embedder
from index.embed_transformer import SentenceTransformerEmbedder, prompts
from index.errors import LibraryError, UsageError
from rag.assemble import Answerer
from rag.reading import rank, read

TEXTS = ["ทรอตสกีถูกลอบสังหาร ณ กรุงเม็กซิโกซิตี", "นโยบายเศรษฐกิจใหม่ (New Economic Policy)", "๑๙๒๐ น้ํา", "", "قوت 😀"]


@pytest.fixture(scope="module")
def transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model: a tiny BERT with random weights over a word-level vocabulary."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"กขคงจฉชซญดตถทธนบปผพฟภมยรลวศษสหอ",
        *[f"##{c}" for c in "กขคงจชดตทนบปพมยรลวสหอะาิีุูเแโใไ่้"],
    ]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "raw")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=37,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "raw")
    word = Transformer(str(folder / "raw"), max_seq_length=64)
    SentenceTransformer(modules=[word, Pooling(32)], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module", params=["shipped", "transformer"])
def any_embedder(request: pytest.FixtureRequest, transformer_folder: Path) -> Embedder:
    return open_embedder(None if request.param == "shipped" else str(transformer_folder))


def test_contract(any_embedder: Embedder) -> None:
    for call in (any_embedder.embed_passages, any_embedder.embed_questions):
        vectors = call(TEXTS)
        assert vectors.shape == (len(TEXTS), any_embedder.dimension) and vectors.dtype == np.float32
        lengths = np.linalg.norm(vectors, axis=1)
        assert np.all(np.isfinite(vectors)) and np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
        assert call([]).shape == (0, any_embedder.dimension)
        assert np.allclose(call(TEXTS[:1])[0], vectors[0], atol=1e-5)  # a text's vector does not depend on its company
    assert len(any_embedder.fingerprint) == 16


def test_the_shipped_model_is_what_sentence_transformers_reads() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(SHIPPED), device="cpu").encode(TEXTS[:3], normalize_embeddings=True)
    assert np.allclose(StaticEmbedder(SHIPPED).embed_passages(TEXTS[:3]), theirs, atol=1e-5)


def test_a_library_of_another_static_model_is_read_with_the_shipped_one(tmp_path: Path) -> None:
    narrow = tmp_path / "narrow"
    shutil.copytree(SHIPPED, narrow)
    weights = load_file(SHIPPED / "model.safetensors")["embedding.weight"]
    save_file({"embedding.weight": np.ascontiguousarray(weights[:, :64])}, narrow / "model.safetensors")
    (tmp_path / "a.txt").write_text("วลาดีมีร์ มายาคอฟสกี เกิดที่หมู่บ้านบักดาดี ประเทศจอร์เจีย เมื่อวันที่ 19 กรกฎาคม ค.ศ. 1893", encoding="utf-8")
    mine = open_embedder(str(narrow))
    assert mine.dimension == 64
    add(tmp_path / "library", [tmp_path / "a.txt"], mine)
    with contextlib.closing(Answerer(tmp_path / "library", mine)) as answerer:
        assert answerer.ask("มายาคอฟสกีเกิดเมื่อใด").short_answer == "19 กรกฎาคม ค.ศ. 1893"


def test_fingerprints_tell_weights_apart(tmp_path: Path, transformer_folder: Path) -> None:
    assert fingerprint(SHIPPED) == fingerprint(SHIPPED) != fingerprint(transformer_folder)


def test_a_damaged_model_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "mine"
    shutil.copytree(SHIPPED, copy)
    weights = next(copy.rglob("model.safetensors"))
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(LibraryError, match="mine.* is missing or damaged .*copy the model there again"):
        open_embedder(str(copy))
    monkeypatch.setattr(embed, "SHIPPED", tmp_path / "tham-static")
    with pytest.raises(LibraryError, match="check the project out again"):
        open_embedder()


def test_a_relative_folder_opens_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transformer_folder: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "mine")
    shutil.copytree(transformer_folder, tmp_path / "e5-tests" / "bert")
    monkeypatch.chdir(tmp_path)
    assert open_embedder("mine").name == str(tmp_path / "mine")
    assert open_embedder("e5-tests/bert").name == str(tmp_path / "e5-tests" / "bert")


WEB = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "


@pytest.mark.parametrize(
    ("name", "own", "wanted"),
    [
        ("intfloat/multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, (WEB, "")),
        ("BAAI/bge-m3", {}, ("", "")),
        ("/home/me/.cache/models--intfloat--multilingual-e5-base/snapshots/0a1b", {}, ("query: ", "passage: ")),
        ("/home/me/multilingual-e5-base", {}, ("query: ", "passage: ")),
        ("/home/me/e5-tests/bert", {}, ("", "")),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", {}, ("query: ", "")),
        ("google/embeddinggemma-300m", {}, ("task: search result | query: ", "title: none | text: ")),
        ("intfloat/multilingual-e5-small", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("any/model", {"query": "ask: ", "passage": ""}, ("ask: ", "")),
        ("any/model", {"query": "", "document": ""}, ("", "")),
    ],
)
def test_prompts_are_those_of_the_model(name: str, own: dict[str, str], wanted: tuple[str, str]) -> None:
    assert prompts(name, own) == wanted


def test_nothing_of_a_long_passage_is_left_out(transformer_folder: Path) -> None:
    model = open_embedder(str(transformer_folder))
    assert isinstance(model, SentenceTransformerEmbedder)
    long = "ก ข ค ง " * 40
    parts = model._parts(long)
    assert "".join(parts) == long and len(parts) > 2 and all(model._tokens(part) <= 64 for part in parts)
    assert model._parts("ก ข") == ["ก ข"] and model._parts("") == [""]
    ended = model.embed_passages([long + "ห ห ห ห ห ห ห ห", long])
    assert float(ended[0] @ ended[1]) < 0.9999  # the end is read
    unbroken = model._parts("ก" * 300)
    assert "".join(unbroken) == "ก" * 300


def test_a_batch_fits_into_the_free_memory(transformer_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = 4 * 64 * (24 * 32 + 2 * 64)
    for free, batch in ((one * 4 * 10, 10), (0, 1), (2**40, 64)):
        monkeypatch.setattr(embed_transformer, "free_memory", lambda free=free: free)
        model = open_embedder(str(transformer_folder))
        assert isinstance(model, SentenceTransformerEmbedder) and model._batch == batch


@pytest.mark.parametrize("content", [None, "{", "[]", '{"columns": []}', '{"weights": {}}'])
@pytest.mark.parametrize(("module", "name", "load"), [(rank, "reader.json", rank.weights), (read, "confidence.json", read._weights)])
def test_damaged_weights_are_a_clear_error(
    module: Any, name: str, load: Any, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / name)
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError, match=f"models/{name} is missing or damaged"):
        load.__wrapped__()


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no model folder"):
        open_embedder(str(tmp_path / "nothing"))
    with pytest.raises(LibraryError, match="Cannot open the model nobody/has-this"):
        open_embedder("nobody/has-this")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError, match="Cannot open the model"):
        open_embedder(str(tmp_path / "empty"))
