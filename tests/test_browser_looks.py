"""How the page looks and how it is used without a mouse: nothing overflows or overlaps, the Thai font is there, axe finds no fault."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import ask, go, marks, visiting

pytestmark = marks
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What sticks out of the window, what is cut off inside its own box, and buttons that cover each other.
FAULTS = """() => {
  const faults = []; const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && e.getClientRects().length;
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const e of document.querySelectorAll('.tham button, .tham a, .tham h2, .tham input, .tham select, .tham textarea, .tham p')) {
    if (!shown(e) || e.closest('.sr, .skip, .log, .text, .documents, .conversations, .notes')) continue;
    const r = e.getBoundingClientRect();
    if (r.right > innerWidth + 1 || r.left < -1) faults.push(`outside: ${e.className} ${e.textContent.slice(0, 30)}`);
    if (['BUTTON'].includes(e.tagName) && e.scrollWidth > e.clientWidth + 2) faults.push(`cut off: ${e.className} ${e.textContent.slice(0, 30)}`);
  }
  const boxes = [...document.querySelectorAll('.tham button, .tham input:not([type=file], [type=range]), .tham select')].filter(e => shown(e) && !e.closest('.log, .text, .documents, .events, .conversations'));
  for (const a of boxes) for (const b of boxes) {
    if (a === b || a.contains(b) || b.contains(a)) continue;
    const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    const over = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (over > 2 && down > 2) faults.push(`${a.className} covers ${b.className}`);
  }
  return faults; }"""


def checked(page: Any, name: str) -> None:
    """Assert that nothing is out of place; with THAM_PICTURES the state is also kept as a picture to be looked at."""
    page.wait_for_timeout(250)
    if folder := os.environ.get("THAM_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
    assert page.evaluate(FAULTS) == [], name
    assert page.evaluate("document.fonts.check('17px Sarabun', 'ที่') && [...document.fonts].some(f => f.family.includes('Sarabun') && f.status === 'loaded')")


def axe(page: Any, within: str = ".tham") -> list[str]:
    """Return what axe-core finds wrong, as one line each."""
    found = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs: pip install axe-playwright-python").Axe().run(
        page, context=within, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    )
    return [f"{one['id']}: {node['target']} {node['html'][:90]}" for one in found.response["violations"] for node in one["nodes"]]


STATES = [("th", WIDE, "light"), ("th", PHONE, "dark"), ("en", WIDE, "dark"), ("en", PHONE, "light")]
OTHERS = [("th", WIDE, "dark"), ("th", PHONE, "light"), ("en", WIDE, "light"), ("en", PHONE, "dark")]


@pytest.mark.parametrize(("language", "size", "light"), STATES + (OTHERS if os.environ.get("THAM_PICTURES") else []))
def test_every_state_is_in_order_and_accessible(browser: Any, address: str, language: str, size: dict[str, int], light: str) -> None:
    name = f"{language}-{'phone' if size is PHONE else 'wide'}-{light}"
    with visiting(browser, address, viewport=size, color_scheme=light) as page:
        assert page.evaluate("document.body.classList.contains('dark')") == (light == "dark")
        if language == "en":
            page.locator(".language").click()
        page.locator(".welcome .example").first.wait_for()
        checked(page, f"{name}-1-welcome")
        faults = axe(page)
        ask(page, "เลนินประกาศใช้นโยบายเศรษฐกิจใหม่เมื่อใด")
        ask(page, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
        ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
        if size is WIDE:
            page.locator(".citing .primary").wait_for()
        checked(page, f"{name}-2-answer")
        faults += axe(page)
        page.locator(".turn").last.locator(".cite").first.click()
        page.locator(".citing .primary").wait_for()
        assert page.evaluate("document.querySelector('.source').getBoundingClientRect().width") >= (390 if size is PHONE else 420)
        checked(page, f"{name}-3-source")
        faults += axe(page)
        go(page, "library")
        page.locator(".documents li").first.wait_for()
        page.locator(".documents input").first.check()
        checked(page, f"{name}-4-library")
        faults += axe(page)
        page.locator(".documents .do button").first.click()
        page.locator("dialog[open]").wait_for()
        page.wait_for_timeout(250)
        faults += axe(page)
        page.keyboard.press("Escape")
        assert sorted(set(faults)) == [], "\n".join(sorted(set(faults)))


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def focused(selector: str) -> bool:
        return bool(page.evaluate("s => Boolean(document.activeElement?.closest(s))", selector))

    def tab_to(selector: str, back: bool = False) -> None:
        for _ in range(90):
            if focused(selector):
                outline = "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement.closest('.box') || document.activeElement).outlineStyle"
                assert page.evaluate(outline) != "nonenone", f"{selector} has no visible focus"
                return
            press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{selector} is not reached by Tab")

    page.locator(".welcome .example").first.wait_for()
    assert focused("#question"), "one can type at once"
    page.keyboard.type("ลัทธิคอมมิวนิสต์คืออะไร")
    press("Enter")
    page.locator(".turn .tools").wait_for()
    page.locator(".citing .primary").wait_for()
    tab_to("a.cite", back=True)
    press("Enter")
    page.wait_for_function("() => document.querySelector('.source mark.cited')")
    tab_to("[data-label=citation_before]")
    press("Enter")
    page.locator(".steps", has_text="อ้างอิงที่ 1").wait_for()
    tab_to(".citing .primary")
    press("Enter")
    page.locator(".notes", has_text="คัดลอกแล้ว").wait_for()
    press("Escape")
    assert not page.locator(".source").is_visible() and focused("a.cite, a.from"), "the focus goes back to where the source was opened"
    tab_to(".to-library", back=True)
    press("Enter")
    page.locator(".documents li").first.wait_for()
    tab_to(".documents input")
    press("Space")
    page.locator(".chosen-bar").wait_for()
    tab_to(".documents .do button")
    press("Enter")
    page.locator("dialog[open]").wait_for()
    assert focused("dialog")
    press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert focused(".documents .do button"), "the focus goes back to the button that opened the window"


def test_from_an_answer_to_its_citing_buttons_and_back_in_few_tabs(page: Any) -> None:
    def tabs(until: str, key: str = "Tab") -> int:
        for count in range(1, 40):
            page.keyboard.press(key)
            if page.evaluate("s => document.activeElement.matches(s)", until):
                return count
        raise AssertionError(f"{until} is not reached")

    ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    page.locator(".citing .primary").wait_for()
    assert tabs(".source .skip") <= 2, "from the question: the arrow that sends, then the way past the head and the text of the source"
    seen = page.evaluate("() => { const r = document.activeElement.getBoundingClientRect(); return r.width > 100 && r.top >= 0 && r.right <= innerWidth }")
    assert seen and page.get_by_role("button", name="ไปที่ปุ่มคัดลอกและอ้างอิง").count() == 2
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.citing .primary')")
    last = page.locator(".turn a.cite").last
    last.focus()
    page.keyboard.press("Enter")
    page.locator(".steps", has_text="อ้างอิงที่ 2 จาก 2").wait_for()
    assert page.evaluate("document.activeElement.matches('a.cite')"), "the reader stays in the answer"
    assert tabs(".hop") == 1, "one Tab from the open [n]"
    assert page.locator(".hop").bounding_box()["width"] > 100
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.citing .primary')")
    assert "[2]" in page.locator(".turn a.cite[aria-current]").inner_text() and page.locator(".hop").bounding_box()["width"] <= 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('a.cite')") and page.locator(".hop").count() == 0
    tools = page.get_by_role("toolbar", name="เครื่องมือของคำตอบ").last
    assert tools.locator("button").count() == 7 and tools.locator("button[tabindex='0']").count() == 1, "the tools are one stop of the Tab key"
    page.focus("#question")
    assert tabs(".tools button", "Shift+Tab") <= 4, "three questions more, then the tools"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.label") == "compare"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.label") == "ask_again", "round to the first, then the second"


def test_on_a_phone_the_way_to_the_citing_goes_to_the_source(browser: Any, address: str) -> None:
    with visiting(browser, address, viewport=PHONE) as page:
        ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
        page.locator(".turn .cite").first.focus()
        page.keyboard.press("Enter")
        page.locator(".citing .primary").wait_for()
        page.wait_for_function("() => document.activeElement.matches('.source h2')")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('.citing .primary')")
        go(page, "talk")
        page.locator(".turn .hop").focus()
        page.keyboard.press("Enter")
        assert page.locator(".source").is_visible() and page.evaluate("document.activeElement.matches('.citing .primary')")


@pytest.mark.parametrize("language", ["th", "en"])
def test_on_a_phone_nothing_to_choose_is_cut_off_and_the_question_has_no_stray_scrollbar(browser: Any, address: str, language: str) -> None:
    fits = """() => [...document.querySelectorAll('dialog select, .citing select')].filter(s => s.offsetWidth).flatMap(s => { const style = getComputedStyle(s);
        const pen = document.createElement('canvas').getContext('2d'); pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const room = s.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return [...s.options].filter(o => pen.measureText(o.text).width > room).map(o => o.text); })"""
    with visiting(browser, address, viewport=PHONE) as page:
        if language == "en":
            page.locator(".language").click()
        box = "[getComputedStyle(q).overflowY, q.scrollHeight <= q.clientHeight]"
        for text, state in (("", ["hidden", True]), ("ก\nข\nค", ["hidden", True]), ("ก\n" * 30, ["auto", False])):
            page.fill("#question", text)
            assert page.evaluate(f"() => {{ const q = document.querySelector('#question'); return {box} }}") == state
        ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
        page.locator(".talk-tools [data-label=export]").click()
        for form in page.locator("#export-form option").evaluate_all("all => all.map(o => o.value)"):
            page.select_option("#export-form", form)
            assert page.evaluate(fits) == [], form
            assert page.evaluate("document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth")
        page.keyboard.press("Escape")


def test_a_reader_of_the_screen_hears_the_answer_and_the_state(page: Any) -> None:
    ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
    page.locator(".citing .primary").wait_for()
    log = page.get_by_role("log", name="บทสนทนา")
    assert log.get_attribute("aria-live") == "polite" and log.locator("[aria-busy]").count() == 0
    for role, name in (("navigation", "ส่วนของหน้า"), ("textbox", "คำถาม"), ("button", "ถาม"), ("region", "บทสนทนาที่เก็บไว้"), ("region", "ต้นฉบับ")):
        assert page.get_by_role(role, name=name, exact=True).count() == 1, name
    assert page.locator(".place[aria-current=page]").inner_text() == "สนทนา"


def test_on_a_phone_the_source_is_a_place_of_its_own(browser: Any, address: str) -> None:
    with visiting(browser, address, viewport=PHONE) as page:
        ask(page, "ลัทธิคอมมิวนิสต์คืออะไร")
        assert not page.locator(".source").is_visible()
        page.locator(".turn .cite").first.click()
        page.locator(".source mark.cited").first.wait_for()
        assert page.locator(".source").is_visible() and not page.locator(".talk").is_visible()
        go(page, "talk")
        assert page.locator(".talk").is_visible()
        page.locator(".menu").click()
        page.get_by_role("button", name="บทสนทนาใหม่").click()
        page.locator(".welcome").wait_for()
        assert page.locator(".menu").get_attribute("aria-expanded") == "false"
