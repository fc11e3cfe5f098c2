"""What is known of a text: the file's own word, the sidecar, and `tham describe`, in this order of strength."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from index.build import add, describe
from index.embed import Embedder
from index.errors import SourceError, UsageError
from index.library import open_library
from index.metadata import checked, described, known, year_of
from rag.assemble import Answerer
from ui.cli import tham

TEXT = "สะพานพระพุทธยอดฟ้าเปิดใช้เมื่อ พ.ศ. 2475 ในรัชกาลที่ 7 เชื่อมฝั่งพระนครกับฝั่งธนบุรี"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "สะพาน.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def meta_of(library: Path) -> dict[str, str]:
    opened = open_library(library)
    document = opened.document(opened.held()[0].document)
    assert document is not None
    return {"title": document.title, **document.meta}


def test_a_sidecar_describes_its_file_and_a_change_of_it_is_seen(tmp_path: Path, book: Path, embedder: Embedder) -> None:
    library, sidecar = tmp_path / "library", tmp_path / "สะพาน.txt.meta.yaml"
    sidecar.write_text("title: สะพานพุทธ\nauthor: [สมชาย ใจดี, สมหญิง มีสุข]\nyear: 2564\n", encoding="utf-8")
    assert add(library, [tmp_path], embedder).added == 1
    assert meta_of(library) == {"title": "สะพานพุทธ", "author": "สมชาย ใจดี; สมหญิง มีสุข", "year": "2564"}
    sidecar.write_text("title: สะพานพุทธ\nyear: 2565\n", encoding="utf-8")
    assert add(library, [book], embedder).replaced == 1 and meta_of(library) == {"title": "สะพานพุทธ", "year": "2565"}


def test_a_sidecar_may_leave_out_the_ending(tmp_path: Path, book: Path) -> None:
    (tmp_path / "สะพาน.meta.yaml").write_text("publisher: สำนักพิมพ์ ก", encoding="utf-8")
    assert described(book) == {"publisher": "สำนักพิมพ์ ก"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("titel: ก", "unknown field titel"),
        ("- ก\n- ข", "must have lines like title"),
        ("title: [ก, [ข]]", "must be a text or a list"),
        ("kind: โปสเตอร์", "unknown kind"),
        ("year: นานมาแล้ว", "the year “นานมาแล้ว” has no number"),
        ("title: 'ก", "cannot be read as YAML"),
        ("!!python/object/apply:os.system ['true']", "cannot be read as YAML"),
    ],
)
def test_a_sidecar_with_a_fault_fails_its_file_alone(tmp_path: Path, book: Path, embedder: Embedder, content: str, reason: str) -> None:
    (tmp_path / "สะพาน.txt.meta.yaml").write_text(content, encoding="utf-8")
    (tmp_path / "อื่น.txt").write_text("ข้าวหอมมะลิปลูกมากในทุ่งกุลาร้องไห้", encoding="utf-8")
    summary = add(tmp_path / "library", [tmp_path], embedder)
    assert summary.added == 1 and len(summary.failed) == 1 and reason in summary.failed[0].english
    assert summary.failed[0].english.startswith("สะพาน.txt.meta.yaml")


def test_describe_wins_lasts_and_takes_away(tmp_path: Path, book: Path, embedder: Embedder) -> None:
    library = tmp_path / "library"
    (tmp_path / "สะพาน.txt.meta.yaml").write_text("title: จากไฟล์\nauthor: ก\nyear: 2500", encoding="utf-8")
    add(library, [book], embedder)
    document = describe(library, str(book), {"title": "สะพานพระพุทธยอดฟ้า", "author": "ข; ค", "year": ""}, embedder)
    assert document.title == "สะพานพระพุทธยอดฟ้า" and document.meta == {"title": "สะพานพระพุทธยอดฟ้า", "author": "ข; ค"}
    book.write_text(TEXT + " ปัจจุบันยังใช้อยู่", encoding="utf-8")
    assert add(library, [book], embedder).replaced == 1
    assert meta_of(library) == {"title": "สะพานพระพุทธยอดฟ้า", "author": "ข; ค"}


def test_a_new_title_is_searched(tmp_path: Path, book: Path, embedder: Embedder) -> None:
    library = tmp_path / "library"
    add(library, [book], embedder)
    describe(library, "สะพาน", {"title": "วิศวกรรมโยธาสยาม"}, embedder)
    answerer = Answerer(library, embedder)
    hits = answerer.search("วิศวกรรมโยธาสยาม", 3)
    assert hits[0].legs["words"] > 0 and hits[0].passage.title == "วิศวกรรมโยธาสยาม"
    answerer.close()


def test_the_command_shows_what_is_known_and_refuses_what_is_not_there(tmp_path: Path, book: Path, embedder: Embedder) -> None:
    library = tmp_path / "library"
    add(library, [book], embedder)
    run = CliRunner().invoke
    told = run(tham, ["describe", "สะพาน", "--author", "ก", "--author", "ข", "--kind", "book", "--library", str(library)])
    assert told.exit_code == 0 and "ก; ข" in told.output and "book" in told.output
    shown = run(tham, ["describe", str(book), "--json", "--library", str(library)])
    assert '"author": "ก; ข"' in shown.output
    with pytest.raises(UsageError, match="has no document ไม่มี"):
        run(tham, ["describe", "ไม่มี", "--library", str(library)], catch_exceptions=False)


def test_known_years_and_fields() -> None:
    assert known({"title": "ของฉัน"}, {"title": "ของไฟล์", "author": "  ก \n ข ", "year": None, "publisher": " "}) == {"title": "ของฉัน", "author": "ก ข"}
    assert [year_of(date) for date in ("2021-05-04T00:00:00Z", "D:20210504", "ม.ป.ป.", None)] == ["2021", "2021", None, None]
    assert checked({"year": 2564, "author": ["ก", None]}, "x") == {"year": "2564", "author": "ก"}
    with pytest.raises(SourceError, match="x: unknown field colour"):
        checked({"colour": "แดง"}, "x")


@pytest.mark.parametrize(
    ("year", "kept"), [("ม.ป.ป.", {}), ("n.d.", {}), ("พ.ศ. ๒๕๖๔", {"year": "พ.ศ. ๒๕๖๔"}), (2021, {"year": "2021"}), ("2561–2563", {"year": "2561–2563"})]
)
def test_a_year_has_a_number_and_no_date_is_an_empty_year(year: object, kept: dict[str, str]) -> None:
    assert checked({"year": year}, "ก") == kept
