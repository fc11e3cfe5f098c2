"""What changes in files reaches the library, and nothing else does."""

import gzip
import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from index.build import add, remove
from index.embed import Embedder
from index.errors import LibraryError, UsageError
from index.lexical import Lexical
from index.library import open_library
from index.listing import the_document
from rag.assemble import Answerer
from tests.test_library import HASH, consistent

BODY = "เป็นเรื่องที่ชาวบ้านเล่าต่อกันมาหลายชั่วคนในหมู่บ้านริมแม่น้ำ"


def records(path: Path, *items: dict[str, str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def sources(folder: Path) -> list[str]:
    with closing(open_library(folder)) as library:
        return [row.source for row in library.held()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def test_a_file_of_one_article_that_grows_to_two_keeps_both(tmp_path: Path, folder: Path) -> None:
    wiki = tmp_path / "w.txt"
    article = '<doc id="{0}" url="u" title="เรื่อง {0}">นิทานที่ {0} ' + BODY + "</doc>\n"
    wiki.write_text(article.format(1), encoding="utf-8")
    add(folder, [wiki], HASH)
    wiki.write_text(article.format(1) + article.format(2), encoding="utf-8")
    assert add(folder, [wiki], HASH).failed == [] and sources(folder) == [f"{wiki}#1", f"{wiki}#2"] and consistent(folder)


def test_a_file_cut_short_takes_nothing_away(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "r.jsonl.gz"
    lines = "".join(json.dumps({"text": f"บันทึกที่ {n} {BODY}", "source": f"s{n}"}, ensure_ascii=False) + "\n" for n in range(50))
    whole = gzip.compress(lines.encode())
    path.write_bytes(whole)
    add(folder, [path], HASH)
    path.write_bytes(whole[: len(whole) // 2])
    for _ in range(2):
        assert len(add(folder, [path], HASH).failed) == 1 and len(sources(folder)) == 50


def test_files_of_one_name_keep_their_own_records(tmp_path: Path, folder: Path) -> None:
    files = [records(tmp_path / name / "data.jsonl", {"text": f"{name} {BODY}"}) for name in ("a", "b")]
    assert add(folder, files, HASH).added == 2


def test_removing_names_one_thing(tmp_path: Path, folder: Path) -> None:
    path = records(
        tmp_path / "r.jsonl", *({"title": t, "text": f"{t} {BODY}", "source": s} for t, s in (("A", "B"), ("B", "C"), ("", "D"), ("", "E")))
    )
    add(folder, [path], HASH)
    assert remove(folder, ["B", "B"], HASH) == ["B"] and sources(folder) == ["C", "D", "E"]
    with pytest.raises(UsageError, match="has no document"):
        remove(folder, [""], HASH)


def test_a_title_of_several_documents_is_refused(tmp_path: Path, folder: Path) -> None:
    add(folder, [records(tmp_path / "r.jsonl", *({"title": "A", "text": f"{s} {BODY}", "source": s} for s in "xy"))], HASH)
    with pytest.raises(UsageError, match="Several documents are called A"):
        remove(folder, ["A"], HASH)


def test_a_file_of_several_documents_stands_for_none_of_them(tmp_path: Path, folder: Path) -> None:
    path = records(tmp_path / "r.jsonl", *({"title": s, "text": f"{s} {BODY}", "source": s} for s in "xy"))
    add(folder, [path], HASH)
    assert the_document(folder, "x") == the_document(folder, the_document(folder, "x"))
    with pytest.raises(UsageError, match="has several documents; name one by its id or source"):
        the_document(folder, str(path))


def test_a_new_title_is_found_and_the_old_one_not(tmp_path: Path, folder: Path) -> None:
    for title in ("ปลาทู", "ฮิปโปโปเตมัส"):
        summary = add(folder, [records(tmp_path / "r.jsonl", {"title": title, "text": BODY, "source": "s"})], HASH)
    lexical = Lexical(folder / "lexical")
    assert (
        summary.replaced == 1 and lexical.search_words(["ฮิปโปโปเตมัส"], 3) and not lexical.search_words(["ปลาทู"], 3) and consistent(folder)
    )


def test_a_new_layout_of_the_same_text_is_kept(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{BODY}อย่างเป็นทางการ\n\nต่อมาในปี {BODY}", encoding="utf-8")
    add(folder, [path], HASH)
    path.write_text(f"{BODY}อย่างเป็นทางการ\n\f\nต่อมาในปี {BODY}", encoding="utf-8")
    add(folder, [path], HASH)
    with closing(open_library(folder)) as library:
        document = library.document(library.document_ids()[0])
    assert document is not None and [paragraph.page for paragraph in document.paragraphs] == [1, 2]


def test_a_record_taken_over_by_another_file_comes_back(tmp_path: Path, folder: Path) -> None:
    x = records(tmp_path / "x.jsonl", {"text": f"แมว {BODY}", "source": "แมว"}, {"text": f"หมา {BODY}", "source": "หมา"})
    y = records(tmp_path / "y.jsonl", {"text": f"แมวดำ {BODY}", "source": "แมว"})
    add(folder, [x, y], HASH)
    remove(folder, [str(y)], HASH)
    add(folder, [x], HASH)
    assert sources(folder) == ["หมา", "แมว"] and consistent(folder)


def test_records_of_one_source_are_numbered(tmp_path: Path, folder: Path) -> None:
    path = records(tmp_path / "r.jsonl", *({"text": f"หน้า {n} {BODY}", "source": "book.pdf"} for n in (1, 2)))
    assert add(folder, [path], HASH).added == 2 and sources(folder) == ["book.pdf", "book.pdf#2"]
    assert add(folder, [path], HASH).unchanged == 2


def test_a_copy_of_the_library_put_back_is_followed(tmp_path: Path, folder: Path) -> None:
    def put(name: str) -> None:
        (tmp_path / f"{name}.txt").write_text(f"{name} {BODY}", encoding="utf-8")
        add(folder, [tmp_path / f"{name}.txt"], HASH)

    put("แมวป่า")
    with closing(open_library(folder)) as library:
        library._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(folder / "library.sqlite", tmp_path / "copy.sqlite")
    put("หมาเฝ้าบ้าน")
    for leftover in folder.glob("library.sqlite-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "copy.sqlite", folder / "library.sqlite")
    put("รถไฟสายแรก")
    answerer = Answerer(folder, HASH)
    assert answerer.search("รถไฟสายแรก", 1)[0].passage.title == "รถไฟสายแรก" and consistent(folder)
    assert not answerer.retriever.lexical.search_words(["หมา", "เฝ้า"], 3)


def test_names_that_are_no_text_and_places_that_cannot_be_written(tmp_path: Path, folder: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"\xb7\xb4.txt")
    with open(odd, "wb") as out:
        out.write(BODY.encode())
    good = tmp_path / "good.txt"
    good.write_text(BODY, encoding="utf-8")
    summary = add(folder, [Path(os.fsdecode(odd)), good], HASH)
    assert summary.added == 1 and "name is not UTF-8" in str(summary.failed[0])
    with pytest.raises(LibraryError, match="cannot be written"):
        add(good / "library", [good], HASH)


def test_a_file_that_is_not_there_is_named_and_the_others_are_added(tmp_path: Path, embedder: Embedder) -> None:
    here = tmp_path / "ก.txt"
    here.write_text("เรือสำเภาออกจากท่า", encoding="utf-8")
    summary = add(tmp_path / "library", [here, tmp_path / "ไม่มี.txt"], embedder)
    assert summary.added == 1 and "ไม่มี.txt" in summary.failed[0].thai and "check the name" in summary.failed[0].english


def test_a_document_goes_by_the_name_of_its_file(tmp_path: Path, embedder: Embedder) -> None:
    for folder in ("หนึ่ง", "สอง"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.txt").write_text(f"เอกสาร {folder}", encoding="utf-8")
        (tmp_path / folder / "ซ้ำ.txt").write_text(f"เล่มที่ {folder}", encoding="utf-8")
    add(tmp_path / "library", [tmp_path / "หนึ่ง", tmp_path / "สอง"], embedder)
    with pytest.raises(UsageError, match="Several documents are called"):
        remove(tmp_path / "library", ["ซ้ำ.txt"], embedder)
    assert remove(tmp_path / "library", ["สอง.txt"], embedder) == [str(tmp_path / "สอง" / "สอง.txt")]
