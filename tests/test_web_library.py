"""The library's documents as the page keeps them: uploads kept or leaving no trace, lists bounded, what is known of a document."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.build import add, writing
from index.embed import Embedder
from index.errors import LibraryBusy, NoLibrary, SourceError, UsageError
from index.library import open_library
from index.listing import entry_of, listing
from ui.engine import Engine
from ui.web.documents import describe_source, described, documents, remove_source
from ui.web.uploads import UPLOADS, Adding, Cancelled, add_uploads, cancelled, safe_name, summary_data

CLUB = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A page over a library that is not there yet."""
    return Engine(tmp_path / "library", None)


def quiet(adding: Adding) -> None:
    """Show nobody how far an upload is."""


def stopping_at(stage: str) -> Callable[[Adding], None]:
    def tell(adding: Adding) -> None:
        if adding.stage == stage:
            raise cancelled()

    return tell


def uploads(engine: Engine) -> list[str]:
    return sorted(path.name for path in (engine.folder / UPLOADS).glob("*"))


def held(engine: Engine) -> list[tuple[str, str, int]]:
    return [(one["source"], one["title"], one["passages"]) for one in documents(engine)["documents"]]


def found(engine: Engine, question: str) -> list[str]:
    return [hit.passage.text for hit in engine.answerer().search(question, 3)]


@pytest.mark.parametrize(("name", "safe"), [
    ("รายงาน ฉบับที่ ๑.txt", "รายงาน ฉบับที่ ๑.txt"), ("../../etc/passwd", "passwd"), ("C:\\ก\\ข.txt", "ข.txt"), (".hidden.txt", "hidden.txt"),
    ("ก\u202e\x00:ข.txt", "กข.txt"), ("...", "file"), ("manifest.json", "_manifest.json"), ("น้ำ.txt", "น้ำ.txt"),
    ("ก" * 300 + ".txt", "ก" * 65 + ".txt"), ("." * 5 + "x" * 300, "x" * 200),
])  # fmt: skip
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe and len(safe_name(name).encode()) <= 200


