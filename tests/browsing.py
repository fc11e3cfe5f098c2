"""A real server and a real browser for the tests of the page, and nobody else on the network. Fixtures come in through ``conftest``."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.build import add
from index.embed import Embedder
from ui.settings import ROOT

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "needs a browser: apt-get install chromium fonts-thai-tlwg; pip install playwright"
SIGNS = (
    "<img src=http://evil.example/a onerror=window.pwned=1> ![x](http://evil.example/b) ${window.pwned=2} `${window.pwned=3}` "
    "${document.body.setAttribute(String.fromCharCode(112),8)} {{constructor}} <script>window.pwned=4</script> "
    "<iframe src=http://evil.example/c></iframe> [กด](javascript:window.pwned=5) http://evil.example/d"
)
HOSTILE = f"<img src=http://evil.example/e onerror=window.pwned=6>\n\nกำแพงด้านเหนือสูง 12 เมตร {SIGNS}\n\nประตูทิศใต้เปิดเวลาหกโมงเช้า\n"
NOTED = "# ว่าวไทย\n\n## ว่าวจุฬา\n\nว่าวจุฬาสูง 3 ศอก[^1] ทำจากไม้ไผ่สีสุก\n\n## ว่าวปักเป้า\n\nว่าวปักเป้าตัวเมียเล็กกว่ามาก\n\n[^1]: วัดที่สนามหลวงเมื่อ พ.ศ. 2463\n"
marks = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=MISSING),
    # playwright's own pipes are closed by the interpreter
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def tower() -> str:
    """Return a text of a million characters, two thirds in which a tower stands."""
    filler = "ชาวเมืองทำนาปลูกข้าวเลี้ยงปลาและค้าขายกับเมืองข้างเคียงตามลำน้ำสายเก่า " * 5
    lines = [f"บันทึกลำดับ {n} ของอาลักษณ์ {filler}" for n in range(2700)]
    lines[1800] = "หอคอยแก้วที่เมืองปากน้ำสูง 417 เมตร สร้างเสร็จเมื่อ พ.ศ. 2555 โดยนายช่างบุญมา ทองดี"
    return "\n\n".join(lines)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(library: Path, temporary: Path) -> Iterator[str]:
    """A server of its own on a free port; at the end Ctrl+C must end it cleanly."""
    port = free_port()
    command = [sys.executable, "-m", "ui", "chat", "--library", str(library), "--port", str(port)]
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(temporary), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as server:
        assert server.stdout is not None and server.stderr is not None
        said = server.stdout.readline() + server.stdout.readline()
        assert f"http://127.0.0.1:{port}" in said and "กด Ctrl+C" in said and "Press Ctrl+C" in said
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGINT)
        try:
            assert server.wait(timeout=15) == 0
        finally:
            server.kill()
        assert "Stopped" in server.stdout.read() and "Traceback" not in server.stderr.read()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[str]:
    """A server over the seeds, a hostile text, one with footnotes and a very long one."""
    folder = tmp_path_factory.mktemp("page")
    texts = {"<b>กำแพง.txt": HOSTILE, "ว่าว.md": NOTED, "พงศาวดาร.txt": tower()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    add(folder / "library", [ROOT / "seeds", *(folder / name for name in texts)], embedder)
    with served(folder / "library", folder / "temporary") as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason=MISSING)
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*quiet, alone])
        yield opened
        opened.close()


@contextmanager
def visiting(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """The page in an English browser; afterwards: no request left this machine, nothing ran that should not, no error was logged."""
    settings = {"locale": "en-US", "viewport": {"width": 1440, "height": 900}, "permissions": ["clipboard-read", "clipboard-write"]}
    context = browser.new_context(**{**settings, **options})
    requested: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.goto(address)
    opened.locator("#question").wait_for()
    yield opened
    assert requested and [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
    assert opened.evaluate("window.pwned ?? document.body.getAttribute('p')") is None and errors == []
    context.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with visiting(browser, address) as opened:
        yield opened


def ask(page: Any, question: str) -> Any:
    """Ask, wait until the answer is whole, and return its turn."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        "before => { const all = document.querySelectorAll('.turn'); return all.length > before && all[all.length - 1].querySelector('.tools, .failed'); }",
        arg=before,
    )
    return page.locator(".turn").last


def go(page: Any, place: str) -> None:
    """Go to a place: talk, library or, on a phone, source."""
    page.locator(f".to-{place}").click()


def english(text: str) -> bool:
    return not re.search("[\u0e00-\u0e7f]", text)
