"""Names, and what reference managers are given: read back by small readers written here, after the formats' own rules."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from index.build import add, describe
from index.embed import Embedder
from index.errors import UsageError
from index.parse import parse
from index.records import Document
from rag.bibliography.csl import people
from rag.bibliography.reference import FORMS, data, missing, reference
from tests.conftest import SEEDS
from ui.cli import tham

HOSTILE = 'ก}{ข \\input{x} 100% & #1 $y_2^3~ "q" \n TY  - BOOK\r\nER  - '
PLAIN = 'ก}{ข \\input{x} 100% & #1 $y_2^3~ "q" TY - BOOK ER -'  # one line, as a list of references prints it


def document(name: str, **meta: str) -> Document:
    title = meta.pop("title", "")
    return Document(id=name, title=title, source=f"/งาน/{name}.txt", text="ข้อความ", sections=(), paragraphs=(), meta=meta)


WORKS = (
    document("0a1b2c3d", title=HOSTILE, author=f"{HOSTILE}; Smith, John A.", year="2564", publisher="สนพ. ก", kind="book", isbn="978-1"),
    document("1a1b2c3d", title="ข้าว", author="John Smith", year="2020-05-04", container="Rice & Co", volume="5", issue="2", pages="1-9",
             kind="article", doi="10.1234/a_b%c"),
    document("2a1b2c3d", title="Rice again", author="John Smith", year="2020", container="Rice", kind="article"),
    document("3a1b2c3d", title="หน้าเว็บ", author="กรมการข้าว", url="https://x.go.th/a_b?c=%20{d}", accessed="5 มกราคม 2567", kind="webpage"),
    document("3a1b2c3e", title="หน้าอื่น", kind="webpage"),
    document("4a1b2c3d", title="ราว ๆ", year="ราว พ.ศ. 2500", kind="thesis", publisher="ม.ก", language="th", translator="Ludwig van Beethoven"),
)  # fmt: skip


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Read entries of ``@type{key, name = {value}, …}``, braces counted as BibTeX counts them, TeX's signs made plain."""
    entries, at = [], 0
    while (at := text.find("@", at)) >= 0:
        kind = text[at + 1 :].split("{", 1)[0]
        at += 1 + len(kind) + 1
        depth, start = 1, at
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        key, _, body = text[start : at - 1].partition(",")
        entries.append({"": kind, "key": key, **fields(body)})
    return entries


def fields(body: str) -> dict[str, str]:
    found, at = {}, 0
    while (equals := body.find(" = {", at)) >= 0:
        name, at = body[at:equals].strip(" ,\n"), equals + 4
        start, depth = at, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(body[at], 0)
            at += 1
        found[name] = body[start : at - 1]
    return found


def plain(tex: str) -> str:
    for command, sign in (("braceleft", "{"), ("braceright", "}"), ("asciitilde", "~"), ("asciicircum", "^"), ("backslash", "\\")):
        tex = tex.replace(f"\\text{command}{{}}", f"\0{sign}")
    for sign in "%&#$_":
        tex = tex.replace(f"\\{sign}", sign)
    return tex.replace("\0", "")


def read_ris(text: str) -> list[dict[str, list[str]]]:
    """Read records of lines ``TG  - value``, ended by ER."""
    records: list[dict[str, list[str]]] = []
    for line in text.split("\r\n"):
        if not line:
            continue
        assert line[2:6] == "  - " and line[:2].isalnum(), line
        if line[:2] == "TY":
            records.append({})
        if line[:2] != "ER":
            records[-1].setdefault(line[:2], []).append(line[6:])
    return records


def test_bibtex_reads_back() -> None:
    book, article, again, web, other, thesis = read_bibtex(data(WORKS, "bibtex"))
    assert (book[""], plain(book["title"]), book["year"], book["publisher"], book["langid"]) == ("book", PLAIN, "2564", "สนพ. ก", "thai")
    hostile, smith = book["author"].split(" and ")
    assert plain(hostile[1:-1]) == PLAIN and hostile[0] + hostile[-1] == "{}" and smith == "Smith, John A."
    assert plain(article["journaltitle"]) == "Rice & Co" and plain(article["doi"]) == "10.1234/a_b%c"
    assert (article["pages"], article["date"], article["number"]) == ("1--9", "2020-05-04", "2")
    assert (article["key"], again["key"]) == ("smith2020", "smith2020.2")
    assert (web[""], web["url"], web["urldate"]) == ("online", "https://x.go.th/a_b?c=%20%7Bd%7D", "2024-01-05")
    assert web["author"] == "{กรมการข้าว}" and "author" not in other and "year" not in other
    assert (thesis["institution"], thesis["type"], thesis["year"]) == ("ม.ก", "วิทยานิพนธ์", "ราว พ.ศ. 2500")
    assert thesis["translator"] == "van Beethoven, Ludwig"
    keys = [entry["key"] for entry in (book, article, again, web, other, thesis)]
    assert len(set(keys)) == 6 and all(key.isascii() for key in keys)


