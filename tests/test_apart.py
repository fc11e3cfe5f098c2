"""Files read in a process of their own: slow, crashing and vanishing readers cost one file; long texts come in pieces."""

import json
import os
import signal
from pathlib import Path

import pytest

from index.apart import Cutting, ReadingProcess
from index.build import add
from index.embed import Embedder
from index.errors import SourceError
from index.formats import decode
from index.library import open_library
from index.parse import parse
from index.records import Document

SENTENCE = "แม่น้ำโขงไหลผ่านหลายประเทศในภูมิภาคนี้และหล่อเลี้ยงผู้คนจำนวนมาก "


def ignore(position: int) -> None:
    """Hear a sign of life."""


def records(folder: Path, count: int) -> Path:
    path = folder / "many.jsonl"
    lines = (json.dumps({"title": f"เรื่อง {n}", "text": SENTENCE * 9, "source": f"s{n}"}, ensure_ascii=False) for n in range(count))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path) -> None:
    path = records(tmp_path, 30)
    with ReadingProcess() as process:
        apart = [one.document for one in process.read(path, "auto", ignore) if isinstance(one, Cutting)]
    assert apart == list(parse(path)) and len(apart) == 30


def test_a_reader_that_says_nothing_is_given_up_and_the_next_file_is_read(tmp_path: Path) -> None:
    slow, quick = tmp_path / "slow.txt", tmp_path / "quick.txt"
    slow.write_text(SENTENCE * 70_000, encoding="utf-8")
    quick.write_text(SENTENCE, encoding="utf-8")
    with ReadingProcess(silence=0.2) as process:
        with pytest.raises(SourceError, match=r"slow\.txt: given up after 0 seconds"):
            list(process.read(slow, "auto", ignore))
        process._silence = 60
        assert [one.document.text for one in process.read(quick, "auto", ignore) if isinstance(one, Cutting)] == [SENTENCE.strip()]


def test_a_reader_that_dies_costs_its_file(tmp_path: Path) -> None:
    path = records(tmp_path, 3000)
    with ReadingProcess() as process:
        found = process.read(path, "auto", ignore)
        assert isinstance(next(found), Cutting) and process._child is not None
        os.kill(process._child.pid, signal.SIGSEGV)
        with pytest.raises(SourceError, match=r"many\.jsonl: its reader broke down \(code -11\)"):
            list(found)
        assert len(list(process.read(path, "auto", ignore))) == 3000


def test_whoever_stops_listening_leaves_no_process_and_no_mixed_answers(tmp_path: Path) -> None:
    many = records(tmp_path, 3000)
    one = tmp_path / "one.txt"
    one.write_text(SENTENCE, encoding="utf-8")
    with ReadingProcess() as process:
        found = process.read(many, "auto", ignore)
        next(found)
        found.close()  # type: ignore[attr-defined]
        assert len(list(process.read(one, "auto", ignore))) == 1
        child = process._child
    assert child is not None and child.poll() is not None


def test_a_pipe_is_no_file(tmp_path: Path, embedder: Embedder) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    summary = add(tmp_path / "library", [pipe], embedder)
    assert "not a plain file" in summary.failed[0].english


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
def test_a_long_text_comes_in_pieces_without_losing_a_letter(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "WHOLE", 40_000)
    monkeypatch.setattr(decode, "_WINDOW", 7_000)
    text = "\n\n".join(f"ย่อหน้าที่ {n} {SENTENCE * (n % 7 + 1)}" for n in range(400))
    path = tmp_path / "ยาว.txt"
    path.write_text(text, encoding=encoding)
    found = [one for one in parse(path) if isinstance(one, Document)]
    assert len(found) > 5 and "".join("".join(one.text.split()) for one in found) == "".join(text.split())
    assert [one.source for one in found] == [str(path), *(f"{path}#{n}" for n in range(2, len(found) + 1))]
    assert found[1].title == "ยาว (2)" and sum(len(one.paragraphs) for one in found) == 400


def test_a_long_text_broken_in_the_middle_keeps_what_was_held_before(tmp_path: Path, embedder: Embedder) -> None:
    path, library = tmp_path / "ยาว.txt", tmp_path / "library"
    path.write_text(SENTENCE, encoding="utf-8")
    add(library, [path], embedder)
    path.write_bytes(SENTENCE.encode() * 40_000 + b"\xff\xff" + SENTENCE.encode() * 10)
    summary = add(library, [path], embedder)
    assert [error.english for error in summary.failed] == [
        f"ยาว.txt: broken UTF-8 at byte {len(SENTENCE.encode()) * 40_000}; save the file again as UTF-8."
    ]
    assert SENTENCE.strip() in {one.text for held in open_library(library).held() if (one := open_library(library).document(held.document))}
