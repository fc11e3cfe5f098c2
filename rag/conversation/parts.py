"""A Thai question taken apart by rules: opener, subject, verb, what it asks, what it points back at.

Thai has neither spaces nor endings to go by, so the parts are found by lists of common verbs and asking words: what stands before the first
of them is the subject. A verb counts only where a word begins, else พิมพ์ would be found in หนังสือพิมพ์.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rag.conversation.kinds import is_quality, is_verb
from thai.weight import weight
from thai.words import words

OPENERS = ("แล้วก็", "แล้ว", "และ", "ส่วน", "งั้น", "ถ้างั้น", "ถ้าอย่างนั้น", "แต่")
_POLITE = re.compile(r"(?:\s*(?:(?<!ช)นะ|คะ|ค่ะ|ครับผม|ครับ|จ๊ะ|จ้ะ|จ๋า|ฮะ|เหรอ|หรอ|หน่อย|[?!？]))+\s*$")
_EXCHANGE = re.compile(r"(?:หล่ะ|ล่ะ|(?<!ร้อย)(?<!วัน)(?<!ปี)(?<!คน)(?<!เดือน)ละ)$")
_TIMES = "ปี|วันที่|วัน|เดือน|ศตวรรษที่|ศตวรรษ|ทศวรรษ|เวลา|ช่วง"
_PLACES = "เมือง|ประเทศ|จังหวัด|แห่ง|ดินแดน|รัฐ|เกาะ|ถนน|ทวีป|กรุง"
_BEFORE = r"(?:(?:ตั้งแต่|เมื่อ|ใน|ที่|ณ|กับ|โดย|จาก|ตาม|ของ|เพื่อ|เพราะ|ด้วย|ให้)\s?)?"
_ASKING = re.compile(
    rf"(?P<who>(?:กับ|โดย|จาก|ตาม|ของ|ให้)?\s?ใคร)(?:บ้าง)?"
    rf"|{_BEFORE}(?:เมื่อไห?ร่?|เมื่อใด|ที่ไหน|ที่ใด|ตอนไหน|ทำไม|เพราะอะไร|เพราะเหตุใด|เพราะเหตุไร|เหตุใด|อย่างไร|ยังไง"
    rf"|(?:ที่)?เท่าไห?ร่?|เท่าใด|แค่ไหน|ขนาดไหน|(?P<noun>{_TIMES}|{_PLACES}|คน|เรื่อง|แบบ)?\s?(?:(?:ใด|ไหน|อะไร)(?:บ้าง)?|ที่เท่าไห?ร่?))"
    r"|(?P<count>(?:นาน|เวลา)?\s?(?<!เ)กี่)|หรือไม่|หรือเปล่า|หรือยัง|ใช่ไหม|(?:ไหม|มั้ย)$"
)
_VERBS = """
ก่อตั้ง จัดตั้ง ตั้งขึ้น ตั้งชื่อ ตั้งอยู่ ตั้งราคา ตั้งท้อง สถาปนา สร้าง เริ่ม ออกแบบ คิดค้น ประดิษฐ์ พัฒนา ค้นพบ พบ ค้น ผลิต เปิดตัว เปิด ปิด
เกิดขึ้น เกิด ตาย เสียชีวิต สิ้นพระชนม์ สวรรคต ถึงแก่ ฆ่าตัวตาย มรณภาพ แต่งงาน สมรส หมั้น หย่า แต่งตั้ง แต่ง เขียน ประพันธ์ ตีพิมพ์ พิมพ์ แปล กำกับ แสดง
เรียนจบ เรียน ศึกษา จบ สอน ทำงาน ทำให้ ทำ ดำรงตำแหน่ง เป็นผู้ เป็นคน เป็นเจ้าภาพ เป็น คือ ชื่อว่า มีชื่อ มี ได้รับ ได้ ชนะ แพ้ รบ โจมตี ยึด ปกครอง ครองราชย์ ครอง
ปฏิรูป ปฏิวัติ ประกาศ ลงนาม ออก ยุบ ล่มสลาย ล้ม พัง ทลาย จม ชน แตก แยก รวม ถูก โดน เนรเทศ ลี้ภัย อพยพ ลอบสังหาร สังหาร ฆ่า ประหาร จับ จำคุก ขับออก ขับ
อยู่ อาศัย เดินทาง ไป มา ลงจอด ลง ขึ้น ไหล ผ่าน ยาว สูง กว้าง ลึก หนัก ใหญ่ เล็ก ห่าง ไกล ใช้เวลา ใช้ กิน ชอบ เลี้ยง นับถือ เชื่อ เรียก แปลว่า แปล หมายถึง
ประกอบด้วย ประกอบ แบ่ง ละลาย ออกฤทธิ์ รักษา ขาด เสียหาย รุนแรง ลด เพิ่ม เหลือ ขาย ซื้อ จ้าง จำกัด ควบคุม สั่ง ส่ง เสนอ ร่วม เข้าร่วม จัดขึ้น จัด หมุน โคจร
เปลี่ยน กลาย เห็น คิด กล่าว พูด บอก ให้ ฝัง เปิดเผย แลก รู้ อ่าน ดู เล่น ตั้ง ทรง ควร ต้อง จะ เคย กำลัง ยัง ไม่ ถึง จึง มาจาก เติบโต ออกฉาย เผยแพร่
ตั้งแต่ อายุ เรียกว่า ชื่อ ปราศรัย อธิบาย สนับสนุน ต่อต้าน วิจารณ์ ลาออก ลาสิกขา สอบ เลิก ป่วย ฝึก แข่งขัน โต้แย้ง บวช ผนวช อุปสมบท ทดลอง วาด ร้องเพลง หนี
ปลูก บริจาค ย้าย กลับ หยุด ถ่าย บันทึก คำนวณ สำรวจ พิสูจน์ เสด็จ ประสูติ ปกป้อง ป้องกัน ซ่อม ขุด ต่อสู้ สู้ สมัคร เลือก เจรจา ปลด อภิปราย เปรียบ ทำนาย
ใกล้ ใส่ นอน พัก แพง อร่อย
""".split()  # noqa: SIM905
_VERB = re.compile("|".join(map(re.escape, sorted(set(_VERBS), key=lambda verb: -len(verb)))) + "|ว่าด้วย(?=อะไร|เรื่องอะไร)")
_QUALITIES = frozenset("ยาว สูง กว้าง ลึก หนัก ใหญ่ เล็ก ไกล รุนแรง แพง อร่อย".split())  # noqa: SIM905  # verbs only right before what is asked
_WHICH = ("ไหน", "ใด", "อะไร")
_MEASURED = re.compile(r"\s?(?:ได้|ประมาณ|กี่|เท่า|แค่|ขนาด|ที่สุด|ไหม|อย่างไร|$)")
_LINKED = frozenset("ที่ ซึ่ง การ ความ ผู้ นัก อัน".split())  # noqa: SIM905  # a verb after these is part of a noun
_HELPING = frozenset("ได้ ไป มา ขึ้น ลง ออก ถึง จึง ยัง จะ ให้ ต้อง ควร เคย ไม่".split())  # noqa: SIM905
_NOUN_MAKERS = frozenset("เบอร์ วิธี เครื่อง ห้อง โรง สถานี ระบบ ศูนย์ สำนักงาน กรม กฎหมาย แผน โครงการ สัญญา ราคา อัตรา งบประมาณ เวลา วัน".split())  # noqa: SIM905
_EACH = re.compile("(?:วัน|คืน|เดือน|ปี|ครั้ง|สัปดาห์)ละ")
_WEEKDAY = r"^วัน(?:จันทร์|อังคาร|พุธ|พฤหัส(?:บดี)?|ศุกร์|เสาร์|อาทิตย์|หยุด|ธรรมดา)\s"
_TIME_FIRST = re.compile(r"^(?:(?:ใน|เมื่อ)?\s?(?:ปี\s?)?(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)?\s?[0-9๐-๙]{4}\s?)|" + _WEEKDAY)
_CLAUSE_FIRST = re.compile(r"^(?:ก่อน|หลังจาก|หลัง|ตอน)ที่|^(?:ทำไม|เหตุใด|เพราะอะไร|เพราะเหตุใด|สุดท้าย|ต่อมา|อยากทราบว่า|อยากรู้ว่า)\s?")
_RELATIONS = frozenset(
    """พ่อ แม่ บิดา มารดา พี่ น้อง พี่สาว พี่ชาย น้องสาว น้องชาย ลูก บุตร ธิดา ภรรยา สามี ปู่ ย่า ตา ยาย ชื่อ ชื่อจริง ชื่อเต็ม ชื่อเล่น
    ชื่อวิทยาศาสตร์ ชื่อภาษาอังกฤษ ฉายา นามปากกา อาชีพ อายุ วันเกิด ศพ ผลงาน ประชากร เมืองหลวง สกุลเงิน ผู้นำ ผู้ก่อตั้ง ผู้แต่ง ผู้เขียน ผู้กำกับ ตัวเอก ลูกเรือ ราคา สี
    ขนาด น้ำหนัก ความสูง ความยาว นาม ศิลาฤกษ์ 
    พระชายา พระมเหสี พระโอรส พระธิดา พระราชบิดา พระราชมารดา เมีย ผัว ค่าเทอม ค่าโดยสาร ค่าธรรมเนียม ค่าใช้จ่าย ความหมาย ที่มา คำขวัญ สัญลักษณ์
    สำนักงานใหญ่ ที่ตั้ง ที่อยู่ เจ้าของ หัวหน้า ผู้สร้าง ผู้ออกแบบ ผู้แปล ผู้พากย์ สำนักพิมพ์ นักแสดงนำ
    งบประมาณ ความจุ ความเร็ว ความกว้าง ความลึก พื้นที่ เนื้อหา ตอนจบ วัตถุประสงค์ จุดประสงค์ ชื่อเดิม ภาษาราชการ ค่าเข้าชม เบอร์โทร""".split()  # noqa: SIM905
)

_LONG, _UNKNOWN = 5, 12.0  # a verb of so many code points is one even inside a word that no dictionary has
_SHORT, _RARE = 3, 8.4  # code points; nats: a word so short and so rare is mostly a piece of a name


class Parts(NamedTuple):
    """``opener`` (แล้ว, ส่วน …), the ``body``, the polite ``end``, and whether all of it only exchanges a part of the question before."""

    opener: str
    body: str
    end: str
    exchange: bool


class Asked(NamedTuple):
    """Where a question asks: ``body[start:end]``; ``noun`` is what it asks for (ปี, ประเทศ), ``who`` whether for a person."""

    start: int
    end: int
    noun: str
    who: bool


class Clause(NamedTuple):
    """A question's body with the places of its ``subject`` (empty where it has none), its first verb, and what it asks."""

    body: str
    subject: tuple[int, int]
    verb: tuple[int, int]
    asked: tuple[Asked, ...]

    @property
    def about(self) -> str:
        return self.body[slice(*self.subject)].strip()

    @property
    def bare(self) -> bool:
        """Whether nothing is said but the asking: เมื่อไร, กับใคร, นานกี่ปี."""
        return bool(self.asked) and not self.about and self.verb == (0, 0) and not _without(self.body, self.asked).strip()