def test_an_upload_is_told_of_kept_and_removed_with_its_copy(engine: Engine, tmp_path: Path) -> None:
    file = write(tmp_path / "รับ" / "สโมสร ๑.txt", CLUB)
    told: list[Adding] = []
    summary = add_uploads(engine, [file], told.append)
    assert (summary.added, summary.failed) == (1, []) and uploads(engine) == ["สโมสร ๑.txt"]
    shares = [adding.share for adding in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and told[-1].files == {"สโมสร ๑.txt": ("read", 1.0)}
    assert {adding.stage for adding in told} == {"read", "index", "embed"}
    assert CLUB in found(engine, "สโมสรเรือพาย")
    assert add_uploads(engine, [file], quiet).unchanged == 1
    write(file, CLUB.replace("2512", "2513"))
    assert add_uploads(engine, [file], quiet).replaced == 1 and uploads(engine) == ["สโมสร ๑.txt"]
    assert "2513" in (engine.folder / UPLOADS / "สโมสร ๑.txt").read_text(encoding="utf-8")
    assert remove_source(engine, held(engine)[0][0]) == "สโมสร ๑" and uploads(engine) == [] and held(engine) == []


def test_several_files_each_have_their_share(engine: Engine, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.txt", f"เรื่องที่ {n} ว่าด้วยข้าวและปลา") for n in (1, 2)]
    told: list[Adding] = []
    add_uploads(engine, files, told.append)
    states = [tuple(state for state, _ in adding.files.values()) for adding in told if adding.stage == "read"]
    assert states[-1] == ("read", "read") and ("read", "waiting") in states


@pytest.mark.parametrize("stage", ["read", "index", "embed"])
def test_an_addition_called_off_leaves_the_library_as_it_was(engine: Engine, tmp_path: Path, stage: str) -> None:
    old = write(tmp_path / "เก่า.txt", CLUB)
    add_uploads(engine, [old], quiet)
    before = held(engine)
    write(old, CLUB.replace("2512", "2599"))
    new = [write(tmp_path / f"{n}.txt", f"เรื่องใหม่ที่ {n} ว่าด้วยข้าวหอมมะลิ") for n in range(3)]
    with pytest.raises(Cancelled, match="คลังเหมือนเดิม"):
        add_uploads(engine, [old, *new], stopping_at(stage))
    assert held(engine) == before and uploads(engine) == ["เก่า.txt"]
    assert (engine.folder / UPLOADS / "เก่า.txt").read_text(encoding="utf-8") == CLUB
    assert CLUB in found(engine, "สโมสรเรือพาย") and not any("ใหม่" in text or "2599" in text for text in found(engine, "ข้าวหอมมะลิ"))
    assert add_uploads(engine, new, quiet).added == 3, "and it can be added again"


def test_what_cannot_be_added_leaves_no_copy_and_no_change(engine: Engine, tmp_path: Path) -> None:
    good, picture = write(tmp_path / "ก.txt", CLUB), write(tmp_path / "รูป.psd", "x")
    summary = add_uploads(engine, [good, picture], quiet)
    data = summary_data(summary)
    assert data["added"] == 1 and uploads(engine) == ["ก.txt"]
    assert "รูป.psd: ยังไม่รองรับ" in data["failed"][0][0] and "not supported" in data["failed"][0][1]
    write(good, " \n ")
    assert len(add_uploads(engine, [good], quiet).failed) == 1 and uploads(engine) == ["ก.txt"]
    assert (engine.folder / UPLOADS / "ก.txt").read_text(encoding="utf-8") == CLUB and CLUB in found(engine, "สโมสร")


def test_two_uploads_of_one_name_are_one_file(engine: Engine, tmp_path: Path) -> None:
    first, second = write(tmp_path / "1" / "ก.txt", "ข้อความแรก"), write(tmp_path / "2" / "ก.txt", CLUB)
    assert add_uploads(engine, [first, second], quiet).added == 1 and uploads(engine) == ["ก.txt"]
    with closing(open_library(engine.folder)) as library:
        assert [Path(one.source) for one in library.held()] == [(engine.folder / UPLOADS / "ก.txt").resolve()]


def test_while_another_process_writes_an_upload_waits_for_another_time(engine: Engine, tmp_path: Path) -> None:
    add_uploads(engine, [write(tmp_path / "ก.txt", CLUB)], quiet)
    before = held(engine)
    with writing(engine.folder), pytest.raises(LibraryBusy, match="กำลังเขียนคลัง"):
        add_uploads(engine, [write(tmp_path / "ข.txt", "อื่น ๆ")], quiet)
    assert uploads(engine) == ["ก.txt"] and held(engine) == before


def test_removing_what_was_not_uploaded_leaves_the_users_file(engine: Engine, tmp_path: Path, embedder: Embedder) -> None:
    file = write(tmp_path / "ของฉัน.txt", CLUB)
    add(engine.folder, [file], embedder)
    assert remove_source(engine, str(file)) == "ของฉัน" and file.exists()
    with pytest.raises(UsageError, match="ในคลังไม่มีเอกสาร"):
        remove_source(engine, str(file))


def test_the_list_is_filtered_bounded_and_continued(engine: Engine, tmp_path: Path) -> None:
    lines = "".join(f'{{"title": "เรื่อง T{n:03}", "text": "ข้อความที่ {n}", "source": "s{n:03}"}}\n' for n in range(230))
    add_uploads(engine, [write(tmp_path / "มาก.jsonl", lines)], quiet)
    page = documents(engine)
    assert len(page["documents"]) == 200 and page["total"] == page["matching"] == 230 and page["more"]
    rest = documents(engine, "", page["documents"][-1]["source"])
    assert [one["source"] for one in rest["documents"]] == [f"s{n:03}" for n in range(200, 230)] and not rest["more"]
    some = documents(engine, " t00 ")
    assert (some["matching"], some["total"]) == (10, 230) and some["documents"][3]["title"] == "เรื่อง T003"
    assert documents(engine, "%_'")["documents"] == []
    remove_source(engine, "s000")
    assert uploads(engine) == ["มาก.jsonl"], "other documents still come from it"


def test_a_hundred_thousand_documents_are_listed_quickly(tmp_path: Path, engine: Engine) -> None:
    add_uploads(engine, [write(tmp_path / "ก.txt", CLUB)], quiet)
    with closing(sqlite3.connect(engine.folder / "library.sqlite")) as sql, sql:
        text = "ข้อความยาว " * 40
        rows = [(f"{n:016x}", f"เรื่องที่ {n}", text, '{"sections":[],"paragraphs":[[0,5,null,[]]]}', "{}") for n in range(100_000)]
        sql.executemany("INSERT INTO document VALUES (?, ?, ?, ?, ?)", rows)
        sql.executemany("INSERT INTO source VALUES (?, ?, 'x', ?)", ((f"f{n:06}", f"f{n:06}", f"{n:016x}") for n in range(100_000)))
    began = time.perf_counter()
    assert listing(engine.folder).total == 100_001
    plain = time.perf_counter() - began
    assert listing(engine.folder, "ที่ 99999").matching == 1
    assert plain < 0.5 and time.perf_counter() - began < 3.0


def test_what_is_known_is_shown_said_and_taken_away(engine: Engine, tmp_path: Path) -> None:
    add_uploads(engine, [write(tmp_path / "ก.txt", CLUB)], quiet)
    source = held(engine)[0][0]
    assert described(engine, source)["values"]["author"] == "" and described(engine, source)["values"]["title"] == "ก"
    after = describe_source(engine, source, {"title": " สโมสร  เรือพาย ", "author": "สมชาย ใจดี; มาลี แซ่ลิ้ม", "kind": "book", "year": "2564"})
    assert after["values"]["author"] == "สมชาย ใจดี; มาลี แซ่ลิ้ม"
    row = documents(engine)["documents"][0]
    assert (row["title"], row["author"], row["year"], row["kind"]) == ("สโมสร เรือพาย", "สมชาย ใจดี; มาลี แซ่ลิ้ม", "2564", "book")
    assert describe_source(engine, source, {"year": ""})["values"]["year"] == ""
    with pytest.raises(SourceError, match="ไม่รู้จักชนิด"):
        describe_source(engine, source, {"kind": "spell"})
    with pytest.raises(UsageError, match="ถูกถอน"):
        described(engine, "nosuch")


def test_a_file_read_only_in_part_is_said_to_be_so(engine: Engine, tmp_path: Path) -> None:
    add_uploads(engine, [write(tmp_path / "ก.jsonl", '{"title": "ก", "text": "ข้อความ", "source": "s"}\n{broken\n')], quiet)
    assert [(one["title"], one["state"]) for one in documents(engine)["documents"]] == [("ก", "partly")]
    entry = entry_of(engine.folder, "s")
    assert entry is not None and not entry.whole and entry_of(engine.folder, "t") is None
    with pytest.raises(NoLibrary, match="ยังไม่มีคลัง"):
        listing(tmp_path / "nowhere")
