"""A chat endpoint over real HTTP: streamed answers, and every way in which servers fail."""

import json
import socket
import threading
import time
from contextlib import closing

import pytest

from index.errors import UsageError
from rag.writing.endpoint import KEY, Endpoint
from rag.writing.generate import AnswerCut, GeneratorError, Message, Patience, open_generator
from tests.chat_server import DONE, Handler, Play, breaks_off, chunk, falls_silent, never_ends, says, sends, serving

HURRIED = Patience(connect=1.0, first=0.4, silence=0.3, total=1.5)
ASKED = (Message("system", "กติกา"), Message("user", "ใครเป็นประธาน"))
HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


def written(play: Play, patience: Patience = HURRIED) -> str:
    with serving(play) as server:
        return "".join(open_generator(server.name, patience).write(ASKED, threading.Event()))


def test_an_answer_is_streamed_and_asked_for_as_chat_servers_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "กุญแจ".encode().hex())
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # proxies of the environment are nobody's business
    with serving(says("เลนินเป็น", "ประธาน [1]")) as server:
        generator = open_generator(server.name, HURRIED)
        assert list(generator.write(ASKED, threading.Event())) == ["เลนินเป็น", "ประธาน [1]"]
        path, headers, body = server.asked[0]
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {'กุญแจ'.encode().hex()}"
    assert body["model"] == "toy" == generator.name and body["stream"] is True and body["temperature"] == 0
    assert body["messages"] == [{"role": "system", "content": "กติกา"}, {"role": "user", "content": "ใครเป็นประธาน"}]


def test_what_servers_add_to_a_stream_is_passed_over() -> None:
    extras = b'event: message\r\nid: 7\r\ndata:{"choices":[{"delta":{"role":"assistant","content":null}}]}\r\n\r\n: keep-alive\r\n\r\n'
    thinking = b'data: {"choices":[{"delta":{"reasoning_content":"..."}}]}\n\n'
    usage = b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n'
    cut_in_a_letter = chunk("ปลา")
    whole = extras + thinking + cut_in_a_letter + chunk(reason="stop") + usage + DONE

    def play(handler: Handler) -> None:
        handler.begin("text/event-stream; charset=utf-8")
        for at in range(0, len(whole), 5):  # blocks end in the middle of letters and lines
            handler.send(whole[at : at + 5])

    assert written(play) == "ปลา"
    assert written(says("ปลา", done=False)) == "ปลา"  # some servers end without [DONE] once they gave their reason


def nothing_listens() -> str:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"openai:http://127.0.0.1:{probe.getsockname()[1]}/v1#toy"


def test_an_endpoint_that_is_down() -> None:
    with pytest.raises(GeneratorError, match="cannot be reached"):
        list(open_generator(nothing_listens(), HURRIED).write(ASKED, threading.Event()))


@pytest.mark.parametrize(
    ("play", "said"),
    [
        (falls_silent([], 5), "silent for too long"),
        (falls_silent(["เลนิน"], 5), "silent for too long"),
        (never_ends("ก ", 0.02), "took too long"),
        (never_ends("กขค " * 50), "does not stop writing"),
        (breaks_off("เลนิน"), "broke off"),
        (sends(chunk("เลนิน")), "broke off"),
        (sends(chunk("เลนิน") + b"data: {"), "broke off"),
        (sends(b""), "broke off"),
        (sends(HTML, "text/html"), r"no answer \(text/html\)"),
        (sends(HTML), "broke off"),
        (sends(json.dumps({"choices": [{"message": {"content": "x"}}]}).encode(), "application/json"), "no answer"),
        (sends(b"data: <html>\n\n"), "no answer"),
        (sends(b"data: [1, 2]\n\n"), "no answer"),
        (sends(b'data: {"choices": 7}\n\n'), "no answer"),
        (sends(b'data: {"choices":[{"delta":{"content":{"a":1}}}]}\n\n'), "no answer"),
        (sends(b"data: \xff\xfe\n\n"), "broke off"),
        (sends(b'data: {"error":{"message":"out of memory"}}\n\n'), "error: out of memory"),
        (sends(b"data: " + b"x" * (2 << 20)), "broke off"),
        (sends(b'{"error":{"message":"model \\"toy\\" not found\\u0007"}}', "application/json", 404), r'404: model "toy" not found\)'),
        (sends(b"", "text/plain", 401), KEY),
        (sends(HTML, "text/html", 502), r"with an error \(502\)"),
    ],
)
def test_what_is_no_answer_is_an_error_in_time(play: Play, said: str) -> None:
    began = time.monotonic()
    with pytest.raises(GeneratorError, match=said) as failed:
        written(play)
    assert time.monotonic() - began < HURRIED.total + 1.5
    assert "โมเดลภาษา toy" in failed.value.thai and not isinstance(failed.value, AnswerCut)


def test_what_came_before_the_length_limit_holds() -> None:
    pieces = []
    with serving(says("หนึ่ง ", "สอง", reason="length")) as server, pytest.raises(AnswerCut, match="its end was cut"):
        for piece in open_generator(server.name, HURRIED).write(ASKED, threading.Event()):
            pieces.append(piece)
    assert pieces == ["หนึ่ง ", "สอง"]


def test_a_redirect_is_not_followed() -> None:
    with serving(says("ไม่ควรมาถึง")) as other:

        def play(handler: Handler) -> None:
            handler.begin(status=307, Location=f"http://127.0.0.1:{other.server_port}/v1/chat/completions")

        with pytest.raises(GeneratorError, match="307"):
            written(play)
        assert other.asked == []


def test_a_server_that_drips_its_headers_is_given_up() -> None:
    def play(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.send(b"X")
            time.sleep(0.02)

    with pytest.raises(GeneratorError, match="silent for too long"):  # not a byte of an answer
        written(play)


def test_closing_the_answer_ends_the_server_s_work() -> None:
    patient = Patience()
    with serving(never_ends("ก ", 0.01)) as server:
        pieces = open_generator(server.name, patient).write(ASKED, threading.Event())
        assert next(pieces) == "ก "
        pieces.close()
        assert server.left.wait(5)


def test_a_model_that_says_nothing_can_be_stopped_from_another_thread() -> None:
    stop = threading.Event()
    with serving(falls_silent([], 20)) as server:
        threading.Timer(0.2, stop.set).start()
        began = time.monotonic()
        with pytest.raises(GeneratorError, match="told to stop"):
            list(open_generator(server.name, Patience()).write(ASKED, stop))
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address",
    ["", "http://localhost:11434/v1", "localhost:11434#m", "ftp://localhost/v1#m", "http://#m", "http://u:p@localhost/v1#m", "http://h:x/v1#m"],
)
def test_an_address_must_be_whole(address: str) -> None:
    with pytest.raises(UsageError, match="openai:http://localhost:11434/v1#model"):
        open_generator(f"openai:{address}")


def test_addresses_as_they_are_typed() -> None:
    for address in ("http://localhost:1/v1#qwen3:4b", "http://localhost:1/v1/#qwen3:4b", "http://localhost:1/v1/chat/completions#qwen3%3A4b"):
        endpoint = Endpoint(address, Patience())
        assert endpoint.name == "qwen3:4b" and endpoint.host == "localhost"
        assert endpoint._address.path == "/v1/chat/completions"
    assert Endpoint("https://example.org/v1#m", Patience())._address.port == 443
