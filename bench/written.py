"""Questions as people put them, near misses among them: `python -m bench.written --data ../shared/data [--library LIBRARY] [--out FILE]`.

The written questions kept to judge with (``train/written.py``), on texts that no question was fitted on, are asked of a library of all
texts that have such questions. By style: right, the first sentence is of the right text and says the marked answer; refused and doubtful,
the confidence is below the thresholds of ``rag/assemble.py``; said, both right and not refused; short, a short answer is shown, and how
many are exact. Then for every threshold the share of unanswerable questions answered against that of answerable ones refused, and the area
under that curve.

With `--library LIBRARY`, one of all of Wikipedia (`tham add --format jsonl thwiki_2018.jsonl.xz`), the answerable ones on it are asked of
that instead: how often the first passage is of the right article, one of the first three and ten is, the first passage says the answer, and
the first sentence does (right); and of right and wrong ones, how many are refused or doubtful.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.seeds import squeeze
from rag.assemble import CONFIDENT, DOUBTFUL, Answerer, open_answerer
from rag.question import ask
from rag.reading.read import read
from rag.retrieve import Retriever
from train.confidence import THRESHOLDS
from train.contexts import library_of, says, squeezed_texts, tells
from train.written import part_of, written

_READ = 10  # passages found for a question


class Told(NamedTuple):
    """What a question came to; ``exact`` None where no short answer is shown."""

    id: str
    style: str
    answerable: bool
    right: bool
    confidence: float
    exact: bool | None


def told(item: dict[str, Any], retriever: Retriever, texts: dict[str, str]) -> Told:
    """Ask one question of the library."""
    question = ask(item["question"])
    reading = read(question, retriever.retrieve(question, _READ), retriever.near)
    right, exact = False, None
    if reading.evidence:
        best = reading.evidence[0]
        own = texts[best.hit.passage.document] == squeeze(item["context"])
        right = own and tells(item, best.text, best.start)
        if reading.short:
            said = squeeze(best.text[slice(*reading.short)])
            exact = any(said == squeeze(answer["text"]) for answer in item["answers"])
    return Told(item["id"], item["style"], bool(item["answers"]), right, reading.confidence, exact)


class Found(NamedTuple):
    """What a question asked of all of Wikipedia came to; ``article`` counts from 1, 0 where the right one is not among the passages."""

    id: str
    style: str
    article: int
    passage: bool
    right: bool
    confidence: float


def found(item: dict[str, Any], document: str, answerer: Answerer) -> Found:
    """Ask one question whose text is this document."""
    question = ask(item["question"])
    hits = answerer.retriever.retrieve(question, _READ)
    reading = read(question, hits, answerer.retriever.near)
    own = [hit.passage.document == document for hit in hits]
    best = reading.evidence[0] if reading.evidence else None
    right = best is not None and best.hit.passage.document == document and says(item, best.hit.passage.text)
    said = right and any(squeeze(answer["text"]) in squeeze(best.text) for answer in item["answers"])
    first = bool(hits) and own[0] and says(item, hits[0].passage.text)
    return Found(item["id"], item["style"], own.index(True) + 1 if any(own) else 0, first, said, reading.confidence)


def articles_table(every: Sequence[Found]) -> str:
    """Return a line of figures for all and each style."""
    groups = {"all": every} | {style: [one for one in every if one.style == style] for style in dict.fromkeys(one.style for one in every)}
    lines = []
    for name, some in groups.items():
        at, right = np.array([one.article for one in some]), np.array([one.right for one in some])
        low = np.array([one.confidence for one in some]) < DOUBTFUL
        shares = {f"article in {most}": ((at > 0) & (at <= most)).mean() for most in (1, 3, 10)}
        shares |= {"passage first": np.mean([one.passage for one in some]), "right": right.mean()}
        shares |= {f"{what} warned of": low[these].mean() if these.any() else 0.0 for what, these in (("right", right), ("wrong", ~right))}
        lines.append(f"{name:13}{len(some):4}  " + "  ".join(f"{what} {value:.3f}" for what, value in shares.items()))
    return "\n".join(lines)


def table(every: Sequence[Told]) -> str:
    """Return a line of figures for the answerable, the others, and each style."""
    groups = {"answerable": [one for one in every if one.answerable], "not": [one for one in every if not one.answerable]}
    groups |= {style: [one for one in every if one.style == style] for style in dict.fromkeys(one.style for one in every)}
    lines = []
    for name, some in groups.items():
        sure, right = np.array([one.confidence for one in some]), np.array([one.right for one in some])
        short = [one.exact for one in some if one.exact is not None]
        figures = {
            "right": right.mean(), "refused": (sure < CONFIDENT).mean(), "doubtful": ((sure >= CONFIDENT) & (sure < DOUBTFUL)).mean(),
            "said": (right & (sure >= CONFIDENT)).mean(), "short": len(short) / len(some), "exact": np.mean(short) if short else 0.0,
        }  # fmt: skip
        lines.append(f"{name:13}{len(some):4}  " + "  ".join(f"{what} {value:.3f}" for what, value in figures.items()))
    return "\n".join(lines)


def curve(every: Sequence[Told]) -> str:
    """Return what each threshold lets through and refuses."""
    from sklearn.metrics import roc_auc_score

    sure, can, right = (np.array([getattr(one, name) for one in every]) for name in ("confidence", "answerable", "right"))
    lines = [f"ROC AUC answerable against not {roc_auc_score(can, sure):.3f}, right against wrong {roc_auc_score(right, sure):.3f}"]
    for least in THRESHOLDS:
        shares = (sure[~can] >= least).mean(), (sure[can] < least).mean(), (sure[right] < least).mean()
        lines.append("  {}: unanswerable answered {:.3f}, answerable refused {:.3f}, right ones refused {:.3f}".format(least, *shares))
    return "\n".join(lines)


def over_articles(items: Sequence[dict[str, Any]], library: Path, out: Path | None) -> None:
    """Ask a library of all of Wikipedia and print the figures."""
    with closing(open_answerer(library)) as answerer:
        document = {held.source: held.document for held in answerer.library.held()}
        every = [found(item, document[item["source"]], answerer) for item in items if item["answers"] and item["source"] in document]
    print(f"{len(every)} questions, {len(document)} documents", articles_table(every), sep="\n")
    keep(every, out)


def keep(every: Sequence[Told] | Sequence[Found], out: Path | None) -> None:
    if out:
        out.write_text("".join(json.dumps(one._asdict(), ensure_ascii=False) + "\n" for one in every), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", default="judge", choices=("judge", "calibrate"))
    parser.add_argument("--out", type=Path, help="write per-question results here")
    parser.add_argument("--library", type=Path, help="ask a library of all of Wikipedia instead")
    options = parser.parse_args()
    if options.library:
        over_articles(written(options.data, options.part), options.library, options.out)
        return
    items = written(options.data, "fit", "calibrate", "judge")
    with tempfile.TemporaryDirectory() as folder:
        retriever = library_of(items, Path(folder))
        texts = squeezed_texts(retriever)
        every = [told(item, retriever, texts) for item in items if part_of(item["id"]) == options.part]
    print(f"{len(every)} questions, {len(texts)} documents", table(every), curve(every), sep="\n")
    keep(every, options.out)


if __name__ == "__main__":
    main()
