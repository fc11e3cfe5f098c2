"""Follow-ups written out as a Thai reader would: where the topic goes by the kinds of words, what is exchanged for what, what stays as typed."""

import pytest

from index.records import Hit, Passage
from rag.conversation.kinds import ends_in_verb, has_object, is_tail, is_verb
from rag.conversation.parts import clause, is_relation
from rag.conversation.understand import understand
from rag.records import Answer


def meant(question: str, *before: str) -> str:
    """The question as understood after these, each after those before it, where the passages about the topic hold every word asked."""
    turns: list[Answer] = []
    told = " ".join((*before, question))
    hit = Hit(passage=Passage(row=1, document="d", title="", headings=(), start=0, end=1, text=told), score=1.0, rank=1, legs={})
    for text in (*before, question):
        found = understand(text, turns, lambda _: (hit,))
        turns.append(
            Answer(
                question=text, short_answer=None, claims=(), citations=(), nearest=(), hits=(), refusal=None, confidence=0.0,
                understood=found.text if found.changed else None,
            )
        )  # fmt: skip
    return turns[-1].understood or question


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("ตลาดน้ำดำเนินสะดวกอยู่จังหวัดอะไร", "ใครฟื้นฟูขึ้นมาใหม่", "ใครฟื้นฟูตลาดน้ำดำเนินสะดวกขึ้นมาใหม่"),
        ("พระอภัยมณีแต่งโดยใคร", "ใครแปลเป็นภาษาอังกฤษ", "ใครแปลพระอภัยมณีเป็นภาษาอังกฤษ"),
        ("วัดพระแก้วสร้างเมื่อไร", "ใครบูรณะในสมัยรัชกาลที่ 5", "ใครบูรณะวัดพระแก้วในสมัยรัชกาลที่ 5"),
        ("ปลาบึกอยู่แม่น้ำอะไร", "ใครเพาะพันธุ์สำเร็จเป็นคนแรก", "ใครเพาะพันธุ์ปลาบึกสำเร็จเป็นคนแรก"),
        ("สุนทรภู่เกิดเมื่อไร", "ใครสอนหนังสือให้", "ใครสอนหนังสือให้สุนทรภู่"),
        ("สุนทรภู่เกิดเมื่อไร", "ใครเป็นพ่อ", "ใครเป็นพ่อของสุนทรภู่"),
        ("หอไอเฟลอยู่ที่ไหน", "ใครเป็นเจ้าของ", "ใครเป็นเจ้าของหอไอเฟล"),
        ("หอไอเฟลอยู่ที่ไหน", "ใครทาสีใหม่", "หอไอเฟล ใครทาสีใหม่"),
        ("หอไอเฟลอยู่ที่ไหน", "ทำไมถึงสร้าง", "ทำไมถึงสร้างหอไอเฟล"),
        ("หอไอเฟลอยู่ที่ไหน", "อะไรทำให้มีชื่อเสียง", "อะไรทำให้หอไอเฟลมีชื่อเสียง"),
        ("หอไอเฟลอยู่ที่ไหน", "กี่ชั้น", "หอไอเฟลกี่ชั้น"),
        ("สุนทรภู่เกิดเมื่อไร", "ทำไมถูกจำคุก", "ทำไมสุนทรภู่ถูกจำคุก"),
        ("วัดพระแก้วสร้างเมื่อไร", "ทำไมคนถึงชอบไป", "วัดพระแก้ว ทำไมคนถึงชอบไป"),
        ("สี่แผ่นดินคืออะไร", "ผู้แต่งคือใคร", "ผู้แต่งสี่แผ่นดินคือใคร"),
        ("ประเทศลาวอยู่ที่ไหน", "เมืองหลวงชื่ออะไร", "เมืองหลวงของประเทศลาวชื่ออะไร"),
        ("วัดพระแก้วสร้างเมื่อไร", "ค่าเข้าชมเท่าไหร่คะ", "ค่าเข้าชมวัดพระแก้วเท่าไหร่คะ"),
        ("เขื่อนภูมิพลอยู่จังหวัดอะไร", "งบประมาณก่อสร้างเท่าไร", "งบประมาณก่อสร้างเขื่อนภูมิพลเท่าไร"),
        ("สิงโตกินอะไร", "ตัวเมียหนักเท่าไร", "สิงโตตัวเมียหนักเท่าไร"),
        ("ฟุตบอลโลก 2014 จัดที่ประเทศไหน", "ประเทศนั้นเป็นเจ้าภาพครั้งแรกเมื่อปีใด", "ประเทศที่จัดฟุตบอลโลก 2014 เป็นเจ้าภาพครั้งแรกเมื่อปีใด"),
    ],
)
def test_the_topic_goes_where_thai_wants_it(before: str, question: str, expected: str) -> None:
    assert meant(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("นักศึกษาปริญญาโทยืมหนังสือได้กี่เล่ม", "แล้วปริญญาตรีล่ะ", "นักศึกษาปริญญาตรียืมหนังสือได้กี่เล่ม"),
        ("ฝนตกหนักที่สุดเดือนไหนในภาคใต้", "แล้วภาคเหนือล่ะ", "ฝนตกหนักที่สุดเดือนไหนในภาคเหนือ"),
        ("เชียงใหม่มีประชากรเท่าไร", "ภูเก็ตล่ะ", "ภูเก็ตมีประชากรเท่าไร"),
        ("ไทยส่งออกข้าวกี่ตันในปี 2559", "แล้วปี 2560 ล่ะ", "ไทยส่งออกข้าวกี่ตันในปี 2560"),
        ("ในปี 2559 ไทยส่งออกข้าวกี่ตัน", "แล้วปี 2560 ล่ะ", "ในปี 2560 ไทยส่งออกข้าวกี่ตัน"),
        ("ปีการศึกษา 2565 มีนักศึกษากี่คน", "แล้ว 2566 ล่ะ", "ปีการศึกษา 2566 มีนักศึกษากี่คน"),
        ("ไทยส่งออกข้าวกี่ตัน", "แล้วปี 2560 ล่ะ", "ไทยส่งออกข้าวกี่ตันในปี 2560"),
        ("พนักงานประจำลาพักร้อนได้กี่วันต่อปี", "พนักงานชั่วคราวล่ะ", "พนักงานชั่วคราวลาพักร้อนได้กี่วันต่อปี"),
        ("ค่าปรับหนังสือเกินกำหนดวันละกี่บาท", "แล้วหนังสือสำรองล่ะ", "ค่าปรับหนังสือสำรองเกินกำหนดวันละกี่บาท"),
        ("ลาป่วยได้กี่วัน", "แล้วลาคลอดล่ะ", "ลาคลอดได้กี่วัน"),
        ("วิชาฟิสิกส์สอบวันไหน", "เคมีล่ะ", "วิชาเคมีสอบวันไหน"),
        ("ตลาดน้ำดำเนินสะดวกอยู่จังหวัดอะไร", "แล้วตลาดน้ำอัมพวาล่ะ", "ตลาดน้ำอัมพวาอยู่จังหวัดอะไร"),
        ("สุโขทัยเป็นราชธานีกี่ปี", "แล้วอยุธยาล่ะ", "อยุธยาเป็นราชธานีกี่ปี"),
        ("มะม่วงพันธุ์ไหนอร่อยที่สุด", "แล้วทุเรียนล่ะ", "ทุเรียนพันธุ์ไหนอร่อยที่สุด"),
        ("ประเทศใดส่งออกยางพารามากที่สุด", "แล้วข้าวล่ะ", "ประเทศใดส่งออกข้าวมากที่สุด"),
        ("ห้องสมุดเปิดกี่โมง", "แล้ววันเสาร์ล่ะ", "วันเสาร์ ห้องสมุดเปิดกี่โมง"),
        ("รถไฟฟ้าสายสีเขียวมีกี่สถานี", "สายสีน้ำเงินล่ะ", "รถไฟฟ้าสายสีน้ำเงินมีกี่สถานี"),
    ],
)
def test_the_like_part_is_exchanged_and_the_rest_kept(before: str, question: str, expected: str) -> None:
    assert meant(question, before) == expected