def take_apart(text: str) -> Parts:
    """Return the opener, the body and the end of a question.

    >>> take_apart("แล้วลอนดอนล่ะครับ")
    Parts(opener='แล้ว', body='ลอนดอน', end='ล่ะครับ', exchange=True)
    """
    whole = " ".join(text.split())
    body = _POLITE.sub("", whole)
    closed = _EXCHANGE.search(body)
    body = _POLITE.sub("", body[: closed.start()]) if closed else body
    first = next(iter(words(body[:40])), "")
    opener = first if first in OPENERS and first != body else ""
    rest = body[len(opener) :].strip()
    exchange = bool(rest) and not next(asking(rest), None) and (bool(closed) or (bool(opener) and not _has_verb(rest)))
    return Parts(opener, rest, whole[len(body) :], exchange)


def asking(body: str) -> Iterator[Asked]:
    """Yield where the body asks, in order."""
    for found in _ASKING.finditer(body):
        end = found.end()
        if found["count"]:
            unit = next((word for word in words(body[end : end + 30]) if word.strip()), "")
            end = body.index(unit, end) + len(unit) if unit else end
        yield Asked(found.start(), end, found["noun"] or "", bool(found["who"]))


@lru_cache(maxsize=256)
def clause(body: str) -> Clause:
    """Return the subject, the first verb and the asking of a question's body.

    >>> clause("หอไอเฟลสูงเท่าไร").about
    'หอไอเฟล'
    >>> clause("สูงเท่าไร").about
    ''
    """
    asked = tuple(asking(body))
    begin = 0
    while found := _TIME_FIRST.match(body[begin:]) or _CLAUSE_FIRST.match(body[begin:]):
        begin += found.end()
        if not found[0].strip():
            break
    stop = min((one.start for one in asked if one.start >= begin), default=len(body))
    verb = next((span for span in _verbs(body, begin) if span[0] < stop), None)
    end = verb[0] if verb else stop
    if not verb and asked and body[asked[0].start : asked[0].end].removesuffix("บ้าง") in _WHICH and asked[0].start == stop:
        asked = (asked[0]._replace(start=begin, noun=body[begin:stop].strip()), *asked[1:])  # พันธุ์ไหนดี: the noun is asked for
        end = begin
    later = verb or next((span for span in _verbs(body, begin) if span[0] >= stop), (0, 0))
    return Clause(body, (begin, max(begin, end)), later, asked)


