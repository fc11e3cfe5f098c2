"""The page without a browser: what it shows is escaped, what it is asked is checked, uploads are kept or leave no trace."""

import re
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index.build import add, writing
from index.embed import Embedder
from index.errors import LibraryBusy, UsageError
from index.library import open_library
from ui import web
from ui.settings import ROOT
from ui.web_chat import Turn, examples, href_of, messages, open_source, plain, stream
from ui.web_documents import UPLOADS, add_uploads, all_held, documents_html, remove_source, safe_name, summary_html
from ui.web_engine import Engine

CLUB = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี"
ASKED = "สโมสรเรือพายบางปะกงก่อตั้งเมื่อใด"
ATTACK = (
    "ป้อมสีเงินสร้างเมื่อ พ.ศ. 2431 <img src=http://evil.example/x onerror=alert(1)> ![x](http://evil.example/y) "
    "${alert(2)} `${alert(3)}` {{value}} [กด](javascript:alert(4)) <script>alert(5)</script> $$x$$ http://evil.example/z"
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def engine(tmp_path: Path, embedder: Embedder) -> Engine:
    """A library of a small text, added from outside the page, and a hostile one."""
    folder = tmp_path / "texts"
    write(folder / "สโมสร.txt", f"สโมสรเรือพาย\n\n{CLUB}\n")
    write(folder / "<b>ป้อม.txt", f"ป้อมสีเงิน\n\n{ATTACK}\n")
    add(tmp_path / "library", [folder], embedder)
    return Engine(tmp_path / "library", None)


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader answer whatever it finds: here the page is tested, not the reader's judgement."""
    monkeypatch.setattr("rag.assemble.CONFIDENT", 0.0)


@pytest.fixture
def empty(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "library", None)


def quiet(share: float, words: str) -> None:
    """Show nobody how far an upload is."""


def uploads(engine: Engine) -> list[str]:
    return sorted(path.name for path in (engine.folder / UPLOADS).glob("*"))


def test_plain_text_is_no_markup() -> None:
    assert plain("![x](a.b) <i>") == "&#33;&#91;x&#93;&#40;a&#46;b&#41; &#60;i&#62;"
    assert plain("ก้าว ๑ ABC 9") == "ก้าว ๑ ABC 9"


@pytest.mark.usefixtures("sure")
def test_an_answer_grows_sentence_by_sentence_and_ends_with_its_source(engine: Engine) -> None:
    states = list(stream(engine, f"  {ASKED}\n", [Turn("ก่อนหน้า", "ก", "a")], "th"))
    assert all(turns[0] == Turn("ก่อนหน้า", "ก", "a") and turns[1].question == ASKED for turns, _ in states)
    assert "กำลังอ่านเอกสาร" in states[0][0][1].thai and "Reading" in states[0][0][1].english
    counts = [turns[1].thai.count('class="said"') for turns, _ in states]
    assert counts[:2] == [0, 1] and counts == sorted(counts) and counts[-1] >= 1
    last, panel = states[-1]
    assert ">[1]</a>" in last[1].thai and "เปิดแหล่งอ้างอิงที่ 1" in last[1].thai and "Open source 1" in last[1].english
    assert panel is not None and re.search(r"<mark>[^<]*2512[^<]*</mark>", panel) and "ย่อหน้าที่ 1" in panel
    assert all(source is None for _, source in states[:-1])


def test_a_refusal_names_the_nearest_passages(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.assemble.CONFIDENT", 1.01)
    turns, panel = list(stream(engine, "ราคาตั๋วรถไฟไปดาวอังคารเท่าไร", [], "th"))[-1]
    assert "ไม่พบคำตอบในเอกสาร" in turns[0].thai and "The documents do not say" in turns[0].english
    assert "ใกล้เคียงที่สุด" in turns[0].thai and 'href="#c-1-' in turns[0].thai and "Nearest passages" in turns[0].english
    assert panel is not None and "<mark>" in panel


def test_a_blank_question_changes_nothing(engine: Engine) -> None:
    assert list(stream(engine, " \n ", [], "th")) == []


def test_without_a_library_the_page_says_how_to_begin(empty: Engine) -> None:
    turns, panel = list(stream(empty, ASKED, [], "th"))[-1]
    assert "เพิ่มไฟล์แรกของคุณ" in turns[0].thai and "add your first file" in turns[0].english.replace("&#46;", ".") and panel is None
    assert "เพิ่มไฟล์แรกของคุณ" in documents_html(empty, "th") and examples(empty, "th") == []
    assert not empty.folder.exists()


def test_whatever_breaks_the_page_says_so(empty: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("the disk melted")

    monkeypatch.setattr(empty, "answerer", broken)
    turns, _ = list(stream(empty, ASKED, [], "th"))[-1]
    assert "เกิดข้อผิดพลาดภายในโปรแกรม" in turns[0].thai and "the disk melted" in caplog.text and "melted" not in turns[0].english


@pytest.mark.usefixtures("sure")
def test_hostile_text_is_escaped_wherever_it_is_shown(engine: Engine) -> None:
    turns, panel = list(stream(engine, f"ป้อมสีเงินสร้างเมื่อใด {ATTACK}", [], "th"))[-1]
    shown = messages(turns, "th")
    chat = "".join(message["content"] for message in shown)
    assert panel is not None and "2431" in panel and "2431" in shown[1]["content"]
    tags = set(re.findall(r"<([a-zA-Z/!][a-z]*)", chat))
    assert tags <= {"div", "/div", "p", "/p", "span", "/span", "a", "/a", "ul", "/ul", "li", "/li"}
    assert set(re.findall(r'href="([^"]*)"', chat)) <= set(re.findall(r'href="(#c-[0-9a-z-]+)"', chat))
    assert not re.search(r"[*_`$\[\]{}!()](?!\d*\]<)", re.sub(r"<[^>]*>|\[\d\]", "", chat)), "only entities may stand for signs of Markdown"
    for page in (panel, documents_html(engine, "th")):
        assert "<img" not in page and "<script" not in page and "<b>" not in page
    assert "&lt;b&gt;ป้อม.txt" in documents_html(engine, "th")


def test_the_conversation_turns_with_the_language() -> None:
    turns = [Turn("ถาม<b>", "ไทย", "English")]
    assert messages(turns, "en") == [{"role": "user", "content": "ถาม&#60;b&#62;"}, {"role": "assistant", "content": "English"}]
    assert messages(turns, "th")[1]["content"] == "ไทย"


@pytest.mark.usefixtures("sure")
def test_a_link_opens_its_paragraph(engine: Engine) -> None:
    citation = engine.answerer().ask(ASKED).citations[0]
    page = open_source(engine, href_of(citation), "en")
    assert f"<mark>{citation.quote}</mark>" in page and "paragraph 1" in page and "Copy with source" in page
    assert re.search(r'data-quotation="“[^"]*2512[^"]*” \(สโมสรเรือพาย[^"]*paragraph 1\)"', page)


@pytest.mark.parametrize("href", [
    "", "#", "#c-1", "#c-1-{}-9-3", "#c-1-{}-0-99999", "#c-1-{}-0-0", "#c-1-{}--1-5", "#c-1-../../etc-0-5", "#c-1-{}-๑-๕", "#c-1-nosuch-0-5",
    "javascript:alert(1)", "#c-1-{}-0-5\n", "x" * 100_000,
])  # fmt: skip
def test_a_forged_link_gives_a_sentence(engine: Engine, href: str) -> None:
    document = all_held(engine)[0].document
    page = open_source(engine, href.format(document) if "{}" in href else href, "th")
    assert "ถูกถอนหรือแทนที่ไปแล้ว" in page and "<mark>" not in page
    assert "has since been removed" in open_source(engine, "#", "en") and "ถูกถอน" in open_source(engine, "#", "<script>")


def test_examples_come_from_the_documents_and_have_answers(seeds_library: Path) -> None:
    engine = Engine(seeds_library, None)
    offered = examples(engine, "th")
    assert 1 <= len(offered) <= 4 and "ลัทธิคอมมิวนิสต์คืออะไร" in offered
    assert all(engine.answerer().ask(question).claims for question in offered)


@pytest.mark.parametrize(("name", "safe"), [
    ("รายงาน ฉบับที่ ๑.txt", "รายงาน ฉบับที่ ๑.txt"), ("../../etc/passwd", "passwd"), ("C:\\ก\\ข.txt", "ข.txt"), (".hidden.txt", "hidden.txt"),
    ("ก\u202e\x00:ข.txt", "กข.txt"), ("...", "file"), ("manifest.json", "_manifest.json"), ("น้ำ.txt", "น้ำ.txt"),
    ("ก" * 300 + ".txt", "ก" * 65 + ".txt"), ("." * 5 + "x" * 300, "x" * 200),
])  # fmt: skip
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe and len(safe_name(name).encode()) <= 200


@pytest.mark.usefixtures("sure")
def test_an_upload_is_kept_asked_and_removed_with_its_copy(empty: Engine, tmp_path: Path) -> None:
    file = write(tmp_path / "รับ" / "สโมสร ๑.txt", CLUB)
    told: list[tuple[float, str]] = []
    summary = add_uploads(empty, [file], "th", lambda share, words: told.append((share, words)))
    assert (summary.added, summary.failed) == (1, []) and uploads(empty) == ["สโมสร ๑.txt"]
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert any("กำลังอ่าน" in words and "สโมสร ๑.txt" in words for _, words in told)
    assert empty.answerer().ask(ASKED).claims
    assert add_uploads(empty, [file], "th", quiet).unchanged == 1 and uploads(empty) == ["สโมสร ๑.txt"]
    write(file, CLUB.replace("2512", "2513"))
    assert add_uploads(empty, [file], "th", quiet).replaced == 1 and uploads(empty) == ["สโมสร ๑.txt"]
    assert "2513" in (empty.folder / UPLOADS / "สโมสร ๑.txt").read_text(encoding="utf-8")
    assert remove_source(empty, all_held(empty)[0].source) == "สโมสร ๑" and uploads(empty) == [] and all_held(empty) == []


@pytest.mark.usefixtures("sure")
def test_what_cannot_be_added_leaves_no_copy_and_no_change(empty: Engine, tmp_path: Path) -> None:
    good, picture = write(tmp_path / "ก.txt", CLUB), write(tmp_path / "รูป.psd", "x")
    summary = add_uploads(empty, [good, picture], "th", quiet)
    assert summary.added == 1 and len(summary.failed) == 1 and uploads(empty) == ["ก.txt"]
    assert "ไม่สำเร็จ 1" in summary_html(summary, "th") and "รูป.psd: ยังไม่รองรับ" in summary_html(summary, "th")
    assert "1 failed" in summary_html(summary, "en") and "not supported" in summary_html(summary, "en")
    write(good, " \n ")
    summary = add_uploads(empty, [good], "th", quiet)
    assert len(summary.failed) == 1 and uploads(empty) == ["ก.txt"]
    assert (empty.folder / UPLOADS / "ก.txt").read_text(encoding="utf-8") == CLUB and empty.answerer().ask(ASKED).claims


@pytest.mark.usefixtures("sure")
def test_two_uploads_of_one_name_are_one_file(empty: Engine, tmp_path: Path) -> None:
    first, second = write(tmp_path / "1" / "ก.txt", "ข้อความแรก"), write(tmp_path / "2" / "ก.txt", CLUB)
    assert add_uploads(empty, [first, second], "th", quiet).added == 1 and uploads(empty) == ["ก.txt"]
    assert empty.answerer().ask(ASKED).claims


def test_while_another_process_writes_an_upload_waits_for_another_time(engine: Engine, tmp_path: Path) -> None:
    before = all_held(engine)
    with writing(engine.folder), pytest.raises(LibraryBusy, match="กำลังเขียนคลัง"):
        add_uploads(engine, [write(tmp_path / "ก.txt", CLUB)], "th", quiet)
    assert uploads(engine) == [] and all_held(engine) == before


def test_removing_what_was_not_uploaded_leaves_the_users_file(engine: Engine) -> None:
    held = next(one for one in all_held(engine) if one.title == "สโมสรเรือพาย")
    assert remove_source(engine, held.source) == "สโมสรเรือพาย" and Path(held.source).exists()
    with pytest.raises(UsageError, match="ในคลังไม่มีเอกสาร"):
        remove_source(engine, held.source)


def test_the_list_is_filtered_and_bounded(engine: Engine, tmp_path: Path) -> None:
    assert documents_html(engine, "th").count("<li ") == 2 and "เอกสารในคลัง 2 ฉบับ" in documents_html(engine, "th")
    assert documents_html(engine, "en", " สโมสร ").count("<li ") == 1 and "No document" in documents_html(engine, "en", "zzz")
    lines = "".join(f'{{"title": "t{n}", "text": "ข้อความที่ {n}", "source": "s{n}"}}\n' for n in range(230))
    add_uploads(engine, [write(tmp_path / "มาก.jsonl", lines)], "th", quiet)
    page = documents_html(engine, "th")
    assert page.count("<li ") == 200 and "และอีก 32 ฉบับ" in page
    remove_source(engine, "s0")
    assert uploads(engine) == ["มาก.jsonl"], "other documents still come from it"


def test_the_page_shares_keeps_and_fetches_nothing() -> None:
    settings = web.launch_settings("127.0.0.1", 7860)
    wanted = {"share": False, "run_history": False, "enable_monitoring": False, "ssr_mode": False, "footer_links": [], "inbrowser": False, "show_error": False}
    assert {name: settings[name] for name in wanted} == wanted and settings["server_name"] == "127.0.0.1" and "allowed_paths" not in settings
    head = settings["head"]
    assert "connect-src 'self'" in head and "frame-src 'none'" in head and "img-src 'self' data: blob:" in head
    addresses = re.findall(r"(?:https?:)?//[a-z][^\s\"')]*", re.sub(r"base64,[A-Za-z0-9+/=]*", "", head))
    assert addresses == [] and head.count("data:font/woff2") == 4
    middleware = settings["app_kwargs"]["middleware"]
    assert "127.0.0.1" in middleware[0].kwargs["allowed_hosts"] and web.launch_settings("0.0.0.0", 1)["app_kwargs"]["middleware"] == []
    for asset in (ROOT / "ui" / "web_assets").glob("*.[jc]s*"):
        assert "//" not in re.sub(r"^\s*//.*$", "", asset.read_text(encoding="utf-8"), flags=re.MULTILINE), asset
    assert "SIL Open Font License" in (ROOT / "ui/web_assets/fonts/LICENSE-Sarabun").read_text(encoding="utf-8")


def test_the_page_has_three_endpoints_and_no_template_that_could_run_a_document(engine: Engine) -> None:
    page = web.build(engine)
    assert set(page.get_api_info()["named_endpoints"]) == {"/ask", "/add", "/remove"} and page.analytics_enabled is False
    templates = {block.html_template for block in page.blocks.values() if hasattr(block, "html_template")}
    assert templates == {"${value}"}, "gradio runs the result of any other template as JavaScript"


def test_a_taken_port_is_two_sentences(empty: Engine, environment: dict[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "ui", "chat", "--port", str(port)]
        result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60)
    assert result.returncode == 2 and result.stdout == ""
    assert f"พอร์ต {port} ไม่ได้" in result.stderr and f"Try --port {port % 65535 + 1}" in result.stderr and "Traceback" not in result.stderr


def test_importing_the_page_loads_no_gradio() -> None:
    code = "import sys, ui.web; print('gradio' in sys.modules, 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout == "False False\n"


def test_the_library_of_an_upload_is_an_ordinary_one(empty: Engine, tmp_path: Path) -> None:
    add_uploads(empty, [write(tmp_path / "ก.txt", CLUB)], "th", quiet)
    with closing(open_library(empty.folder)) as library:
        assert [Path(held.source) for held in library.held()] == [(empty.folder / UPLOADS / "ก.txt").resolve()]


def test_a_library_rebuilt_with_another_model_is_opened_again(tmp_path: Path) -> None:
    from index.build import add, rebuild
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
