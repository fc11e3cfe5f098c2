"""What the benches say: values worked out by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ir_measures import Qrel, ScoredDoc

from bench import articles, resources, retrieval, scores
from index.build import add
from index.embed import Embedder
from rag.assemble import Answerer
from tests.test_library import ROOT

QRELS = [Qrel("a", "d1", 1), Qrel("b", "d2", 1), Qrel("c", "d3", 1), Qrel("c", "d4", 1)]
RUN = [ScoredDoc("a", "d1", 2.0), ScoredDoc("a", "d9", 1.0), ScoredDoc("c", "d8", 3.0), ScoredDoc("c", "d3", 2.0)]  # b is unanswered


def test_each_measure_of_each_question_by_hand() -> None:
    found = scores.by_question(RUN, QRELS, ["a", "b", "c"])
    assert found["a"] == dict.fromkeys(scores.MEASURES, 1.0)
    assert found["b"] == dict.fromkeys(scores.MEASURES, 0.0)  # unanswered
    gain = 1 / np.log2(3)
    assert found["c"] == pytest.approx(
        {"nDCG@10": gain / (1 + gain), "MRR@10": 0.5, "R@1": 0.0, "R@5": 0.5, "R@10": 0.5, "R@100": 0.5}, abs=1e-6
    )
    assert scores.by_question([], QRELS, ["a"]) == {"a": dict.fromkeys(scores.MEASURES, 0.0)}


def test_the_table_counts_an_unanswered_question_as_zero() -> None:
    lines = scores.table({"words": RUN, "dense": []}, QRELS, ["a", "b", "c"]).splitlines()
    assert lines[0] == "| | nDCG@10 | MRR@10 | R@1 | R@5 | R@10 | R@100 |" and lines[1].count("---") == 7
    words, dense = (line.split(" | ") for line in lines[2:4])
    assert words[2].startswith("0.5000 ±") and words[3].startswith("0.3333 ±")
    assert dense == ["| dense", *["0.0000 ±0.000"] * 5, "0.0000 ±0.000 |"]
    assert lines[4] == "± half the 95 % interval: 1,000 bootstrap samples of 3 questions, seed 1"


def test_half_an_interval_is_that_of_a_share() -> None:
    """Of 400 questions 300 right: 1.96 · √(.75 · .25 / 400) = .0424 by the normal approximation."""
    assert scores.half([1.0] * 300 + [0.0] * 100) == pytest.approx(0.0424, abs=0.004)
    assert scores.half([1.0] * 10) == 0 and scores.half([0.0, 1.0] * 5) == scores.half([0.0, 1.0] * 5)


def test_percentiles_by_hand() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert [resources.percentile(values, share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 50, 95, 100]
    assert resources.percentile([7.0], 0.95) == 7


def test_memory_held_is_seen_and_files_are_counted(tmp_path: Path) -> None:
    program = "from bench.resources import peak; a = peak().own; b = bytearray(b'x') * 200_000_000; print(a, peak().own)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert 190e6 < int(said[1]) - int(said[0]) < 220e6
    (tmp_path / "ใน").mkdir()
    (tmp_path / "ใน" / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123")
    assert resources.disk(tmp_path) == 8
    assert f"Python {sys.version.split()[0]}, {os.cpu_count()} cores" in resources.versions() and "tantivy 0." in resources.versions()


def test_a_set_is_measured(tmp_path: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        {"id": "q1", "question": "โรงเรียนมีนักเรียนกี่คน", "context": "โรงเรียนนี้มีนักเรียน 40 คน", "title": "โรงเรียน"},
        {"id": "q2", "question": "แม่น้ำยาวเท่าไร", "context": "แม่น้ำยาว 300 กิโลเมตร", "title": "แม่น้ำ"},
    ]
    path, out = tmp_path / "set.jsonl", tmp_path / "new" / "out.jsonl"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in items), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["retrieval", str(path), "--out", str(out)])
    retrieval.main()
    said = capsys.readouterr().out
    assert "2 questions, 2 documents, 2 passages, built in " in said and "\n| reranked | 1.0000 ±0.000 | " in said
    assert "ms a question: p50 " in said and "; disk 0." in said and "peak memory " in said and "faiss-cpu " in said
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["q1", "q2"] and all(line["R@100"] == line["nDCG@10"] == 1 and line["ms"] > 0 for line in lines)


def test_articles_stand_where_their_best_passage_stands(tmp_path: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    records = tmp_path / "wiki.jsonl"
    texts = {"11": "เชียงใหม่เป็นจังหวัดทางภาคเหนือ", "12": "ภูเก็ตเป็นเกาะทางภาคใต้"}
    lines = [json.dumps({"title": text[:8], "text": text, "source": f"https://th.wikipedia.org/?curid={name}"}, ensure_ascii=False) for name, text in texts.items()]
    records.write_text("\n".join(lines), encoding="utf-8")
    add(tmp_path / "library", [records], embedder)
    questions = tmp_path / "q.jsonl"
    asked = [{"id": "1", "question": "ภูเก็ตอยู่ภาคใด", "positive_articles": ["12"]}, {"id": "2", "question": "ยะลา", "positive_articles": ["99"]}]
    questions.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in asked), encoding="utf-8")
    assert articles.articles(Answerer(tmp_path / "library", embedder)) != {}
    monkeypatch.setattr(sys, "argv", ["articles", str(tmp_path / "library"), str(questions), "--out", str(tmp_path / "out.jsonl")])
    articles.main()
    said = capsys.readouterr().out
    assert said.startswith("1 questions (1 left out), 2 articles, 2 passages\n") and "\n| reranked | 1.0000 ±0.000 | " in said
    assert json.loads((tmp_path / "out.jsonl").read_text())["R@1"] == 1