def test_the_talk_goes_on_about_its_topic() -> None:
    talk = ["จุฬาลงกรณ์มหาวิทยาลัยก่อตั้งปีอะไร", "ใครเป็นอธิการบดีคนแรก"]
    assert meant(talk[1], talk[0]) == "ใครเป็นอธิการบดีคนแรกของจุฬาลงกรณ์มหาวิทยาลัย"
    assert meant("มีกี่คณะ", *talk) == "จุฬาลงกรณ์มหาวิทยาลัยมีกี่คณะ"
    minister = ("ใครเป็นนายกรัฐมนตรีของไทยใน พ.ศ. 2540", "แล้ว พ.ศ. 2544 ล่ะ", "เขาเกิดที่ไหน")
    assert meant("เรียนจบจากไหน", *minister) == "ผู้ที่เป็นนายกรัฐมนตรีของไทยใน พ.ศ. 2544 เรียนจบจากไหน"
    assert meant("เขาได้รางวัลอะไร", "ใครค้นพบเพนิซิลลิน", "ใช้รักษาอะไร") == "ผู้ที่ค้นพบเพนิซิลลิน ได้รางวัลอะไร"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("สิงโตมีอายุขัยกี่ปี", "ลอนดอนมีประชากรเท่าไร"),
        ("กรุงเทพมีกี่เขต", "แล้วเชียงใหม่มีกี่อำเภอ"),  # a province is a topic of its own
        ("หอไอเฟลอยู่ที่ไหน", "ใครเป็นนายกรัฐมนตรีคนแรกของไทย"),
        ("หอไอเฟลอยู่ที่ไหน", "เมืองหลวงของลาวชื่ออะไร"),
    ],
)
def test_a_question_with_its_own_subject_stays_even_if_the_passages_would_bear_it(before: str, question: str) -> None:
    assert meant(question, before) == question


