"""Files read in a process of their own: a parser that loops, crashes or eats memory costs its file and nothing else.

The process is started for the first file and kept while it behaves. It is told a file as a line of JSON and answers in lines of JSON
(never pickles: what comes from a process that reads strangers' files is data): how far it is, each document with its passages, each
record that cannot be read, and the end.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, NamedTuple

from index.chunk import Cut, chunk
from index.errors import SourceError
from index.layout import document_of, layout_of
from index.parse import parse
from index.records import Document

SILENCE = 120.0  # seconds without a sign of life after which a file is given up
_MEMORY = 6 * 2**30  # bytes of address space: less than a machine that runs this has
_SIGNS = 0.1  # seconds between signs of life
_AHEAD = 64  # answers read before they are asked for
_ROOT = Path(__file__).resolve().parent.parent


class Cutting(NamedTuple):
    """A document and its passages."""

    document: Document
    cuts: list[Cut]


class ReadingProcess:
    """Reads files apart. Use as a context: leaving it ends the process."""

    def __init__(self, silence: float = SILENCE) -> None:
        self._silence = silence
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: Queue[bytes] = Queue(_AHEAD)

    def __enter__(self) -> "ReadingProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, file: Path, form: str, at: Callable[[int], None]) -> Iterator[Cutting | SourceError]:
        """Yield the documents of a file with their passages, and a SourceError for each record that cannot be read.

        Raises SourceError where the file as a whole cannot be read, takes too long or ends the process that reads it.
        """
        self._ask({"file": os.fsdecode(file), "format": form})
        whole = False
        try:
            while True:
                answer = self._answer(file)
                if "at" in answer:
                    at(answer["at"])
                elif "document" in answer:
                    yield Cutting(document_of(*answer["document"]), [Cut(s, e, tuple(h)) for s, e, h in answer["cuts"]])
                elif "end" in answer:
                    whole = True
                    return
                elif answer.get("fatal"):
                    whole = True
                    raise SourceError(*answer["error"])
                else:
                    yield SourceError(*answer["error"])
        finally:
            if not whole:  # whoever asked stopped listening, or the process is lost: the next file begins with a new one
                self._stop()

    def _ask(self, request: dict[str, str]) -> None:
        if self._child is None or self._child.poll() is not None:
            self._start()
        assert self._child is not None and self._child.stdin is not None
        self._child.stdin.write(json.dumps(request).encode() + b"\n")
        self._child.stdin.flush()

    def _answer(self, file: Path) -> dict[str, Any]:
        name = file.name
        try:
            line = self._answers.get(timeout=self._silence)
        except Empty:
            raise SourceError(
                f"{name}: อ่านไม่จบ ไม่มีความคืบหน้าเกิน {self._silence:.0f} วินาที ไฟล์อาจเสียหาย ลองบันทึกใหม่หรือแยกเป็นหลายไฟล์",
                f"{name}: given up after {self._silence:.0f} seconds without progress; it may be damaged. Save it again or split it.",
            ) from None
        if not line:
            self._answers.put(b"")  # for whoever waits for the end
            code = self._child.wait() if self._child else 0
            raise SourceError(
                f"{name}: ตัวอ่านไฟล์หยุดกลางทาง (รหัส {code}) ไฟล์อาจเสียหายหรือใหญ่เกินหน่วยความจำ ลองบันทึกใหม่",
                f"{name}: its reader broke down (code {code}); it may be damaged or too large for memory. Save it again.",
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", "from index.apart import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,  # what it starts (character recognition) is ended with it
        )
        self._answers = Queue(_AHEAD)
        assert self._child.stdout is not None
        threading.Thread(target=_listen, args=(self._child.stdout, self._answers), daemon=True).start()

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL) if hasattr(os, "killpg") else child.kill()
        child.wait()
        with contextlib.suppress(Empty):  # the listener may wait for room
            while self._answers.get(timeout=1):
                pass
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError, ValueError):
                assert pipe is not None
                pipe.close()


def environment() -> dict[str, str]:
    """Return the environment of a process of ours: it finds these modules wherever the program was started."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))}


def _listen(answers: IO[bytes], queue: "Queue[bytes]") -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in answers:
            queue.put(line)
    queue.put(b"")


def serve() -> None:
    """Be the process that reads: requests on standard input, answers on standard output. Ends when the asking process does."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    _limit_memory()
    requests: Queue[bytes] = Queue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    while True:
        request = json.loads(requests.get())
        for answer in _read(Path(request["file"]), request["format"], _Signs(answers)):
            _send(answers, answer)


def _receive(requests: "Queue[bytes]") -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)  # nobody listens any more, whatever is being read


def _send(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    answers.flush()


def _read(file: Path, form: str, at: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    """Yield the answers to one request."""
    try:
        for record in parse(file, form, at):
            if isinstance(record, SourceError):
                yield {"error": [record.thai, record.english]}
            else:
                cuts = [[cut.start, cut.end, list(cut.headings)] for cut in chunk(record)]
                parts = [record.id, record.title, record.source, record.text, layout_of(record), dict(record.meta)]
                yield {"document": parts, "cuts": cuts}
        yield {"end": True}
    except SourceError as error:
        yield {"error": [error.thai, error.english], "fatal": True}
    except MemoryError:
        thai, english = "ใหญ่เกินหน่วยความจำ โปรดแยกเป็นหลายไฟล์", "needs more memory than there is; split it into several files."
        yield {"error": [f"{file.name}: {thai}", f"{file.name}: {english}"], "fatal": True}
    except OSError as error:
        why = error.strerror or str(error)
        yield {"error": [f"{file.name}: เปิดไฟล์ไม่ได้ ({why})", f"{file.name}: cannot be opened ({why})."], "fatal": True}
    except Exception as error:  # a parser's failure on a damaged file is that file's error, whatever it is called
        why = f"{type(error).__name__}: {error}"[:200].replace("\n", " ")
        thai, english = f"อ่านไม่สำเร็จ ไฟล์อาจเสียหาย โปรดบันทึกใหม่ ({why})", f"cannot be read, it may be damaged; save it again ({why})."
        yield {"error": [f"{file.name}: {thai}", f"{file.name}: {english}"], "fatal": True}


class _Signs:
    """Signs of life, a few a second."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._last = 0.0

    def __call__(self, position: int) -> None:
        now = time.monotonic()
        if now - self._last > _SIGNS:
            self._last = now
            _send(self._answers, {"at": position})


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
