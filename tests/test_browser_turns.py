"""Many turns in one conversation: what travels and what is drawn for one more is the same however many there were before."""

import json
from typing import Any

import pytest

from bench.turns import ASK, COUNT, Traffic
from tests.browsing import marks

pytestmark = marks
ASKED = ("ลัทธิคอมมิวนิสต์คืออะไร", "สหภาพโซเวียตล่มสลายเมื่อใด", "สูตรแกงเขียวหวานไก่ใส่มะเขือกี่ลูก")
ROUNDS = 10
# A busy machine looks at the work more often: a few requests more, each with the answer as it stands. Sending the 27 turns before it
# again would be 2,000 bytes of questions, and many times one answer to receive.
LOOKS, ANSWERS, NODES = 450, 0.5, 0.15  # bytes sent; shares of what was received and of what was touched


@pytest.fixture
def traffic(page: Any) -> Traffic:
    page.locator(".welcome .example").first.wait_for()
    page.evaluate(COUNT)
    watched = Traffic(page.context.new_cdp_session(page))
    watched.rest(page)
    return watched


def taken(page: Any, traffic: Traffic, question: str) -> tuple[int, int, int]:
    """Ask, and return the bytes sent, the bytes received and the nodes that came and went."""
    sent, received = traffic.sent, traffic.received
    page.evaluate("window.touched = 0")
    page.evaluate(ASK, question)
    traffic.rest(page)
    return traffic.sent - sent, traffic.received - received, page.evaluate("window.touched")


def test_thirty_turns_cost_each_what_the_first_ones_did(page: Any, traffic: Traffic) -> None:
    rounds = [[taken(page, traffic, question) for question in ASKED] for _ in range(ROUNDS)]
    shown = page.locator(".turn")
    assert shown.count() == ROUNDS * len(ASKED), "all of them stand on the page, and each was asked and answered"
    assert page.locator(".turn .said").all_text_contents() == list(ASKED) * ROUNDS
    for at, question in enumerate(ASKED):
        first, last = (tuple(map(min, zip(*(one[at] for one in some), strict=True))) for some in (rounds[1:4], rounds[-3:]))
        assert first[0] > 400 and first[1] > 10_000 and first[2] > 100, f"something was counted: {first}"
        room = (LOOKS, first[1] * ANSWERS, first[2] * NODES)
        for before, now, more, of in zip(first, last, room, ("sent", "received", "touched"), strict=True):
            assert now <= before + more, f"{question}: {of} {before} in the first rounds, {now} in the last"


def test_a_turn_after_a_hundred_and_twenty_costs_what_a_first_one_does(page: Any, traffic: Traffic) -> None:
    alone = taken(page, traffic, ASKED[0])
    page.locator(".talk-tools [data-label=export]").click()
    page.select_option("#export-form", "conversation")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="บันทึกไฟล์").click()
    held = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    held["turns"] = [{**held["turns"][0], "id": f"turn{number}"} for number in range(120)]
    page.set_input_files(".history input[type=file]", {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(held).encode()})
    page.wait_for_function("() => document.querySelectorAll('.turn').length === 30")
    page.locator(".earlier").click()
    page.wait_for_function("() => document.querySelectorAll('.turn').length === 60")
    traffic.rest(page)
    after = taken(page, traffic, ASKED[0])
    assert page.locator(".turn").count() == 60 and page.locator(".earlier").count() == 1, "the earliest one makes room"
    assert alone[0] > 400 and abs(after[0] - alone[0]) < LOOKS, f"sent: {alone[0]} bytes alone, {after[0]} after 120 turns"
    assert alone[1] > 10_000 and after[1] < alone[1] * (1 + ANSWERS), f"received: {alone[1]} alone, {after[1]} after 120 turns"
