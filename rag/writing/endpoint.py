"""A chat endpoint as OpenAI, Ollama, llama.cpp, vLLM and LM Studio serve it: ``POST /chat/completions``, answered by server-sent events.

Only the address that the user typed is asked: no proxy of the environment, no redirect is followed. The stream is read strictly: anything
but an event stream of chat chunks that comes to its end is an error, not an answer. A watcher shuts the connection down when it is silent
or takes too long, however slowly it drips.
"""

import codecs
import contextlib
import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from index.errors import UsageError
from rag.writing.generate import LONGEST_ANSWER, MOST_WRITTEN, AnswerCut, GeneratorError, Message, Patience

KEY = "THAM_API_KEY"  # the name of the environment variable
_ROOM = 6000  # code points: of 4096 tokens, the least that servers give, what is left for Thai beside an answer
_LONGEST_EVENT = 1 << 20  # bytes
_LONGEST_SAID = 160  # code points of a server's own error that are shown
_TICK = 0.05  # seconds between looks at the clock


class _Address(NamedTuple):
    secure: bool
    host: str
    port: int
    path: str
    model: str


class Endpoint:
    """An OpenAI-compatible chat endpoint: ``http://localhost:11434/v1#model``."""

    def __init__(self, address: str, patience: Patience, room: int = _ROOM) -> None:
        self._address = _parsed(address)
        self._patience = patience
        self.room = room

    @property
    def name(self) -> str:
        return self._address.model

    @property
    def host(self) -> str:
        """The machine that is asked, for saying what reaches the network."""
        return self._address.host

    def size(self, text: str) -> int:
        return len(text)

    def write(self, messages: Sequence[Message], stop: threading.Event) -> Generator[str]:
        """See ``Generator.write``."""
        connection = self._connect()
        watch = _Watch(connection, self._patience, stop)
        try:
            with self._asked(connection, messages, watch) as response:
                yield from _pieces(_events(response, watch), self.name, watch)
        except (OSError, http.client.HTTPException, ValueError) as error:
            watch.raise_why(self.name)
            raise _failed(self.name, "ขาดการติดต่อกลางคัน", "broke off") from error
        finally:
            watch.end()
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._address.secure else http.client.HTTPConnection
        connection = kind(self._address.host, self._address.port, timeout=self._patience.connect)
        try:
            connection.connect()
        except OSError as error:
            at = f"{self._address.host}:{self._address.port}"
            raise GeneratorError(
                f"ติดต่อโมเดลภาษาที่ {at} ไม่ได้ โปรดตรวจว่าเปิดโปรแกรมโมเดลไว้แล้วและพิมพ์ที่อยู่ถูกต้อง",
                f"The language model at {at} cannot be reached; check that its program is running and that the address is right.",
            ) from error
        connection.sock.settimeout(None)  # from here on the watcher keeps time
        return connection

    def _asked(self, connection: http.client.HTTPConnection, messages: Sequence[Message], watch: "_Watch") -> http.client.HTTPResponse:
        body = {
            "model": self._address.model,
            "messages": [message._asdict() for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": LONGEST_ANSWER,
        }
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        connection.request("POST", self._address.path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        try:
            watch.raise_why(self.name)  # headers that were cut short look whole
            _check(response, self.name)
        except BaseException:
            response.close()
            raise
        return response


def _parsed(address: str) -> _Address:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.fragment or parts.username or parts.query:
        raise UsageError(
            "ที่อยู่โมเดลภาษาไม่ถูกต้อง ให้พิมพ์แบบนี้: openai:http://localhost:11434/v1#ชื่อโมเดล",
            "The language model's address is not right; write it like this: openai:http://localhost:11434/v1#model",
        )
    secure = parts.scheme == "https"
    path = parts.path.rstrip("/")
    path = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
    return _Address(secure, parts.hostname, port or (443 if secure else 80), path, unquote(parts.fragment))


def _failed(name: str, thai: str, english: str) -> GeneratorError:
    return GeneratorError(f"โมเดลภาษา {name} {thai}", f"The language model {name} {english}.")


def _check(response: http.client.HTTPResponse, name: str) -> None:
    """Raise GeneratorError unless the response is an event stream."""
    if response.status == 200:
        kind = response.headers.get_content_type()
        if kind != "text/event-stream":
            raise _failed(name, f"ส่งสิ่งที่ไม่ใช่คำตอบมา ({kind})", f"sent what is no answer ({kind})")
        return
    said = _own_words(response.read1(4096))
    if response.status in (401, 403):
        raise _failed(
            name, f"ไม่รับคำถามโดยไม่มีกุญแจ ตั้งตัวแปร {KEY} ก่อน ({response.status})", f"wants a key: set {KEY} ({response.status})"
        )
    if response.status == 404:
        raise _failed(
            name, f"ไม่มีอยู่ที่ที่อยู่นี้ ตรวจชื่อโมเดลและที่อยู่ (404{said})", f"is not there: check its name and the address (404{said})"
        )
    raise _failed(name, f"ตอบว่าผิดพลาด ({response.status}{said})", f"answered with an error ({response.status}{said})")


def _own_words(body: bytes) -> str:
    """Return what a server says of its error, on one line, or nothing."""
    try:
        error = json.loads(body)["error"]
        said = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        return ""
    text = " ".join("".join(letter for letter in str(said) if letter.isprintable() or letter.isspace()).split())
    return f": {text[:_LONGEST_SAID]}"


def _events(response: http.client.HTTPResponse, watch: "_Watch") -> Iterator[str]:
    """Yield the data of each event (the HTML standard's server-sent events). Raises ValueError where it is none, or no UTF-8."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    rest, data = "", list[str]()
    while block := response.read1(1 << 16):
        watch.heard()
        rest += decode(block)
        *lines, rest = rest.replace("\r\n", "\n").split("\n")
        if len(rest) > _LONGEST_EVENT:
            raise ValueError("a line without end")
        for line in lines:
            field, _, value = line.rstrip("\r").partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
            elif not line.rstrip("\r") and data:
                yield "\n".join(data)
                data = []
            elif field not in ("", "event", "id", "retry"):
                raise ValueError("no event stream")
    if rest.strip() or data:
        raise ValueError("broken off")


def _pieces(events: Iterator[str], name: str, watch: "_Watch") -> Iterator[str]:
    """Yield the text of the chunks until the stream says that it is done."""
    ended, written = "", 0
    for event in events:
        if event.strip() == "[DONE]":
            ended = ended or "stop"
            break
        text, reason = _chunk(event, name)
        ended = ended or reason
        written += len(text)
        if written > MOST_WRITTEN:
            raise _failed(name, "ตอบยาวไม่รู้จบ", "does not stop writing")
        if text:
            watch.wrote()
            yield text
    watch.raise_why(name)
    if not ended:
        raise _failed(name, "ขาดการติดต่อกลางคัน", "broke off")
    if ended == "length":
        raise AnswerCut(
            f"โมเดลภาษา {name} ตอบยาวเกินกำหนด คำตอบจึงถูกตัดท้าย", f"The language model {name} wrote too long an answer; its end was cut."
        )


def _chunk(event: str, name: str) -> tuple[str, str]:
    """Return the text and the reason for ending of one chunk, each may be empty."""
    try:
        chunk: Any = json.loads(event)
        if "error" in chunk:
            raise _failed(name, f"ตอบว่าผิดพลาด{_own_words(event.encode())}", f"answered with an error{_own_words(event.encode())}")
        if not chunk["choices"]:
            return "", ""  # the last chunk of some servers only counts tokens
        choice = chunk["choices"][0]
        text, reason = (choice.get("delta") or {}).get("content") or "", choice.get("finish_reason") or ""
        if not isinstance(text, str) or not isinstance(reason, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _failed(name, "ส่งสิ่งที่ไม่ใช่คำตอบมา", "sent what is no answer") from error
    return text, reason


class _Watch:
    """Shuts a connection down from a thread of its own when it is asked to stop, hears nothing for too long, or takes too long in all."""

    def __init__(self, connection: http.client.HTTPConnection, patience: Patience, stop: threading.Event) -> None:
        self._sock = connection.sock
        self._patience = patience
        self._stop = stop
        self._began = self._last = time.monotonic()
        self._writing = False
        self._why: tuple[str, str] | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._look, name="tham-watch", daemon=True).start()

    def heard(self) -> None:
        """Note that bytes came: a comment or thinking keeps the connection alive."""
        self._last = time.monotonic()

    def wrote(self) -> None:
        self._writing = True

    def _look(self) -> None:
        while not self._ended.wait(_TICK):
            now = time.monotonic()
            if self._stop.is_set():
                self._why = ("ถูกสั่งให้หยุด", "was told to stop")
            elif now - self._began > self._patience.total:
                self._why = ("ตอบช้าเกินไป", "took too long")
            elif now - self._last > (self._patience.silence if self._writing else self._patience.first):
                self._why = ("เงียบไปนานเกินไป", "was silent for too long")
            if self._why:
                with contextlib.suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
                return

    def raise_why(self, name: str) -> None:
        """Raise GeneratorError where the connection was shut down here."""
        if self._why:
            raise _failed(name, *self._why)

    def end(self) -> None:
        self._ended.set()
