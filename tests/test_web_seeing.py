"""Seeing a corpus without a browser: the timeline, the map of an answer's evidence, and sources compared."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.build import add
from index.embed import Embedder
from tests.test_web import Heard, asked, calls
from ui.conversations import Conversations
from ui.engine import Engine
from ui.i18n import WORDS
from ui.turns import checked_turn, shown_turn
from ui.web.compare import Comparing
from ui.web.documents import describe_source, remove_source
from ui.web.timeline import Timelines

TEXTS = {
    "สโมสร.txt": "สโมสรเรือพาย\n\nสโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี\n\nเรือลำแรกต่อเสร็จเมื่อ 5 มีนาคม พ.ศ. 2513 ที่อู่หลวงพ่อโสธร\n",
    "ป้อม.txt": "ป้อมสีเงิน\n\nป้อมสีเงินสร้างเมื่อ พ.ศ. 2431 บนเกาะกลางแม่น้ำ\n\nช่วงคริสต์ศตวรรษที่ 20 ป้อมนี้ร้างผู้คน\n",
    "ครัว.txt": "ตำราครัว\n\nแกงเขียวหวานใส่มะเขือเปราะและใบโหระพาเสมอ\n",
}
ASKED = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อใด"


@pytest.fixture
def engine(tmp_path: Path, embedder: Embedder) -> Engine:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    add(tmp_path / "library", [folder], embedder)
    return Engine(tmp_path / "library", None)


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.assemble.CONFIDENT", 0.0)


def ids(engine: Engine) -> dict[str, str]:
    """Return the documents' ids by the beginnings of their names."""
    return {one["file"].split(".")[0]: one["id"] for one in calls(engine)["documents"]({"wanted": "", "after": ""})["documents"]}


def seen(engine: Engine, only: list[str] | None = None, wanted: str = "", years: tuple[int, int] | None = None) -> dict[str, Any]:
    job = Heard()
    Timelines(engine).work(job, only, wanted, years)
    return job.all[-1]


def firsts(told: dict[str, Any]) -> list[list[int]]:
    return [one["first"] for one in told["events"]]


def test_the_timeline_is_every_dated_sentence_in_time(engine: Engine) -> None:
    told = seen(engine)
    assert told["stage"] == "done" and (told["read"], told["total"], told["held"]) == (3, 3, 4)
    assert firsts(told) == [[1888, 0, 0], [1901, 0, 0], [1969, 0, 0], [1970, 3, 5]]
    assert [one["precision"] for one in told["events"]] == ["year", "century", "year", "day"]
    assert told["bounds"] == [1888, 2000] and sum(told["bars"]) == told["matching"] == told["within"] == 4
    assert sorted(told["documents"].values()) == ["ป้อมสีเงิน", "สโมสรเรือพาย"]
    for one in told["events"]:
        document = engine.shelf.document(one["document"])
        assert document is not None and document.text[one["start"] : one["end"]] == one["quote"]
        assert document.paragraphs[one["paragraph"] - 1].start <= one["start"]
    start, end = told["events"][3]["date"]
    assert told["events"][3]["quote"][start:end] == "5 มีนาคม พ.ศ. 2513"


def test_several_timelines_at_once_are_each_whole_though_little_is_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.timeline._KEPT", 3)  # of four: each reading drives out what another has just found
    timelines, jobs = Timelines(engine), [Heard() for _ in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda job: timelines.work(job, None, "", None), jobs)) == [None] * 40
    assert [firsts(job.all[-1]) for job in jobs] == [[[1888, 0, 0], [1901, 0, 0], [1969, 0, 0], [1970, 3, 5]]] * 40


