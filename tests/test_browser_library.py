"""The library and the conversations kept, as a reader meets them in a browser."""

import json
import re
from pathlib import Path
from typing import Any

from tests.browsing import ask, go, marks, visiting

pytestmark = marks
CLUB = (
    "การประชุมสโมสร\n\nสโมสรเรือพายบางปะกงก่อตั้งเมื่อ พ.ศ. 2512 โดยนายสมพงษ์ ใจดี มีสมาชิกแรกเริ่ม 24 คน\n\n"
    "ประธานคนปัจจุบันคือ นางสาวมาลี แซ่ลิ้ม ได้รับเลือกเมื่อ พ.ศ. 2560\n"
)
MEMBERS = "สโมสรเรือพายบางปะกงมีสมาชิกแรกเริ่มกี่คน"


def test_files_are_added_asked_alone_and_removed(page: Any, tmp_path: Path) -> None:
    file, picture = tmp_path / "บันทึกการประชุม ครั้งที่ ๑.txt", tmp_path / "รูป.png"
    file.write_text(CLUB, encoding="utf-8")
    picture.write_bytes(b"\x89PNG")
    go(page, "library")
    page.set_input_files(".library input[type=file]", [str(file), str(picture)])
    outcome = page.locator(".outcome")
    outcome.wait_for()
    assert "เพิ่ม 1 · ไม่สำเร็จ 1" in outcome.inner_text() and "รูป.png" in outcome.inner_text()
    row = page.locator(".documents li", has_text=file.name)
    row.filter(has_text="พร้อมถาม").filter(has_text="ยังไม่ทราบผู้แต่งและปี").wait_for()
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="ถามเฉพาะที่เลือก").click()
    assert "ถามเฉพาะ: การประชุมสโมสร" in page.locator(".chosen").first.inner_text()
    assert "24 คน" in ask(page, MEMBERS).locator(".claim").first.inner_text()
    other = ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    assert all("การประชุมสโมสร" in place for place in other.locator("a.from").all_inner_texts())
    page.get_by_role("button", name="ถามทั้งคลัง").click()
    go(page, "library")
    row.get_by_role("button", name="ถอน การประชุมสโมสร").click()
    page.get_by_role("button", name="ยกเลิก", exact=True).click()
    assert row.is_visible()
    row.get_by_role("button", name="ถอน การประชุมสโมสร").click()
    page.get_by_role("button", name="ถอนออกจากคลัง").click()
    row.wait_for(state="detached")
    page.locator(".notes", has_text="ถอน การประชุมสโมสร แล้ว").wait_for()
    go(page, "talk")
    page.locator("a.cite").first.click()
    page.locator(".source", has_text="ถูกถอนหรือแทนที่ไปแล้ว").wait_for()
    assert "24 คน" in page.locator(".source blockquote").inner_text(), "what was quoted is remembered"


def test_an_addition_shows_each_file_does_not_stop_another_reader_and_can_be_cancelled(page: Any, browser: Any, address: str, tmp_path: Path) -> None:
    line = "เล่มที่ {} กล่าวถึงการเดินเรือสำเภาจากปากน้ำไปเมืองกวางตุ้งในฤดูมรสุมตะวันตกเฉียงใต้ พร้อมรายการสินค้า\n\n"
    files = [tmp_path / f"จดหมายเหตุ {n}.txt" for n in range(3)]
    for n, file in enumerate(files):
        file.write_text("".join(line.format(n * 20_000 + at) for at in range(12_000)), encoding="utf-8")
    go(page, "library")
    page.locator(".documents li").first.wait_for()
    before = page.locator(".library .count").first.inner_text()
    page.set_input_files(".library input[type=file]", [str(file) for file in files])
    page.locator(".work li").nth(2).wait_for()
    assert page.locator(".work progress").count() == 3 and "จดหมายเหตุ 0.txt" in page.locator(".work").inner_text()
    page.locator(".work .stage", has_text=re.compile("กำลังอ่าน|กำลังทำดัชนี")).first.wait_for()
    with visiting(browser, address) as other:
        assert "ไม้ไผ่" in ask(other, "ว่าวจุฬาทำจากอะไร").inner_text()
    assert page.get_by_role("button", name="ยกเลิกการเพิ่ม").is_visible(), "it is still going on"
    page.get_by_role("button", name="ยกเลิกการเพิ่ม").click()
    page.locator(".work", has_text="ยกเลิกแล้ว คลังเหมือนเดิม").wait_for(timeout=60_000)
    page.reload()
    go(page, "library")
    page.locator(".documents li").first.wait_for()
    assert page.locator(".library .count").first.inner_text() == before
    assert page.locator(".documents li", has_text="จดหมายเหตุ").count() == 0


