"""Conversations on disk: whole or not at all, checked again each time, and never trusted when they come from elsewhere."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from index.compose import Composer
from index.errors import UsageError
from index.records import Document
from rag.cite import paragraph_at
from rag.records import Answer, Citation, Claim, Refusal, Support
from ui.conversations import FEEDBACK, Conversations
from ui.turns import answer_data, answer_of, citation_of, shown_turn

TEXT = ("คณะราษฎรเปลี่ยนแปลงการปกครองเมื่อ พ.ศ. 2475 ที่กรุงเทพฯ", "ต่อมามีรัฐธรรมนูญฉบับถาวร")


def document(*, end: str = "") -> Document:
    composer = Composer()
    composer.heading(("การปกครอง",), "การปกครอง", 3)
    composer.paragraph(TEXT[0] + end, 3)
    composer.paragraph(TEXT[1], 4)
    return composer.document(title="ประวัติศาสตร์", source="/ก/ข.pdf", meta={"author": "สมชาย ใจดี"})


def answer(held: Document, question: str = "เปลี่ยนแปลงการปกครองเมื่อใด") -> Answer:
    paragraph = held.paragraphs[0]
    quote = held.text[paragraph.start : paragraph.end]
    citation = Citation(number=1, document=held, paragraph=paragraph, start=paragraph.start, end=paragraph.end, quote=quote)
    claim = Claim(text=quote, citations=(1,), support=Support.SUPPORTED)
    return Answer(
        question=question, short_answer="พ.ศ. 2475", claims=(claim,), citations=(citation,), nearest=(), hits=(), refusal=None,
        confidence=0.9, understood="คณะราษฎรเปลี่ยนแปลงการปกครองเมื่อใด",
    )  # fmt: skip


def turn(name: str, given: Answer) -> dict[str, Any]:
    return {"id": name, "asked": "2026-11-21T00:00:00+00:00", "only": None, "verdict": None, "stopped": False, "answer": answer_data(given)}


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def test_an_answer_comes_back_from_disk_as_it_was(kept: Conversations) -> None:
    held = document()
    name = kept.add(None, turn("t1", answer(held)))
    again = Conversations(kept._library).open(name)
    assert answer_of(again["turns"][0]["answer"], {held.id: held}.get) == answer(held)
    assert again["title"] == "เปลี่ยนแปลงการปกครองเมื่อใด" and len(name) == 16
    text = (kept._library / "conversations" / f"{name}.json").read_text(encoding="utf-8")
    assert "<" not in text and "พ.ศ. 2475" in text, "data, no HTML"


def test_a_shown_turn_says_places_in_both_languages_and_whether_they_stand() -> None:
    held = document()
    shown = shown_turn(turn("t1", answer(held)), {held.id: held}.get)
    citation = shown["citations"][0]
    assert citation["stands"] and citation["where"] == {"th": "หน้า 3 · ย่อหน้าที่ 1", "en": "page 3 · paragraph 1"}
    assert citation["short"] == [held.text.index("พ.ศ. 2475"), held.text.index("พ.ศ. 2475") + 9] and citation["path"] == ["การปกครอง"]
    gone = shown_turn(turn("t1", answer(held)), lambda name: None)["citations"][0]
    assert not gone["stands"] and {**gone, "stands": True} == citation, "where it stood is remembered"


def test_a_quotation_that_no_longer_stands_there_is_not_said_to() -> None:
    held, other = document(), document(end=" จบ")
    data = answer_data(answer(held))["citations"][0]
    citation, stands = citation_of({**data, "start": data["start"] + 1}, {held.id: other}.get)
    assert not stands and citation.quote == data["quote"] and citation.document.title == "ประวัติศาสตร์" and citation.document.meta == {"author": "สมชาย ใจดี"}
    assert paragraph_at(citation.document, citation.start).number == 1


def test_a_refusal_is_kept_too(kept: Conversations) -> None:
    held = document()
    one = answer(held)
    refusal = Answer(question="ก", short_answer=None, claims=(), citations=(), nearest=one.citations, hits=(), refusal=Refusal.NO_EVIDENCE, confidence=0.1)
    name = kept.add(None, turn("t1", refusal))
    assert answer_of(kept.open(name)["turns"][0]["answer"], {held.id: held}.get) == refusal


def test_turns_follow_each_other_and_one_replaces_another(kept: Conversations) -> None:
    name = kept.add(None, turn("t1", answer(document())))
    assert kept.add(name, turn("t2", answer(document(), "สอง"))) == name
    kept.add(name, turn("t3", answer(document(), "สาม")), replacing="t2")
    assert [one["id"] for one in kept.open(name)["turns"]] == ["t1", "t3"]


def test_two_writers_lose_nothing(kept: Conversations) -> None:
    name = kept.add(None, turn("t0", answer(document())))
    other = Conversations(kept._library)
    threads = [threading.Thread(target=lambda n=n: kept.add(name, turn(f"t{n}", answer(document())))) for n in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one["id"] for one in other.open(name)["turns"]} == {f"t{n}" for n in range(13)}


def test_conversations_are_listed_searched_renamed_and_deleted(kept: Conversations) -> None:
    first = kept.add(None, turn("t1", answer(document(), "เรื่องแรก")))
    second = kept.add(None, turn("t1", answer(document(), "เรื่องที่สอง")))
    assert [one.title for one in kept.listed()] == ["เรื่องที่สอง", "เรื่องแรก"]
    assert [one.id for one in kept.listed("แรก")] == [first] and len(kept.listed("คณะราษฎร")) == 2 and kept.listed("ไม่มี") == []
    assert kept.rename(first, "  ชื่อ\nใหม่ ") == "ชื่อ ใหม่" and [one.title for one in kept.listed()] == ["เรื่องที่สอง", "ชื่อ ใหม่"]
    with pytest.raises(UsageError, match="ต้องไม่ว่าง"):
        kept.rename(first, " ")
    kept.delete(second)
    kept.delete(second)
    assert [one.id for one in kept.listed()] == [first]
    with pytest.raises(UsageError, match="ไม่มีบทสนทนานี้แล้ว"):
        kept.open(second)


def test_a_damaged_file_is_passed_over_and_named_when_opened(kept: Conversations) -> None:
    name = kept.add(None, turn("t1", answer(document())))
    (kept._library / "conversations" / ("0" * 16 + ".json")).write_text("{half", encoding="utf-8")
    (kept._library / "conversations" / "notes.txt").write_text("mine", encoding="utf-8")
    assert [one.id for one in kept.listed()] == [name]
    with pytest.raises(UsageError, match="ไฟล์อาจเสียหาย"):
        kept.open("0" * 16)


def test_what_the_reader_thinks_is_kept_with_the_evidence(kept: Conversations) -> None:
    name = kept.add(None, turn("t1", answer(document())))
    kept.judge(name, "t1", "up")
    kept.judge(name, "t1", None)
    lines = [json.loads(line) for line in (kept._library / FEEDBACK).read_text(encoding="utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["up", None] and lines[0]["citations"][0]["quote"] == TEXT[0]
    assert lines[0]["question"] and lines[0]["claims"] and kept.open(name)["turns"][0]["verdict"] is None
    with pytest.raises(UsageError, match="ไม่มีคำตอบนี้แล้ว"):
        kept.judge(name, "t9", "up")


def test_a_conversation_given_away_is_taken_in_elsewhere(kept: Conversations, tmp_path: Path) -> None:
    held = document()
    name = kept.add(None, turn("t1", answer(held)))
    elsewhere = Conversations(tmp_path / "other")
    taken = elsewhere.take_in(json.dumps(kept.open(name)))
    assert taken != name and elsewhere.open(taken)["turns"] == kept.open(name)["turns"]
    assert elsewhere.listed()[0].title == kept.listed()[0].title


def _changed(change: Any) -> str:
    held = {"format": "tham-conversation-1", "id": "x", "title": "ก", "created": "", "changed": "", "turns": [turn("t1", answer(document()))]}
    change(held)
    return json.dumps(held)


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "null", '{"format": "tham-conversation-1"}', "[" * 100_000,
    _changed(lambda held: held.update(format="other")), _changed(lambda held: held.update(turns=[5])), _changed(lambda held: held["turns"][0].pop("answer")),
    _changed(lambda held: held["turns"][0]["answer"]["claims"][0].update(support="sure")), _changed(lambda held: held["turns"][0]["answer"]["citations"][0].update(quote=5)),
    _changed(lambda held: held["turns"][0]["answer"]["citations"][0].update(paragraph=[1])), _changed(lambda held: held["turns"][0]["answer"].update(refusal="tired")),
])  # fmt: skip
def test_a_file_that_is_no_conversation_is_refused(kept: Conversations, text: str) -> None:
    with pytest.raises(UsageError, match="ไม่ใช่บทสนทนา"):
        kept.take_in(text)
    assert kept.listed() == []


@pytest.mark.parametrize("name", ["", "..", "../library", "0" * 15, "0" * 15 + "G", "0" * 16 + "\n", "/etc/passwd"])
def test_a_name_that_is_none_reaches_no_file(kept: Conversations, name: str) -> None:
    for work in (kept.open, kept.delete, lambda one: kept.rename(one, "ก")):
        with pytest.raises(UsageError, match="ไม่มีบทสนทนานี้"):
            work(name)


def test_what_does_not_belong_in_a_file_is_left_out(kept: Conversations) -> None:
    text = _changed(lambda held: held["turns"][0].update(html="<script>", verdict="sideways"))
    one = kept.open(kept.take_in(text))["turns"][0]
    assert "html" not in one and one["verdict"] is None
