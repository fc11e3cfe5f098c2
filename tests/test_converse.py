"""Follow-ups: what is carried from the conversation, what is not, and that nothing else ever is."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.followups import QUESTIONS
from index.records import Hit, Passage
from rag.assemble import Answerer
from rag.conversation.parts import clause, statement, take_apart
from rag.conversation.refs import references
from rag.conversation.topics import described, is_name, relative, topics
from rag.conversation.understand import Understood, understand
from rag.records import Answer
from thai.normalize import canonical
from thai.words import words
from ui.settings import ROOT

ITEMS = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def answer(question: str, *, understood: str | None = None, short: str | None = None, title: str = "") -> Answer:
    """An earlier turn: its question, how it was understood, its short answer, the title of its first hit."""
    passage = Passage(row=1, document="d", title=title, headings=(), start=0, end=1, text="ก")
    hits = (Hit(passage=passage, score=1.0, rank=1, legs={}),) if title else ()
    return Answer(
        question=question, short_answer=short, claims=(), citations=(), nearest=(), hits=hits, refusal=None, confidence=0.0,
        understood=understood,
    )  # fmt: skip


def meant(question: str, *before: str) -> str:
    """The question as understood by the rules alone after these, each understood from those before it."""
    return chain([*before, question])[-1].text


def chain(questions: Sequence[str]) -> list[Understood]:
    turns: list[Answer] = []
    found = []
    for question in questions:
        understood = understand(question, turns)
        found.append(understood)
        turns.append(answer(question, understood=understood.text if understood.changed else None))
    return found


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("มายากอฟสกีเป็นใคร", "แล้วเขาเสียชีวิตเมื่อไร", "มายากอฟสกีเสียชีวิตเมื่อไร"),
        ("มารี กูว์รี เกิดเมื่อไร", "บิดาของเธอทำอาชีพอะไรคะ", "บิดาของมารี กูว์รี ทำอาชีพอะไรคะ"),
        ("หอไอเฟลอยู่ที่ไหน", "สูงเท่าไร", "หอไอเฟลสูงเท่าไร"),
        ("หอไอเฟลอยู่ที่ไหน", "ใครเป็นคนออกแบบ", "ใครเป็นคนออกแบบหอไอเฟล"),
        ("ทรอตสกีถูกลอบสังหารที่ไหน", "เมื่อไร", "ทรอตสกีถูกลอบสังหารเมื่อไร"),
        ("ทรอตสกีถูกลอบสังหารที่ไหน", "แล้วใครสั่ง", "ทรอตสกีถูกลอบสังหาร ใครสั่ง"),
        ("สังคมนิยมสากลที่สองถูกยุบปีไหน", "ทำไมล่ะ", "ทำไมสังคมนิยมสากลที่สองถูกยุบ"),
        ("เสือโคร่งมีอายุเฉลี่ยกี่ปี", "ชื่อวิทยาศาสตร์คืออะไร", "ชื่อวิทยาศาสตร์ของเสือโคร่งคืออะไร"),
        ("คานธีแต่งงานกับใคร", "ตอนนั้นเขาอายุเท่าไร", "ตอนที่คานธีแต่งงาน เขาอายุเท่าไร"),
        ("ไททานิกจมเมื่อไร", "เรือลำนี้สร้างที่ไหน", "เรือไททานิกสร้างที่ไหน"),
        ("มัสดากอยู่ที่ดินแดนไหน", "ขบวนการนี้เกิดในศตวรรษที่เท่าไร", "ขบวนการมัสดากเกิดในศตวรรษที่เท่าไร"),
        ("กำแพงเบอร์ลินยาวเท่าไร", "มีคนเสียชีวิตที่นั่นกี่คน", "มีคนเสียชีวิตที่กำแพงเบอร์ลินกี่คน"),
        ("ลอนดอนมีประชากรเท่าไร", "แล้วจังหวัดเชียงใหม่ล่ะ", "จังหวัดเชียงใหม่มีประชากรเท่าไร"),
        ("หนึ่งเหรียญแลกได้กี่รูเบิลในปี 1920", "แล้วในปี 1914 ล่ะ", "หนึ่งเหรียญแลกได้กี่รูเบิลในปี 1914"),
        ("พ่อของเบโทเฟนชื่ออะไร", "แล้วแม่ล่ะ", "แม่ของเบโทเฟนชื่ออะไร"),
        ("เมืองหลวงของประเทศญี่ปุ่นชื่ออะไร", "แล้วเกาหลีใต้ล่ะคะ", "เมืองหลวงของเกาหลีใต้ชื่ออะไร"),
        ("สงครามโลกครั้งที่สองเริ่มเมื่อไร", "แล้วครั้งที่หนึ่งล่ะ", "สงครามโลกครั้งที่หนึ่งเริ่มเมื่อไร"),
        ("สงครามโลกครั้งที่สองเริ่มเมื่อไร", "ใครชนะ", "ใครชนะสงครามโลกครั้งที่สอง"),  # นะ is no polite word here
        ("พันธุ์ไหนอร่อยที่สุด", "ราคาเท่าไร", "ราคาเท่าไร"),  # what was asked for is no topic
        ("ใครเขียนนวนิยายปีเปลือย", "เขาเขียนเรื่องสั้นเรื่องอะไร", "ผู้ที่เขียนนวนิยายปีเปลือย เขียนเรื่องสั้นเรื่องอะไร"),
        ("นครวัดสร้างโดยใคร", "กษัตริย์องค์นี้ครองราชย์ปีใด", "กษัตริย์ที่สร้างนครวัด ครองราชย์ปีใด"),
        ("ซาเมียตินเขียนนวนิยายเรื่องอะไร", "ตัวเอกของเรื่องนั้นชื่ออะไร", "ตัวเอกของนวนิยายเรื่องที่ซาเมียตินเขียน ชื่ออะไร"),
        ("Who was Vladimir Mayakovskii?", "When did he die?", "When did Vladimir Mayakovskii die?"),
        ("When was Eugene Zamiatin born?", "What about Boris Pilniak?", "When was Boris Pilniak born?"),
        ("มายากอฟสกีเป็นใคร", "When did he die?", "When did มายากอฟสกี die?"),
    ],
)
def test_a_question_that_leans_is_written_out(before: str, question: str, expected: str) -> None:
    assert meant(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("มายากอฟสกีฆ่าตัวตายปีใด", "โปลิตบูโรคืออะไร"),
        ("ทรอตสกีถูกลอบสังหารที่ไหน", "ใครเขียนเรื่องเรา"),
        ("มายากอฟสกีเป็นใคร", "นโยบายเศรษฐกิจใหม่เริ่มเมื่อใด"),
        ("มายากอฟสกีเป็นใคร", "จีนปฏิรูปเศรษฐกิจปีใด"),
        ("มายากอฟสกีเป็นใคร", "สงครามโลกครั้งที่สองเริ่มเมื่อใด"),
        ("ดาวพลูโตถูกค้นพบปีใด", "ใครเป็นคนค้นพบเรเดียม"),
        ("คานธีแต่งงานกับใคร", "ยอดเขาเอเวอเรสต์อยู่ระหว่างประเทศใด"),  # เขา is a mountain
        ("คานธีแต่งงานกับใคร", "เขาพนมรุ้งอยู่จังหวัดอะไร"),
        ("คานธีแต่งงานกับใคร", "ท่านพุทธทาสเกิดเมื่อไร"),
        ("ดาร์วินเดินทางไปกับเรืออะไร", "คนที่ค้นพบเรเดียมนั้นได้รางวัลโนเบลกี่ครั้ง"),  # นั้น is said for its sound
        ("คานธีเกิดวันที่เท่าไร", "ทำไมไททานิกถึงจม"),
        ("เบโทเฟนเกิดปีใด", "แล้วมายากอฟสกีฆ่าตัวตายปีไหน"),
        ("คานธีเกิดเมื่อไร", "มายากอฟสกีแต่งบทกวีตอนที่เขาอายุเท่าไร"),  # the question names him itself
        ("เลนินก่อตั้งโคมินเทิร์นปีใด", "อุดมการณ์ของเกาหลีเหนือเรียกว่าอะไร"),
        ("คานธีเกิดเมื่อไร", "วันนี้อากาศที่เชียงใหม่เป็นอย่างไร"),
        ("Who led the Left Opposition?", "What is the Politburo?"),
    ],
)
def test_a_fresh_topic_stays_as_typed(before: str, question: str) -> None:
    assert understand(question, [answer(before)]) == Understood(question, (), False)


def test_the_pronoun_goes_back_over_a_thing_to_the_person() -> None:
    assert meant("แล้วเขาแต่งงานกับใคร", "คานธีเกิดวันที่เท่าไร", "หอไอเฟลสูงกี่เมตร") == "คานธีแต่งงานกับใคร"
    assert meant("มันมีบันไดกี่ขั้น", "หอไอเฟลสูงกี่เมตร", "คานธีเกิดวันที่เท่าไร") == "หอไอเฟลมีบันไดกี่ขั้น"


def test_the_exchanged_topic_is_the_one_talked_of_next() -> None:
    assert meant("เขาเขียน Principia ปีไหน", "ดาร์วินเกิดเมื่อไร", "แล้วนิวตันล่ะ") == "นิวตันเขียน Principia ปีไหน"
    assert meant("แล้วแม่ล่ะ", "เบโทเฟนเกิดที่ไหน", "พ่อของเขาชื่ออะไร") == "แม่ของเบโทเฟนชื่ออะไร"


def test_that_year_is_the_year_of_the_short_answer() -> None:
    before = [answer("มายากอฟสกีฆ่าตัวตายปีใด", short="ค.ศ. 1930")]
    found = understand("ปีนั้นปิลเนียกพิมพ์เรื่องอะไร", before)
    assert found == Understood("ในปี ค.ศ. 1930 ปิลเนียกพิมพ์เรื่องอะไร", ("ค.ศ. 1930",), True)
    lived = [answer("มายากอฟสกีเสียชีวิตปีใด", short="ค.ศ. 1893-1930")]
    assert understand("ปีนั้นปิลเนียกพิมพ์เรื่องอะไร", lived).carried != ("ค.ศ. 1893",)
    assert not understand("ปีนั้นปิลเนียกพิมพ์เรื่องอะไร", [answer("มายากอฟสกีเป็นใคร")]).changed


def test_a_title_says_which_name_the_talk_is_about() -> None:
    before = [answer("ชาวเนปาลเรียกยอดเขาเอเวอเรสต์ว่าอะไร", title="ยอดเขาเอเวอเรสต์")]
    assert topics(before[0])[0].text == "ยอดเขาเอเวอเรสต์"
    assert understand("สูงเท่าไร", before).text == "ยอดเขาเอเวอเรสต์สูงเท่าไร"


def test_parts_of_a_question() -> None:
    assert take_apart("แล้วลอนดอนล่ะครับ").body == "ลอนดอน" and take_apart("แล้วลอนดอนล่ะครับ").exchange
    assert not take_apart("ความยากจนลดลงเหลือร้อยละเท่าไร").exchange and take_apart("ร้อยละ").body == "ร้อยละ"
    assert clause("หนังสือพิมพ์ปราฟดาก่อตั้งเมื่อไร").about == "หนังสือพิมพ์ปราฟดา"  # พิมพ์ is no verb here
    assert clause("มารี กูว์รี เกิดเมื่อไร").about == "มารี กูว์รี" and clause("ไปเรียนที่ไหน").about == ""
    assert clause("นานกี่ปี").bare and not clause("สูงเท่าไร").bare
    assert statement("สังคมนิยมสากลที่สองถูกยุบปีไหน") == "สังคมนิยมสากลที่สองถูกยุบ"
    assert [found.points.value for found in references("ตอนนั้นเขาอายุเท่าไร")] == ["then", "person"]
    assert is_name("มายากอฟสกี") and is_name("ปรีดี พนมยงค์") and not is_name("ผู้นำประเทศ")
    said = described(answer("ใครเป็นผู้นำกลุ่มฝ่ายขวา"))
    assert said is not None and said.text == "ผู้นำกลุ่มฝ่ายขวา"
    assert described(answer("มายากอฟสกีเป็นใคร")) is None and described(answer("หอไอเฟลสูงเท่าไร")) is None
    assert relative(answer("ลินุกซ์ใช้สัญญาอนุญาตแบบใด"), "แบบ") == "สัญญาอนุญาตแบบที่ลินุกซ์ใช้"
    assert relative(answer("ลินุกซ์คืออะไร"), "แบบ") is None


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["id"]))
def test_nothing_is_carried_that_is_not_in_the_conversation_and_no_word_is_lost(item: dict[str, list[dict[str, str]]]) -> None:
    questions = [turn["question"] for turn in item["turns"]]
    found = chain(questions)
    assert found[0] == Understood(questions[0], (), False)
    for at, understood in enumerate(found[1:], start=1):
        talked = [*questions[:at], *(before.text for before in found[:at])]
        for carried in understood.carried:
            assert any(made_of(squeeze(carried), squeeze(text)) for text in talked), carried
        assert bool(understood.carried) == understood.changed
        place = 0
        for word in kept_words(questions[at]) if understood.changed else ():
            place = understood.text.find(word, place)
            assert place >= 0, (word, understood.text)


def squeeze(text: str) -> str:
    return canonical("".join(text.split()))


def made_of(carried: str, text: str) -> bool:
    """Whether the stretch stands in the text, or two halves of it do: between them stood what was asked."""
    return any(carried[:cut] in text and carried[cut:] in text for cut in range(len(carried)))


def kept_words(question: str) -> Iterator[str]:
    """Yield the words of a Thai question in order but for the opener, the words that point back and the polite end."""
    if question.isascii():
        return
    body = take_apart(question).body
    for one in reversed(list(references(body))):
        body = body[: one.start] + "\n" + body[one.end :]
    yield from (word for stretch in body.split("\n") for word in words(stretch) if word.strip() and word != "ของ")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_understood_as_something(before: str, question: str) -> None:
    assert understand(question, []) == Understood(question, (), False)
    found = understand(question, [answer(before)])
    assert found.changed or found.text == question


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from("แล้ว เขา มัน นั้น นี้ ที่นั่น ตอน ใคร อะไร กี่ ล่ะ ของ ปี เมือง เกิด สร้าง ลอนดอน มายากอฟสกี 1920 ( [ \\ \0".split(" ")), max_size=8))
def test_any_heap_of_its_own_words_is_understood(heap: list[str]) -> None:
    question = "".join(heap)
    for before in ("มายากอฟสกีเป็นใคร", "แล้วล่ะ", question):
        found = understand(question, [answer(before), answer("หอไอเฟลสูงเท่าไร")])
        assert found.changed or found.text == question


@pytest.mark.parametrize("question", ["", "   ", "?", "ล่ะ", "แล้ว", "แล้วล่ะ", "เขา", "นั้น", "กี่", "เขา" * 10_000, "นี้" * 150, "((((" * 90, "\0", "🙂ๆ"])
def test_hostile_questions(question: str) -> None:
    before = [answer(text) for text in ("มายากอฟสกีเป็นใคร", "", "เขา" * 10_000, "<script>alert(1)</script>")]
    found = understand(question, before)
    assert isinstance(found.text, str) and len(found.text) <= len(question) + 4000
    assert understand("เขาเกิดเมื่อไร", before).text.count("<script>") <= 1


def test_only_the_last_turns_are_looked_at() -> None:
    before = [answer("มายากอฟสกีเป็นใคร"), *(answer("สวัสดี") for _ in range(200))]
    assert "มายากอฟสกี" not in understand("เขาเกิดเมื่อไร", before).text


def test_an_answerer_understands_and_keeps_what_was_typed(answerer: Answerer) -> None:
    first = answerer.ask("มายากอฟสกีเป็นใคร")
    second = answerer.ask("แล้วเขาเสียชีวิตเมื่อไร", before=[first])
    assert first.understood is None and second.question == "แล้วเขาเสียชีวิตเมื่อไร"
    assert second.understood == "มายากอฟสกีเสียชีวิตเมื่อไร" and "understand" in second.timings
    assert any("มายากอฟสกี" in citation.paragraph_text for citation in second.citations)
    *_, last = answerer.stream("แล้วเขาเสียชีวิตเมื่อไร", before=[first])
    assert last.understood == second.understood
    alone = answerer.ask("แล้วเขาเสียชีวิตเมื่อไร")
    assert alone.understood is None


def test_the_passages_decide_where_the_rules_are_unsure(answerer: Answerer) -> None:
    lenin = [answerer.ask("เลนินถึงแก่อสัญกรรมเมื่อไร")]
    assert answerer.ask("แล้วพรรคแตกเป็นกี่กลุ่ม", before=lenin).understood == "พรรคของเลนินแตกเป็นกี่กลุ่ม"
    poet = [answerer.ask("มายากอฟสกีเป็นใคร")]
    assert answerer.ask("ชาวนาที่มีรายได้ดีเรียกว่าอะไร", before=poet).understood is None
    assert answerer.ask("หน่วยเงินใหม่ที่รัฐโซเวียตนำมาใช้มีชื่อว่าอะไร", before=poet).understood is None


def tham(*arguments: object, given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_talk_answers_line_by_line_and_says_how_it_understood(seeds_library: Path) -> None:
    given = "มายากอฟสกีเป็นใคร\nแล้วเขาเสียชีวิตเมื่อไร\nโปลิตบูโรคืออะไร\n\nไม่ถึงบรรทัดนี้\n"
    result = tham("talk", "--library", seeds_library, given=given)
    assert result.returncode == 0 and result.stderr == ""
    assert result.stdout.count("เข้าใจว่า: ") == 1 and "เข้าใจว่า: มายากอฟสกีเสียชีวิตเมื่อไร\n" in result.stdout
    english = tham("talk", "--english", "--library", seeds_library, given="มายากอฟสกีเป็นใคร\nWhen did he die?")
    assert english.returncode == 0 and "Understood as: When did มายากอฟสกี die?" in english.stdout
    assert tham("talk", "--library", seeds_library, given="").stdout == ""


def test_a_batch_line_may_be_asked_after_others(seeds_library: Path) -> None:
    lines = [
        {"id": 1, "question": "แล้วเขาเสียชีวิตเมื่อไร", "after": ["มายากอฟสกีเป็นใคร"]},
        {"id": 2, "question": "แล้วเขาเสียชีวิตเมื่อไร"},
        {"id": 3, "question": "เขาเขียนนวนิยายเรื่องอะไร", "after": ["มายากอฟสกีเสียชีวิตอย่างไร", "แล้วซาเมียตินล่ะ"]},
    ]
    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    result = tham("ask", "--batch", "-", "--library", seeds_library, given=given)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["understood"] for one in answers] == ["มายากอฟสกีเสียชีวิตเมื่อไร", None, "ซาเมียตินเขียนนวนิยายเรื่องอะไร"]
    assert [one["question"] for one in answers] == [line["question"] for line in lines]
    for bad in ("ก", ["ก", 1], {"ก": 1}):
        wrong = tham("ask", "--batch", "-", "--library", seeds_library, given=json.dumps({"question": "ก", "after": bad}))
        assert wrong.returncode == 2 and "after" in wrong.stderr and "Traceback" not in wrong.stderr


def test_the_set_of_conversations_is_what_it_says() -> None:
    assert len(ITEMS) >= 100 and len({item["id"] for item in ITEMS}) == len(ITEMS)
    for item in ITEMS:
        assert item["turns"][0]["carries"] is None and 2 <= len(item["turns"]) <= 3
        assert all(turn["expected"] or item["kind"] == "none" for turn in item["turns"])
        assert not item["fresh"] or all(turn["carries"] is None for turn in item["turns"])
