"""The page's server as programs use it, by the official client: the endpoints' names, what they answer, what they refuse."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from index.embed import Embedder
from tests.page_server import MILL, MILL_ASKED, PANDAS, library_of, served_here
from ui.i18n import WORDS

pytestmark = PANDAS
WHO = ("นายบุญมา ทองดี เป็นใคร", "นางคำแพง สายสุข เป็นใคร")
FOLLOW, BORN = "เกิดเมื่อใด", ("2450", "2471")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[str]:
    with served_here(library_of(tmp_path_factory.mktemp("api"), embedder), embedder) as address:
        yield address


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Client]:
    opened = Client(server, verbose=False)
    yield opened
    opened.close()


def both(error: pytest.ExceptionInfo[AppError]) -> str:
    """Return what a caller is told, which is a line of Thai and a line of English."""
    thai, english = str(error.value).split("\n")
    assert re.search("[ก-๙]", thai) and english[0].isascii() and "Traceback" not in english
    return str(error.value)


def write(path: Path, text: str) -> Any:
    path.write_text(text, encoding="utf-8")
    return handle_file(str(path))


def test_the_endpoints_have_names_that_stay_and_the_pages_own_calls_have_none(client: Client) -> None:
    told = client.view_api(return_format="dict")
    assert set(told["named_endpoints"]) == {"/ask", "/search", "/read_paragraph", "/cite", "/list", "/add", "/remove"}
    assert told["unnamed_endpoints"] == {}
    asked = [one["parameter_name"] for one in told["named_endpoints"]["/ask"]["parameters"]]
    assert asked == ["question", "after", "documents", "language"] and "tham ask --json" in told["named_endpoints"]["/ask"]["description"]


def test_a_question_gets_the_object_of_the_command_line(client: Client) -> None:
    answer = client.predict(MILL_ASKED, api_name="/ask")
    assert answer["question"] == MILL_ASKED and answer["refusal"] is None and answer["answer"] == MILL
    citation = answer["citations"][0]
    assert citation["quote"] == MILL and citation["paragraph"] == 1 and citation["document"]["title"] == "โรงสี"
    assert set(answer) == {
        "question", "understood", "answer", "short_answer", "refusal", "claims", "citations", "nearest", "confidence", "generator", "notice", "timings_ms",
    }  # fmt: skip
    refusal = client.predict("สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก", language="en", api_name="/ask")
    assert refusal["refusal"] == "no_evidence" and refusal["claims"] == [] and refusal["answer"] == WORDS["no_answer"][1]


def test_only_the_named_documents_are_asked_and_searched(client: Client) -> None:
    listed = client.predict("บุญ", api_name="/list")
    assert (listed["matching"], listed["total"]) == (1, 3) and listed["documents"][0]["title"] == "บุญมา"
    known = listed["documents"][0]
    for name in (known["id"], known["source"], "บุญมา"):
        hits = client.predict("เกิด พ.ศ.", 5, [name], api_name="/search")
        assert hits and {hit["document"]["id"] for hit in hits} == {known["id"]}
    hits = client.predict("ปล่องโรงสี", k=2, api_name="/search")
    assert len(hits) == 2 and MILL in hits[0]["text"] and [hit["rank"] for hit in hits] == [1, 2]


def test_reading_and_citing(client: Client) -> None:
    read = client.predict("โรงสี", 2, 1, api_name="/read_paragraph")
    assert [one["number"] for one in read["paragraphs"]] == [1, 2, 3] and read["paragraphs"][0]["text"] == MILL
    cited = client.predict("โรงสี", quote="ปล่องสูง 29 วา", api_name="/cite")
    assert cited["citation"]["quote"] == "ปล่องสูง 29 วา" and cited["citation"]["paragraph"] == 1
    assert cited["quotation"].startswith("“ปล่องสูง 29 วา”") and "โรงสี" in cited["reference"] and "year" in cited["missing"]
    with pytest.raises(AppError) as error:
        client.predict("โรงสี", quote="ปล่องสูง 30 วา", api_name="/cite")
    assert "do not stand in the document word for word" in both(error)


@pytest.mark.parametrize(("arguments", "name", "said"), [
    (["  "], "/ask", "The question is empty"), ([""], "/search", "The question is empty"), (["ก" * 1001], "/ask", "question: String should have at most 1000"),
    ([5], "/ask", "question: Input should be a valid string"), (["ก", 101], "/search", "k: Input should be less than or equal to 100"),
    (["ก", None, ["ไม่มี"]], "/ask", "no document ไม่มี"), (["ไม่มี", 1], "/read_paragraph", "no document ไม่มี"),
    (["โรงสี", 9], "/read_paragraph", "has 3 paragraphs, none numbered 9"), (["ไม่มี"], "/remove", "no document ไม่มี"),
    (["โรงสี", None, None, "ieee"], "/cite", "style: Input should be 'apa'"), ([[]], "/add", "Send the files themselves"),
    ([["/etc/passwd"]], "/add", "Send the files themselves"), ([[{"path": "/etc/passwd"}]], "/add", "Send the files themselves"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_both_languages(client: Client, arguments: list[Any], name: str, said: str) -> None:
    with pytest.raises(AppError) as error:
        client.predict(*arguments, api_name=name)
    assert said in both(error)


def test_files_are_added_asked_and_removed(client: Client, tmp_path: Path) -> None:
    bridge, picture = write(tmp_path / "สะพาน.txt", "สะพานแขวนบ้านท่าข้ามยาว 88 เมตร"), write(tmp_path / "รูป.psd", "x")
    summary = client.predict([bridge, picture], api_name="/add")
    assert summary["added"] == 1 and "รูป.psd: ยังไม่รองรับ" in summary["failed"][0][0] and "not supported" in summary["failed"][0][1]
    assert "88 เมตร" in client.predict("สะพานแขวนบ้านท่าข้ามยาวเท่าไร", api_name="/ask")["answer"]
    assert client.predict(bridge, api_name="/add")["unchanged"] == 1, "one file alone, as it is"
    assert client.predict("สะพาน", api_name="/remove") == "สะพาน" and client.predict("สะพาน", api_name="/list")["matching"] == 0


def test_nothing_is_fetched_for_a_caller(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/a.txt"
        file = {"path": address, "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt"}
        for name, value in (("/add", [file]), ("/ask", file)):
            with pytest.raises(AppError) as error:
                client.predict(value, api_name=name)
            assert "fetches nothing from the network" in both(error)
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_two_at_once_each_in_a_conversation_of_their_own(server: str) -> None:
    def talked(at: int) -> list[Any]:
        client = Client(server, verbose=False)
        answers = [client.predict(FOLLOW, [WHO[at]], api_name="/ask") for _ in range(5)]
        client.close()
        return answers

    with ThreadPoolExecutor(2) as people:
        for year, answers in zip(BORN, people.map(talked, (0, 1)), strict=True):
            assert all(year in answer["short_answer"] for answer in answers), year


def page_call(server: str, session: str, component: int, name: str, **asked: Any) -> Any:
    """Call the program as the page itself does."""
    sent = {"data": asked, "component_id": component, "session_hash": session, "fn_name": name}
    told = httpx.post(f"{server}/gradio_api/component_server", json=sent)
    assert told.status_code == 200
    return told.json()


def test_two_pages_at_once_keep_their_conversations_apart(server: str) -> None:
    parts = httpx.get(f"{server}/config").json()["components"]
    component = next(part["id"] for part in parts if part["props"].get("elem_id") == "tham")

    def talked(at: int) -> Any:
        conversation = None
        for question in (WHO[at], FOLLOW, FOLLOW):
            job = page_call(server, f"page{at}", component, "ask", question=question, conversation=conversation)["job"]
            news, said = 0, {"done": False}
            while not said["done"]:
                said = page_call(server, f"page{at}", component, "look", job=job, news=news)
                news = said["news"]
            conversation = said["conversation"]
        return page_call(server, f"page{at}", component, "conversation", conversation=conversation)

    with ThreadPoolExecutor(2) as people:
        held = list(people.map(talked, (0, 1)))
    assert held[0]["id"] != held[1]["id"]
    for at, one in enumerate(held):
        assert one["title"] == WHO[at] and [turn["question"] for turn in one["turns"]] == [WHO[at], FOLLOW, FOLLOW]
        assert all(BORN[at] in turn["short_answer"] for turn in one["turns"][1:])


def test_a_long_addition_lets_others_ask(client: Client, server: str, tmp_path: Path) -> None:
    lines = [f"บันทึกที่ {n} ชาวเมืองทำนาปลูกข้าวเลี้ยงปลาและค้าขายกับเมืองข้างเคียงตามลำน้ำสายเก่า" for n in range(12000)]
    other = Client(server, verbose=False)
    other.predict(MILL_ASKED, api_name="/ask")  # opens what the first question opens
    job = client.submit([write(tmp_path / "ยาว.txt", "\n\n".join(lines))], api_name="/add")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        assert other.predict(MILL_ASKED, api_name="/ask")["answer"] == MILL
        times.append(time.perf_counter() - began)
    assert not job.done(), "longer than five questions"
    assert sorted(times)[2] < 1.0
    assert job.result(timeout=60)["added"] == 1
    other.close()


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200), ({"Origin": "http://127.0.0.1:{port}"}, 200), ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403), ({"Host": "evil.example"}, 400), ({"Host": "evil.example:{port}", "Origin": "http://evil.example:{port}"}, 400),
    ({"Origin": "https://tham.example", "X-Forwarded-Host": "tham.example"}, 200),
])  # fmt: skip
def test_pages_of_other_sites_may_not_call(server: str, headers: dict[str, str], status: int) -> None:
    given = {name: value.format(port=server.rpartition(":")[2]) for name, value in headers.items()}
    for path in ("/config", "/gradio_api/info"):
        assert httpx.get(f"{server}{path}", headers=given).status_code == status
    called = httpx.post(f"{server}/gradio_api/component_server", content="{}", headers={"Content-Type": "text/plain", **given})
    assert called.status_code == (400 if status == 200 else status)
    tools = httpx.post(f"{server}/mcp", json={}, headers=given)
    assert tools.status_code in ((400, 406) if status == 200 else (status,))
