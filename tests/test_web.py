"""The page without a browser: what it shows is plain data, what it is asked is checked, uploads are kept or leave no trace."""

import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.build import add
from index.embed import Embedder
from index.errors import UsageError
from ui.conversations import Conversations
from ui.engine import Engine
from ui.i18n import WORDS
from ui.settings import ROOT
from ui.web import server as web
from ui.web.calls import Calls
from ui.web.chat import Asking, clean, examples, next_questions
from ui.web.jobs import Job, Jobs
from ui.web.page import script

CLUB = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี"
ASKED = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อใด"


@pytest.fixture
def engine(tmp_path: Path, embedder: Embedder) -> Engine:
    """A library of two small texts, added from outside the page."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "สโมสร.txt").write_text(f"สโมสรเรือพาย\n\n{CLUB}\n", encoding="utf-8")
    (folder / "ป้อม.txt").write_text("ป้อมสีเงิน\n\nป้อมสีเงินสร้างเมื่อ พ.ศ. 2431 บนเกาะกลางแม่น้ำ\n", encoding="utf-8")
    add(tmp_path / "library", [folder], embedder)
    return Engine(tmp_path / "library", None)


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader answer whatever it finds: here the page is tested, not the reader's judgement."""
    monkeypatch.setattr("rag.assemble.CONFIDENT", 0.0)


@pytest.fixture
def empty(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "library", None)