def test_ris_reads_back() -> None:
    book, article, again, web, _, thesis = read_ris(data(WORKS, "ris"))
    assert book == {
        "TY": ["BOOK"], "ID": ["book2564-0a1b2c"], "AU": [PLAIN, "Smith, John A."], "TI": [PLAIN], "PB": ["สนพ. ก"], "SN": ["978-1"],
        "LA": ["th"], "PY": ["2564"],
    }  # fmt: skip
    assert (article["SP"], article["EP"], article["DA"], article["T2"]) == (["1"], ["9"], ["2020/05/04"], ["Rice & Co"])
    assert web["Y2"] == ["2024/01/05"] and web["UR"] == ["https://x.go.th/a_b?c=%20{d}"] and "AU" not in thesis
    assert again["ID"] == ["smith2020.2"] and thesis["A4"] == ["van Beethoven, Ludwig"]


def test_csl_json_reads_back() -> None:
    book, article, _, web, other, thesis = json.loads(data(WORKS, "csl-json"))
    assert book["title"] == PLAIN and book["author"] == [{"literal": PLAIN}, {"family": "Smith", "given": "John A."}]
    assert book["issued"] == {"date-parts": [[2564]]} and article["issued"] == {"date-parts": [[2020, 5, 4]]}
    assert web["accessed"] == {"date-parts": [[2024, 1, 5]]} and thesis["issued"] == {"literal": "ราว พ.ศ. 2500"}
    assert other == {"id": "webpagend-3a1b2c.2", "type": "webpage", "title": "หน้าอื่น", "language": "th"} and web["id"] == "webpagend-3a1b2c"


@pytest.mark.parametrize("form", FORMS)
def test_each_document_once(form: str) -> None:
    assert data([WORKS[1], WORKS[1]], form) == data([WORKS[1]], form) and data([], form).strip() in ("", "[]")


def test_an_unknown_form_is_an_error() -> None:
    with pytest.raises(UsageError, match="Unknown form docx"):
        data(WORKS, "docx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("สมชาย ใจดี, สมหญิง มีสุข", [{"literal": "สมชาย ใจดี"}, {"literal": "สมหญิง มีสุข"}]),
        ("สุภัทรดิศ ดิศกุล, ม.จ.; อนุมานราชธน, พระยา", [{"literal": "สุภัทรดิศ ดิศกุล, ม.จ."}, {"literal": "อนุมานราชธน, พระยา"}]),
        ("Theodore Roosevelt", [{"family": "Roosevelt", "given": "Theodore"}]),
        ("Ludwig van Beethoven", [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}]),
        ("Martin Luther King Jr.", [{"family": "King", "given": "Martin Luther", "suffix": "Jr."}]),
        ("King, Martin Luther, Jr.", [{"family": "King", "given": "Martin Luther", "suffix": "Jr."}]),
        ("Ministry of Health, Thailand", [{"literal": "Ministry of Health, Thailand"}]),
        ("World Health Organization", [{"literal": "World Health Organization"}]),
        ("{Ann Lee}", [{"literal": "Ann Lee"}]),
        ("Plato;; ", [{"literal": "Plato"}]),
        ("Smith, J., Doe, A.", [{"literal": "Smith, J., Doe, A."}]),  # whose names these are nobody can know
    ],
)
def test_names(text: str, expected: list[dict[str, str]]) -> None:
    assert people(text) == expected


def test_the_seeds_as_their_manifest_describes_them() -> None:
    wiki, chapter = (next(iter(parse(file))) for file in sorted(SEEDS.glob("*.txt")))
    assert isinstance(wiki, Document) and isinstance(chapter, Document)
    address = "https://th.wikipedia.org/wiki?curid=23142"
    assert reference(wiki, "apa") == f"ลัทธิคอมมิวนิสต์. (ม.ป.ป.). ใน วิกิพีเดีย สารานุกรมเสรี. {address}"
    assert reference(chapter, "chicago") == "“บทที่ 3 นโยบายเศรษฐกิจใหม่”. ม.ป.ท.: ม.ป.พ., ม.ป.ป."
    assert missing(wiki) == ("year", "accessed") and missing(chapter) == ("author", "year", "publisher", "container", "pages")


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(tham, [str(argument) for argument in arguments])


def test_the_command_cites_and_says_what_is_missing(tmp_path: Path, embedder: Embedder) -> None:
    library, file = tmp_path / "library", tmp_path / "สะพาน.txt"
    file.write_text("สะพานพระพุทธยอดฟ้าเปิดใช้เมื่อ พ.ศ. 2475", encoding="utf-8")
    add(library, [file], embedder)
    describe(library, str(file), {"title": "สะพานพุทธ", "author": "สมชาย ใจดี", "kind": "book"}, embedder)
    first = run("cite", file, "--library", library)
    assert first.exit_code == 0 and first.stdout == "สมชาย ใจดี. (ม.ป.ป.). สะพานพุทธ.\n"
    assert f"tham describe {file}" in first.stderr.replace("'", "") and "--year … --publisher … --library" in first.stderr
    describe(library, str(file), {"year": "2564", "publisher": "สนพ. ก"}, embedder)
    by_title = run("cite", "สะพานพุทธ", "--library", library, "--style", "mla", "--english")
    assert by_title.stdout == "สมชาย ใจดี. สะพานพุทธ. สนพ. ก, 2021.\n" and by_title.stderr == ""
    assert run("cite", file, "--library", library, "--form", "ris").stdout.startswith("TY  - BOOK")
    nobody = run("cite", "ไม่มี", "--library", library)
    assert isinstance(nobody.exception, UsageError) and "no document ไม่มี" in str(nobody.exception)
