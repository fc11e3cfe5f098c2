"""Seeing a corpus in a real browser: the timeline by mouse and by keyboard, the map of the evidence, sources compared."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from index.build import add
from index.embed import Embedder
from tests.browsing import ask, english, go, marks, served, visiting
from tests.test_browser_looks import PHONE, STATES, WIDE, axe, checked
from ui.settings import ROOT

pytestmark = marks
MARKED = "[...document.querySelectorAll('.source mark.cited')].map(m => m.innerText).join('')"


@pytest.fixture(scope="module")
def seeds_address(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[str]:
    """A server over the two seeds alone."""
    folder = tmp_path_factory.mktemp("seeing")
    add(folder / "library", [ROOT / "seeds"], embedder)
    with served(folder / "library", folder / "temporary") as opened:
        yield opened


@pytest.fixture
def seeds(browser: Any, seeds_address: str) -> Iterator[Any]:
    with visiting(browser, seeds_address) as opened:
        yield opened


def timeline(page: Any) -> Any:
    go(page, "timeline")
    page.locator("button.dot").first.wait_for()
    return page.locator(".timeline")


def flat(text: str) -> str:
    return "".join(text.split())


def test_a_dot_shows_its_sentence_and_opens_the_source_with_it_marked(seeds: Any) -> None:
    shown = timeline(seeds)
    assert re.fullmatch(r"\d+ จาก 115 เหตุการณ์ · 2 เอกสาร", shown.locator(".count").inner_text())
    shown.locator("input[type=search]").fill("1991")
    dot = shown.locator("button.dot")
    seeds.wait_for_function("() => document.querySelectorAll('button.dot').length === 1")
    assert dot.get_attribute("aria-label").startswith("26 ธันวาคม พ.ศ. 2534: ")
    dot.hover()
    card = shown.locator(".card")
    card.wait_for()
    assert card.locator(".date").inner_text() == "26 ธันวาคม พ.ศ. 2534" and card.locator("mark").inner_text() == "26 ธันวาคม ค.ศ. 1991"
    quote = flat(card.locator(".quote").inner_text())
    dot.click()
    seeds.wait_for_function(f"quote => {MARKED}.replace(/\\s/g, '') === quote", arg=quote)
    assert seeds.locator(".source mark.short").inner_text() == "26 ธันวาคม ค.ศ. 1991"
    assert shown.is_visible() and seeds.locator(".source").is_visible(), "the source stands beside the timeline"
    seeds.locator(".citing .primary").wait_for()
    assert shown.locator(".event[aria-current=true] .date").inner_text() == "26 ธันวาคม พ.ศ. 2534"
    seeds.get_by_role("button", name="ปิดต้นฉบับ").click()
    assert not seeds.locator(".source").is_visible() and shown.is_visible()
    seeds.wait_for_function("() => document.activeElement.matches('button.dot')")


def test_the_era_changes_every_label_by_543_years(seeds: Any) -> None:
    shown = timeline(seeds)
    shown.get_by_role("button", name="ทั้งหมด", exact=True).click()
    dates = shown.locator(".event .date")
    years = shown.locator(".tick span")
    spans = shown.locator("button.span").evaluate_all("all => all.map(b => [b.matches('.bare'), b.textContent, getComputedStyle(b).borderTopWidth])")
    assert len(spans) > 5 and any(bare for bare, *_ in spans), "some are too short for words"
    assert all(border == "0px" if bare else words for bare, words, border in spans), "no frame with nothing in it"
    before, ticks = dates.all_inner_texts(), years.all_inner_texts()
    shown.get_by_role("button", name="ค.ศ.", exact=True).click()
    after = dates.all_inner_texts()
    single = [(one, other) for one, other in zip(before, after, strict=True) if re.search(r"พ\.ศ\. \d+$", one)]
    assert len(single) > 20
    for one, other in single:
        assert one.replace("พ.ศ.", "") != other and int(one.split()[-1]) - int(other.split()[-1]) == 543 and "ค.ศ." in other
    assert before[0] == "พ.ศ. 944–1043" and after[0] == "คริสต์ศตวรรษที่ 5", "a century has its name in its own era"
    assert all(int(tick) % 5 == 0 for tick in (*ticks, *years.all_inner_texts())), "the line is divided at round years of either era"
    assert shown.get_by_role("button", name="ค.ศ.", exact=True).get_attribute("aria-pressed") == "true"
    seeds.reload()
    timeline(seeds)
    assert "ค.ศ." in seeds.locator(".event .date").last.inner_text() or "คริสต์" in seeds.locator(".event .date").last.inner_text(), "remembered"


def test_zoom_range_drag_and_everything(seeds: Any) -> None:
    shown = timeline(seeds)
    shown.get_by_role("button", name="ทั้งหมด", exact=True).click()
    seeds.locator(".count", has_text="115 จาก 115").wait_for()
    shown.get_by_role("slider", name="ตั้งแต่ปี").fill("1914")
    shown.get_by_role("slider", name="ถึงปี").fill("1919")
    seen = shown.locator(".event .date").all_inner_texts()
    assert {"พ.ศ. 2457", "ตุลาคม พ.ศ. 2460", "10 กรกฎาคม พ.ศ. 2461"} <= set(seen) and "พ.ศ. 2475" not in seen and "พ.ศ. 2465" not in seen
    assert shown.get_by_role("slider", name="ถึงปี").get_attribute("aria-valuetext") == "พ.ศ. 2462"
    plot = shown.locator(".plot").bounding_box()
    first = shown.locator("button.dot").first.get_attribute("aria-label")
    seeds.mouse.move(plot["x"] + 200, plot["y"] + 4)
    seeds.mouse.down()
    seeds.mouse.move(plot["x"] + 500, plot["y"] + 4, steps=4)
    seeds.mouse.up()
    assert "พ.ศ. 2456" in "".join(shown.locator(".event .date").all_inner_texts()), "dragged to the right, earlier years come"
    for _ in range(8):
        shown.get_by_role("button", name="ขยาย", exact=True).click()
    assert any(re.search(r"[ก-๎]\.", tick) for tick in shown.locator(".tick span").all_inner_texts()), "months"
    assert first


def test_the_timeline_by_keyboard_alone(seeds: Any) -> None:
    shown = timeline(seeds)
    shown.locator("input[type=search]").focus()
    for _ in range(12):
        if seeds.evaluate("document.activeElement.matches('.plot button')"):
            break
        seeds.keyboard.press("Tab")
    assert seeds.evaluate("document.activeElement.matches('.plot button')") and seeds.locator(".plot [tabindex='0']").count() == 1
    seeds.keyboard.press("Home")
    times = []
    for _ in range(6):
        times.append(float(seeds.evaluate("document.activeElement.dataset.time")))
        seeds.keyboard.press("ArrowRight")
    assert times == sorted(times) and len(set(times)) > 2
    seeds.locator(".card").wait_for()
    seeds.keyboard.press("Escape")
    assert not seeds.locator(".card").is_visible()
    label = seeds.evaluate("document.activeElement.getAttribute('aria-label')")
    seeds.keyboard.press("Enter")
    seeds.wait_for_function(f"said => {MARKED} && said.includes({MARKED}.trim())", arg=label)
    seeds.keyboard.press("+")
    assert seeds.evaluate("document.activeElement.matches('.plot button')"), "the focus stays on its event"


def test_only_the_chosen_documents_are_on_the_timeline(seeds: Any) -> None:
    go(seeds, "library")
    seeds.locator(".documents li", has_text="นโยบายเศรษฐกิจใหม่").locator("input").check()
    shown = timeline(seeds)
    seeds.locator(".count", has_text="จาก 73 เหตุการณ์ · 1 เอกสาร").wait_for()
    assert "1 เอกสารที่เลือก" in shown.locator(".chosen").inner_text()
    shown.get_by_role("button", name="ดูทั้งคลัง").click()
    seeds.locator(".count", has_text="จาก 115 เหตุการณ์ · 2 เอกสาร").wait_for()
    shown.locator("input[type=search]").fill("ไดโนเสาร์")
    shown.locator(".time-note", has_text="ไม่มีเหตุการณ์ที่ตรงกับคำกรอง").wait_for()
    assert shown.locator(".chart").is_hidden()


def test_on_a_phone_the_source_comes_instead_and_goes_back(browser: Any, seeds_address: str) -> None:
    with visiting(browser, seeds_address, viewport=PHONE) as page:
        shown = timeline(page)
        row = shown.locator(".event").nth(3)
        quote = flat(row.locator(".quote").inner_text())
        row.click()
        page.wait_for_function(f"quote => {MARKED}.replace(/\\s/g, '') === quote", arg=quote)
        assert not shown.is_visible() and page.locator(".source").is_visible()
        page.get_by_role("button", name="ปิดต้นฉบับ").click()
        assert shown.is_visible() and page.locator(".place[aria-current=page]").inner_text() == "เส้นเวลา"


def test_hostile_sentences_are_words_only(page: Any) -> None:
    shown = timeline(page)
    shown.locator("input[type=search]").fill("<img src=http://evil.example/q onerror=window.pwned=8>")
    shown.locator(".time-note", has_text="ไม่มีเหตุการณ์").wait_for()
    shown.locator("input[type=search]").fill("หอคอยแก้ว")
    shown.locator(".event", has_text="พ.ศ. 2555").wait_for()
    assert shown.locator("img, iframe, script").count() == 0


def test_the_map_shows_each_citation_in_its_document(seeds: Any) -> None:
    turn = ask(seeds, "มีผู้นำคนใดบ้าง")
    strips = turn.locator(".evidence li")
    assert strips.count() == 2 and "2 เอกสาร · อ้างอิง 2 แห่ง" in turn.locator(".evidence summary").inner_text()
    assert turn.locator("button.pin").all_inner_texts() == ["1", "2"] and turn.locator(".line .hit").count() == 10
    first, second = (strip.split("\n")[0] for strip in strips.all_inner_texts())
    assert {first, second} == {"ลัทธิคอมมิวนิสต์", "บทที่ 3 นโยบายเศรษฐกิจใหม่"}
    assert re.search(r"ราวร้อยละ \d+ ของเอกสาร", turn.locator("button.pin").first.get_attribute("aria-label"))
    for number, title in ((2, second), (1, first)):
        turn.locator("button.pin", has_text=str(number)).click()
        seeds.locator(".source h2", has_text=title).wait_for()
        seeds.wait_for_function(f"() => {MARKED}")
        said = flat(turn.locator(".claim").nth(number - 1).inner_text())
        assert said.startswith(flat(seeds.evaluate(MARKED)))
        assert turn.locator("button.pin", has_text=str(number)).get_attribute("aria-current") == "true"
    places = turn.locator(".line .cited").evaluate_all("all => all.map(e => parseFloat(e.style.left))")
    share = [int(re.search(r"ร้อยละ (\d+)", label)[1]) for label in turn.locator("button.pin").evaluate_all("all => all.map(e => e.ariaLabel)")]
    assert [round(place) for place in places] == share and all(0 < place < 100 for place in places)
    turn.locator(".evidence summary").click()
    assert not strips.first.is_visible()


def test_two_texts_answer_the_same_question_side_by_side(seeds: Any) -> None:
    turn = ask(seeds, "ลัทธิคอมมิวนิสต์คืออะไร")
    button = turn.get_by_role("button", name="เทียบแหล่ง", exact=True)
    button.click()
    cells = turn.locator(".cell")
    seeds.wait_for_function("() => document.querySelectorAll('.cell :is(.sentences, .refused)').length === 2")
    assert sorted(cells.locator("h4").all_inner_texts()) == ["บทที่ 3 นโยบายเศรษฐกิจใหม่", "ลัทธิคอมมิวนิสต์"]
    assert button.get_attribute("aria-expanded") == "true" and turn.locator(".compare .stage").count() == 0
    boxes = [cells.nth(at).bounding_box() for at in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"], "side by side"
    for at in range(2):
        cell = cells.nth(at)
        cell.locator("a.cite").first.click()
        seeds.locator(".source h2", has_text=cell.locator("h4").inner_text()).wait_for()
        said = flat(cell.locator(".claim").first.inner_text())
        seeds.wait_for_function(f"said => {MARKED} && said.startsWith({MARKED}.replace(/\\s/g, ''))", arg=said)
    seeds.get_by_role("button", name="English").click()
    turn.get_by_role("button", name="Compare sources", exact=True).wait_for()
    assert turn.locator(".compare h3").inner_text() == "Compare sources" and cells.count() == 2
    turn.get_by_role("button", name="Close the comparison").click()
    assert turn.locator(".compare").count() == 0 and button.count() == 0
    assert seeds.evaluate("document.activeElement.dataset.label") == "compare"


def test_a_source_that_does_not_say_says_so(seeds: Any) -> None:
    turn = ask(seeds, "สหภาพโซเวียตล่มสลายเมื่อใด")
    turn.get_by_role("button", name="เทียบแหล่ง", exact=True).click()
    seeds.wait_for_function("() => document.querySelectorAll('.cell :is(.sentences, .refused)').length === 2")
    assert "1991" in turn.locator(".cell").first.inner_text()
    go(seeds, "library")
    seeds.locator(".documents li", has_text="นโยบายเศรษฐกิจใหม่").locator("input").check()
    go(seeds, "talk")
    refusal = ask(seeds, "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
    refusal.get_by_role("button", name="เทียบแหล่ง", exact=True).click()
    refusal.locator(".cell .refused", has_text="ไม่พบคำตอบในเอกสาร").wait_for()
    refusal.locator(".compare", has_text="มีเอกสารให้ถามเพียงฉบับเดียว").wait_for()
    assert refusal.locator(".cell").count() == 1


@pytest.mark.parametrize(("language", "size", "light"), STATES)
def test_seeing_is_in_order_and_accessible(browser: Any, seeds_address: str, language: str, size: dict[str, int], light: str) -> None:
    name = f"{language}-{'phone' if size is PHONE else 'wide'}-{light}"
    with visiting(browser, seeds_address, viewport=size, color_scheme=light) as page:
        if language == "en":
            page.locator(".language").click()
        shown = timeline(page)
        checked(page, f"{name}-5-timeline")
        faults = axe(page)
        if language == "en":
            chrome = ".timeline h2, .timeline .count, .era, .zooms button, .plot, .overview input, .events, .tick"
            labels = "all => all.map(e => [e.childElementCount ? '' : e.innerText, e.placeholder, e.title, e.ariaLabel].join(' '))"
            assert english("".join(shown.locator(chrome).evaluate_all(labels)))
        shown.locator("button.dot").nth(5).focus()
        page.locator(".card").wait_for()
        checked(page, f"{name}-6-card")
        faults += axe(page)
        shown.locator("button.dot").nth(5).click()
        page.locator(".citing .primary").wait_for()
        checked(page, f"{name}-7-event")
        faults += axe(page)
        go(page, "talk")
        turn = ask(page, "เลนินประกาศใช้นโยบายเศรษฐกิจใหม่เมื่อใด")
        if size is WIDE:
            page.locator(".citing .primary").wait_for()
        page.wait_for_timeout(400)  # what appears has its full colours only then
        faults += axe(page)
        turn.locator("[data-label=compare]").click()
        page.wait_for_function("() => document.querySelectorAll('.cell :is(.sentences, .refused)').length === 2")
        page.wait_for_timeout(400)
        checked(page, f"{name}-8-compare")
        faults += [one for one in axe(page) if not one.startswith("skip-link")]  # axe takes links below the fold of a fixed frame for skip links
        assert sorted(set(faults)) == [], "\n".join(sorted(set(faults)))
