"""How far the pieces of a question are met: by hand with a small table of vectors, and with the shipped embedder."""

import json

import numpy as np
import pytest
import torch

from index.embed import SHIPPED, StaticEmbedder
from index.records import Hit, Passage
from rag.met import STRETCH, Nearness, _closest, met, nearness
from rag.question import ask
from rag.rerank import CLOSELY, FEATURES, WEIGHTS, rerank
from train.fusion import Order, Seen, exported, packed

SHIPPED_EMBEDDER = StaticEmbedder(SHIPPED)
NOTHING = {"met": [(np.zeros((1, 6), np.float32), np.zeros(1, np.float32))], "share": [(np.zeros((1, 2), np.float32), np.zeros(1, np.float32))]}


def hit(row: int, text: str, title: str = "", document: str = "") -> Hit:
    passage = Passage(row=row, document=document or f"d{row}", title=title, headings=(), start=0, end=len(text), text=text)
    return Hit(passage=passage, score=1.0, rank=row + 1, legs={"words": 1.0})


def test_a_piece_that_stands_there_is_met_whole_and_one_like_it_in_part() -> None:
    near = nearness("เสียชีวิต", [hit(0, "เขาเสียชีวิตที่บ้าน"), hit(1, "เขาถึงแก่กรรมที่บ้าน"), hit(2, "ราคาน้ำมันดิบ")], SHIPPED_EMBEDDER)
    here, like, other = near.cosines[:, :, 0].max(axis=1)
    assert here == pytest.approx(1.0, abs=1e-5) and here > like > other >= 0


def test_title_stretch_and_document_are_told_apart() -> None:
    hits = [hit(0, "สูง 12 เมตร", "หอคอยแก้ว", "a"), hit(1, "หอคอยแก้วสร้างเสร็จแล้ว", "", "a"), hit(2, "สูง 12 เมตร", "", "b")]
    near = nearness("หอคอย", hits, SHIPPED_EMBEDDER).cosines.max(axis=1)
    passage, title, closest, together = near.T
    assert title[0] == pytest.approx(1.0, abs=1e-5) and title[1] == title[2] == 0
    assert passage[1] == closest[1] == pytest.approx(1.0, abs=1e-5) and passage[0] < 0.9
    assert together[0] == together[1] == pytest.approx(1.0, abs=1e-5) and together[2] < 0.9


def test_what_few_hits_have_is_rare() -> None:
    texts = ["ช้าง ป่า", "ช้าง บ้าน", "ช้าง เผือก", "ช้าง กับ เรือ"]
    rare = nearness("เรือ", [hit(n, text) for n, text in enumerate(texts)], SHIPPED_EMBEDDER).sizes
    often = nearness("ช้าง", [hit(n, text) for n, text in enumerate(texts)], SHIPPED_EMBEDDER).sizes
    assert rare[:, 1].max() == pytest.approx(np.log(1 + 4.5 / 1.5)) and often[:, 1].min() == pytest.approx(np.log(1 + 4.5 / 4.5))
    assert (rare[:, 0] > 0).all()


def test_the_closest_stretch_by_hand() -> None:
    cosines = np.zeros((2, 3 * STRETCH), np.float32)
    cosines[0, 5], cosines[0, 80], cosines[1, 90] = 1.0, 0.8, 0.9  # apart, both; together, nearly both
    assert _closest(cosines, np.ones(2, np.float32)).tolist() == pytest.approx([0.8, 0.9])
    assert _closest(cosines[:, :STRETCH], np.ones(2, np.float32)).tolist() == [1.0, 0.0]


def test_met_is_the_share_of_what_is_met() -> None:
    near = Nearness(np.array([[[1, 0, 1, 1], [0, 0, 0, 0]], [[0, 0, 0, 0], [0, 0, 0, 0]]], np.float32), np.array([[2, 1], [1, 1]], np.float32))
    weights = {
        "met": [(np.array([[20, 0, 0, 0, 0, 0]], np.float32), np.array([-10], np.float32))],  # in the passage or not
        "share": [(np.array([[1, 0]], np.float32), np.zeros(1, np.float32))],  # e to the power of the length
    }
    assert met(near, weights).tolist() == pytest.approx([np.e**2 / (np.e**2 + np.e), 0.0], abs=1e-3)
    assert met(near, NOTHING).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("question", ["", "   ", "!?", "\U0001f600"])
def test_nothing_to_compare(question: str) -> None:
    near = nearness(question, [hit(0, "ช้าง"), hit(1, "")], SHIPPED_EMBEDDER)
    assert met(near, NOTHING).shape == (2,) and np.isfinite(met(near, NOTHING)).all()
    assert met(nearness("ช้าง", [], SHIPPED_EMBEDDER), NOTHING).shape == (0,)


def test_only_the_closest_are_compared_and_nothing_behind_them_comes_before() -> None:
    many = [hit(n, f"เรื่องช้างตัวที่ {n}") for n in range(CLOSELY + 5)]
    found = rerank(ask("ช้างตัวที่ 7"), many, SHIPPED_EMBEDDER)
    compared = [one.features["met"] > 0 for one in found]
    assert compared == [True] * CLOSELY + [False] * 5


def test_the_weights_are_of_the_shipped_embedder() -> None:
    assert json.loads(WEIGHTS.read_text(encoding="utf-8"))["embedder"] == SHIPPED_EMBEDDER.fingerprint, "a new embedder needs train/fusion.py again"


def test_the_network_is_run_as_it_is_fitted() -> None:
    torch.manual_seed(3)
    model = Order()
    hits = [hit(n, text) for n, text in enumerate(("เขาถึงแก่กรรมที่บ้าน", "ราคาน้ำมันดิบ", "ช้าง"))]
    near = nearness("เสียชีวิตที่ใด", hits, SHIPPED_EMBEDDER)
    rows = np.zeros((3, len(FEATURES)), np.float32)
    *given, _, _ = packed([Seen(rows, near, np.zeros(3, bool))])
    told = exported(model)
    layers = {name: [(np.array(w, np.float32), np.array(b, np.float32)) for w, b in parts] for name, parts in told["layers"].items()}
    ours = told["weights"]["met"] * met(near, layers)
    assert ours.tolist() == pytest.approx(model(*given)[0, :3].tolist(), abs=1e-3)


def test_other_words_for_the_same_come_first() -> None:
    """No word of the question but the name's kind stands in the right text."""
    hits = [hit(0, "วัดแห่งนี้มีเจดีย์สูง 40 เมตร"), hit(1, "สามีของเธอเป็นแพทย์ประจำโรงพยาบาลศิริราช"), hit(2, "แม่น้ำสายนี้ไหลลงทะเลอันดามัน")]
    assert rerank(ask("คู่สมรสทำอาชีพหมอที่ใด"), hits, SHIPPED_EMBEDDER)[0].passage.row == 1
