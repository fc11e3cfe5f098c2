"""Office files that are damaged, locked, bombs, of another kind or empty."""

import re
import zipfile
from pathlib import Path

import docx
import pptx
import pytest

from index.formats import unpack
from index.parse import parse
from tests.documents import only
from tests.office import BOMB, KINDS, MAIN, THAI, fails, good, p, r, rezip, word, workbook, writer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is no real .* file but .pdf"),
        (b"plain words, no office file", "is no real .* file; give it"),
        (bytes.fromhex("d0cf11e0a1b11ae1") * 99, "protected by a password or an Office 97-2003 file"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"PK\x05\x06" + bytes(18), "is no real|lacks"),
    ],
)
def test_what_is_no_office_file_says_so(tmp_path: Path, kind: str, content: bytes, reason: str) -> None:
    path = tmp_path / f"เสีย.{kind}"
    path.write_bytes(content)
    fails(path, reason)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_office_files_say_so(tmp_path: Path, kind: str) -> None:
    path = good(tmp_path / f"a.{kind}")
    assert THAI in only(path).text
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    fails(path, "damaged")
    fails(rezip(good(path), {MAIN[kind]: "<a><b></a>"}), "damaged")
    fails(rezip(good(path), {MAIN[kind]: b"\xff\xfe\x00"}), "damaged")
    fails(rezip(good(path), {MAIN[kind]: "<a>" * 5000 + "</a>" * 5000}), "damaged|no text")
    fails(rezip(good(path), {MAIN[kind]: None}), "damaged|lacks|is no real|no text")
    fails(rezip(good(path), {MAIN[kind]: "<a/>"}), "damaged|is no real|no text")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_an_office_file_of_another_kind_is_named_as_such(tmp_path: Path, kind: str, other: str) -> None:
    if kind != other:
        fails(good(tmp_path / f"a.{other}").rename(tmp_path / f"b.{kind}"), "is no real|lacks content.xml")


@pytest.mark.parametrize("kind", KINDS)
def test_reading_gives_signs_of_life_within_the_files_size(tmp_path: Path, kind: str) -> None:
    path, signs = good(tmp_path / f"a.{kind}"), list[int]()
    list(parse(path, at=signs.append))
    assert signs and signs == sorted(signs) and signs[-1] <= path.stat().st_size


@pytest.mark.parametrize("kind", KINDS)
def test_entities_are_not_expanded(tmp_path: Path, kind: str) -> None:
    path = good(tmp_path / f"a.{kind}")
    with zipfile.ZipFile(path) as archive:
        content = archive.read(MAIN[kind]).decode()
    content = re.sub(r"^<\?xml.*?\?>", "", content).replace(THAI, "&b;")
    fails(rezip(path, {MAIN[kind]: BOMB + content}), "damaged|no text")


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_byte_in_an_archive_is_named(tmp_path: Path, kind: str) -> None:
    path = good(tmp_path / f"a.{kind}")
    with zipfile.ZipFile(path) as archive:
        begins = archive.getinfo(MAIN[kind]).header_offset + 30 + len(MAIN[kind]) + 20
    content = bytearray(path.read_bytes())
    content[begins : begins + 8] = bytes(8)
    path.write_bytes(content)
    fails(path, "damaged")


@pytest.mark.parametrize("kind", ["odt", "xlsx"])
def test_archives_that_unpack_to_far_more_are_not_opened(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rezip(good(tmp_path / f"a.{kind}"), {"bomb.bin": bytes(68_000_000)})
    assert path.stat().st_size < 300_000
    fails(path, "unpacks to far more")
    monkeypatch.setattr(unpack, "MOST_ENTRIES", 2)
    fails(rezip(path, {"bomb.bin": None, "1": "", "2": "", "3": ""}), "unpacks to far more")


def test_a_part_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_PART", 200)
    fails(good(tmp_path / "a.odt"), "unpacks to far more")


def test_locked_open_documents_and_archives(tmp_path: Path) -> None:
    path = good(tmp_path / "a.odt")
    fails(rezip(path, {"META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}), "protected by a password")
    path = good(tmp_path / "a.docx")
    content = bytearray(path.read_bytes())
    for at in [found.start() for found in re.finditer(b"PK\x01\x02", bytes(content))]:
        content[at + 8] |= 1
    path.write_bytes(content)
    fails(path, "protected by a password")


def test_tables_in_tables_without_end(tmp_path: Path) -> None:
    deep = p(r(THAI))
    for _ in range(60):
        deep = f"<w:tbl><w:tr><w:tc>{deep}{p()}</w:tc><w:tc>{p()}</w:tc></w:tr></w:tbl>"
    assert THAI in only(word(tmp_path / "a.docx", deep)).text
    fails(word(tmp_path / "b.docx", deep.replace(p(r(THAI)), deep)), "damaged")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_text_says_so(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "docx":
        docx.Document().save(str(path))
    elif kind == "pptx":
        pptx.Presentation().save(str(path))
    elif kind == "xlsx":
        workbook(path, ก=[])
    else:
        writer(path, "<text:p> </text:p>")
    fails(path, "has no text to read")
