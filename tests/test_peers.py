"""The bench beside others: the drawing, the scores and a system measured in a process of its own, without the others installed."""

import json
import lzma
from pathlib import Path

import pytest
from ir_measures import Qrel

from bench.peer_systems import SYSTEMS
from bench.peers import Drawn, compare, draw, lay, row, run, score, table
from bench.plot import draw as draw_picture

ANIMALS = ("แมว", "สุนัข", "ช้าง", "ม้า", "วัว", "ควาย", "เสือ", "หมี", "ลิง", "กวาง")
ASKED = {"q1": "ช้างชอบกินอะไร", "q2": "หมีชอบกินอะไร"}


def articles(folder: Path) -> Path:
    """Ten articles of two paragraphs; the last sentence of all is the same."""
    file = folder / "articles.jsonl.xz"
    with lzma.open(file, "wt", encoding="utf-8") as lines:
        for number, animal in enumerate(ANIMALS):
            text = f"{animal}เป็นสัตว์ชนิดหนึ่งที่พบในป่า {'ก' * 700}\n{animal}ชอบกินอาหารแบบที่ {number} ของป่านี้"
            record = {"title": animal, "text": text, "source": f"https://th.wikipedia.org/wiki?curid={number}"}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    return file


def questions(folder: Path) -> Path:
    file = folder / "questions.jsonl"
    items = [
        {"id": "q1", "question": ASKED["q1"], "positive_articles": ["2", "77"]},  # there is no article 77
        {"id": "q2", "question": ASKED["q2"], "positive_articles": ["7"]},
        {"id": "q3", "question": "วาฬ", "positive_articles": ["78"]},
    ]
    file.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return file


def test_the_same_passages_are_drawn_each_time_and_hold_the_right_articles(tmp_path: Path) -> None:
    files = articles(tmp_path), questions(tmp_path)
    drawn = draw(*files, 8, 3)
    assert drawn == draw(*files, 8, 3)
    assert len(drawn.passages) == 8 == len({one["text"] for one in drawn.passages})
    assert {"2#0", "2#1", "7#0", "7#1"} <= {one["source"] for one in drawn.passages}
    assert drawn.questions == {name: ASKED[name] for name in drawn.questions} and set(drawn.questions) == {"q1", "q2"}
    assert sorted(drawn.qrels) == [Qrel("q1", "2", 1), Qrel("q2", "7", 1)]
    by_source = {one["source"]: one for one in drawn.passages}
    assert by_source["7#1"] == {"source": "7#1", "title": "หมี", "text": "หมีชอบกินอาหารแบบที่ 7 ของป่านี้"}


def test_too_few_passages_for_the_right_articles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="have 4 passages: ask fewer or take more"):
        draw(articles(tmp_path), questions(tmp_path), 3, 3)


def test_an_article_stands_where_its_first_passage_stands_and_nothing_found_is_zero() -> None:
    qrels = [Qrel("q1", "b", 1), Qrel("q2", "b", 1)]
    scores = score([["a#0", "a#4", "b#2", "b#1"], []], ["q1", "q2"], qrels)
    assert scores["R@1"] == 0 and scores["R@1±"] == 0
    assert scores["R@10"] == 0.5
    assert scores["nDCG@10"] == pytest.approx(0.6309 / 2, abs=1e-4)  # second of all: 1 / log2(3)


def test_tham_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    drawn = draw(articles(tmp_path), questions(tmp_path), 20, 3)
    lay(tmp_path, drawn)
    result = run("tham", tmp_path)
    assert result is not None and len(result["search_ms"]) == 2
    assert [sources[0] for sources in result["found"]] == [{"q1": "2#1", "q2": "7#1"}[name] for name in drawn.questions]
    line = row("tham", result, drawn)
    assert (line["R@1"], line["R@10"], line["nDCG@10"]) == (1, 1, 1)
    assert line["build_s"] > 0 and line["memory_mb"] > 20 and line["disk_mb"] > 0


def test_what_is_not_installed_or_breaks_is_named_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(SYSTEMS, "haystack", SYSTEMS["haystack"]._replace(packages=("no-such-package",)))
    assert run("haystack", tmp_path) is None
    assert "Haystack BM25: no-such-package is not installed, passed over" in capsys.readouterr().err
    assert run("tantivy", tmp_path) is None  # there are no passages
    assert "tantivy: broke down, passed over (FileNotFoundError" in capsys.readouterr().err


def made(name: str, seconds: float, milliseconds: float, right: float) -> dict[str, object]:
    result = {
        "build_s": seconds, "build_cpu_s": 2 * seconds, "search_ms": [milliseconds] * 2, "search_cpu_ms": milliseconds,
        "found": [["b#0"], ["b#0"]], "memory": 3 * 2**20, "disk": 2**19,
    }  # fmt: skip
    return {**row(name, result, Drawn([], {"q1": "", "q2": ""}, [Qrel("q1", "b", 1), Qrel("q2", "b", 1)])), "R@1": right}


def test_times_stand_beside_thams_and_are_drawn(tmp_path: Path) -> None:
    rows = [made("tham", 2, 10, 0.9), made("tantivy", 1, 5, 0.25)]
    compare(rows)
    assert (rows[1]["build_x"], rows[1]["build_cpu_x"], rows[1]["search_x"]) == (0.5, 0.5, 0.5)
    last = table(rows).splitlines()[-1]
    assert last.startswith("| tantivy ") and "| 0.250 ±0.000 | 1.000 | 1.000 | 1.0 | 0.50 (0.50) | 5.0 / 5.0 | 0.50 (0.50) | 3 | 0.5 |" in last
    picture = tmp_path / "peers.png"
    draw_picture(rows, "2 passages", picture)
    assert picture.read_bytes().startswith(b"\x89PNG") and 5_000 < picture.stat().st_size < 100_000
