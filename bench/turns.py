"""Many turns in one conversation: `python -m bench.turns [--turns 200] [--out FILE]`.

Drives the real page in Chromium over the seeds. For every turn: seconds from Enter to the whole answer, bytes that the page sent and was
sent until it came to rest, nodes put into and taken out of it; now and then what the page and the server hold. The last twenty questions
are the first twenty again, so that what is compared is alike; what grows shows in the quotients, of which time may be 1.3 at most.
"""

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.seeds import SEEDS
from index.build import add
from index.embed import open_embedder
from ui.settings import ROOT

_QUESTIONS = Path(__file__).parent / "questions" / "seeds.jsonl"
_CHROMIUM = "/usr/bin/chromium"
_QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
_SHARE = 20  # turns at the beginning and at the end that are compared
_WARM = 6  # questions before the conversation that is measured
_HELD_EACH = 10  # turns from one look at the memory to the next
_REST = 0.25  # seconds without any request after which a turn is over
# Asks as a reader does and answers with the milliseconds from Enter until the answer has its tools, which come last.
ASK = """text => new Promise((done, failed) => {
  const question = document.querySelector('#question'), log = document.querySelector('.log');
  const newest = () => [...log.querySelectorAll('.turn')].pop(), before = newest();
  question.value = text;
  const began = performance.now();
  const watch = new MutationObserver(() => {
    const turn = newest();
    if (turn === before || !turn?.querySelector('.tools, .failed')) return;
    watch.disconnect();
    if (turn.querySelector('.failed')) failed(Error(turn.innerText)); else done(performance.now() - began); });
  watch.observe(log, { childList: true, subtree: true });
  question.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })); })"""
# Counts every node that comes into the page or leaves it, with all that is in it.
COUNT = """() => {
  const all = node => 1 + (node.nodeType === 1 ? node.querySelectorAll('*').length : 0);
  window.touched = 0;
  new MutationObserver(said => { for (const { addedNodes, removedNodes } of said)
    for (const node of [...addedNodes, ...removedNodes]) window.touched += all(node);
  }).observe(document.querySelector('.tham'), { childList: true, subtree: true }); }"""


class Turn(NamedTuple):
    """What one turn took."""

    seconds: float
    settled: float  # seconds until the source stands beside it and nothing more is asked
    sent: int  # bytes
    received: int  # bytes
    touched: int  # nodes


class Held(NamedTuple):
    """What is held after a turn, the page's rubbish having been collected: megabytes, and nodes of the document."""

    turn: int
    heap: float
    nodes: int
    listeners: int
    server: float


class Traffic:
    """The bytes of a page's requests, and when the last one ended."""

    def __init__(self, cdp: Any) -> None:
        self.sent = self.received = 0
        self._open: set[str] = set()
        self._last = time.monotonic()
        cdp.send("Network.enable")
        cdp.on("Network.requestWillBeSent", self._begun)
        cdp.on("Network.loadingFinished", self._ended)
        cdp.on("Network.loadingFailed", self._ended)

    def _begun(self, said: Any) -> None:
        self._open.add(said["requestId"])
        self.sent += len(said["request"].get("postData", "").encode())

    def _ended(self, said: Any) -> None:
        self._open.discard(said["requestId"])
        self._last = time.monotonic()
        self.received += int(said.get("encodedDataLength", 0))

    def rest(self, page: Any) -> float:
        """Wait until nothing has been asked for a while; return when the last request ended."""
        while self._open or time.monotonic() - self._last < _REST:
            page.wait_for_timeout(20)
        return self._last


@contextmanager
def serving(library: Path, temporary: Path) -> Iterator[tuple[str, int]]:
    """Yield the address and the process id of a server of the page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "chat", "--library", str(library), "--port", str(port)]
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.send_signal(signal.SIGINT)


def held(cdp: Any, turn: int, process: int) -> Held:
    cdp.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    server = int(resident[1]) / 1024 if resident else 0.0
    return Held(turn, metrics["JSHeapUsedSize"] / 2**20, int(metrics["Nodes"]), int(metrics["JSEventListeners"]), server)


def measured(page: Any, cdp: Any, questions: list[str], process: int) -> tuple[list[Turn], list[Held]]:
    """Ask the questions one after the other in a new conversation."""
    traffic, turns = Traffic(cdp), []
    page.evaluate(COUNT)
    page.locator("button.new").click()
    traffic.rest(page)
    memory = [held(cdp, 0, process)]
    for number, question in enumerate(questions, 1):
        sent, received = traffic.sent, traffic.received
        page.evaluate("window.touched = 0")
        began = time.monotonic()
        took = page.evaluate(ASK, question)
        settled = traffic.rest(page) - began
        turns.append(Turn(took / 1000, settled, traffic.sent - sent, traffic.received - received, page.evaluate("window.touched")))
        if number % _HELD_EACH == 0:
            memory.append(held(cdp, number, process))
            shown = ", ".join(f"{name} {value:.4g}" for name, value in memory[-1]._asdict().items())
            print(f"{shown}; {statistics.median(turn.seconds for turn in turns[-_HELD_EACH:]):.3f} s a turn", flush=True)
    return turns, memory


def asked(number: int) -> list[str]:
    """Return that many questions on the seeds, the last twenty being the first twenty."""
    known = [json.loads(line)["question"] for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    first, others = known[:_SHARE], known[_SHARE:]
    return [*first, *(others[at % len(others)] for at in range(number - 2 * _SHARE)), *first]


def report(turns: list[Turn], memory: list[Held]) -> None:
    """Print first and last, and how many times the last is the first."""
    for name in Turn._fields:
        for of, value in (("mean", statistics.fmean), ("median", statistics.median)):
            first, last = (value([float(getattr(one, name)) for one in some]) for some in (turns[:_SHARE], turns[-_SHARE:]))
            print(f"{name} a turn, {of}: first {_SHARE} {first:.4g}, last {_SHARE} {last:.4g}, quotient {last / max(first, 1e-9):.2f}")
    middle, end = memory[len(memory) // 2], memory[-1]
    for name in Held._fields[1:]:
        begun, half, now = (getattr(one, name) for one in (memory[0], middle, end))
        words = f"{name}: at first {begun:.4g}, after {middle.turn} turns {half:.4g}, after {end.turn} {now:.4g}"
        print(f"{words}, quotient of these {now / half:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep every turn and every look at the memory as JSON")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        add(Path(folder, "library"), [SEEDS], open_embedder())
        with serving(Path(folder, "library"), Path(folder, "temporary")) as (address, process):
            browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.locator(".welcome .example").first.wait_for()
            cdp = page.context.new_cdp_session(page)
            cdp.send("Performance.enable")
            for question in asked(max(options.turns, 2 * _SHARE))[:_WARM]:
                page.evaluate(ASK, question)
            turns, memory = measured(page, cdp, asked(max(options.turns, 2 * _SHARE)), process)
            browser.close()
    report(turns, memory)
    if options.out:
        kept = {"turns": [one._asdict() for one in turns], "held": [one._asdict() for one in memory]}
        options.out.write_text(json.dumps(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