class Heard(Job):
    """A job that remembers everything it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[dict[str, Any]] = []

    def tell(self, **said: Any) -> None:
        super().tell(**said)
        self.all.append(said)


def asked(engine: Engine, question: str, **more: Any) -> list[dict[str, Any]]:
    job = Heard()
    Asking(engine, Conversations(engine.folder), question, **more).work(job)
    return job.all


def calls(engine: Engine) -> Any:
    """Return the calls by name, as the page makes them."""
    return {function.__name__: function for function in Calls(engine, lambda path: False).functions()}


@pytest.mark.usefixtures("sure")
def test_an_answer_grows_and_is_kept_with_its_places(engine: Engine) -> None:
    said = asked(engine, f"  {ASKED}\n")
    assert said[0]["stage"] == "opening" and said[-1]["stage"] == "done"
    growing = [len(one["turn"]["claims"]) for one in said if one["stage"] == "answering"]
    assert growing and growing == sorted(growing) and growing[0] == 1
    turn = said[-1]["turn"]
    assert turn["question"] == ASKED and "2512" in turn["claims"][0]["text"] and turn["claims"][0]["support"] == "supported"
    citation = turn["citations"][0]
    assert citation["number"] == 1 and citation["stands"] and "2512" in citation["quote"]
    assert citation["where"] == {"th": "ย่อหน้าที่ 1", "en": "paragraph 1"} and citation["title"] == "สโมสรเรือพาย"
    document = engine.shelf.document(citation["document"])
    assert document is not None and document.text[citation["start"] : citation["end"]] == citation["quote"]
    start, end = citation["short"]
    assert document.text[start:end] == turn["short_answer"] == "พ.ศ. 2512"
    kept = Conversations(engine.folder).open(said[-1]["conversation"])
    assert kept["title"] == ASKED and [one["id"] for one in kept["turns"]] == [turn["id"]]


@pytest.mark.usefixtures("sure")
def test_only_the_chosen_documents_are_asked(engine: Engine) -> None:
    fort = next(one["id"] for one in calls(engine)["documents"]({"wanted": "ป้อม", "after": ""})["documents"])
    turn = asked(engine, ASKED, only=[fort])[-1]["turn"]
    assert {citation["document"] for citation in (*turn["citations"], *turn["nearest"])} == {fort} and turn["only"] == [fort]


@pytest.mark.usefixtures("sure")
def test_asking_again_replaces_the_answer_and_a_follow_up_stays_in_its_conversation(engine: Engine) -> None:
    first = asked(engine, ASKED)[-1]
    second = asked(engine, "ป้อมสีเงินสร้างเมื่อใด", conversation=first["conversation"])[-1]
    again = asked(engine, ASKED, conversation=first["conversation"], replacing=second["turn"]["id"])[-1]
    turns = Conversations(engine.folder).open(first["conversation"])["turns"]
    assert [turn["id"] for turn in turns] == [first["turn"]["id"], again["turn"]["id"]]


def test_a_refusal_names_the_nearest_passages(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.assemble.CONFIDENT", 1.01)
    turn = asked(engine, "ราคาตั๋วรถไฟไปดาวอังคารเท่าไร")[-1]["turn"]
    assert turn["refusal"] == "no_evidence" and not turn["claims"] and not turn["citations"] and turn["nearest"][0]["quote"]


@pytest.mark.usefixtures("sure")
def test_a_stopped_question_ends_and_one_nobody_waits_for_is_dropped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Heard()
    stopped.stop()
    Asking(engine, Conversations(engine.folder), ASKED).work(stopped)
    left = Heard()
    monkeypatch.setattr(Heard, "left", True)
    Asking(engine, Conversations(engine.folder), ASKED).work(left)
    assert "answering" not in [one["stage"] for one in stopped.all + left.all]
    assert all("2512" not in str(one) for one in left.all)


def test_without_a_library_the_page_says_how_to_begin(empty: Engine) -> None:
    said = asked(empty, ASKED)[-1]
    assert said["stage"] == "failed" and "เพิ่มไฟล์แรกของคุณ" in said["error"][0] and "add your first file" in said["error"][1]
    assert calls(empty)["begin"]({"language": "th"}) == {"examples": [], "empty": True}
    assert calls(empty)["documents"]({"wanted": "", "after": ""}) == {"documents": [], "matching": 0, "total": 0, "more": False}
    assert not empty.folder.exists()


def test_whatever_breaks_the_page_says_so(empty: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("the disk melted")

    monkeypatch.setattr(empty, "answerer", broken)
    jobs = Jobs()
    job = jobs.start(Asking(empty, Conversations(empty.folder), ASKED).work)
    while not job.done:
        time.sleep(0.01)
    assert job.said == {"stage": "failed", "error": list(WORDS["broken"])} and "the disk melted" in caplog.text


@pytest.mark.parametrize(("call", "raw"), [
    ("ask", None), ("ask", {"question": 5}), ("ask", {"question": "ก", "only": "x"}), ("ask", {"question": "  "}), ("source", {"document": "x"}),
    ("source", {"document": "x", "start": -1, "end": 5}), ("source", {"document": "x", "start": 0, "end": True}), ("rename", {"conversation": "../../x", "title": "ก"}),
    ("delete", {"conversation": "../library"}), ("take_in", {"text": "[]"}), ("remove", {"source": "nosuch"}), ("describe", {"source": "x", "values": [1]}),
    ("export", {"conversation": "0" * 16, "form": "docx", "style": "apa", "language": "th"}), ("add", {"files": ["/etc/passwd"]}), ("known", {"source": "x"}),
])  # fmt: skip
def test_an_odd_call_gets_two_sentences(engine: Engine, call: str, raw: Any) -> None:
    answered = calls(engine)[call](raw)
    thai, english = answered["error"]
    assert re.search("[ก-๙]", thai) and english.isascii() and "broken" not in answered and thai != WORDS["broken"][0]


def test_a_place_that_is_not_there_is_gone(engine: Engine) -> None:
    name = calls(engine)["documents"]({"wanted": "", "after": ""})["documents"][0]["id"]
    source = calls(engine)["source"]
    for place in ({"document": "nosuch", "start": 0, "end": 1}, {"document": name, "start": 0, "end": 99999}, {"document": name, "start": 5, "end": 5}):
        assert source(place) == {"gone": True}


def test_questions_are_one_bounded_line() -> None:
    assert clean(" ก \n ข\ud800 ") == "ก ข?" and len(clean("ก" * 5000)) == 1000


def test_the_first_question_need_not_wait_for_weights(seeds_library: Path) -> None:
    from rag.reading import extract
    from thai import meaning

    for read in (extract._weights, meaning.table):  # what other tests have read
        read.cache_clear()
    engine = Engine(seeds_library, None)
    engine.start().join(60)
    assert engine.is_open and extract._weights.cache_info().currsize == meaning.table.cache_info().currsize == 1


def test_examples_and_next_questions_come_from_the_documents_and_have_answers(seeds_library: Path) -> None:
    engine = Engine(seeds_library, None)
    offered = examples(engine, "th")
    assert 1 <= len(offered) <= 4 and "ลัทธิคอมมิวนิสต์คืออะไร" in offered
    assert all(engine.answerer().ask(question).claims for question in offered)
    answer = engine.answerer().ask("ลัทธิคอมมิวนิสต์คืออะไร")
    from ui.turns import answer_data

    following = next_questions(engine, {"answer": answer_data(answer), "only": None})
    document = answer.citations[0].document
    headings = [heading for section in document.sections for heading in section.headings]
    assert 1 <= len(following) <= 3 and all(any(heading in question for heading in headings) for question in following)


def test_the_page_shares_keeps_and_fetches_nothing() -> None:
    settings = web.launch_settings("127.0.0.1", 7860)
    wanted = {"share": False, "run_history": False, "enable_monitoring": False, "ssr_mode": False, "footer_links": [], "inbrowser": False, "show_error": False}
    assert {name: settings[name] for name in wanted} == wanted and settings["server_name"] == "127.0.0.1" and "allowed_paths" not in settings
    head = settings["head"]
    assert "connect-src 'self'" in head and "frame-src 'none'" in head and "img-src 'self' data: blob:" in head
    addresses = re.findall(r"(?:https?:)?//[a-z][^\s\"')]*", re.sub(r"base64,[A-Za-z0-9+/=]*", "", head))
    assert addresses == [] and head.count("data:font/woff2") == 4
    middleware = settings["app_kwargs"]["middleware"]
    assert "127.0.0.1" in middleware[0].kwargs["allowed_hosts"] and len(web.launch_settings("0.0.0.0", 1)["app_kwargs"]["middleware"]) == 1
    for asset in (ROOT / "ui" / "web" / "assets").glob("*.[jc]s*"):
        text = re.sub(r"\s//.*$|^//.*$", "", asset.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert "//" not in text and "innerHTML" not in text and "insertAdjacentHTML" not in text, asset
    assert "SIL Open Font License" in (ROOT / "ui/web/assets/fonts/LICENSE-Sarabun").read_text(encoding="utf-8")


def test_every_word_the_page_says_exists_in_both_languages() -> None:
    names = re.findall(r'(?:\bsay|label|hint|words): "([a-z_]+)"|say\("([a-z_]+)"|iconButton\("[a-z]+", "([a-z_]+)"|WORDS\.([a-z_]+)', script())
    said = {name for found in names for name in found if name}
    assert len(said) > 80 and said - set(WORDS) == set()
    assert all(thai and english and not re.search("[\u0e00-\u0e7f]", english) for thai, english in WORDS.values())


def test_the_page_has_its_endpoints_and_no_template_that_could_run_a_document(engine: Engine) -> None:
    page = web.build(engine)
    names = {"/ask", "/search", "/read_paragraph", "/cite", "/list", "/add", "/remove"}
    assert set(page.get_api_info()["named_endpoints"]) == names and page.analytics_enabled is False
    shown = [block for block in page.blocks.values() if hasattr(block, "html_template")]
    assert [block.html_template for block in shown] == ["${value}"], "gradio runs the result of any other template as JavaScript"
    assert "${" not in shown[0].value and "สโมสร" not in shown[0].value


def test_a_taken_port_is_two_sentences(empty: Engine, environment: dict[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "ui", "chat", "--port", str(port)]
        result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60)
    assert result.returncode == 2 and result.stdout == ""
    assert f"พอร์ต {port} ไม่ได้" in result.stderr and f"Try --port {port % 65535 + 1}" in result.stderr and "Traceback" not in result.stderr


def test_importing_the_page_loads_no_gradio() -> None:
    code = "import sys, ui.web.server; print([name for name in ('gradio', 'torch', 'docx', 'citeproc', 'faiss') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout == "[]\n"


def test_a_library_rebuilt_with_another_model_is_opened_again(tmp_path: Path) -> None:
    from index.build import rebuild
    from tests.test_library import HashEmbedder

    file = tmp_path / "a.txt"
    file.write_text("เกาะเต่าอยู่ในจังหวัดสุราษฎร์ธานีทางภาคใต้ของประเทศไทย", encoding="utf-8")
    first, second = HashEmbedder(), HashEmbedder()
    second.fingerprint = "hash-other"
    add(tmp_path / "library", [file], first)  # type: ignore[arg-type]
    engine = Engine(tmp_path / "library", None)
    engine._embedder = first  # type: ignore[assignment]
    assert engine.answerer().search("เกาะเต่า", 1)
    rebuild(tmp_path / "library", second)  # type: ignore[arg-type]
    engine._model = lambda: second  # type: ignore[assignment, method-assign, return-value]
    assert engine.answerer().search("เกาะเต่า", 1)[0].passage.title == "a"


def test_a_document_read_again_or_gone_is_seen(engine: Engine, tmp_path: Path, embedder: Embedder) -> None:
    from ui.web.documents import describe_source, remove_source

    entry = calls(engine)["documents"]({"wanted": "สโมสร", "after": ""})["documents"][0]
    document = engine.shelf.document(entry["id"])
    assert document is not None and engine.shelf.unchanged_file(document) == Path(entry["source"])
    describe_source(engine, entry["source"], {"author": "สมพงษ์ ใจดี", "year": "2564"})
    again = engine.shelf.document(entry["id"])
    assert again is not None and again.meta["author"] == "สมพงษ์ ใจดี" and again.meta["year"] == "2564"
    Path(entry["source"]).write_text("อื่น", encoding="utf-8")
    assert engine.shelf.unchanged_file(again) is None
    assert remove_source(engine, entry["source"]) == "สโมสรเรือพาย" and engine.shelf.document(entry["id"]) is None
    with pytest.raises(UsageError, match="ในคลังไม่มีเอกสาร"):
        remove_source(engine, entry["source"])
