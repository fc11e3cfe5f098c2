"""What the models are fitted with: that every script can be read, and what was written for them."""

import importlib
import json
import lzma
from collections import Counter
from pathlib import Path

import pytest

from train.contexts import answer_in, says, tells
from train.grammar import CLOSES, OPENS, closes, opens
from train.written import FILE, _item, part_of

FOLDER = FILE.parent


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_every_script_finds_what_it_imports(name: str) -> None:
    importlib.import_module(f"train.{name}")


def test_written_questions_are_told_apart_and_point_into_what_was_read() -> None:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) > 17000
    assert all(row["question"].strip() == row["question"] != "" for row in rows)
    for row in rows:
        told = row["style"] not in ("other_fact", "other_entity", "twisted")
        assert told == (row["answer"] is not None), row["id"]
        assert not told or row["start"] <= row["answer"][0] < row["answer"][1] <= row["end"], row["id"]
    parts = Counter(part_of(row["id"]) for row in rows)
    assert parts["calibrate"] == parts["judge"] == 760
    texts = {part: {(row["corpus"], row["row"]) for row in rows if part_of(row["id"]) == part} for part in parts}
    assert texts["fit"].isdisjoint(texts["judge"] | texts["calibrate"]), "no question is fitted on a text that is judged with"


def test_acts_of_clauses_are_those_of_their_longest_form() -> None:
    assert opens("ในขณะเดียวกันก็") == "turns" and opens("ในเมือง") == "relates" and opens("แมว") == ""
    assert closes("เรียกกันว่า") == "waits" and closes("จนถึงปัจจุบัน") == "ends" and closes("แมว") == ""
    assert all(len(form) <= 12 for form in (*OPENS, *CLOSES))


def test_a_piece_of_a_text_has_its_answers_where_they_stand_in_it_and_no_title() -> None:
    record = {"text": "ต้นเรื่อง แมวกินปลาที่ท่าน้ำ ท้ายเรื่อง", "title": "แมว", "source": "แมว.txt"}
    start, end, answer = record["text"].index("แมว"), record["text"].index(" ท้าย"), record["text"].index("ปลา")
    row = {"id": "x", "corpus": "news", "row": 0, "start": start, "end": end, "style": "close", "question": "แมวกินอะไร", "answer": [answer, answer + 3]}
    item = _item(row, {("news", 0): record})
    assert item["context"] == "แมวกินปลาที่ท่าน้ำ" and item["title"] == "" and item["answers"] == [{"text": "ปลา", "start": 6}]
    whole = _item({**row, "start": 0, "answer": None}, {("news", 0): record})
    assert whole["title"] == "แมว" and whole["answers"] == [] and whole["context"].startswith("ต้นเรื่อง")


def test_a_passage_says_the_answer_at_its_place_only() -> None:
    text = "แมวตัวแรกของบ้านกินปลาทุกเช้า " + "ส่วนหมา" * 30 + " อีกตัวหนึ่งไม่ยอมกินปลาเลย"
    item = {"context": text, "answers": [{"text": "ปลา", "start": text.index("ปลา")}]}
    assert [says(item, text), says(item, text[:60]), says(item, text[-60:])] == [True, True, False]


def test_a_sentence_tells_the_answer_at_its_place_or_in_doubt_elsewhere() -> None:
    item = {"answers": [{"text": "ปลา", "start": 6}]}
    assert answer_in(item, "แมวกินปลา", 0) == ((6, 9), False) and tells(item, "แมวกินปลา", 0)
    assert answer_in(item, "แมวกินปลา", 400) == (None, True) and tells(item, "แมวกิน ป ลา", 400)
    assert answer_in(item, "หมากินข้าว", 0) == (None, False) and not tells(item, "หมากินข้าว", 0)


def test_dropout_by_bytes_drops_its_share_and_keeps_the_mean() -> None:
    torch = pytest.importorskip("torch")
    from train.extractor_net import Drop

    torch.manual_seed(1)
    drop, ones = Drop(0.25), torch.ones(300, 333)
    dropped = drop(ones)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01) and dropped.mean().item() == pytest.approx(1, abs=0.02)
    assert torch.equal(drop.eval()(ones), ones)


def test_layers_begun_on_hidden_words_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from train import extractor, masked
    from train.extractor_net import Extractor

    (tmp_path / "thaigov_v2.jsonl.xz").write_bytes(lzma.compress((json.dumps({"text": "แมวกินปลาและนอนบนเสื่อในบ้านของยายทุกวัน" * 4}) + "\n").encode() * 9))
    monkeypatch.setattr(masked, "CORPORA", {"thaigov_v2.jsonl.xz": 1.0})
    monkeypatch.setattr(masked, "BATCH", 8)
    torch.manual_seed(1)
    numbers, own, vectors, frequent = masked.read(tmp_path)
    assert numbers.shape == own.shape and numbers.shape[1] == masked.PIECE and {"แมว", "ปลา"} <= set(frequent)
    net = masked.Masked(Extractor(len(frequent), vectors.shape[1], 0.0), vectors)
    others, every = torch.arange(300), [torch.from_numpy(part).long() for part in (numbers, own)]
    before = net(*every, others).item()
    masked.fit(net, numbers, own, 40)
    assert net(*every, others).item() < before / 2, "nine texts alike are soon known by heart"
    file = tmp_path / "masked.safetensors"
    masked.keep(net.model, frequent, file)
    begun = Extractor(2, vectors.shape[1], 0.0)
    extractor.begin(begun, {"ปลา": 1, "ไม่มีคำนี้": 0}, file)
    assert torch.equal(begun.small.weight[1], net.model.small.weight[frequent.index("ปลา")]) and torch.equal(begun.p_in.weight, net.model.p_in.weight)
    assert not torch.equal(begun.out.weight, net.model.out.weight), "what only questions teach begins anew"


def test_the_folder_holds_no_text_of_others() -> None:
    """Places and questions only: what was read stays where it is."""
    assert {path.suffix for path in Path(FOLDER).iterdir() if path.is_file()} <= {".py", ".jsonl"}
    keys = {key for line in FILE.read_text(encoding="utf-8").splitlines() for key in json.loads(line)}
    assert keys == {"id", "corpus", "row", "start", "end", "style", "question", "answer"}
