"""The network that reads the likeliest sentences: its marks, its layers against torch's own, and what it finds."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from index.embed import Embedder
from index.errors import LibraryError
from rag.question import ask
from rag.reading import extract as extraction
from rag.reading.extract import Said, Weights, extract, run
from rag.reading.tokens import COVERED, MOST_WORDS, SHARED, STATIC, Meanings, asked, covered, shared, tokens
from thai.meaning import table

BORN = "วลาดีมีร์ มายากอฟสกี เกิดที่หมู่บ้านบักดาดี ประเทศจอร์เจีย เมื่อวันที่ 19 กรกฎาคม ค.ศ. 1893"
WROTE = "เขาเริ่มเขียนบทกวีขณะถูกคุมขังในเรือนจำบูตีร์กี"
OTHER = "ตลาดน้ำดำเนินสะดวกอยู่ในจังหวัดราชบุรีและเปิดทุกวัน"


def test_tokens_tile_the_sentence_and_know_dates() -> None:
    read = tokens(BORN)
    assert "".join(read.words) == BORN and [BORN[a:b] for a, b in zip(read.ends, read.ends[1:], strict=False)] == list(read.words)
    dated = {word for word, marks in zip(read.words, read.marks, strict=True) if marks[STATIC.index("date")]}
    assert {"19", "กรกฎาคม", "1893"} <= dated and "จอร์เจีย" not in dated


def test_a_long_sentence_is_read_to_a_limit_and_an_empty_one_is_not_an_error() -> None:
    assert len(tokens("แมวกินปลา " * 200).words) == MOST_WORDS
    assert len(tokens("").words) == len(asked("").words) == 1


def test_words_of_the_question_are_marked_in_the_sentence_however_written() -> None:
    read = tokens(WROTE)
    rows = shared(asked("ใครเขียนบทกวีในคุก"), read, "บูตีร์กี")
    word = dict(zip(read.words, rows, strict=True))
    assert word["บทกวี"][SHARED.index("same")] == 1 and word["ถูก"][SHARED.index("same")] == 0
    assert word["เขียน"][SHARED.index("pair")] == word["บทกวี"][SHARED.index("pair")] == 1
    assert rows[:, SHARED.index("title")].any()


def test_a_word_of_like_meaning_is_near() -> None:
    read = tokens("มายากอฟสกีเสียชีวิตในกรุงมอสโก")
    near = dict(zip(read.words, shared(asked("กวีตายที่ไหน"), read, "")[:, SHARED.index("meaning")], strict=True))
    assert near["เสียชีวิต"] > 0.5 > near["กรุง"]


def test_what_is_asked_and_not_said_shows() -> None:
    question = asked("ภรรยาของมายากอฟสกีตายที่ไหน")
    met = dict(zip(question.words, covered(question, tokens("เขาเสียชีวิตในกรุงมอสโก"), "วลาดีมีร์ มายาคอฟสกี้", "กวีชาวรัสเซีย"), strict=True))
    column = {name: [float(row[at]) for row in met.values()] for at, name in enumerate(COVERED)}
    words = list(met)
    assert column["meaning"][words.index("ตาย")] > 0.7 > column["meaning"][words.index("ภรรยา")]
    assert [column["sounds"][at] for at, word in enumerate(words) if word in "มายากอฟสกี"] == [1.0] * 4, "spelled otherwise in the title"
    assert not any(rows[words.index("ภรรยา")] for name, rows in column.items() if name != "meaning")
    said = covered(asked("กวีอยู่ที่ไหน"), tokens("เขาเสียชีวิตในกรุงมอสโก"), "", "กวีชาวรัสเซีย")
    assert said[0, COVERED.index("around")] == 1 and said[0, COVERED.index("same")] == 0


def test_words_have_vectors_by_company_and_by_pieces_and_are_read_once(embedder: Embedder) -> None:
    meanings = Meanings(embedder)
    ate, cat, unheard, ate_again = meanings.read(["กิน", "แมว", "ซุนดาร์พิชัย", "กิน"])
    assert ate == ate_again != cat and len(meanings.vectors) == 3
    company = table()[1].shape[1]
    assert meanings.vectors[unheard, :company].any() == 0 and meanings.vectors[unheard, company:] == pytest.approx(embedder.embed_passages(["ซุนดาร์พิชัย"])[0])
    assert meanings.read(["แมว"]).tolist() == [cat] and len(meanings.vectors) == 3


@pytest.mark.parametrize(
    ("question", "short"),
    [("มายากอฟสกีเกิดเมื่อใด", "19 กรกฎาคม ค.ศ. 1893"), ("มายากอฟสกีเกิดที่ไหน", "บักดาดี"), ("ใครเกิดที่หมู่บ้านบักดาดี", "มายากอฟสกี")],
)
def test_the_short_answer_to_when_where_and_who_in_one_sentence(embedder: Embedder, question: str, short: str) -> None:
    found = extract(question, [Said(OTHER, "", "", 1.0), Said(BORN, "", "", 1.0), Said(WROTE, "", "", 1.0)], embedder)
    assert int(found.answers.argmax()) == 1
    assert short in BORN[found.spans[1].start : found.spans[1].end]


def test_probabilities_are_shares_and_no_answer_is_likelier_among_other_sentences(embedder: Embedder) -> None:
    said = Said(BORN, "", "", 2.0), Said(WROTE, "", "", 1.0), Said(OTHER, "", "", -3.0)
    found = extract("มายากอฟสกีเกิดเมื่อใด", said, embedder)
    assert float(found.answers.sum()) + found.none == pytest.approx(1, abs=1e-5)
    assert all(0 <= span.probability <= 1 and 0 <= span.start < span.end <= len(one.text) for span, one in zip(found.spans, said, strict=True))
    assert extract("มายากอฟสกีเกิดเมื่อใด", [Said(OTHER, "", "", -3.0)], embedder).none > found.none
    assert extract("อะไร", [], embedder) == (pytest.approx(np.zeros(0)), 1.0, ())


def test_sentences_do_not_see_each_other_but_through_their_shares(embedder: Embedder) -> None:
    alone = extract("มายากอฟสกีเกิดที่ไหน", [Said(BORN, "", "", 1.0)], embedder)
    both = extract("มายากอฟสกีเกิดที่ไหน", [Said(BORN, "", "", 1.0), Said(OTHER, "", "", 1.0)], embedder)
    assert alone.spans[0] == pytest.approx(both.spans[0], abs=1e-5)


def test_numpy_and_torch_say_the_same(embedder: Embedder) -> None:
    torch = pytest.importorskip("torch")
    from train.extractor_data import Encoder, Shown
    from train.extractor_net import Extractor, packed, shares

    torch.manual_seed(3)
    numbers = {word: at for at, word in enumerate(("เกิด", "ที่ไหน", "ประเทศ"))}
    encoder = Encoder(numbers, Meanings(embedder))
    model = Extractor(len(numbers), encoder.meanings.size, 0.2).eval()
    weights = Weights({name: value.detach().numpy() for name, value in model.state_dict().items()}, numbers)
    said = [Said(BORN, "มายากอฟสกี", "", 2.0), Said(WROTE, "", "", 0.5), Said(OTHER, "", "", -1.0)]
    asked_too = [Said(OTHER, "", "", 0.3), Said(BORN, "", "", 0.1)]
    both = (("มายากอฟสกีเกิดที่ไหน", said), ("ตลาดน้ำดำเนินสะดวกอยู่จังหวัดใด", asked_too))
    reads = [encoder.read(question, [Shown(one, None, False, True) for one in every]) for question, every in both]
    batch = packed(reads, numbers, encoder.meanings.vectors)
    with torch.no_grad():
        first, last, judged, none = model(batch)
        likely = shares(batch, judged, none).exp().numpy()
    for at, (question, every) in enumerate(both):
        found = run(weights, question, every, Meanings(embedder))
        assert found.answers == pytest.approx(likely[at, : len(every)], abs=1e-5)
        assert found.none == pytest.approx(likely[at, -1], abs=1e-5)
    start = int(first[0].argmax())
    assert first.shape[0] == len(said) + len(asked_too) and 0 <= start < len(tokens(BORN).words) and last.shape == first.shape


def test_weights_of_other_marks_or_none_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: Embedder) -> None:
    from safetensors.numpy import save_file

    old = tmp_path / "extractor.safetensors"
    save_file({"norm.weight": np.zeros(3, np.float16)}, old, {"words": json.dumps(["ก"]), "marks": "1"})
    for file in (old, tmp_path / "none" / "extractor.safetensors"):
        monkeypatch.setattr(extraction, "WEIGHTS", file)
        extraction._weights.cache_clear()  # the file was read once
        with pytest.raises(LibraryError, match="extractor.safetensors"):
            extract("อะไร", [Said(BORN, "", "", 1.0)], embedder)
    monkeypatch.undo()
    extraction._weights.cache_clear()


def test_the_weights_were_fitted_to_the_vectors_of_the_shipped_embedder(embedder: Embedder) -> None:
    with safe_open(extraction.WEIGHTS, "np") as opened:
        assert opened.metadata()["embedder"] == embedder.fingerprint


def test_a_question_in_english_is_left_to_the_ranker(embedder: Embedder) -> None:
    from rag.reading.read import extracted

    assert extracted(ask("When was Mayakovsky born?"), [], np.zeros(0, np.float32), np.zeros(0, np.intp), embedder) is None


def test_no_word_vector_is_longer_than_one() -> None:
    lengths = np.linalg.norm(table()[1], axis=1)
    assert lengths[-1] == 0 and np.allclose(lengths[:-1], 1, atol=1e-3)