def test_half_a_character_breaks_no_call(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    half, served = "ก\ud83d", calls(engine)  # an emoji cut in two, as a browser sends it
    asked = {
        "wanted": half, "after": half, "only": [half], "years": None, "source": half, "document": half, "words": half, "question": half,
        "conversation": half, "values": {"title": half}, "title": half, "text": half, "start": 0, "end": 1, "number": 1, "width": 800,
        "style": half, "language": half, "form": half, "turn": half, "turns": [half], "verdict": half, "before": half, "short": half, "files": [half],
    }  # fmt: skip
    assert len(served) > 25
    for name, call in served.items():
        if name != "look":
            answered = call(asked)
            assert answered.get("error") != list(WORDS["broken"]), name
            json.dumps(answered, ensure_ascii=False).encode()
    until = time.monotonic() + 20
    while any(thread.name.startswith("tham-") for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.05)
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


def test_the_timeline_of_chosen_documents_words_and_years(engine: Engine) -> None:
    names = ids(engine)
    assert firsts(seen(engine, [names["ป้อม"], "เอกสารที่ไม่มี"])) == [[1888, 0, 0], [1901, 0, 0]]
    assert seen(engine, [names["ครัว"]])["events"] == [] and seen(engine, [])["total"] == 0
    assert firsts(seen(engine, wanted="เรือ")) == [[1969, 0, 0], [1970, 3, 5]]
    assert firsts(seen(engine, wanted="๒๕๑๒")) == firsts(seen(engine, wanted="1969")) == [[1969, 0, 0]], "Thai digits, and the other era"
    none = seen(engine, wanted="ไดโนเสาร์")
    assert none["events"] == [] and none["held"] == 4
    part = seen(engine, years=(1950, 1969))
    assert firsts(part) == [[1901, 0, 0], [1969, 0, 0]], "a century lies in it too" and part["matching"] == 4


def test_more_events_than_can_be_shown_are_thinned_and_counted(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.timeline.SHOWN", 2)
    told = seen(engine)
    assert firsts(told) == [[1888, 0, 0], [1969, 0, 0]] and (told["within"], told["matching"], sum(told["bars"])) == (4, 4, 4)
    assert firsts(seen(engine, years=(1970, 1970))) == [[1901, 0, 0], [1970, 3, 5]]
    monkeypatch.setattr("ui.web.timeline._LENGTH", 0)
    assert (seen(engine)["read"], seen(engine)["total"]) == (1, 3), "what was not read is said"


def test_documents_are_read_once_and_titles_stay_true(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    timelines, job = Timelines(engine), Heard()
    timelines.work(job, None, "", None)
    assert [one["read"] for one in job.all if one["stage"] == "reading"] == [0, 1, 2]
    source = next(one["source"] for one in calls(engine)["documents"]({"wanted": "ป้อม", "after": ""})["documents"])
    describe_source(engine, source, {"title": "ป้อมปราการ"})
    job.all.clear()
    timelines.work(job, None, "", None)
    assert [one["stage"] for one in job.all] == ["done"] and "ป้อมปราการ" in job.all[-1]["documents"].values()
    monkeypatch.setattr("ui.web.timeline._KEPT", 3)
    timelines.work(job, None, "", None)
    assert timelines._events, "only what fits is remembered"


def test_a_timeline_nobody_wants_any_more_ends(engine: Engine, tmp_path: Path) -> None:
    job = Heard()
    job.stop()
    Timelines(engine).work(job, None, "", None)
    assert job.all == [{"stage": "stopped"}]
    assert seen(Engine(tmp_path / "nowhere", None))["events"] == []


def test_the_timeline_comes_through_the_calls_of_the_page(engine: Engine) -> None:
    made = calls(engine)
    job = made["timeline"]({"only": None, "wanted": "", "years": [1888, 1888]})["job"]
    assert isinstance(job, str)
    for odd in ({"years": [1, "2"]}, {"years": [1]}, {"years": [True, False]}, {"years": 5}, {"wanted": 5}, {"only": "ทั้งหมด"}):
        assert "หน้าเว็บส่งคำขอที่ไม่ถูกต้อง" in made["timeline"]({"wanted": "", **odd})["error"][0], odd


def test_a_place_is_told_as_a_citation(engine: Engine) -> None:
    event = next(one for one in seen(engine)["events"] if one["precision"] == "day")
    where = {"document": event["document"], "start": event["start"], "end": event["end"], "number": 1}
    citation = calls(engine)["place"]({**where, "short": "5 มีนาคม พ.ศ. 2513"})["citation"]
    document = engine.shelf.document(event["document"])
    assert document is not None and document.text[slice(*citation["short"])] == "5 มีนาคม พ.ศ. 2513"
    assert citation["quote"] == event["quote"] and citation["where"]["th"] == f"ย่อหน้าที่ {event['paragraph']}" and citation["stands"]
    assert calls(engine)["place"]({**where, "document": "0" * 16}) == {"gone": True}
    assert calls(engine)["place"]({**where, "end": 10**9}) == {"gone": True}


@pytest.mark.usefixtures("sure")
def test_the_map_says_where_citations_and_hits_stand(engine: Engine) -> None:
    turn = asked(engine, ASKED)[-1]["turn"]
    cited = {citation["document"] for citation in turn["citations"]}
    assert [strip["document"] for strip in turn["strips"]] == list(dict.fromkeys(one["document"] for one in turn["citations"]))
    for strip in turn["strips"]:
        document = engine.shelf.document(strip["document"])
        assert document is not None and strip["length"] == len(document.text) and strip["title"] == document.title
        assert strip["hits"] and all(0 <= start < end <= strip["length"] for start, end in strip["hits"])
    hits = sum(len(strip["hits"]) for strip in turn["strips"])
    elsewhere, documents = turn["elsewhere"]
    assert documents == len(set(ids(engine).values()) - cited) and hits + elsewhere >= 3


@pytest.mark.usefixtures("sure")
def test_the_map_outlives_old_conversations_and_lost_documents(engine: Engine) -> None:
    said = asked(engine, ASKED)[-1]
    kept = Conversations(engine.folder).open(said["conversation"])["turns"][0]
    assert shown_turn(checked_turn(kept), engine.shelf.document)["strips"] == said["turn"]["strips"]
    old = {**kept, "answer": {name: value for name, value in kept["answer"].items() if name != "hits"}}
    again = shown_turn(checked_turn(old), engine.shelf.document)
    assert [strip["hits"] for strip in again["strips"]] == [[] for _ in again["strips"]] and again["elsewhere"] == [0, 0]
    for entry in calls(engine)["documents"]({"wanted": "", "after": ""})["documents"]:
        remove_source(engine, entry["source"])
    assert shown_turn(kept, engine.shelf.document)["strips"] == []
    with pytest.raises((ValueError, TypeError)):
        checked_turn({**kept, "answer": {**kept["answer"], "hits": ["x"]}})


def compared(engine: Engine, question: str, only: list[str] | None = None) -> list[dict[str, Any]]:
    job = Heard()
    Comparing(engine, question, only).work(job)
    return job.all


@pytest.mark.usefixtures("sure")
def test_each_document_answers_alone_one_after_the_other(engine: Engine) -> None:
    said = compared(engine, ASKED)
    assert [len(one["cells"]) for one in said] == [0, 1, 2, 3, 3] and said[-1]["stage"] == "done" and said[-1]["more"] == 0
    names = [one["id"] for one in said[-1]["documents"]]
    assert names[0] == ids(engine)["สโมสร"] and sorted(names) == sorted(ids(engine).values()), "the best document comes first"
    for cell in said[-1]["cells"]:
        places = (*cell["turn"]["citations"], *cell["turn"]["nearest"])
        assert {place["document"] for place in places} <= {cell["document"]}
    first = said[-1]["cells"][0]["turn"]
    assert "2512" in first["claims"][0]["text"] and first["short_answer"] == "พ.ศ. 2512" and first["citations"][0]["stands"]


def test_a_document_that_does_not_say_refuses(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.assemble.CONFIDENT", 1.01)
    cells = compared(engine, "ราคาตั๋วรถไฟไปดาวอังคารเท่าไร", [ids(engine)["ครัว"]])[-1]["cells"]
    assert [(cell["turn"]["refusal"], cell["turn"]["claims"]) for cell in cells] == [("no_evidence", [])]


@pytest.mark.usefixtures("sure")
def test_only_the_chosen_are_compared_and_not_too_many(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ids(engine)
    chosen = compared(engine, ASKED, [names["ป้อม"], names["ครัว"], "หายไปแล้ว"])[-1]
    assert {one["id"] for one in chosen["documents"]} == {names["ป้อม"], names["ครัว"]}
    monkeypatch.setattr("ui.web.compare.MOST", 1)
    one = compared(engine, ASKED, list(names.values()))[-1]
    assert [cell["document"] for cell in one["cells"]] == [names["สโมสร"]] and one["more"] == 2


@pytest.mark.usefixtures("sure")
def test_a_comparison_stops_when_told_and_when_nobody_looks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Heard()
    stopped.stop()
    Comparing(engine, ASKED, None).work(stopped)
    assert stopped.all[-1]["stage"] == "stopped" and stopped.all[-1]["cells"] == []
    left = Heard()
    left._seen = time.monotonic() - 60
    Comparing(engine, ASKED, None).work(left)
    assert left.all[-1]["stage"] == "stopped"
    assert calls(engine)["compare"]({"question": " ", "only": None})["error"][0] == "พิมพ์คำถามก่อน"
