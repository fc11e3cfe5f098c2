"""The conversation as a reader meets it: asking, citations, refusals, what is hostile, and what programs may do."""

import http.client
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import SIGNS, ask, english, go, marks, visiting
from ui.settings import ROOT

pytestmark = marks


def test_an_example_its_answer_grows_and_its_source_stands_beside(page: Any) -> None:
    example = page.locator(".welcome .example", has_text="ลัทธิคอมมิวนิสต์คืออะไร")
    example.wait_for()
    page.evaluate(
        """() => { window.states = []; new MutationObserver(() => {
        const last = [...document.querySelectorAll('.turn')].pop(); if (!last) return;
        const now = last.querySelector('.waiting') ? 'waiting' : last.querySelectorAll('.claim').length + (last.querySelector('.tools') ? ' whole' : '');
        if (now !== window.states.at(-1)) window.states.push(now); }).observe(document.body, { childList: true, subtree: true, characterData: true }); }"""
    )
    example.click()
    page.locator(".turn .tools").wait_for()
    states = page.evaluate("window.states")
    assert states[0] == "waiting" and states[-1].endswith(" whole"), states
    page.locator(".source mark.cited").first.wait_for()
    marked = "".join(page.locator(".source mark.cited").all_inner_texts())
    assert marked in page.locator(".claim").first.inner_text() and re.search(r"ย่อหน้าที่ \d+", page.locator(".source .where").inner_text())
    link = page.locator("a.cite").last
    assert re.fullmatch(r"\[\d\]", link.inner_text()) and link.get_attribute("aria-label").startswith("เปิดแหล่งอ้างอิงที่")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => [...document.querySelectorAll('a.cite')].at(-1).getAttribute('aria-current') === 'true'")
    seen = "m => { const a = m.getBoundingClientRect(), b = m.closest('.text').getBoundingClientRect(); return a.top >= b.top - 1 && a.top < b.bottom }"
    page.wait_for_function(f"() => ({seen})(document.querySelector('.source mark.cited'))")
    assert page.locator(".next .example").count() <= 3


def test_a_quotation_bears_no_mark_that_would_read_as_right(page: Any) -> None:
    answer = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    assert answer.locator(".claim .cite").count() >= 1 and answer.locator(".verdict").count() == 0


def test_weak_and_unsupported_sentences_remarks_and_lost_documents_are_told_apart_in_words(page: Any) -> None:
    citation = {
        "number": 1, "document": "0" * 16, "title": "หนังสือที่หายไป", "source": "หาย.txt", "meta": {}, "unit": "page", "pages": [], "start": 0, "end": 5,
        "paragraph": [7, 0, 5, None, [], None], "quote": "ยกมา <b>",
    }  # fmt: skip
    claims = [{"text": f"ประโยค {support} <i>", "citations": [1], "support": support} for support in ("supported", "weak", "unsupported")]
    answer = {
        "question": "แล้วเขาเกิดเมื่อไร", "understood": "มากซ์เกิดเมื่อไร", "short_answer": None, "claims": claims, "citations": [citation], "nearest": [],
        "refusal": None, "generator": "โมเดล", "notice": ["โมเดลภาษาเงียบไป", "The model fell silent."], "confidence": 0.5,
    }  # fmt: skip
    turn = {"id": "t1", "asked": "", "only": None, "verdict": None, "stopped": True, "answer": answer}
    held = {"format": "tham-conversation-1", "id": "x", "title": "ลอง", "created": "", "changed": "", "turns": [turn]}
    page.set_input_files(".history input[type=file]", {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(held).encode()})
    shown = page.locator(".turn")
    shown.locator(".tools").wait_for()
    assert shown.locator(".verdict").all_inner_texts() == ["✓", "≈", "?"]
    assert shown.locator(".verdict").first.get_attribute("role") == "img"
    names = shown.locator(".verdict").evaluate_all("all => all.map(e => e.ariaLabel)")
    assert names == ["ต้นฉบับกล่าวไว้ตามนี้", "ต้นฉบับกล่าวไว้เพียงบางส่วน โปรดอ่านต้นฉบับ", "ไม่พบว่าต้นฉบับกล่าวไว้"]
    text = shown.inner_text()
    for words in ("เข้าใจว่า: มากซ์เกิดเมื่อไร", "โมเดลภาษาเงียบไป", "โมเดลภาษา โมเดล", "หยุดไว้เพียงเท่านี้", "ไม่อยู่ในคลังแล้ว", "ประโยค weak <i>"):
        assert words in text
    shown.locator(".cite").first.click()
    page.locator(".source blockquote", has_text="ยกมา <b>").wait_for()


