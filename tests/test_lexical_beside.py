"""Words indexed in a process beside are the same as here; a process that is lost or stopped loses none of them and keeps nobody waiting."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index import build, follow, lexical_beside
from index.build import add, remove, writing
from index.follow import behind, catch_up
from index.lexical import Applied, Lexical
from index.lexical_beside import LexicalProcess
from index.library import Library, open_library
from index.progress import Progress, silent
from index.vectors import VectorStore
from tests.test_library import HASH, ROOT


def records(path: Path, count: int, first: int = 0) -> Path:
    lines = [
        f'{{"title": "เรื่องที่ {n}", "text": "เรือลำที่ {n} ออกจากท่าเมื่อ พ.ศ. {2400 + n}", "source": "{n}"}}' for n in range(first, first + count)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ninety short texts, ten a transaction; a process is started for more than twenty."""
    monkeypatch.setattr(build, "_RECORDS_AT_ONCE", 10)
    for module in (build, follow):
        monkeypatch.setattr(module, "MANY", 20)
    return records(tmp_path / "เรื่องสั้น.jsonl", 90)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The processes that were started; all have ended afterwards."""
    pids: list[int] = []
    start = LexicalProcess._start

    def remembered(self: LexicalProcess, folder: Path) -> None:
        start(self, folder)
        assert self._child is not None
        pids.append(self._child.pid)

    monkeypatch.setattr(LexicalProcess, "_start", remembered)
    yield pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def rows(folder: Path, word: str) -> list[tuple[int, float]]:
    lexical = Lexical(folder / "lexical")
    return [tuple(hit) for hit in (*lexical.search_words([word], 100), *lexical.search_grams([word[:3]], 100))]


def whole(folder: Path) -> bool:
    with closing(open_library(folder)) as library:
        lexical, vectors = Lexical(folder / "lexical"), VectorStore(folder, HASH.dimension)
        return not behind(library, lexical, vectors) and len(lexical) == len(vectors) == library.counts()[1]


def test_beside_and_here_are_the_same(tmp_path: Path, many: Path, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    add(tmp_path / "beside", [many], HASH, report=told.append)
    assert len(started) == 1 and whole(tmp_path / "beside")
    assert (told[-1].stage in {"index", "embed"}) and {p.done for p in told if p.stage == "index"} >= {max(p.total for p in told if p.stage == "index")}
    monkeypatch.setattr(build, "MANY", 1000)
    monkeypatch.setattr(follow, "MANY", 1000)
    add(tmp_path / "here", [many], HASH)
    assert len(started) == 1 and whole(tmp_path / "here")
    for word in ("เรือ", "เรื่อง", "y1925", "d1920", "ท่า"):
        assert rows(tmp_path / "beside", word) == rows(tmp_path / "here", word) != []


def test_it_begins_while_files_are_read(tmp_path: Path, many: Path, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    more = LexicalProcess.more

    def seen(self: LexicalProcess, library: Library) -> None:
        held.append(library.counts()[1])
        more(self, library)

    monkeypatch.setattr(LexicalProcess, "more", seen)
    add(tmp_path / "library", [many], HASH)
    assert held == [30, 40, 50, 60, 70, 80, 90, 90] and len(started) == 1


def test_what_is_replaced_and_removed_while_it_works_is_not_found(tmp_path: Path, many: Path, started: list[int]) -> None:
    folder = tmp_path / "library"
    add(folder, [many], HASH)
    records(many, 60, first=40)  # ten new ones, forty gone, all the others as they were
    other = tmp_path / "อื่น.jsonl"
    other.write_text("".join(f'{{"title": "อื่น", "text": "รถไฟขบวนที่ {n}", "source": "{n}"}}\n' for n in range(50, 80)), encoding="utf-8")
    summary = add(folder, [many, other], HASH)
    assert (summary.added, summary.replaced, summary.removed) == (10, 30, 40) and whole(folder)
    assert len({row for row, _ in rows(folder, "เรือ")}) == 30 and len({row for row, _ in rows(folder, "รถไฟ")}) == 30
    remove(folder, [str(n) for n in range(50, 80)], HASH)
    assert whole(folder) and Lexical(folder / "lexical").search_words(["รถไฟ"], 100) == []


@pytest.mark.parametrize("when", [1, 3])
def test_what_a_lost_process_left_is_done_here(tmp_path: Path, many: Path, started: list[int], monkeypatch: pytest.MonkeyPatch, when: int) -> None:
    tell, told = LexicalProcess._tell, []

    def broken(self: LexicalProcess, line: bytes) -> None:
        told.append(line)
        if len(told) == when:
            os.kill(started[-1], signal.SIGKILL)
        tell(self, line)

    monkeypatch.setattr(LexicalProcess, "_tell", broken)
    add(tmp_path / "library", [many], HASH)
    assert len(started) == 1 and whole(tmp_path / "library")


def test_a_process_that_breaks_down_at_once_is_no_end(tmp_path: Path, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "library"
    add(folder, [records(tmp_path / "few.jsonl", 3)], HASH)
    with writing(folder), closing(open_library(folder)) as library:
        with library.change():
            library.make_mark()
        (folder / "lexical" / "applied.json").unlink()
        monkeypatch.setattr(follow, "MANY", 1)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        catch_up(library, HASH)
    assert whole(folder)


def test_a_process_that_was_not_started_finishes_nothing() -> None:
    with LexicalProcess() as process:
        assert process.finish(Applied(1, 0), silent) is False


def test_the_process_of_a_killed_parent_notes_nothing_down_and_lets_go(tmp_path: Path, many: Path) -> None:
    """A parent that has told of more and is killed: its process ends without a commit, and another writer gets in."""
    folder = tmp_path / "library"
    add(folder, [records(tmp_path / "few.jsonl", 3, first=200)], HASH)
    before = Lexical(folder / "lexical").applied
    program = (
        "import sys, time; from pathlib import Path; from index.library import open_library; from index.lexical_beside import LexicalProcess\n"
        "process = LexicalProcess(); process.more(open_library(Path(sys.argv[1]))); print(process._child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    add(folder, [many], HASH)
    assert before.row == 3 and whole(folder)
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the process of a killed parent goes on")


def test_a_number_is_what_starts_it() -> None:
    assert lexical_beside.MANY == build.MANY == follow.MANY == 5_000
