"""17,960 questions written for this project on 1,985 pieces of Wikipedia and of government news, eight or ten on each.

A large language model wrote them, which read the piece and was asked for what somebody would ask who has not seen it; every answer stands
word for word in its text. ``written.jsonl`` holds no text of others, only places: {"id", "corpus", "row" of the corpus, "start" and "end"
of the piece, "style", "question", "answer": [start, end] in the row's text or null}. Styles: close to the text's words, far from them,
spoken, keywords, why, list, yesno; and three that the piece does not answer: another fact of its entity (other_fact), its fact of another
entity (other_entity), a twisted one. A piece from the middle of a text goes without a
title, as the pages of a book do.
"""

import json
import lzma
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".jsonl")
CORPORA = {"wikipedia": "thwiki_2018.jsonl.xz", "news": "thaigov_v2.jsonl.xz"}
PARTS = {"11": "calibrate", "27": "calibrate", "12": "judge", "28": "judge"}  # the first two letters of an id; all others are to fit with


def part_of(name: str) -> str:
    """Return what a question of this id is for: to ``fit``, to ``calibrate`` or to ``judge`` with."""
    return PARTS.get(name[:2], "fit")


def written(data: Path, *parts: str) -> list[dict[str, Any]]:
    """Return the questions of these parts, as iapp has them: "question", "context", "title", "answers" (none where the text tells
    nothing), and "id", "style" and the "source" of the whole text.
    """
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if part_of(row["id"]) in parts]
    texts = _texts(data, {(row["corpus"], row["row"]) for row in rows})
    return [_item(row, texts) for row in rows]


def _texts(data: Path, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], dict[str, str]]:
    found = {}
    for corpus, name in CORPORA.items():
        last = max((row for of, row in wanted if of == corpus), default=-1)
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if (corpus, number) in wanted:
                    found[corpus, number] = json.loads(line)
                if number >= last:
                    break
    return found


def _item(row: dict[str, Any], texts: dict[tuple[str, int], dict[str, str]]) -> dict[str, Any]:
    record = texts[row["corpus"], row["row"]]
    text, start, span = record["text"], row["start"], row["answer"]
    answers = [{"text": text[slice(*span)], "start": span[0] - start}] if span else []
    told = {"id": row["id"], "question": row["question"], "style": row["style"], "source": record["source"]}
    return {**told, "context": text[start : row["end"]], "title": "" if start else record["title"], "answers": answers}
