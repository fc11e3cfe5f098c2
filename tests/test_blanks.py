"""The score of each blank: its parts by hand, the longest form that fits, and that nothing but letters around the blank counts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.sentences import LABELS, every_blank, tham
from thai import blanks
from thai.blanks import ENDINGS, FAR, LENGTHS, OPENINGS, REACH, STEPS, _grown, alike, clauses, leans, repeats, scores, step

TEXT = st.text(st.sampled_from("กขคงจนมที่เาะ้ ๆ0๑Az.(“\n\t"), max_size=300)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights that can be added up by hand."""
    path = tmp_path / "blanks.json"
    said = {
        "bias": -1.0,
        "repeated": 0.5,
        "lengths": {name: [0.0] * STEPS for name in LENGTHS} | {"before": [0.0] * 5 + [0.25] * (STEPS - 5)},
        "openings": {"next": {"ต่อมา": 2.0, "ต่อ": -9.0}, "opener": {"เมื่อ": -1.5}, "far opener": {"เมื่อ": 3.0}, "later": {"และ": 0.125}},
        "endings": {"last": {"แล้ว": 1.0, "ว": -0.5}, "earlier": {"ๆ": 0.75}, "coming": {"ไหม": 4.0}},
    }
    path.write_text(json.dumps(said), encoding="utf-8")
    monkeypatch.setattr(blanks, "WEIGHTS", path)
    blanks.weights.cache_clear()
    yield
    blanks.weights.cache_clear()


def scored(text: str) -> list[float]:
    return [round(score, 6) for score in scores(text, clauses(text))]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("กินข้าวเสร็จกันแล้ว ต่อมาฝนตก", [-1 + 2 + 1 + 0.25]),  # the longest ending แล้ว and not its ว, the longest opening ต่อมา and not ต่อ
        ("กินข้าวเสร็จกันแล้ว ต่อมฝนตก", [-1 - 9 + 1]),  # hopeless: the rest is not added
        ("กินข้าวกันดีและแก้ว ไปนอน", [-1 - 0.5 + 0.25]),
        ("เมื่อกินข้าวกันแล้ว ไปนอน", [-1 + 1 - 1.5 + 0.25]),  # what opened the sentence waits for its end
        ("เมื่อ" + "ก" * FAR + "แล้ว ไปนอน", [-1 + 1 + 3 + 0.25]),
        ("กินข้าวเสร็จกันแล้ว ไปนอน และฝัน", [-1 + 1 + 0.25 + 0.125, -1 + 0.25]),
        ("คนกินข้าวในบ้านอื่น ๆ นอนหลับกันแล้ว ไป", [-1 + 0.25, -1.0, -1 + 1 + 0.75 + 0.25]),  # ๆ stood before the clause that ends
        ("กินข้าวเสร็จกันแล้ว จะไปกันไหม", [-1 + 1 + 0.25 + 4]),
        ("กินข้าวที่บ้านแล้ว กินข้าว", [-1 + 1 + 0.25 + 0.5]),  # the topic taken up again
        ("คำเดียว", []),
        ("", []),
    ],
)
def test_a_score_by_hand(text: str, expected: list[float]) -> None:
    assert scored(text) == pytest.approx(expected)


def test_every_form_knows_its_shorter_ones() -> None:
    grown = _grown([{"กขค": 1.0}, {"ก": 2.0, "กขคง": 3.0}], lambda form, size: form[:size])
    assert grown == {"": (0.0, 0.0), "ก": (0.0, 2.0), "กข": (0.0, 2.0), "กขค": (1.0, 2.0), "กขคง": (1.0, 3.0)}


def test_the_shipped_weights_are_whole() -> None:
    read = json.loads(blanks.WEIGHTS.read_text(encoding="utf-8"))
    assert set(read["openings"]) == set(OPENINGS) and set(read["endings"]) == set(ENDINGS) and set(read["lengths"]) == set(LENGTHS)
    assert all(len(read["lengths"][name]) == STEPS for name in LENGTHS)
    assert all(0 < len(form) <= REACH for part in ("openings", "endings") for role in read[part].values() for form in role)


def test_lengths_stand_two_steps_an_octave_apart() -> None:
    assert [step(length) for length in (0, 1, 3, 7, 15, 100, 10**6)] == [0, 2, 4, 6, 8, 13, STEPS - 1]


@pytest.mark.parametrize(("text", "leaning"), [("2475 นั้น", True), ("(เช่น", True), ("ๆ", True), ("พ.ศ. 0000", True), ("มกราคม", True), ("เขา", False), ("พวก", False)])
def test_what_leans_on_the_clause_before_it(text: str, leaning: bool) -> None:
    assert leans(alike(text), 0) is leaning


def test_a_topic_is_taken_up_again_with_six_letters_in_reach() -> None:
    text = "รัฐบาลล้ม รัฐบาลใหม่มา"
    assert repeats(text, 9, 10) and not repeats("รัฐล้ม รัฐใหม่", 6, 7)
    far = "รัฐบาล" + "ก" * 600 + " รัฐบาลใหม่"
    assert not repeats(far, 606, 607)


@given(TEXT)
def test_clauses_are_the_stretches_between_blanks(text: str) -> None:
    assert [text[start:end] for start, end in clauses(text)] == text.split()


@given(TEXT)
def test_there_is_a_score_for_every_blank_whatever_the_text(text: str) -> None:
    spans = clauses(text)
    assert len(scores(text, spans)) == max(0, len(spans) - 1)
    assert len(alike(text)) == len(text)


@given(st.integers(0, 9), st.sampled_from("abcxyzABC"))
def test_digits_and_latin_letters_are_all_alike(digit: int, letter: str) -> None:
    """A score does not hang on which year or which Latin name is written."""
    one, other = "เขาเกิดเมื่อ 1234 ที่เมือง Qrst ต่อมาเขาย้ายไป", f"เขาเกิดเมื่อ {digit}{digit}34 ที่เมือง {letter}{letter}st ต่อมาเขาย้ายไป"
    assert scored(one) == scored(other)


def test_the_shipped_weights_find_the_ends_labelled_by_hand() -> None:
    """The labelled paragraphs of the seeds: far better than cutting at every blank."""
    rows = [json.loads(line) for line in (LABELS / "seeds.jsonl").read_text(encoding="utf-8").splitlines()]
    f1 = {}
    for name, split in {"tham": tham, "blanks": every_blank}.items():
        made = [split(row["text"]) - {*row["either"], 0, len(row["text"])} for row in rows]
        right = sum(len(ends & {*row["ends"]}) for ends, row in zip(made, rows, strict=True))
        f1[name] = 2 * right / (sum(map(len, made)) + sum(len(row["ends"]) for row in rows))
    assert f1["tham"] > 0.55 > 1.5 * f1["blanks"]