def _verbs(body: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the verbs of the body, in order: those of the list, and before one that only helps (ได้, ขึ้น) a word that mostly is a verb."""
    listed = list(_listed_verbs(body, begin))
    if not listed or body[slice(*listed[0])] in _HELPING or body.startswith("ใคร"):
        first = listed[0][0] if listed else len(body)
        known = [span for span in _known_verbs(body, begin) if span[0] < first]
        yield from known[1:] if len(known) > 1 and known[0][0] == begin else known  # ต้มยำกุ้งทาน…: the first is a noun's
    yield from listed


def _known_verbs(body: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the words that mostly are verbs (ฟื้นฟู, ยืม) and neither follow what makes a noun of them nor stand beside pieces of a name."""
    at, before = 0, ""
    for piece in words(body):
        start, at = at, at + len(piece)
        if not piece.strip() or start < begin:
            continue
        alone = before == "" or before.endswith("ใคร")
        known = len(piece) >= (_SHORT - 1 if alone else _SHORT) and is_verb(piece)
        of_noun = before in _LINKED or before in _NOUN_MAKERS or before.startswith("ค่า")
        of_name = len(piece) < _LONG and max(weight(before), weight(piece)) >= _UNKNOWN
        if known and (alone or not (of_noun or of_name)):
            yield start, at
        before = piece


def _listed_verbs(body: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the verbs of the list that begin where a word begins and are part of no noun and no name."""
    pieces = words(body)
    ends = list(accumulate(map(len, pieces)))
    starts = {0, *ends}
    at = begin
    while found := _VERB.search(body, at):
        at = found.end()
        within = pieces[bisect_right(ends, found.start())]
        if found.start() not in starts and found.start() != begin and not (len(found[0]) >= _LONG and _is_unknown(within)):
            at = found.start() + 1
        elif not _is_in_noun(body, begin, found, pieces[max(bisect_right(ends, found.start()) - 1, 0)]):
            yield found.span()


def _is_unknown(piece: str) -> bool:
    """Whether a piece is what the cutting of a word that no dictionary has left: a verb may begin inside it."""
    return weight(piece) >= (_RARE if len(piece) <= _SHORT else _UNKNOWN)


def _is_in_noun(body: str, begin: int, found: re.Match[str], before: str) -> bool:
    """Whether what looks like a verb is a quality (จุดแดงใหญ่), a noun's part (การเกิด) or the beginning of a name (มารี)."""
    if found[0] in _QUALITIES and not _MEASURED.match(body, found.end()):
        return True
    if found.start() > begin:
        return before in _LINKED
    return _begins_name(body, *found.span())


def _begins_name(body: str, start: int, end: int) -> bool:
    """Whether what looks like a verb at the beginning is the first syllable of a name (มา in มารี) or a noun (ชื่อ)."""
    if body[start:end] == "ชื่อ":
        return True
    if _EACH.match(body, end):
        return False
    if end - start > _SHORT or body[start:end] == "มี":
        return False
    following = next(iter(words(body[end : end + 30])), "")
    if body[start:end] != next(iter(words(body[start : start + 40])), ""):
        return _VERB.match(body, end) is None
    return len(following) <= _SHORT and weight(following) >= _RARE and not following.startswith("กี่") and _VERB.match(body, end) is None


def _has_verb(body: str) -> bool:
    return next(_listed_verbs(body, 0), None) is not None


def _without(body: str, asked: tuple[Asked, ...]) -> str:
    kept, at = "", 0
    for one in asked:
        kept, at = kept + body[at : one.start], one.end
    return kept + body[at:]


def statement(body: str) -> str:
    """Return what a question takes for granted: the question without its asking.

    >>> statement("สังคมนิยมสากลที่สองถูกยุบปีไหน")
    'สังคมนิยมสากลที่สองถูกยุบ'
    """
    return " ".join(_without(body, tuple(asking(body))).split())


def possessed(subject: str) -> tuple[str, str]:
    """Return (what is possessed, by whom): the part after ของ is what such a subject is about.

    >>> possessed("พ่อของเบโทเฟน")
    ('พ่อ', 'เบโทเฟน')
    """
    head, of, owner = subject.rpartition("ของ")
    return (head.strip(), owner.strip()) if of and owner.strip() else ("", subject)


def is_relation(noun: str) -> bool:
    """Whether the noun always is somebody's or something's (พ่อ, ชื่อ, ประชากร), with a word for its kind or without (ผลงานเด่น)."""
    whole = noun.strip()
    head, *kind = words(whole) or [""]
    return whole in _RELATIONS or (head in _RELATIONS and bool(kind) and all(is_quality(word) for word in kind))


def is_listed(verb: str) -> bool:
    """Whether the verb is one of the list, not only a word that mostly is a verb."""
    return verb in _VERBS
