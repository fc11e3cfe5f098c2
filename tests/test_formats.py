"""Files to documents: encodings, wiki headings, page cuts, records, and every kind of bad file."""

import gzip
import json
import lzma
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from index.chunk import MOST, chunk, sentence_spans
from index.compose import document_id
from index.errors import SourceError, UsageError
from index.formats.jsonl import compose
from index.formats.wikiextractor import chains
from index.parse import digest, find_files, parse
from index.records import Document
from index.repair import blocks, join, readable
from tests.conftest import SEEDS
from tests.test_thai import TEXT

THAI = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย ตั้งอยู่บนสามเหลี่ยมปากแม่น้ำเจ้าพระยา"
WIKI, CHAPTER = "000_d0729e6ea803e3f4.txt", "001_4bdccb741793f620.txt"


def squeeze(text: str) -> str:
    return "".join(text.split())


def documents(path: Path, form: str = "auto") -> list[Document]:
    found = list(parse(path, form))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


@pytest.fixture(scope="module")
def wiki() -> Document:
    return documents(SEEDS / WIKI)[0]


@pytest.fixture(scope="module")
def chapter() -> Document:
    return documents(SEEDS / CHAPTER)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ไทย.txt"
    path.write_bytes(THAI.encode(encoding))
    assert documents(path)[0].text == THAI


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("binary.txt", bytes(range(256)) * 8, "not a text file"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 40, "not a text file"),
        ("broken.txt", THAI.encode()[:-1] + b" ok " + THAI.encode(), "broken UTF-8 at byte"),
        ("latin.txt", "é à ü ö".encode("latin-1") * 20, "not a text file"),
        ("slides.key", b"anything", "not supported"),
        ("cut.txt", '<doc id="1" url="u" title="t">ข้อความที่ไม่จบ'.encode(), "no complete article"),
    ],
)
def test_a_bad_file_says_what_is_wrong_in_both_languages(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason) as caught:
        list(parse(path))
    assert name in caught.value.thai and name in caught.value.english


def test_the_wikipedia_seed_keeps_every_character_and_names_its_sections(wiki: Document) -> None:
    source = (SEEDS / WIKI).read_text(encoding="utf-8")
    body = source[source.index(">") + 1 : source.rindex("</doc>")]
    assert squeeze(wiki.text) == squeeze(body)
    assert wiki.title == "ลัทธิคอมมิวนิสต์" and wiki.meta["url"] == "https://th.wikipedia.org/wiki?curid=23142"
    named = [section.headings for section in wiki.sections]
    assert named[0] == () and named[1] == ("ประวัติศาสตร์", "คอมมิวนิสต์ช่วงต้น")
    assert ("ลัทธิมากซ์-เลนิน ลัทธิสตาลิน และลัทธิทรอตสกี", "ลัทธิมากซ์-เลนินและลัทธิสตาลิน") in named
    assert len(named) == 17 and named[-1] == ("ข้อวิจารณ์",)


def test_the_wikipedia_seed_has_readable_paragraphs(wiki: Document) -> None:
    lengths = [paragraph.end - paragraph.start for paragraph in wiki.paragraphs]
    assert max(lengths) <= 1000 and sum(lengths) / len(lengths) > 400


def test_the_chapter_keeps_every_character(chapter: Document) -> None:
    assert squeeze(chapter.text) == squeeze((SEEDS / CHAPTER).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "joined",
    [
        "ต่อต้านการปกครองของคอมมิวนิสต์ขึ้นที่ฐานทัพเรือกรอนสตัทท์",  # a page end in mid-sentence
        "การเลือกตั้งผู้แทนดำเนินอย่างเปิดเผย",  # in mid-word
        "กองถ่ายทำเก็บเครื่องมือหนีไปหมด",
        "หลักการพิทักษ์เสรีภาพทางวรรณกรรมและบูรณภาพทางปัญญา",  # a hard-wrapped line
        "พยายามจัดให้มีการเดินขบวนขึ้นตามท้องถนน",
    ],
)
def test_lines_and_pages_of_the_chapter_are_joined(chapter: Document, joined: str) -> None:
    assert any(joined in chapter.text[p.start : p.end] for p in chapter.paragraphs)


def test_the_chapter_names_its_sections_and_keeps_foreign_glyphs(chapter: Document) -> None:
    assert [s.headings[-1] for s in chapter.sections][-3:] == [
        "นโยบายเศรษฐกิจใหม่", "โครงสร้างทางการเมืองและการต่อสู้เพื่อสืบอำนาจต่อจากเลนิน", "วัฒนธรรม",
    ]  # fmt: skip
    assert "ทروتสกี" in chapter.text and "²⁶" in chapter.text


