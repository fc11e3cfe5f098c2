"""A real chat endpoint for the tests: it streams as OpenAI-compatible servers do, or misbehaves in one of the ways they do."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Play = Callable[["Handler"], None]


def chunk(text: str = "", reason: str | None = None) -> bytes:
    """Return one server-sent event of a chat completion."""
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


class Handler(BaseHTTPRequestHandler):
    """Notes what was asked, then plays the server's part."""

    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        try:
            self.server.play(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()  # the one who asked went away

    def begin(self, kind: str = "text/event-stream", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, *blocks: bytes) -> None:
        for block in blocks:
            self.wfile.write(block)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Plays ``play`` for every request; ``asked`` are the requests, ``left`` is set when a client goes away in the middle."""

    daemon_threads = True

    def __init__(self, play: Play) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.play = play
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.left = threading.Event()

    @property
    def name(self) -> str:
        """The generator's name."""
        return f"openai:http://127.0.0.1:{self.server_port}/v1#toy"


@contextmanager
def serving(play: Play) -> Iterator[Server]:
    server = Server(play)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(*pieces: str, reason: str = "stop", done: bool = True) -> Play:
    """Stream the pieces and end as reason says."""

    def play(handler: Handler) -> None:
        handler.begin()
        handler.send(*map(chunk, pieces), chunk(reason=reason), *([DONE] if done else []))

    return play


def sends(body: bytes, kind: str = "text/event-stream", status: int = 200) -> Play:
    """Send this body as it is."""

    def play(handler: Handler) -> None:
        handler.begin(kind, status)
        handler.send(body)

    return play


def falls_silent(pieces: Sequence[str], seconds: float) -> Play:
    def play(handler: Handler) -> None:
        handler.begin()
        handler.send(*map(chunk, pieces))
        time.sleep(seconds)

    return play


def never_ends(piece: str, pause: float = 0.0) -> Play:
    def play(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.send(chunk(piece))
            time.sleep(pause)

    return play


def breaks_off(*pieces: str) -> Play:
    """Promise more bytes than come."""

    def play(handler: Handler) -> None:
        handler.begin(**{"Content-Length": "100000"})
        handler.send(*map(chunk, pieces))

    return play