def test_documents_are_filtered_read_and_described(page: Any) -> None:
    go(page, "library")
    page.fill(".library .seek input", "พงศาวดาร")
    page.locator(".library .count", has_text="1 จาก").wait_for()
    row = page.locator(".documents li")
    assert row.count() == 1
    row.get_by_role("button", name="แก้ข้อมูลบรรณานุกรมของ พงศาวดาร").click()
    page.select_option("#field-kind", "book")
    page.fill("#field-author", "กรมศิลปากร")
    page.press("#field-author", "Enter")
    page.locator(".documents li", has_text="กรมศิลปากร · หนังสือ").wait_for()
    page.locator(".documents .title", has_text="พงศาวดาร").click()
    page.locator(".source .paragraph").first.wait_for()
    assert page.locator(".source mark").count() == 0 and page.locator(".source .paragraph").first.get_attribute("data-number") == "1"
    go(page, "library")
    page.fill(".library .seek input", "ไม่มีทางเจอ")
    page.locator(".documents .none", has_text="ไม่มีเอกสารที่ตรงกับคำกรอง").wait_for()


def test_conversations_are_kept_named_searched_shared_and_deleted(page: Any) -> None:
    ask(page, "ว่าวจุฬาทำจากอะไร")
    ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    page.reload()
    page.locator(".turn .tools").nth(1).wait_for()
    page.locator(".turn", has_text="ไม้ไผ่").first.wait_for()
    page.get_by_role("button", name="ตั้งชื่อบทสนทนา").click()
    page.fill("dialog input", "เรื่องว่าว <b>")
    page.press("dialog input", "Enter")
    row = page.locator(".conversations li", has_text="เรื่องว่าว <b>")
    row.wait_for()
    page.locator(".talk-tools").get_by_role("button", name="ส่งออก").click()
    page.select_option("#export-form", "conversation")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="บันทึกไฟล์").click()
    shared = Path(waiting.value.path())
    assert json.loads(shared.read_text(encoding="utf-8"))["title"] == "เรื่องว่าว <b>"
    page.fill(".history .seek input", "ไม้ไผ่")
    row.wait_for()
    page.fill(".history .seek input", "ไดโนเสาร์")
    page.locator(".conversations .none").wait_for()
    page.fill(".history .seek input", "")
    row.get_by_role("button", name="ลบบทสนทนา เรื่องว่าว <b>").click()
    page.get_by_role("button", name="ลบ", exact=True).click()
    row.wait_for(state="detached")
    assert page.locator(".turn").count() == 0 and page.locator(".welcome").is_visible()
    page.set_input_files(".history input[type=file]", str(shared))
    row.wait_for()
    page.locator(".turn .tools").nth(1).wait_for()
    page.locator(".turn .cite").first.click()
    page.locator(".source mark.cited").first.wait_for()
    page.set_input_files(".history input[type=file]", {"name": "x.json", "mimeType": "application/json", "buffer": b"[]"})
    page.locator(".notes", has_text="ไม่ใช่บทสนทนาของถาม").wait_for()


def test_many_turns_stay_quick_and_few_stay_on_the_page(page: Any) -> None:
    took = []
    for n in range(70):
        took.append(
            page.evaluate(
                """async question => { const box = document.querySelector('#question'); const began = performance.now();
                const before = [...document.querySelectorAll('.turn')].at(-1);
                box.value = question; box.form.requestSubmit();
                await new Promise(done => { const look = () => { const last = [...document.querySelectorAll('.turn')].at(-1);
                  if (last && last !== before && last.querySelector('.tools') && document.querySelector('.send.stop').hidden) done(); else setTimeout(look, 2); }; look(); });
                return performance.now() - began; }""",
                f"ว่าวจุฬาทำจากอะไร {n}",
            )
        )
    first, last = sorted(took[5:25])[10], sorted(took[-20:])[10]
    assert last < 2 * first + 50, f"a turn should not grow slower: {first:.0f} ms, then {last:.0f} ms"
    assert page.locator(".turn").count() == 60
    page.get_by_role("button", name="ดูคำถามก่อนหน้า").click()
    page.locator(".turn", has_text="ว่าวจุฬาทำจากอะไร 0").first.wait_for()
