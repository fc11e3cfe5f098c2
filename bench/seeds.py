"""Ask the seeds: `python -m bench.seeds bench/questions/seeds.jsonl [more.jsonl]`.

A question file has lines {"id", "kind", "question", "gold", "answer"}: ``gold`` are strings one of which stands in a right paragraph
(line breaks read as blanks), ``answer`` strings one of which a right answer contains; both empty: the texts do not say. Every
quotation is checked to stand in a source file, whitespace aside.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.build import add
from index.embed import open_embedder
from rag.assemble import Answerer
from rag.records import Answer

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


class Judged(NamedTuple):
    """A question and its answer: cited the right paragraph first, holds the answer, refused; None where that is not asked."""

    item: dict[str, Any]
    answer: Answer
    cited: bool | None
    holds: bool | None
    refused: bool


def squeeze(text: str) -> str:
    """Return the text without whitespace: line joining moves it, and nothing else."""
    return "".join(text.split())


def judge(item: dict[str, Any], answer: Answer) -> Judged:
    """Compare an answer with what the question file says of it."""
    refused = answer.refusal is not None
    gold = [squeeze(text) for text in item["gold"]]
    first = squeeze(answer.citations[0].paragraph_text) if answer.citations else ""
    said = squeeze(answer.text).lower()
    cited = any(text in first for text in gold) if gold else None
    holds = any(squeeze(text).lower() in said for text in item["answer"]) if item["answer"] else None
    return Judged(item, answer, cited, holds, refused)


def quotes_stand(answer: Answer, sources: list[str]) -> bool:
    """Whether every quotation stands in a source file, whitespace aside, and at its offsets in the document."""
    shown = (*answer.citations, *answer.nearest)
    return all(c.document.text[c.start : c.end] == c.quote and any(squeeze(c.quote) in text for text in sources) for c in shown)


def run(files: list[Path]) -> Iterator[tuple[Path, list[Judged], bool]]:
    """Yield each file with its judged questions, and whether all quotations stand in the sources."""
    sources = [squeeze(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.txt"))]
    with tempfile.TemporaryDirectory() as folder:
        library, embedder = Path(folder, "library"), open_embedder()
        add(library, [SEEDS], embedder)
        answerer = Answerer(library, embedder)
        for file in files:
            items = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            judged = [judge(item, answerer.ask(item["question"])) for item in items]
            yield file, judged, all(quotes_stand(one.answer, sources) for one in judged)
        answerer.close()


def table(judged: list[Judged]) -> str:
    """Return the counts over all questions and by kind."""
    lines = []
    kinds = dict.fromkeys(one.item["kind"] for one in judged)
    for kind in ("all", *kinds):
        mine = [one for one in judged if kind in ("all", one.item["kind"])]
        cited, holds = [one.cited for one in mine if one.cited is not None], [one.holds for one in mine if one.holds is not None]
        hard = [one.refused for one in mine if one.cited is None]
        lost = sum(one.refused for one in mine if one.cited is not None)
        line = f"{kind:14} cited first {sum(cited)}/{len(cited)}  answer holds {sum(holds)}/{len(holds)}"
        lines.append(f"{line}  refused rightly {sum(hard)}/{len(hard)}  wrongly {lost}/{len(cited)}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="show every question that went wrong")
    options = parser.parse_args()
    for file, judged, stand in run(options.files):
        print(f"{file}\n{table(judged)}\nquotations all stand in the sources: {stand}")
        for one in judged if options.wrong else []:
            right = one.refused if one.cited is None else one.cited and one.holds is not False
            if not right:
                print(f"  {one.item['id']} {one.answer.confidence:.2f} {one.item['question']}\n     → {one.answer.text or '(refused)'}")
                if one.item["gold"]:
                    print(f"     wanted {one.item['gold'][0]}")


if __name__ == "__main__":
    main()
