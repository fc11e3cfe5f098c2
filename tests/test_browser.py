"""The page as a reader meets it: a real server, a real browser, and nobody else on the network."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build import add
from index.embed import Embedder
from ui.settings import ROOT

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "needs a browser: apt-get install chromium fonts-thai-tlwg; pip install playwright"
api = pytest.importorskip("playwright.sync_api", reason=MISSING)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=MISSING),
    # playwright's own pipes are closed by the interpreter
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

CLUB = (
    "การประชุมสโมสร\n\nสโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี มีสมาชิกแรกเริ่ม 24 คน\n\n"
    "ประธานคนปัจจุบันคือ นางสาวมาลี แซ่ลิ้ม ได้รับเลือกเมื่อ พ.ศ. 2560\n"
)
SIGNS = (
    "<img src=http://evil.example/a onerror=window.pwned=1> ![x](http://evil.example/b) ${window.pwned=2} `${window.pwned=3}` "
    "${document.body.setAttribute(String.fromCharCode(112),8)} {{constructor}} <script>window.pwned=4</script> <iframe src=http://evil.example/c></iframe> [กด](javascript:window.pwned=5) http://evil.example/d"
)
HOSTILE = f"<img src=http://evil.example/e onerror=window.pwned=6>\n\nกำแพงด้านเหนือสูง 12 เมตร {SIGNS}\n\nประตูทิศใต้เปิดเวลาหกโมงเช้า\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[str]:
    """A server of its own on a free port; at the end Ctrl+C must end it cleanly."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "<b>กำแพง.txt").write_text(HOSTILE, encoding="utf-8")
    add(folder / "library", [ROOT / "seeds", folder / "<b>กำแพง.txt"], embedder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "chat", "--library", str(folder / "library"), "--port", str(port)]
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(folder / "temporary"), "PYTHONPATH": str(ROOT)}
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*quiet, alone])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page in an English browser; afterwards: no request left this machine, nothing ran that should not, no error was logged."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"])
    requested: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.goto(address)
    opened.locator("#question textarea").wait_for()
    yield opened
    assert requested and [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
    assert opened.evaluate("window.pwned ?? document.body.getAttribute('p')") is None and errors == []
    context.close()


def ask(page: Any, question: str) -> Any:
    """Ask, wait until the answer is whole, and return it."""
    before = page.locator(".bot-row").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(
        "before => { const all = document.querySelectorAll('.bot-row'); const last = all[all.length - 1];"
        " return all.length > before && last.querySelector('.sources, .refusal, .note'); }", arg=before,
    )  # fmt: skip
    return page.locator(".bot-row").last


def test_a_question_its_citation_and_its_copy(page: Any) -> None:
    example = page.locator("#chatbot .example", has_text="ลัทธิคอมมิวนิสต์คืออะไร")
    page.evaluate(
        """() => { window.states = []; new MutationObserver(() => {
        const last = [...document.querySelectorAll('.bot-row')].pop(); if (!last) return;
        const now = last.querySelector('.waiting') ? 'waiting' : last.querySelectorAll('.said').length + (last.querySelector('.sources') ? ' whole' : '');
        if (now !== window.states.at(-1)) window.states.push(now); }).observe(document.body, { childList: true, subtree: true, characterData: true }); }"""
    )
    example.click()
    page.locator(".bot-row .sources").wait_for()
    states = page.evaluate("window.states")
    assert states[-1].endswith(" whole") and "1" in states, f"sentences should appear one after another: {states}"
    link = page.locator("a.cite").last
    assert re.fullmatch(r"\[\d\]", link.inner_text()) and link.get_attribute("aria-label").startswith("เปิดแหล่งอ้างอิงที่")
    link.focus()
    page.keyboard.press("Enter")
    source = page.locator(f'#source article[data-href="{link.get_attribute("href")}"]')
    source.wait_for()
    assert link.get_attribute("aria-current") == "true"
    marked = source.locator("mark").inner_text()
    assert marked in page.locator(".said").last.inner_text() and re.search(r"ย่อหน้าที่ \d+", source.inner_text())
    assert source.locator("mark").evaluate("m => { const a = m.getBoundingClientRect(), b = m.parentElement.getBoundingClientRect(); return a.top >= b.top - 1 && a.top < b.bottom }")
    source.locator("button.copy").click()
    source.get_by_text("คัดลอกแล้ว", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{marked}” (") and re.search(r"ย่อหน้าที่ \d+\)$", copied)


def test_a_refusal_and_its_nearest_and_an_older_citation(page: Any) -> None:
    first = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    quoted = first.locator(".said").first.inner_text()
    refusal = ask(page, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    assert "ไม่พบคำตอบในเอกสาร" in refusal.inner_text() and "ใกล้เคียงที่สุด" in refusal.inner_text()
    refusal.locator("a.from").last.click()
    near = refusal.locator(".near").last.inner_text()
    page.wait_for_function("near => document.querySelector('#source mark')?.innerText === near", arg=near)
    page.locator("a.cite").first.click()
    page.wait_for_function("said => said.startsWith(document.querySelector('#source mark').innerText)", arg=quoted)
    page.get_by_role("button", name="เริ่มใหม่").click()
    page.locator("#chatbot .example").first.wait_for()
    assert page.locator(".bot-row").count() == 0 and "กดหมายเลข [1]" in page.locator("#source").inner_text()


def test_hostile_text_neither_runs_nor_fetches(page: Any) -> None:
    answer = ask(page, "กำแพงด้านเหนือสูงเท่าไร ![q](http://evil.example/q) <img src=http://evil.example/r onerror=window.pwned=7>")
    page.locator("#source article").wait_for()
    page.locator("a.from, a.cite").first.click()
    page.wait_for_timeout(300)
    assert "<img src=http://evil.example/" in answer.inner_text(), "it is shown as it stands"
    assert "${window.pwned=2}" in page.locator("#source article").inner_text()
    assert page.locator("#chatbot :is(img, iframe, script, video), #source :is(img, iframe, script)").count() == 0
    links = page.locator("#chatbot a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links and all(re.fullmatch(r"#c-[0-9a-z-]+", link) for link in links)
    page.get_by_role("tab", name="เอกสาร").click()
    assert "<b>กำแพง.txt" in page.locator("#documents").inner_text() and page.locator("#documents :is(b, img)").count() == 0
    page.wait_for_timeout(300)


def test_the_policy_stops_requests_of_the_page_itself(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for()
    stopped = """new Promise(done => { document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective));
        new Image().src = 'http://evil.example/x.png'; setTimeout(() => done('nothing stopped it'), 3000); })"""
    assert page.evaluate(stopped) == "img-src"
    page.close()


def test_a_file_is_added_asked_and_removed(page: Any, tmp_path: Path) -> None:
    file, picture = tmp_path / "บันทึกการประชุม ครั้งที่ ๑.txt", tmp_path / "รูป.png"
    file.write_text(CLUB, encoding="utf-8")
    picture.write_bytes(b"\x89PNG")
    page.get_by_role("tab", name="เอกสาร").click()
    page.set_input_files("input[type=file]", [str(file), str(picture)])
    outcome = page.locator(".outcome")
    outcome.wait_for()
    assert "เพิ่ม 1 · ไม่สำเร็จ 1" in outcome.inner_text() and "รูป.png" in outcome.inner_text()
    row = page.locator("#documents li", has_text=file.name)
    page.get_by_role("tab", name="ถามตอบ").click()
    assert "24 คน" in ask(page, "สโมสรเรือพายบางปะกงมีสมาชิกแรกเริ่มกี่คน").locator(".said").first.inner_text()
    page.get_by_role("tab", name="เอกสาร").click()
    row.locator(".remove").click()
    row.locator(".keep").click()
    assert row.locator(".remove").is_visible() and not row.locator(".sure").is_visible()
    row.locator(".remove").click()
    row.locator(".sure").click()
    row.wait_for(state="detached")
    assert "ถอน การประชุมสโมสร แล้ว" in outcome.inner_text()
    page.get_by_role("tab", name="ถามตอบ").click()
    assert "ไม่พบคำตอบในเอกสาร" in ask(page, "สโมสรเรือพายบางปะกงมีสมาชิกแรกเริ่มกี่คน").inner_text()
    page.locator("a.cite").first.click()
    page.locator("#source .empty", has_text="ถูกถอนหรือแทนที่ไปแล้ว").wait_for()


def test_thai_first_and_english_by_a_switch(page: Any) -> None:
    assert page.evaluate("document.documentElement.lang") == "th"
    ask(page, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    page.locator("#source article").wait_for()
    page.get_by_label("English").check()
    page.locator(".bot-row", has_text="The documents do not say.").wait_for()
    page.locator("#source article", has_text="Copy with source").wait_for()
    page.get_by_role("tab", name="Documents").click()
    page.locator("#documents", has_text="documents in the library").wait_for()
    labels = page.locator("#top p, #views [role=tab], #drop, #filter textarea, #documents button").evaluate_all("all => all.map(e => e.innerText || e.placeholder || '')")
    assert labels and not re.search("[\u0e00-\u0e7f]", "".join(labels))
    page.get_by_label("ไทย").check()
    page.get_by_role("tab", name="เอกสาร").wait_for()
    page.locator("#documents", has_text="เอกสารในคลัง").wait_for()


def test_on_a_phone_the_source_is_below_and_comes_into_view(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    answer = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    answer.locator("a.cite").first.click()
    page.wait_for_function("() => { const r = document.querySelector('#source article')?.getBoundingClientRect(); return r && r.top >= 0 && r.top < 200 }")
    page.locator("#source button.back").click()
    page.wait_for_function("() => { const r = document.querySelector('a.cite').getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }")


def test_only_this_machines_names_and_no_files_are_served(address: str, page: Any) -> None:
    host, port = address.removeprefix("http://").split(":")

    def status(path: str, name: str) -> int:
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.request("GET", path, headers={"Host": name})
        answered = connection.getresponse().status
        connection.close()
        return answered

    assert status("/", f"127.0.0.1:{port}") == 200 and status("/", "evil.example") == 400
    assert status(f"/gradio_api/file={ROOT}/README.md", host) == 403
    assert status("/gradio_api/runs", host) == 404 and status("/monitoring/summary", host) in (403, 404)


def test_programs_may_ask(address: str, page: Any) -> None:
    client = pytest.importorskip("gradio_client").Client(address, verbose=False)
    answered = client.predict("ลัทธิคอมมิวนิสต์คืออะไร", api_name="/ask")
    assert answered["citations"][0]["quote"] in answered["citations"][0]["paragraph_text"]
    with pytest.raises(Exception, match="ในคลังไม่มีเอกสาร"):
        client.predict("ไม่มี.txt", api_name="/remove")
    client.close()
