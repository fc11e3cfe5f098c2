"""``tham search``: the passages themselves, and why each stands where it does."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli_cite import print_json
from ui.i18n import say
from ui.questions import questions

if TYPE_CHECKING:
    from index.records import Hit

RERANKER = click.option(
    "--reranker", default=None, envvar="THAM_RERANKER", metavar="NAME_OR_FOLDER",
    help="cross-encoder ที่จัดอันดับตอนแรก ๆ ใหม่ / a cross-encoder that puts the first passages in a new order",
)  # fmt: skip


@click.command()
@click.argument("question", required=False)
@RERANKER
@click.option("--k", type=click.IntRange(1, 1000), default=10, show_default=True, help="จำนวนที่แสดง / how many")
@click.option("--explain", is_flag=True, help="บอกว่าคะแนนมาจากอะไร / say what each score is made of")
@click.option("--english", is_flag=True, help="คำอธิบายเป็นภาษาอังกฤษ / explanations in English")
def search(
    question: str | None, library: Path, embedder: str | None, reranker: str | None, as_json: bool, batch: Path | None, k: int,
    explain: bool, english: bool,
) -> None:  # fmt: skip
    """หาตอนที่เกี่ยวข้อง พร้อมคะแนนของแต่ละขา / Find passages, with the score of every leg.

    Example: tham search --explain "เปเรสตรอยกาเริ่มเมื่อไร"
    """
    from rag.assemble import open_answerer
    from ui.show import hit_json, hits_text

    asked = questions(question, batch)
    answerer = open_answerer(library, embedder, reranker=reranker)
    for name, text, _ in asked:
        hits = answerer.search(text, k)
        documents = {hit.passage.document: document for hit in hits if (document := answerer.document(hit.passage.document))}
        hits = [hit for hit in hits if hit.passage.document in documents]
        if batch is not None or as_json:
            print_json({"id": name, "question": text, "hits": [hit_json(hit, documents[hit.passage.document]) for hit in hits]})
            continue
        click.echo(hits_text(hits, documents, _explained(english) if explain else None))


def _explained(english: bool) -> "Callable[[Hit], Sequence[str]]":
    """Return what tells the parts of a hit's score, the largest first."""
    from rag.rerank import weights

    language, share = "en" if english else "th", weights()
    total = sum(share.values())

    def told(hit: "Hit") -> list[str]:
        parts: Mapping[str, float] = {name: share[name] * hit.features.get(name, 0.0) / total for name in share}
        ordered = sorted(parts.items(), key=lambda part: -part[1])
        lines = [
            f"     {part:6.3f}  {say(f'leg_{name}', language)}  {_own(hit, name)}({hit.features[name]:.2f} × {share[name] / total:.2f})"
            for name, part in ordered
            if part > 0
        ]
        cross = hit.legs.get("cross")
        return [*lines, *([f"     {cross:6.3f}  {say('leg_cross', language)}"] if cross is not None else [])]

    return told


def _own(hit: "Hit", name: str) -> str:
    own: Any = hit.legs.get(name)
    return f"{own:.2f} " if own is not None else ""
