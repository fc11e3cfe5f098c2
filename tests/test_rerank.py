"""The order of the first hits: what is shared however it was spelled, the fit's parts, and that fusion stands above its legs."""

import json
import math
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bench.noise import noisy
from bench.retrieval import open_contexts
from index.embed import SHIPPED, StaticEmbedder
from index.errors import LibraryError
from index.records import Hit, Passage
from rag import rerank as module
from rag.question import ask
from rag.rerank import CANDIDATES, FEATURES, _best_stretch, _places, features, rarity, rerank, weights
from tests.conftest import SEEDS
from thai.fold import fold
from thai.words import FOLDED, dictionary, folded_words
from train.folded_words import folded

NEAR = StaticEmbedder(SHIPPED)
TOWNS = ("เชียงใหม่มีดอยสุเทพและถนนคนเดินวันอาทิตย์", "ภูเก็ตมีหาดป่าตองและย่านเมืองเก่า", "สงขลามีทะเลสาบและเกาะหนู", "น่านมีวัดภูมินทร์")


def hits(texts: tuple[str, ...] = TOWNS) -> list[Hit]:
    return [
        Hit(
            passage=Passage(row=n, document="d", title="", headings=(), start=0, end=len(text), text=text), score=1 - n / 100, rank=n + 1, legs={"words": 1.0}
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip


def test_a_token_is_worth_more_the_fewer_have_it() -> None:
    worth = rarity({"ก", "ข", "ค"}, [("ก", "ข"), ("ก", "ก"), ("ก",)])
    assert worth == {"ก": math.log(2), "ข": pytest.approx(math.log(1 + 3.5 / 1.5)), "ค": pytest.approx(math.log(8))}


def test_the_best_stretch_by_hand() -> None:
    worth = {"a": 3.0, "b": 2.0, "c": 5.0}
    places = _places("axxbxxxcb", {token: [token] for token in "cba"})
    assert places == [(0, "a"), (3, "b"), (7, "c"), (8, "b")]
    assert _places("axxdx", {"a": ["a"], "b": ["b", "d"]}) == [(0, "a"), (3, "b")]  # b in another register
    assert _best_stretch(worth, places, 3) == 0.7  # c and the second b
    assert _best_stretch(worth, places, 8) == 1.0 and _best_stretch(worth, places, 0) == 0.5
    assert _best_stretch(worth, [], 3) == 0.0 and _best_stretch({}, [], 3) == 0.0


@pytest.mark.parametrize("question", ["ดอยสุเทพอยู่จังหวัดใด", "ดอย สุเทพ อยู่จังหวัดใด", "ดอยศุเทบอยู่ไหน", "ดอยสเุทพอยู่จังหวัดใด"])
def test_spelling_does_not_matter(question: str) -> None:
    assert rerank(ask(question), list(reversed(hits())), NEAR)[0].passage.text == TOWNS[0]


def test_scores_ranks_and_explanations() -> None:
    found = rerank(ask("เกาะหนูอยู่ที่ไหน"), hits(), NEAR)
    assert [hit.rank for hit in found] == [1, 2, 3, 4] and found[0].passage.text == TOWNS[2]
    assert all(0 <= later.score <= earlier.score <= 1 for earlier, later in pairwise(found))
    assert set(found[0].legs) == {"words"} and set(found[0].features) == set(FEATURES)
    share = weights()
    whole = sum(share[name] * found[0].features[name] for name in FEATURES) / sum(share.values())
    assert found[0].score == pytest.approx(whole)
    assert rerank(ask("อะไร"), [], NEAR) == []


def test_what_stands_behind_the_candidates_stays_behind() -> None:
    many = [replace(hit, rank=n + 1) for n, hit in enumerate(hits(tuple(f"เรื่องที่ {n}" for n in range(CANDIDATES + 3))))]
    found = rerank(ask(f"เรื่องที่ {CANDIDATES + 2}"), many, NEAR)
    assert [hit.passage.row for hit in found[CANDIDATES:]] == [CANDIDATES, CANDIDATES + 1, CANDIDATES + 2] and found[-1].score <= found[CANDIDATES - 1].score


def test_the_same_text_under_noise_keeps_its_folded_tokens() -> None:
    clean = (SEEDS / "001_4bdccb741793f620.txt").read_text(encoding="utf-8")[:4000]
    spoiled = noisy(clean, 0.04, random.Random(3))
    assert spoiled != clean
    ours, theirs = folded_words(fold(clean)), folded_words(fold(spoiled))
    kept = len(set(ours) & set(theirs)) / len(set(ours))
    assert kept > 0.9 and "".join(ours) == fold(clean)


def test_the_folded_dictionary_is_the_folded_dictionary() -> None:
    assert FOLDED.read_text(encoding="utf-8").split() == folded(dictionary().read_text(encoding="utf-8").split("\n"))


@pytest.mark.parametrize("content", [None, "{", '{"weights": {"words": 1}}'])
def test_missing_or_damaged_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None) -> None:
    path = tmp_path / "fusion.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setattr(module, "WEIGHTS", path)
    module._loaded.cache_clear()
    with pytest.raises(LibraryError, match=r"models/fusion\.json is missing or damaged"):
        weights()
    module._loaded.cache_clear()


def test_the_shipped_weights_are_none_below_zero() -> None:
    assert set(weights()) == set(FEATURES) and min(weights().values()) >= 0 < weights()["met"]


def test_put_in_order_is_no_worse_than_any_leg_on_our_own_questions(tmp_path: Path) -> None:
    """Paragraphs of the seeds as documents, the development questions that name their paragraph."""
    answerer, source_of = open_contexts(_paragraphs(), tmp_path)
    texts = {f"d{n}": text for n, text in enumerate(_paragraphs())}
    asked = [json.loads(line) for line in Path("bench/questions/seeds.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [one for one in asked if one.get("gold")]
    right = dict.fromkeys(("words", "grams", "dense", "reranked"), 0)
    for one in asked:
        question = ask(one["question"])
        legs = answerer.retriever.legs(question, 100)
        first = {name: found[0].row for name, found in legs.items() if found}
        first["reranked"] = answerer.retriever.retrieve(question, 1)[0].passage.row
        for name, row in first.items():
            right[name] += any(gold in " ".join(texts[source_of[row]].split()) for gold in one["gold"])
    answerer.close()
    assert right["reranked"] >= max(right["words"], right["grams"], right["dense"]) > 0.4 * len(asked)


def _paragraphs() -> list[str]:
    from index.parse import parse
    from index.records import Document

    read = [one for file in sorted(SEEDS.glob("*.txt")) for one in parse(file) if isinstance(one, Document)]
    return [" ".join(one.text[p.start : p.end].split()) for one in read for p in one.paragraphs]


def test_features_are_shares() -> None:
    for row in features(ask("หาดป่าตองอยู่ภูเก็ตหรือไม่"), hits(), NEAR):
        assert set(row) == set(FEATURES) and all(0 <= value <= 1 for value in row.values())


def test_titles_and_documents_by_hand() -> None:
    """Two documents: what a title and what the other passage of a document add."""

    def hit(row: int, document: str, title: str, text: str, score: float) -> Hit:
        passage = Passage(row=row, document=document, title=title, headings=(), start=0, end=len(text), text=text)
        return Hit(passage=passage, score=score, rank=row + 1, legs={})

    found = [hit(0, "a", "ช้าง (สัตว์)", "หูใหญ่", 0.6), hit(1, "b", "", "งวง", 0.3), hit(2, "a", "ช้าง (สัตว์)", "งวง", 0.1)]
    one, other, last = features(ask("ช้างมีงวงกี่งวง"), found, NEAR)
    assert one["title_named"] == last["title_named"] == len(fold("ช้าง")) / len(fold("ช้างมีงวงกี่งวง"))
    assert (other["title_named"], other["title_share"], other["title_dense"]) == (0, 0, 0)
    assert one["document_share"] == pytest.approx(0.7) and other["document_share"] == pytest.approx(0.3)
    assert one["document_best"] == last["document_best"] == 0.6
    assert one["folded"] < one["document_folded"] == last["document_folded"]  # the other passage has what this one lacks
    assert other["document_folded"] == other["folded"]