@pytest.mark.parametrize("question", ["ใครฟื้นฟูวัดพระแก้ว", "ลาป่วยได้กี่วัน", "การขอวีซ่าต้องใช้เอกสารอะไรบ้าง"])
def test_a_doubtful_question_stays_where_no_passage_bears_it(question: str) -> None:
    before = Answer(question="สุนทรภู่เกิดเมื่อไร", short_answer=None, claims=(), citations=(), nearest=(), hits=(), refusal=None, confidence=0.0)
    assert not understand(question, [before], lambda _: ()).changed


def test_kinds_of_words() -> None:
    assert all(map(is_verb, ("ฟื้นฟู", "ยืม", "บังคับใช้", "ลาพักร้อน"))) and not any(map(is_verb, ("ตลาดน้ำ", "การศึกษา", "ประจำ")))
    assert is_tail("ขึ้นมาใหม่") and is_tail("ในสมัยรัชกาลที่ 5") and not is_tail("หนังสือ")
    assert ends_in_verb("ค่าเข้าชม") and ends_in_verb("ผู้แต่ง") and not ends_in_verb("ประชากร")
    assert has_object("ถือหุ้น") and not has_object("บังคับใช้")
    assert is_relation("ผลงานเด่น") and not is_relation("วัดพระแก้ว")


def test_a_syllable_is_no_asking_word() -> None:
    found = clause("กฎหมายเกี่ยวกับสัตว์ป่าออกเมื่อไร")  # กี่ stands inside เกี่ยว
    assert found.about == "กฎหมายเกี่ยวกับสัตว์ป่า" and len(found.asked) == 1
