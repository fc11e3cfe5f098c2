"""Questions with their marked answers, and libraries of the texts that these were marked in.

A question is a mapping: "question", "context" (the text), "title" of it ("" for none), and "answers", each with "text" and "start" in the
context; the sets of people have it so, and ``train/written.py`` gives the same.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.seeds import squeeze
from index.build import add
from index.embed import SHIPPED, StaticEmbedder
from index.lexical import Lexical
from index.library import open_library
from index.vectors import VectorStore
from rag.retrieve import Retriever

Item = dict[str, Any]
_NEAR = 80  # code points that a marked answer may have moved
_ASIDE = 12  # on each side of it, that tell its place


def people(data: Path, name: str) -> list[Item]:
    """Return the questions of a set that people made, the titles of every second text left out: many documents have none that tells."""
    lines = Path(data, f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    order = {text: at for at, text in enumerate(dict.fromkeys(item["context"] for item in items))}
    return [item if order[item["context"]] % 2 else {**item, "title": ""} for item in items]


def library_of(items: Sequence[Item], folder: Path) -> Retriever:
    """Build a library of the questions' texts and open it."""
    titles = {item["context"]: item["title"] for item in items}
    records = folder / "contexts.jsonl"
    with records.open("w", encoding="utf-8") as out:
        for number, (text, title) in enumerate(titles.items()):
            out.write(json.dumps({"title": title, "text": text, "source": f"context-{number}"}, ensure_ascii=False) + "\n")
    return opened(records, folder / "library")


def opened(records: Path, at: Path) -> Retriever:
    """Build a library of a file of records and open it."""
    embedder = StaticEmbedder(SHIPPED)
    add(at, [records], embedder)
    return Retriever(open_library(at), Lexical(at / "lexical"), VectorStore(at, embedder.dimension), embedder, embedder)


def squeezed_texts(retriever: Retriever) -> dict[str, str]:
    """Return the text of each document by its id, without blanks."""
    documents = (retriever.library.document(name) for name in retriever.library.document_ids())
    return {document.id: squeeze(document.text) for document in documents if document}


def answer_in(item: Item, text: str, start: int) -> tuple[tuple[int, int] | None, bool]:
    """Return where a marked answer stands in a sentence of its text, and whether the sentence says the like elsewhere, in doubt.

    ``start`` is where the sentence stands; blanks are joined when a document is read, so a place may have moved a little.
    """
    for answer in item["answers"]:
        given = answer["text"].strip()
        places = [at for at in range(len(text)) if text.startswith(given, at)]
        nearest = min(places, key=lambda at: abs(start + at - answer["start"]), default=None)
        if nearest is not None and abs(start + nearest - answer["start"]) < _NEAR:
            return (nearest, nearest + len(given)), False
    return None, any(squeeze(answer["text"]) in squeeze(text) for answer in item["answers"])


def tells(item: Item, text: str, start: int) -> bool:
    """Whether a sentence of a question's text says the answer, at its place or elsewhere."""
    span, unclear = answer_in(item, text, start)
    return unclear or span is not None


def says(item: Item, text: str) -> bool:
    """Whether a stretch of a question's text says the marked answer at its place: with some letters on each side."""
    said, whole = squeeze(text), item["context"]
    places = [(answer["start"], answer["start"] + len(answer["text"])) for answer in item["answers"]]
    return any(squeeze(whole[max(0, start - _ASIDE) : end + _ASIDE]) in said for start, end in places)