def test_a_refusal_and_its_nearest_and_an_older_citation(page: Any) -> None:
    first = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    quoted = first.locator(".claim").first.inner_text()
    refusal = ask(page, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    assert "ไม่พบคำตอบในเอกสาร" in refusal.inner_text() and "ใกล้เคียงที่สุด" in refusal.inner_text()
    refusal.locator("a.from").last.click()
    near = "".join(refusal.locator(".near").last.inner_text().split())
    marked = "[...document.querySelectorAll('.source mark.cited')].map(m => m.innerText).join('').replace(/\\s/g, '')"
    page.wait_for_function(f"near => {marked} === near", arg=near)
    page.locator("a.cite").first.click()
    page.wait_for_function(f"said => {marked} && said.startsWith({marked})", arg="".join(quoted.split()))


def test_a_question_is_edited_asked_again_judged_and_copied(page: Any) -> None:
    first = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    first.get_by_role("button", name="คำตอบนี้ใช้ได้").click()
    page.locator(".tools [aria-pressed=true]").wait_for()
    first.get_by_role("button", name="คัดลอกคำตอบ").click()
    page.locator(".notes", has_text="คัดลอกแล้ว").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("ลัทธิคอมมิวนิสต์คืออะไร\n\n") and "[1] " in copied.splitlines()[-2] + copied.splitlines()[-1]
    first.get_by_role("button", name="แก้คำถาม").click()
    assert page.locator(".editing").is_visible() and page.input_value("#question") == "ลัทธิคอมมิวนิสต์คืออะไร"
    page.fill("#question", "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    page.press("#question", "Enter")
    page.locator(".turn .refused").wait_for()
    assert page.locator(".turn").count() == 1 and not page.locator(".editing").is_visible()
    page.get_by_role("button", name="ถามใหม่อีกครั้ง").click()
    page.locator(".turn .tools").wait_for()
    assert page.locator(".turn").count() == 1


def test_hostile_text_neither_runs_nor_fetches(page: Any) -> None:
    answer = ask(page, "กำแพงด้านเหนือสูงเท่าไร ![q](http://evil.example/q) <img src=http://evil.example/r onerror=window.pwned=7>")
    page.locator(".source mark.cited").first.wait_for()
    assert "<img src=http://evil.example/" in answer.inner_text(), "it is shown as it stands"
    assert "${window.pwned=2}" in page.locator(".source .text").inner_text()
    assert page.locator(".tham :is(img, iframe, script, video)").count() == 0
    assert set(page.locator(".tham a").evaluate_all("all => all.map(a => a.getAttribute('href'))")) <= {"#source", "#question"}
    page.fill(".source-tools input", "evil")
    page.locator("mark.found.current").wait_for()
    go(page, "library")
    page.locator(".documents li", has_text="<b>กำแพง.txt").wait_for()  # a row not drawn yet has no inner_text (content-visibility)
    assert page.locator(".documents :is(b, img)").count() == 0
    assert SIGNS[:20] not in page.content(), "not as markup"


def test_the_policy_stops_requests_of_the_page_itself(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.locator("#question").wait_for()
    stopped = """new Promise(done => { document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective));
        new Image().src = 'http://evil.example/x.png'; setTimeout(() => done('nothing stopped it'), 3000); })"""
    assert page.evaluate(stopped) == "img-src"
    page.close()


def test_thai_first_and_english_by_a_switch(page: Any) -> None:
    assert page.evaluate("document.documentElement.lang") == "th"
    ask(page, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    page.locator(".source mark.cited").first.wait_for()
    page.get_by_role("button", name="English").click()
    page.locator(".turn", has_text="The documents do not say.").wait_for()
    page.locator(".citing", has_text="Copy quotation").wait_for()
    labels = "all => all.map(e => [e.innerText, e.placeholder, e.title, e.ariaLabel].join(' '))"
    chrome = ".brand p, .place, .new, .take-in, .seek input, .tools button, #question, .head .icon, .steps, .refused, p.nearest"
    assert english("".join(page.locator(chrome).evaluate_all(labels)).replace("ไทย", ""))
    go(page, "library")
    page.locator(".library", has_text="documents in the library").wait_for()
    assert english("".join(page.locator(".drop, .documents .state, .library h2, .library .count").evaluate_all(labels)))
    page.get_by_role("button", name="ไทย", exact=True).click()
    page.locator(".library", has_text="เอกสารในคลัง").wait_for()
    page.reload()
    assert page.locator(".place").first.inner_text() == "สนทนา"


def test_two_browsers_keep_separate_conversations(browser: Any, address: str) -> None:
    with visiting(browser, address) as one, visiting(browser, address) as two:
        ask(one, "ลัทธิคอมมิวนิสต์คืออะไร")
        ask(two, "ว่าวจุฬาสูงเท่าไร")
        ask(one, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
        assert one.locator(".turn").count() == 2 and two.locator(".turn").count() == 1
        assert one.locator(".talk-title").inner_text() != two.locator(".talk-title").inner_text()


def test_a_page_closed_in_the_middle_leaves_nothing_running(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.locator("#question").wait_for()
    page.fill("#question", "ลัทธิคอมมิวนิสต์คืออะไร")
    page.press("#question", "Enter")
    context.close()
    with visiting(browser, address) as other:
        assert "ไม้ไผ่" in ask(other, "ว่าวจุฬาทำจากอะไร").inner_text()


def test_only_this_machines_names_and_no_files_are_served(address: str) -> None:
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


def test_programs_may_ask_search_add_and_remove(address: str, tmp_path: Path) -> None:
    gradio_client = pytest.importorskip("gradio_client")
    client = gradio_client.Client(address, verbose=False)
    answered = client.predict("ลัทธิคอมมิวนิสต์คืออะไร", api_name="/ask")
    assert answered["citations"][0]["quote"] in answered["citations"][0]["paragraph_text"]
    hits = client.predict("ว่าวจุฬา", 2, api_name="/search")
    assert len(hits) == 2 and "ว่าวจุฬา" in hits[0]["text"] and hits[0]["rank"] == 1
    only = client.predict("ว่าวจุฬา", 3, [answered["citations"][0]["document"]["id"]], api_name="/search")
    assert only and {hit["document"]["id"] for hit in only} == {answered["citations"][0]["document"]["id"]}
    file = tmp_path / "โปรแกรม.txt"
    file.write_text("โรงสีเก่าริมคลองมีปล่องสูง 29 วา", encoding="utf-8")
    summary = client.predict([gradio_client.handle_file(str(file))], api_name="/add")
    assert (summary["added"], summary["failed"]) == (1, [])
    assert "29 วา" in client.predict("โรงสีเก่าริมคลองมีปล่องสูงเท่าไร", api_name="/ask")["answer"]
    assert client.predict("โปรแกรม", api_name="/remove")
    with pytest.raises(Exception, match="ในคลังไม่มีเอกสาร"):
        client.predict("ไม่มี.txt", api_name="/remove")
    client.close()
