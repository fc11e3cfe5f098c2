"""The command as its users meet it: exit codes, JSON contracts, two sentences for every mistake."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from index.embed import Embedder
from ui import cli
from ui.settings import ROOT

COMMANDS = ("add", "remove", "list", "ask", "talk", "search", "cite", "describe", "rebuild", "chat", "mcp", "doctor")
THAI = re.compile("[\u0e01-\u0e5b]")
CITATION = {"number", "document", "paragraph", "page", "headings", "start", "end", "quote", "paragraph_text"}


def tham(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120)


def failed(result: subprocess.CompletedProcess[str], code: int) -> list[str]:
    """Check that a command failed as a user should see it: no output, two sentences, Thai then English."""
    assert result.returncode == code and result.stdout == "" and "Traceback" not in result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2 and THAI.search(lines[0]) and lines[0] != lines[1]
    own = lines[1]
    for given in result.args[3:]:  # the English sentence may quote a name that the user gave
        own = own.replace(given, "")
    assert re.search("[A-Za-z]", own) and not THAI.search(own), lines[1]
    return lines


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str) -> None:
    result = tham(command, "--help")
    assert result.returncode == 0 and "--library" in result.stdout and any("\u0e00" < letter < "\u0e7f" for letter in result.stdout)


@pytest.mark.parametrize(
    ("typed", "thai", "english"),
    [
        (("ask", "--kk", "อะไร"), "ไม่มีตัวเลือก --kk", "No such option"),
        (("chat", "--port", "99999999"), "ค่าของ '--port' ใช้ไม่ได้", "Invalid value for '--port'"),
        (("describe",), "ยังขาด 'SOURCE'", "Missing argument 'SOURCE'"),
    ],
)
def test_what_was_typed_wrong_is_said_in_both_languages(typed: tuple[str, ...], thai: str, english: str) -> None:
    lines = failed(tham(*typed), 2)
    assert lines[0] == f"{thai} ดูวิธีใช้ด้วย: python -m ui {typed[0]} --help" and lines[1].startswith(english)


def test_every_command_is_in_the_help_and_the_readme() -> None:
    listed = tham("--help").stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"\n  {command} " in listed and f"tham {command}" in readme


def test_ask_json_is_one_object_of_the_agreed_shape(seeds_library: Path) -> None:
    result = tham("ask", "--json", "--library", seeds_library, "พิธีสารที่สถาปนาเครือจักรภพรัฐเอกราชชื่ออะไร")
    assert result.returncode == 0 and result.stdout.count("\n") == 1
    answer = json.loads(result.stdout)
    assert {"question", "answer", "short_answer", "refusal", "claims", "citations", "confidence", "timings_ms"} <= answer.keys()
    assert answer["refusal"] is None and "อัลมา-อาตา" in answer["answer"]
    assert answer["claims"][0].keys() == {"text", "citations", "support"} and answer["claims"][0]["support"] == "supported"
    citation = answer["citations"][0]
    assert citation.keys() == CITATION and citation["document"].keys() == {"id", "title", "source"}
    assert citation["headings"] == ["การล่มสลายของสหภาพโซเวียต"] and citation["page"] is None
    assert citation["quote"] in citation["paragraph_text"] and citation["end"] - citation["start"] == len(citation["quote"])


def test_a_refusal_has_no_citations_but_the_nearest_passages(seeds_library: Path) -> None:
    answer = json.loads(tham("ask", "--json", "--library", seeds_library, "ดาวอังคารมีดวงจันทร์กี่ดวง").stdout)
    assert answer["refusal"] == "no_evidence" and answer["citations"] == answer["claims"] == [] and answer["answer"] == "ไม่พบคำตอบในเอกสาร"
    assert answer["nearest"] and answer["nearest"][0].keys() == CITATION


def test_ask_and_search_in_batches(seeds_library: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    items = [{"id": "ก", "question": "มายากอฟสกีฆ่าตัวตายปีใด"}, {"id": 2, "question": "ใครเขียนปีเปลือย"}]
    questions.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    answers = [json.loads(line) for line in tham("ask", "--batch", questions, "--library", seeds_library).stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["ก", 2] and all("answer" in answer for answer in answers)
    found = [json.loads(line) for line in tham("search", "--batch", questions, "--k", 100, "--library", seeds_library).stdout.splitlines()]
    assert [set(one) for one in found] == [{"id", "question", "hits"}] * 2
    hit = found[0]["hits"][0]
    assert hit.keys() == {"rank", "score", "legs", "features", "document", "paragraph", "page", "headings", "start", "end", "text"} and hit["rank"] == 1
    assert {"words", "grams", "dense"} & set(hit["legs"]) and hit["end"] - hit["start"] == len(hit["text"])


def test_add_list_ask_remove(tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "บันทึก ของฉัน.txt"
    file.write_bytes("ร้านก๋วยเตี๋ยวของป้าแดงเปิดมาตั้งแต่ พ.ศ. 2511 ที่ตลาดนางเลิ้ง กรุงเทพมหานคร".encode("cp874"))
    added = tham("add", file, environment=environment)
    assert added.returncode == 0 and "added 1" in added.stdout
    assert "unchanged 1" in tham("add", file, environment=environment).stdout
    assert "บันทึก ของฉัน" in tham("list", environment=environment).stdout
    shown = tham("ask", "ร้านป้าแดงเปิดตั้งแต่ปีใด", environment=environment)
    assert shown.returncode == 0 and "2511" in shown.stdout and "ย่อหน้าที่ 1" in shown.stdout
    assert "removed" in tham("remove", file, environment=environment).stdout
    assert "0 เอกสาร" in tham("list", environment=environment).stdout


def test_a_folder_with_bad_files(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ดี.txt").write_text("ข้อความดีสำหรับอ่านและถามตอบ", encoding="utf-8")
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    result = tham("add", tmp_path / "in", environment=environment)
    assert result.returncode == 0 and "failed 1" in result.stdout and "empty.txt: the file is empty" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", "อะไร"], 1, "There is no library at"),
        (["ask"], 2, "Give one question"),
        (["ask", " "], 2, "The question is empty"),
        (["ask", "--batch", "missing.jsonl"], 2, "Cannot read the questions of missing.jsonl"),
        (["add", "missing.txt"], 2, "There is no file or folder missing.txt"),
        (["add"], 2, "Missing argument"),
        (["search", "--k", "0", "x"], 2, "0 is not in the range"),
        (["remove", "x"], 1, "There is no library at"),
        (["fly"], 2, "No such command"),
        (["ask", "--embedder", "/no/such/folder", "x"], 2, "There is no model folder /no/such/folder"),
    ],
)
def test_mistakes(arguments: list[str], code: int, said: str, environment: dict[str, str]) -> None:
    assert said in failed(tham(*arguments, environment=environment), code)[1]


def test_a_broken_line_of_questions_is_named(tmp_path: Path, seeds_library: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": 1, "question": "ก"}\n{"id": 2}\n', encoding="utf-8")
    assert 'line 2: must be JSON with "id" and "question"' in failed(tham("ask", "--batch", bad, "--library", seeds_library), 2)[1]


@pytest.mark.parametrize(
    "line",
    ['{"id": 1, "question": null}', '{"question": 5}', '{"question": "\\ud800"}', '{"id": [1], "question": "ก"}', "[" * 100_000, "5"],
)
def test_a_line_that_asks_nothing_is_named(line: str, tmp_path: Path, seeds_library: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(line + "\n", encoding="utf-8")
    assert "line 1: must be JSON" in failed(tham("ask", "--batch", bad, "--library", seeds_library), 2)[1]


def test_a_batch_is_cut_at_line_feeds_alone_and_any_name_is_printed(tmp_path: Path, seeds_library: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes('{"id": "\\ud800", "question": "ปีเปลือย\u2028ใครเขียน"}\r\n'.encode())
    found = tham("search", "--batch", file, "--library", seeds_library, "--k", 1)
    assert found.returncode == 0 and json.loads(found.stdout)["id"] == "\ud800"


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_of_broken_bytes_is_a_mistake(command: str, environment: dict[str, str]) -> None:
    assert "not valid Unicode" in failed(tham(command, "แมว\udcff", environment=environment), 2)[1]


def test_json_is_printed_to_a_terminal_without_thai(seeds_library: Path) -> None:
    found = tham("list", "--json", "--library", seeds_library, environment={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert found.returncode == 0 and len(json.loads(found.stdout)) == 2


def test_what_the_machine_refuses_is_two_sentences(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for error, code, said in (
        (sqlite3.DatabaseError("malformed"), 1, "The library is damaged (malformed)"),
        (sqlite3.OperationalError("readonly"), 1, "could not be read or written (readonly)"),
        (PermissionError(13, "Permission denied"), 1, "check permissions"),
        (FileNotFoundError(2, "No such file", str(ROOT / "models" / "boundaries.json")), 1, "check the project out again"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), 2, "not valid Unicode"),
    ):

        def refuse(error: Exception = error, **_: object) -> None:
            raise error

        monkeypatch.setattr(cli, "tham", refuse)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        lines = capsys.readouterr().err.strip().splitlines()
        assert ended.value.code == code and len(lines) == 2 and THAI.search(lines[0]) and said in lines[1]


def test_a_damaged_library_is_two_sentences(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"this was a database once" * 100)
    failed(tham("ask", "อะไร", "--library", tmp_path), 1)
    examined = tham("doctor", "--library", tmp_path)
    assert examined.returncode == 1 and "✗ library" in examined.stdout and "Traceback" not in examined.stderr


def test_doctor_names_missing_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from index import embed
    from ui import doctor

    gone = tmp_path / "tham-static"
    monkeypatch.setattr(embed, "SHIPPED", gone)
    monkeypatch.setattr(doctor, "SHIPPED", gone)
    for name in ("READER", "EXTRACTOR", "CONFIDENCE", "FUSION", "BOUNDARIES", "BLANKS", "WORDS", "FOLDED"):
        monkeypatch.setattr(doctor, name, tmp_path / name)
    bad = [line for line, good in doctor.examine(tmp_path / "library", None) if not good]
    assert any(line.startswith("models/tham-static/model.safetensors") for line in bad)
    assert sum("check out the project again" in line for line in bad) == 9 and any(line.startswith("legs:") for line in bad)


def test_doctor_says_when_the_indexes_lag(tmp_path: Path, embedder: Embedder) -> None:
    from index.build import add
    from index.vectors import VectorStore
    from ui.doctor import examine

    (tmp_path / "a.txt").write_text("ข้อความสำหรับค้นหา", encoding="utf-8")
    library = tmp_path / "library"
    add(library, [tmp_path / "a.txt"], embedder)
    assert any("have followed" in line and good for line, good in examine(library, None))
    VectorStore(library, embedder.dimension).clear()
    assert any("lag behind" in line and not good for line, good in examine(library, None))


def test_doctor_sees_an_open_way_to_the_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    from ui.doctor import examine

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    *_, (line, good) = examine(tmp_path / "library", None)
    assert not good and line.endswith("what would reach the network: GRADIO_ANALYTICS_ENABLED, huggingface_hub")


def test_doctor_says_that_every_leg_works_and_nothing_reaches_out(environment: dict[str, str]) -> None:
    result = tham("doctor", environment=environment)
    assert result.returncode == 0, result.stdout
    for leg in ("words", "grams", "dense"):
        assert f"✓ leg {leg}" in result.stdout
    assert "what would reach the network: nothing" in result.stdout and "sha256" in result.stdout


def test_doctor_says_when_a_leg_is_dead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from index.lexical import Lexical
    from ui.doctor import examine

    monkeypatch.setattr(Lexical, "search_words", lambda self, tokens, k, among=None: [])
    lines = dict(examine(tmp_path / "library", None))
    assert any(line.startswith("leg words: ตาย") and not good for line, good in lines.items())


def test_chat_seeds_fill_once_and_again_when_they_change(tmp_path: Path) -> None:
    from index.library import open_library
    from ui.seeding import fill

    seeds, library = tmp_path / "seeds", tmp_path / "library"
    seeds.mkdir()
    (seeds / "a.txt").write_text("ข้อความแรกของเมล็ดพันธุ์", encoding="utf-8")
    fill(library, seeds, None)
    reached = open_library(library).reached()
    fill(library, seeds, None)
    assert open_library(library).reached() == reached
    (seeds / "b.txt").write_text("ข้อความที่สองของเมล็ดพันธุ์", encoding="utf-8")
    fill(library, seeds, None)
    assert open_library(library).counts()[0] == 2
