"""The words and grams of many passages, indexed in a process beside: while files are still being read, then while passages are embedded.
In a thread they would share one core with either.

The process follows what the library holds, as it is told of more in lines on its standard input, and notes nothing down before it is told
where the library ends: whoever is stopped, the lexical index stays as it was.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from queue import Queue

from index.apart import environment
from index.embed_library import PASSAGES_AT_ONCE
from index.lexical import Applied, Lexical
from index.library import Library, open_library
from index.progress import Progress, Report

MANY = 5_000  # passages for which a process is started; it takes half a second
_MORE = b"more\n"


def open_lexical(library: Library) -> Lexical:
    """Open the library's lexical index to write in it, anew where it is damaged, empty where it followed another history."""
    lexical = Lexical(library.folder / "lexical", anew=True)
    if not library.knows(lexical.applied.token):
        lexical.clear()
    return lexical


class LexicalProcess:
    """Brings words and grams up to the library. Use as a context, holding the writer's lock: leaving it ends the process."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "LexicalProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def more(self, library: Library) -> None:
        """Tell it that the library holds more than before; the first time starts it. What fails here is done, or said, in ``catch_up``."""
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            if self._child is None:
                open_lexical(library)
                self._start(library.folder)
            self._tell(_MORE)

    def finish(self, reached: Applied, report: Report) -> bool:
        """Wait until it has indexed all up to there and noted it down. Returns False where it was not started or broke down."""
        if self._child is None:
            return False
        assert self._child.stdout is not None
        try:
            self._tell(json.dumps(reached).encode() + b"\n")
            for line in self._child.stdout:
                done, total = json.loads(line)
                report(Progress(stage="index", done=done, total=total, passages=done, name=""))
            return self._child.wait() == 0
        except (OSError, ValueError):
            return False
        finally:
            self._stop()

    def _tell(self, line: bytes) -> None:
        assert self._child is not None and self._child.stdin is not None
        self._child.stdin.write(line)
        self._child.stdin.flush()

    def _start(self, folder: Path) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", "from index.lexical_beside import serve; serve()", os.fspath(folder.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):  # what could not be written any more
                assert pipe is not None
                pipe.close()


def serve() -> None:
    """Be the process beside: the library as argument, lines on standard input, progress on standard output. Ends when the parent does."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    told: Queue[bytes] = Queue()
    threading.Thread(target=_receive, args=(told,), daemon=True).start()
    with closing(open_library(Path(sys.argv[1]))) as library:
        lexical = Lexical(library.folder / "lexical")
        row, done, total = lexical.applied.row, 0, 0
        ending: Applied | None = None
        while True:
            batch = library.passages_after(row, PASSAGES_AT_ONCE)
            lexical.add(batch)
            row = batch[-1].row if batch else row
            if ending is not None:
                done += len(batch)
                answers.write(json.dumps([done, total]).encode() + b"\n")
                answers.flush()
                if not batch:
                    break
            elif (not batch or not told.empty()) and (line := _latest(told)) != _MORE:
                ending, total = Applied(*json.loads(line)), library.count_after(row)
        lexical.finish(library.removed_after(lexical.applied.removal), ending)


def _latest(told: "Queue[bytes]") -> bytes:
    """Wait for a line, and return the last of those that are there."""
    line = told.get()
    while not told.empty():
        line = told.get()
    return line


def _receive(told: "Queue[bytes]") -> None:
    for line in sys.stdin.buffer:
        told.put(line)
    os._exit(1)  # the parent is gone: another may write here soon