def test_seeds_are_the_files_their_manifest_names() -> None:
    import hashlib

    for entry in json.loads((SEEDS / "manifest.json").read_text(encoding="utf-8"))["documents"]:
        assert hashlib.sha256((SEEDS / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ข้อความก่อนหน้าวัฒนธรรม วัฒนธรรม. ข้อความ", [("วัฒนธรรม",)]),
        ("ข้อความก่อนหน้าวัฒนธรรม. วัฒนธรรม. ข้อความ", [("วัฒนธรรม",)]),
        ("จบประโยคประวัติศาสตร์ยุคต้น ประวัติศาสตร์. ยุคต้น. เริ่มเรื่อง", [("ประวัติศาสตร์", "ยุคต้น")]),
        ("จบประโยคประวัติศาสตร์ ยุคต้น ประวัติศาสตร์. ยุคต้น. เริ่มเรื่อง", [("ประวัติศาสตร์", "ยุคต้น")]),
        ("เมื่อ ค.ศ. 1921 และ ค.ศ. 1922 ไม่มีหัวข้อ", []),
    ],
)
def test_heading_chains(line: str, found: list[tuple[str, ...]]) -> None:
    assert [chain.headings for chain in chains(line)] == found


def test_several_articles_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "wiki_00"
    path.write_text("".join(f'<doc id="{n}" url="u{n}" title="เรื่อง {n}">\nเรื่อง {n}\n\n{THAI}\n</doc>\n' for n in (1, 2)), encoding="utf-8")
    found = documents(path)
    assert [(one.title, one.source) for one in found] == [(f"เรื่อง {n}", f"{path}#{n}") for n in (1, 2)]


def test_form_feeds_are_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    path.write_text(f"{THAI}อย่างเป็นทางการ\n\f\nต่อมาในสมัยรัชกาลที่ 5 ได้มีการปรับปรุงการปกครองครั้งใหญ่", encoding="utf-8")
    assert [paragraph.page for paragraph in documents(path)[0].paragraphs] == [1, 2]


@pytest.mark.parametrize("packer", ["", ".gz", ".xz", ".zst"])
def test_records_are_streamed_packed_or_not(tmp_path: Path, packer: str) -> None:
    lines = "".join(json.dumps({"title": f"ที่ {n}", "text": f"{THAI} {n}", "source": f"s{n}"}, ensure_ascii=False) + "\n" for n in range(3))
    pack = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress, ".zst": zstandard.compress}[packer]
    path = tmp_path / f"records.jsonl{packer}"
    path.write_bytes(pack(lines.encode()))
    assert [(one.title, one.source) for one in documents(path)] == [(f"ที่ {n}", f"s{n}") for n in range(3)]


def test_a_broken_record_is_named_by_number_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(f'{{"text": "{THAI}"}}\n{{broken\n[1]\n{{"text": 5}}\n{{"title": "ดี", "text": "{THAI} สอง"}}\n', encoding="utf-8")
    found = list(parse(path))
    assert [type(one).__name__ for one in found] == ["Document", "SourceError", "SourceError", "SourceError", "Document"]
    assert "line 2: not valid JSON" in str(found[1]) and "line 3" in str(found[2]) and 'line 4: no text in "text"' in str(found[3])


