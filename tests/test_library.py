"""The library on disk: the truth in SQLite, derived indexes that catch up, one writer, nothing lost."""

import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import add, check, rebuild, remove, wanted_settings, writing
from index.embed import Embedder, Vectors, unit
from index.errors import LibraryBusy, LibraryError, LibraryMismatch, NoLibrary, UsageError
from index.follow import behind, catch_up
from index.lexical import Lexical
from index.library import create_library, open_library
from index.vectors import VectorStore
from tests.conftest import SEEDS
from ui.settings import ROOT


class HashEmbedder:
    """A real, small, deterministic embedder: counts of characters."""

    name, dimension, fingerprint = "hash", 16, "hash-16"

    def embed_passages(self, texts: list[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[ord(letter) % self.dimension] += 1
        return unit(rows)

    embed_questions = embed_passages


HASH: Embedder = HashEmbedder()  # type: ignore[assignment]


def rows_everywhere(folder: Path) -> tuple[set[int], int, int]:
    """Return the rows of the library, and how many passages each derived index holds."""
    with closing(open_library(folder)) as library:
        rows = {passage.row for passage in library.passages_after(0, 10**6)}
        return rows, len(Lexical(folder / "lexical")), len(VectorStore(folder, 16))


def consistent(folder: Path) -> bool:
    with closing(open_library(folder)) as library:
        lexical, vectors = Lexical(folder / "lexical"), VectorStore(folder, 16)
        rows, words, dense = rows_everywhere(folder)
        return not behind(library, lexical, vectors) and len(rows) == words == dense


def test_add_again_change_and_remove(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    first = add(folder, [files], HASH)
    assert (first.added, first.unchanged, first.replaced, first.failed) == (3, 0, 0, [])
    assert add(folder, [files], HASH).unchanged == 3
    (files / "1.txt").write_text("ข้อความใหม่ทั้งหมดเกี่ยวกับเกลือสมุทร", encoding="utf-8")
    second = add(folder, [files], HASH)
    assert (second.added, second.unchanged, second.replaced) == (0, 2, 1)
    assert consistent(folder)
    assert remove(folder, [str(files / "0.txt"), "2"], HASH) == [str(files / "0.txt"), str(files / "2.txt")]
    assert consistent(folder) and rows_everywhere(folder)[1] == 1
    with pytest.raises(UsageError, match="The library has no document missing"):
        remove(folder, ["missing"], HASH)


def test_one_text_under_two_names_is_one_document_with_two_sources(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    shutil.copy(files / "0.txt", files / "copy.txt")
    add(folder, [files], HASH)
    with closing(open_library(folder)) as library:
        assert library.counts()[0] == 3 and len(library.held()) == 4
    remove(folder, [str(files / "0.txt")], HASH)
    with closing(open_library(folder)) as library:
        assert library.counts()[0] == 3  # the copy still holds it
    remove(folder, [str(files / "copy.txt")], HASH)
    with closing(open_library(folder)) as library:
        assert library.counts()[0] == 2
    assert consistent(folder)


def test_a_record_that_left_its_file_leaves_the_library(tmp_path: Path) -> None:
    folder, file = tmp_path / "library", tmp_path / "r.jsonl"
    records = [
        json.dumps({"title": f"{n}", "text": f"บันทึกที่ {n} ของห้องสมุดประชาชน", "source": f"s{n}"}, ensure_ascii=False) for n in range(3)
    ]
    file.write_text("\n".join(records), encoding="utf-8")
    assert add(folder, [file], HASH).added == 3
    file.write_text("\n".join(records[:2]), encoding="utf-8")
    again = add(folder, [file], HASH)
    assert (again.unchanged, again.removed) == (2, 1) and consistent(folder)
    assert remove(folder, [str(file)], HASH) == ["s0", "s1"]


def test_bad_files_are_named_and_the_good_ones_added(tmp_path: Path, files: Path) -> None:
    (files / "empty.txt").write_bytes(b"")
    (files / "binary.txt").write_bytes(bytes(range(256)))
    summary = add(tmp_path / "library", [files], HASH)
    assert summary.added == 3 and [str(error).splitlines()[1].split(":")[0] for error in summary.failed] == ["binary.txt", "empty.txt"]


def test_a_file_that_turns_bad_keeps_its_old_document(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    (files / "0.txt").write_bytes(b"")
    assert len(add(folder, [files], HASH).failed) == 1 and rows_everywhere(folder)[1] == 3


def test_no_library_yet(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="There is no library at .* yet; make one with: tham add"):
        open_library(tmp_path)


def test_a_damaged_library_says_so(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryError, match=r"cannot be opened"):
        open_library(tmp_path)


def test_another_model_is_a_clear_error_and_rebuild_mends_it(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    other = HashEmbedder()
    other.name, other.fingerprint = "other", "other-16"
    with (
        closing(open_library(folder)) as library,
        pytest.raises(
            LibraryMismatch,
            match="built with the model hash .* but is opened with other .*use --embedder hash or build it again with: tham rebuild",
        ),
    ):
        check(library, other)  # type: ignore[arg-type]
    with pytest.raises(LibraryMismatch, match="tham rebuild"):
        add(folder, [files], other)  # type: ignore[arg-type]
    rebuild(folder, other)  # type: ignore[arg-type]
    with closing(open_library(folder)) as library:
        check(library, other)  # type: ignore[arg-type]
    assert consistent(folder) and rows_everywhere(folder)[1] == 3


def hold_lock(folder: str, held: object, release: object) -> None:
    with writing(Path(folder)):
        held.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_is_told_who_writes_and_readers_go_on(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    writer = context.Process(target=hold_lock, args=(str(folder), held, release))
    writer.start()
    try:
        assert held.wait(30)
        with pytest.raises(LibraryBusy, match=rf"Another process \(pid {writer.pid}\) is writing"):
            add(folder, [files], HASH)
        with closing(open_library(folder)) as library:
            assert library.counts()[0] == 3
    finally:
        release.set()
        writer.join()
    assert add(folder, [files], HASH).unchanged == 3


@pytest.mark.parametrize("lost", ["lexical", "vectors", "vectors/state.json", "lexical/meta.json", "lexical/applied.json"])
def test_a_lost_derived_file_is_made_again(tmp_path: Path, files: Path, lost: str) -> None:
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    target = folder / lost
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    with writing(folder), closing(open_library(folder)) as library:
        catch_up(library, HASH)
    assert consistent(folder)


def test_a_damaged_vector_file_is_made_again(tmp_path: Path, files: Path) -> None:
    folder = tmp_path / "library"
    add(folder, [files], HASH)
    next((folder / "vectors").glob("tail-*")).write_bytes(b"half a file")
    with writing(folder), closing(open_library(folder)) as library:
        catch_up(library, HASH)
    assert consistent(folder)


def test_killed_while_adding_nothing_reported_is_lost_and_the_next_call_mends(tmp_path: Path) -> None:
    """Kill the real command at random moments of an addition; afterwards the library opens, agrees with itself and can go on."""
    folder, file = tmp_path / "library", tmp_path / "r.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for n in range(3000):
            out.write(
                json.dumps({"title": f"เรื่อง {n}", "text": f"บันทึกเลขที่ {n} เรื่องการค้าข้าวและไม้สัก", "source": f"s{n}"}, ensure_ascii=False)
                + "\n"
            )
    command = [sys.executable, "-m", "ui", "add", str(file), "--library", str(folder)]
    chance = random.Random(5)
    for _ in range(3):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4 + chance.random() * 1.2)
        process.kill()
        process.wait()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with closing(open_library(folder)) as library:
        assert library.counts() == (3000, 3000)
        assert len(Lexical(folder / "lexical")) == 3000
        assert len(VectorStore(folder, int(library.settings()["dimension"]))) == 3000


def fill_the_disk(folder: str, files: str) -> None:
    """In a process of its own: allow no file to grow past 200 kB, as a full disk would."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        add(Path(folder), [Path(files)], HASH)
    except LibraryError as error:
        os._exit(42 if "Check disk space" in str(error) else 43)
    os._exit(0)


def test_a_full_disk_is_a_clear_error_and_the_library_stays(tmp_path: Path, files: Path) -> None:
    folder, big = tmp_path / "library", tmp_path / "big"
    add(folder, [files], HASH)
    big.mkdir()
    chance = random.Random(1)
    text = "\n\n".join("".join(chance.choices("กขคงจฉชซญดตถทธนบปผพภมยรลวสหอ ", k=300)) for _ in range(1500))
    (big / "big.txt").write_text(text, encoding="utf-8")
    process = multiprocessing.get_context("fork").Process(target=fill_the_disk, args=(str(folder), str(big)))
    process.start()
    process.join()
    assert process.exitcode == 42
    assert rows_everywhere(folder)[0] and {row.title for row in open_library(folder).held()} == {"0", "1", "2"}
    assert add(folder, [files], HASH).unchanged == 3 and consistent(folder)


def test_the_seeds_are_in_with_their_metadata(seeds_library: Path) -> None:
    with closing(open_library(seeds_library)) as library:
        assert [row.title for row in library.held()] == ["ลัทธิคอมมิวนิสต์", "บทที่ 3 นโยบายเศรษฐกิจใหม่"]
        assert [row.source for row in library.held()] == [str(path) for path in sorted(SEEDS.glob("*.txt"))]
        assert library.settings()["format"] == "1"


def test_settings_name_the_model_by_its_hash(embedder: Embedder) -> None:
    settings = wanted_settings(embedder)
    assert settings["embedder"] == "tham-static" and len(settings["fingerprint"]) == 16 and settings["words"] == "nlpo3/2"


def test_a_library_can_be_made_where_there_was_none(tmp_path: Path) -> None:
    with closing(create_library(tmp_path / "new" / "library")) as library:
        assert library.counts() == (0, 0)
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="Cannot make a library"):
        create_library(tmp_path / "file" / "library")
