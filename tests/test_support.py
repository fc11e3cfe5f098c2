"""Does a source say this: numbers, names, denials, paraphrases; sentences cut out of what a model writes."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.support import FOLDER, run
from index.embed import Embedder
from index.records import Hit, Passage
from rag.records import Support
from rag.writing.anchors import contradicts, is_name, names, numbers_of, wanted
from rag.writing.stream import Sentence, cut
from rag.writing.support import Sources, Verdict
from tests.conftest import SEEDS
from thai.terms import terms

FORT = (
    "ป้อมสีเงินสร้างขึ้นใน พ.ศ. 2365 โดยพระยาวิชิตวงศ์ เพื่อป้องกันปากแม่น้ำจากข้าศึก",
    "ป้อมมีปืนใหญ่ 24 กระบอก และทหารประจำการราวห้าร้อยคน",
    "กองทัพเรือไม่ได้ใช้ป้อมนี้อีกหลังสงครามสิ้นสุดลง",
)
BREAD = "ขนมปังกรอบทำจากแป้งสาลี อบที่อุณหภูมิ 180 องศา นาน 20 นาที"


def hit(text: str, row: int = 1, title: str = "") -> Hit:
    passage = Passage(row=row, document=f"d{row}", title=title, headings=(), start=0, end=len(text), text=text)
    return Hit(passage=passage, score=1.0, rank=row, legs={})


@pytest.fixture(scope="module")
def sources(embedder: Embedder) -> Sources:
    return Sources([hit(BREAD, 1), hit("\n\n".join(FORT), 2, "ป้อมสีเงิน")], embedder)


def told(verdict: Verdict) -> list[str]:
    return [piece.text for piece in verdict.evidence]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (FORT[0], FORT[0]),
        ("ป้อมสีเงินสร้างเมื่อ ค.ศ. 1822 โดยพระยาวิชิตวงศ์", FORT[0]),
        ("ป้อมสีเงินสร้างเมื่อ พ.ศ. ๒๓๖๕", FORT[0]),
        ("ป้อมมีปืนใหญ่ยี่สิบสี่กระบอก และมีทหารประจำการ 500 คน", FORT[1]),
        ("ขนมปังกรอบใช้แป้งสาลี อบนาน 20 นาที", BREAD),
    ],
)
def test_what_a_source_says_in_other_words_is_supported_by_it(sources: Sources, sentence: str, source: str) -> None:
    verdict = sources.judge(sentence)
    assert verdict.support is Support.SUPPORTED and told(verdict)[0] == source


@pytest.mark.parametrize(
    "sentence",
    [
        "ป้อมสีเงินสร้างเมื่อ ค.ศ. 1832 โดยพระยาวิชิตวงศ์",  # another year
        "ป้อมสีเงินสร้างขึ้นโดยพระยาโบราณราชธานินทร์เพื่อป้องกันปากแม่น้ำ",  # another name
        "ป้อมสีเงินสร้างขึ้นใน พ.ศ. 2365 โดยวิศวกรชาวฝรั่งเศส",  # a name added
        "ป้อมมีปืนใหญ่ 42 กระบอก",  # another number
        "กองทัพเรือใช้ป้อมนี้หลังสงครามสิ้นสุดลง",  # a denial dropped
        "ป้อมไม่มีปืนใหญ่ 24 กระบอก",  # a denial added
        "Fort Silver was built in 1822 by Napoleon Bonaparte.",
        "แมวชอบนอนกลางวันบนหลังคาบ้าน",
        "!!! ... ???",
        "",
    ],
)
def test_what_no_source_says_is_not_supported_and_cites_nothing(sources: Sources, sentence: str) -> None:
    assert sources.judge(sentence) == (Support.UNSUPPORTED, ())


def test_a_number_of_another_sentence_makes_no_statement_true(sources: Sources) -> None:
    """24 and 2365 stand in the passage, 180 and 20 in another: none of them counts these things."""
    for sentence in ("ป้อมสีเงินสร้างขึ้นเมื่อ 180 ปีก่อน", "ทหารประจำการราว 24 คน", "ป้อมมีปืนใหญ่ 20 กระบอก"):
        assert sources.judge(sentence).support is not Support.SUPPORTED, sentence


def test_two_statements_are_supported_by_two_sentences(sources: Sources) -> None:
    verdict = sources.judge("ป้อมสีเงินสร้างขึ้นใน พ.ศ. 2365 โดยพระยาวิชิตวงศ์ ส่วนปืนใหญ่ในป้อมมีทั้งหมด 24 กระบอก")
    assert verdict.support is not Support.UNSUPPORTED and set(told(verdict)) >= {FORT[0], FORT[1]}


def test_english_over_thai_is_carried_by_names_and_numbers_or_weak(embedder: Embedder) -> None:
    """เลนิน, ทรอตสกี and the year are all that can be compared."""
    text = "เลนินและทรอตสกีก่อตั้งโคมินเทิร์นในเดือนมีนาคม ค.ศ. 1919 ที่กรุงมอสโก"
    sources = Sources([hit(text)], embedder)
    assert sources.judge("Lenin and Trotsky founded it in 1919.").support is Support.SUPPORTED
    assert sources.judge("Lenin founded it in 1919.").support is Support.WEAK
    assert sources.judge("Lenin and Trotsky founded it in 1920.").support is Support.UNSUPPORTED
    assert sources.judge("Lenin and Trotsky did not found it in 1919.").support is Support.UNSUPPORTED


def test_the_models_own_marks_only_break_ties(embedder: Embedder) -> None:
    same = "ป้อมสีเงินสร้างขึ้นใน พ.ศ. 2365"
    sources = Sources([hit(same, 1), hit(same, 2), hit(BREAD, 3)], embedder)
    assert [sources.judge(same, hints).evidence[0].hit.rank for hints in ((), (2,), (3,), (99,), (0,))] == [1, 2, 1, 1, 1]


def test_nothing_to_compare_with_supports_nothing(embedder: Embedder) -> None:
    assert Sources([], embedder).judge(FORT[0]) == (Support.UNSUPPORTED, ())


def test_names_are_what_the_dictionary_of_thai_lacks() -> None:
    assert [is_name(word) for word in ("สตาลิน", "ญี่ปุ่น", "ปารีส", "รัฐบาล", "การปฏิวัติ", "ต่างๆ")] == [True, True, True, False, False, False]
    assert ["".join(name) for name in names("พรรคของบูคารินในปี พ.ศ. 2470 กับ NEP")] == ["บูคาริน", "nep"]
    assert names("The party of Bukharin said no in March") == (("bukharin",),)


def test_what_of_a_number_must_stand_in_a_source() -> None:
    texts = ["24 มิ.ย. 2475", "เดือนสิงหาคม ค.ศ. 1940", "ร้อยละ 51", "พ.ศ. 2461–2465", "สามคน"]
    found = [[set(wanted(mention)) for mention in numbers_of(text)] for text in texts]
    assert found == [[{"1932-06-24"}], [{"y1940", "สิงหาคม"}], [{"51%"}], [{"y1918", "y1922"}], [{"3"}]]


def test_opposites_and_denials_contradict() -> None:
    said = "รัฐบาลสนับสนุนแผนการปฏิรูปที่ดิน"
    for other, wrong in [
        ("รัฐบาลคัดค้านแผนการปฏิรูปที่ดิน", True), ("รัฐบาลไม่ได้สนับสนุนแผนการปฏิรูปที่ดิน", True),
        ("รัฐบาลไม่คัดค้านแผนการปฏิรูปที่ดิน", False), ("รัฐบาลเห็นชอบแผนการปฏิรูปที่ดิน", False), (said, False),
    ]:  # fmt: skip
        assert contradicts(terms(said), terms(other)) is wrong, other
    assert not contradicts(terms(said), terms("ฝนตกหนัก นักเรียนคัดค้านการสอบ"))  # the opposite, of something else


def test_labelled_sentences(embedder: Embedder) -> None:
    """A floor under what bench.support measured, and the labels as they must be."""
    judged = run(embedder)
    seeds = "".join("".join(path.read_text(encoding="utf-8").split()) for path in SEEDS.glob("*.txt"))
    passages = [json.loads(line)["text"] for line in (FOLDER / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(judged) >= 190 and all("".join(text.split()) in seeds for text in passages)
    said = [one for one in judged if one.verdict.support is Support.SUPPORTED]
    false = [one for one in judged if not one.true]
    assert sum(one.true for one in said) >= 0.86 * len(said)
    assert sum(one.true for one in said) >= 0.7 * (len(judged) - len(false))
    for kind in ("wrong_year", "wrong_day", "wrong_month", "wrong_number", "wrong_place", "added", "english_wrong", "unrelated"):
        assert not [one.claim for one in said if one.kind == kind and not one.true], kind


def at_once(text: str) -> list[Sentence]:
    return list(cut([text]))


def test_sentences_come_as_soon_as_they_are_whole_and_without_marks() -> None:
    pieces = ["สตาลินเป็นผู้นำสหภาพโซเวียตในเวลานั้น [1][2] ", "ทรอตสกีลี้ภัยไปเม็กซิโกใน ค.ศ. 1937", "【7†source】\n", "เขาถูกสังหาร [ตอนที่ 3] (ที่มา: 2)"]
    given_out = 0

    def feed() -> Iterator[str]:
        nonlocal given_out
        for piece in pieces:
            given_out += 1
            yield piece

    seen = [(given_out, sentence) for sentence in cut(feed())]
    assert [sentence.text for _, sentence in seen] == ["สตาลินเป็นผู้นำสหภาพโซเวียตในเวลานั้น", "ทรอตสกีลี้ภัยไปเม็กซิโกใน ค.ศ. 1937", "เขาถูกสังหาร"]
    assert [sentence.hints for _, sentence in seen] == [(1, 2), (7,), (3, 2)] and [at for at, _ in seen] == [3, 3, 4]


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("<think>ลองคิด [1]\nดูก่อน</think>\n\nปลาทองกินพืช", ["ปลาทองกินพืช"]),
        ("<think>คิดไม่จบ", []),
        ("**ปลาทอง** กิน `พืช`", ["ปลาทอง กิน พืช"]),
        ("# คำตอบ\n\n> ปลาทองกินพืช", ["คำตอบ", "ปลาทองกินพืช"]),
        ("[1] 【2】 ... \n---\n| |\n", []),
        ("ใน ค.ศ. [1917] และ (1918) มี 3 ข้อ (ข้อ 2)", ["ใน ค.ศ. [1917] และ (1918) มี 3 ข้อ"]),
        ("He died in 1924 [1]. Dr. A. Smith said so. It rained.[2]", ["He died in 1924.", "Dr. A. Smith said so.", "It rained."]),
    ],
)
def test_what_is_no_part_of_a_sentence_is_left_out(written: str, texts: list[str]) -> None:
    assert [sentence.text for sentence in at_once(written)] == texts


def test_items_lean_on_the_line_that_leads_them() -> None:
    found = at_once("สมาชิกมีสามคน ได้แก่:\n1. เลนิน [1]\n2. สตาลิน\n- ทรอตสกี\n\nทั้งหมดเป็นชาวรัสเซีย")
    assert found == [
        ("สมาชิกมีสามคน ได้แก่: เลนิน", "", (1,)),
        ("สตาลิน", "สมาชิกมีสามคน ได้แก่:", ()),
        ("ทรอตสกี", "สมาชิกมีสามคน ได้แก่:", ()),
        ("ทั้งหมดเป็นชาวรัสเซีย", "", ()),
    ]


@given(st.text(alphabet="กขาิ่ [1]\n:*-.A3【】<think>/", max_size=300), st.integers(1, 9))
def test_no_letter_is_lost_or_made_up_by_cutting(text: str, size: int) -> None:
    """However it comes, the letters said are the text's own, in order."""
    said = "".join(s.text for s in cut(text[at : at + size] for at in range(0, len(text), size)))
    left = iter(text)
    assert all(letter in left for letter in said if not letter.isspace())
