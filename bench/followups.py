"""Ask conversations: `python -m bench.followups --wiki ../shared/data/thwiki_2018.jsonl.xz [--half dev] [--wrong]`.

Lines of the question file: {"id", "kind", "library", "fresh", "turns": [{"question", "expected", "carries", "document"}]}. ``library`` is
"seeds" or "wiki:TITLE|TITLE"; ``expected`` are strings one of which stands in the right paragraph, line breaks read as blanks; ``carries``
strings one of which the question as understood must bear, null where the question must stay as typed. Odd ids are held out.
"""

import argparse
import json
import lzma
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.seeds import SEEDS, squeeze
from index.build import add
from index.embed import open_embedder
from index.records import Hit
from rag.assemble import Answerer
from rag.cite import paragraph_at
from rag.records import Answer

QUESTIONS = Path(__file__).parent / "questions" / "followups.jsonl"
_FIRST = 3  # hits among which the right paragraph is looked for
_EVERY, _SHORTEST = 55, 500  # every so many articles of at least so many code points is a distractor: about 2,000 of them


class Judged(NamedTuple):
    """A turn: the rank of the right paragraph (0: not among the first hits) as understood and as typed; None where nothing is expected."""

    conversation: str
    kind: str
    held_out: bool
    question: str
    understood: str
    follows: bool
    carried: bool
    rank: int | None
    alone: int | None
    milliseconds: float


def articles(dump: Path, titles: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the named articles of the dump and the distractors."""
    named = set(titles)
    with lzma.open(dump, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % _EVERY and not any(title in line for title in named):
                continue
            article = json.loads(line)
            if article["title"] in named or (number % _EVERY == 0 and len(article["text"]) >= _SHORTEST):
                yield article


def rank(hits: Sequence[Hit], turn: dict[str, Any], answerer: Answerer) -> int | None:
    """Return the rank of the first hit of the right document in whose paragraph an expected string stands, 0 where there is none."""
    if not turn["expected"]:
        return None
    for hit in hits[:_FIRST]:
        document = answerer.document(hit.passage.document)
        if document is None or document.title != turn.get("document", document.title):
            continue
        paragraph = paragraph_at(document, hit.passage.start)
        text = squeeze(document.text[paragraph.start : max(paragraph.end, hit.passage.end)])
        if any(squeeze(expected) in text for expected in turn["expected"]):
            return hit.rank
    return 0


def converse(item: dict[str, Any], answerer: Answerer) -> Iterator[Judged]:
    """Ask the turns of a conversation one after another and yield each, judged."""
    before: list[Answer] = []
    for turn in item["turns"]:
        typed = turn["question"]
        answer = answerer.ask(typed, before=before)
        meant = answer.understood or typed
        follows = turn["carries"] is not None
        carried = any(text in meant for text in turn["carries"]) if follows else answer.understood is None
        yield Judged(
            item["id"], item["kind"], int(item["id"][1:]) % 2 == 1, typed, meant, follows, carried,
            rank(answerer.search(meant, _FIRST), turn, answerer), rank(answerer.search(typed, _FIRST), turn, answerer),
            answer.timings.get("understand", 0.0),
        )  # fmt: skip
        before.append(answer)


def judged(file: Path, dump: Path) -> Iterator[Judged]:
    """Build the libraries, one of the seeds and one of articles, and yield every turn of the file, judged."""
    items = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    titles = sorted({title for item in items if item["library"] != "seeds" for title in item["library"].removeprefix("wiki:").split("|")})
    model = open_embedder()
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder, "articles.jsonl")
        with records.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in articles(dump, titles))
        opened = {}
        for name, source in (("seeds", SEEDS), ("wiki", records)):
            add(Path(folder, name), [source], model)
            opened[name] = Answerer(Path(folder, name), model)
        for item in items:
            yield from converse(item, opened[item["library"].partition(":")[0]])
        for answerer in opened.values():
            answerer.close()


def table(turns: Sequence[Judged]) -> str:
    """Return what became of the turns: those that follow, by kind, and those that stand for themselves."""
    lines = []
    for kind in ("all", *dict.fromkeys(turn.kind for turn in turns if turn.follows)):
        mine = [turn for turn in turns if turn.follows and turn.rank is not None and kind in ("all", turn.kind)]
        if not mine:
            continue
        lines.append(
            f"{kind:14} follow-ups {len(mine):3}  carried {_share(turn.carried for turn in mine)}"
            f"  first 3: {_share(bool(turn.rank) for turn in mine)}  first: {_share(turn.rank == 1 for turn in mine)}"
            f"  as typed, first 3: {_share(bool(turn.alone) for turn in mine)}  first: {_share(turn.alone == 1 for turn in mine)}"
        )
    whole = [turn for turn in turns if not turn.follows]
    lines.append(
        f"questions that stand for themselves {len(whole)}, wrongly changed {sum(not turn.carried for turn in whole)}"
        f", right paragraph in the first 3: {_share(bool(turn.rank) for turn in whole if turn.rank is not None)}"
    )
    took = sorted(turn.milliseconds for turn in turns if turn.follows)
    lines.append(f"ms that understanding a follow-up takes: p50 {statistics.median(took):.1f}, p95 {took[int(0.95 * len(took))]:.1f}")
    return "\n".join(lines)


def _share(values: Iterable[bool]) -> str:
    found = list(values)
    return f"{sum(found)}/{len(found)} {sum(found) / max(len(found), 1):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wiki", type=Path, required=True, metavar="DUMP.jsonl.xz")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--half", choices=("dev", "held-out", "both"), default="both")
    parser.add_argument("--wrong", action="store_true", help="show every turn that went wrong")
    parser.add_argument("--all", action="store_true", help="show every turn")
    options = parser.parse_args()
    turns = list(judged(options.questions, options.wiki))
    for half in ("dev", "held-out"):
        mine = [turn for turn in turns if turn.held_out == (half == "held-out")]
        if options.half not in (half, "both") or not mine:
            continue
        print(f"{half}\n{table(mine)}")
        for turn in mine:
            if options.all or (options.wrong and not (turn.carried and (turn.rank or not turn.follows))):
                print(f"  {turn.conversation} {turn.question} → {turn.understood} ({turn.rank}; as typed {turn.alone})")


if __name__ == "__main__":
    main()