def test_a_record_file_cut_short_says_so(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.xz"
    path.write_bytes(lzma.compress((json.dumps({"text": THAI}) + "\n").encode() * 2000)[:-40])
    assert "damaged or cut short" in str(list(parse(path))[-1])


def test_record_headings_become_sections() -> None:
    found = compose("นำเรื่อง\n\n== ก > ข ==\nเนื้อความ", "ชื่อ", "s", {})
    assert [section.headings for section in found.sections] == [(), ("ก", "ข")]
    assert found.paragraphs[1].headings == ("ก", "ข")


def test_find_files_passes_over_hidden_unknown_and_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(THAI, encoding="utf-8")
    folder = tmp_path / "โฟลเดอร์ มีเว้นวรรค"
    folder.mkdir()
    for name in ("a.txt", ".hidden.txt", "manifest.json", "b.jsonl"):
        (folder / name).write_text(THAI, encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / "slides.key").write_bytes(b"key")
    found = find_files([folder])
    assert [path.name for path in found.files] == ["a.txt", "b.jsonl"] and [path.name for path in found.passed_over] == ["slides.key"]
    with pytest.raises(UsageError, match="There is no file or folder"):
        find_files([tmp_path / "missing"])


def test_the_manifest_is_part_of_a_files_hash(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(THAI, encoding="utf-8")
    before = digest(path)
    (tmp_path / "manifest.json").write_text(json.dumps({"documents": [{"file": "a.txt", "title": "ชื่อใหม่"}]}), encoding="utf-8")
    assert digest(path) != before and documents(path)[0].title == "ชื่อใหม่"


@given(TEXT)
def test_repair_touches_only_whitespace(text: str) -> None:
    text = text.replace("\r", "\n")
    assert squeeze("".join(block.text for block in blocks(text))) == squeeze(text)
    assert squeeze("".join(readable(text * 12))) == squeeze(text * 12)


@pytest.mark.parametrize(
    ("before", "after", "joined"), [("เครื่อง", "มือ", "เครื่องมือ"), ("New", "York", "New York"), ("ค.ศ.", "1893", "ค.ศ. 1893")]
)
def test_join(before: str, after: str, joined: str) -> None:
    assert join(before, after) == joined


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_documents_offsets_hold(pieces: list[str]) -> None:
    found = compose("\n".join(pieces).replace("\r", " "), "ชื่อ", "s", {})
    assert [paragraph.number for paragraph in found.paragraphs] == list(range(1, len(found.paragraphs) + 1))
    assert found.id == document_id(found.text)
    ends = 0
    for paragraph in found.paragraphs:
        assert ends <= paragraph.start < paragraph.end <= len(found.text)
        assert found.text[paragraph.start : paragraph.end].strip() == found.text[paragraph.start : paragraph.end]
        ends = paragraph.end


def test_passages_are_whole_sentences_of_one_section(wiki: Document, chapter: Document) -> None:
    for document in (wiki, chapter):
        starts = {start for paragraph in document.paragraphs for start, _ in sentence_spans(document.text, paragraph)}
        cuts = list(chunk(document))
        covered = "".join(document.text[cut.start : cut.end] for cut in cuts)
        assert squeeze(covered) == squeeze("".join(document.text[p.start : p.end] for p in document.paragraphs))
        for cut in cuts:
            assert cut.start in starts and cut.end - cut.start <= MOST + 450
            assert not "\u0e30" <= document.text[cut.start] <= "\u0e3a" and not "\u0e47" <= document.text[cut.start] <= "\u0e4e"
            inside = {p.headings for p in document.paragraphs if p.start < cut.end and p.end > cut.start}
            assert inside == {cut.headings}


FACTS = ("กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย", "เชียงใหม่เป็นจังหวัดในภาคเหนือของไทย", "ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดของไทย")


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_fact_a_line_is_a_paragraph_each_and_no_heading(between: str) -> None:
    assert [(block.text, block.is_heading) for block in blocks(between.join(FACTS))] == [(fact, False) for fact in FACTS]


def test_sections_of_one_name_do_not_share_a_passage(tmp_path: Path) -> None:
    body = "สวนหลวง ร.๙ เปิดเมื่อ พ.ศ. 2530 เป็นสวนสาธารณะขนาดใหญ่ที่คนกรุงเทพฯ ไปเดินเล่นและออกกำลังกายกันทุกวันตั้งแต่เช้าจนถึงเย็นตลอดทั้งปี"
    path = tmp_path / "a.txt"
    path.write_text(f"สวน\n\n{body}\n\nสวน\n\n{body} แห่งที่สอง", encoding="utf-8")
    document = documents(path)[0]
    assert [section.headings for section in document.sections] == [("สวน",), ("สวน",)]
    assert all("สวน\n" not in document.text[cut.start : cut.end] for cut in chunk(document)) and len(list(chunk(document))) == 2


def test_the_last_article_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wiki_01"
    path.write_text(f'<doc id="1" url="u" title="A &amp; B">{THAI}</doc><doc id="2" url="u" title="สอง">{THAI}', encoding="utf-8")
    found = list(parse(path))
    assert isinstance(found[0], Document) and found[0].title == "A & B" and "no closing </doc>" in str(found[1])


def test_half_a_character_in_a_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"text": "\\ud800 ' + THAI + '"}\n', encoding="utf-8")
    assert "characters that are no text" in str(next(iter(parse(path))))


def test_a_dos_file_with_its_end_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dos.txt"
    path.write_bytes(THAI.encode("tis-620") + b"\x1a")
    assert documents(path)[0].text == THAI
