"""Evidence and short answers: `python -m bench.evidence ../shared/data/iapp_validation.jsonl [MORE.jsonl] [--out FILE]`.

Every distinct context is a document without a title. A question is asked of its own document alone (gold passage) and of all of them.

- sentence@1, @2: the sentences judged likeliest hold the marked answer, at its place.
- shown: a short answer is shown; right: of those, how many share half their words with the marked answer (F1 >= .5).
- EM, F1: the likeliest short answer, shown or not, against the marked ones, over words (newmm) and letters.
- whole: the program asked as a user asks it: how many answers hold the marked one, claims an answer, the share of citations that are word
  for word where they point (precision), the share of claims that have one (recall), and milliseconds.
- refused: the share of questions for which the confidence is below the threshold, all of them answerable.
- ECE: the expected calibration error of the confidence, that the documents answer, over ten bins: the questions asked of all documents,
  which do, and again of all without their own, which do not.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pythainlp.tokenize import word_tokenize

from bench.resources import percentile
from bench.retrieval import open_contexts
from bench.seeds import squeeze
from rag.assemble import CONFIDENT, Answerer
from rag.question import ask
from rag.reading.read import read
from rag.records import Citation, Evidence

_READ = 10  # passages found for a question


class Told(NamedTuple):
    """What one question came to: does the n-th sentence hold the answer, the short answer or None, what is scored, the confidence."""

    id: str
    holds: list[bool]
    short: str | None
    said: str
    confidence: float
    answers: list[str]


def words(text: str) -> list[str]:
    """Return the words of a text as the Thai papers count them, without blanks."""
    return [word for word in word_tokenize(text, engine="newmm") if word.strip()]


def f1(said: str, answers: Sequence[str], parts: Callable[[str], Sequence[str]]) -> float:
    """Return the best F1 of shared parts with any of the answers."""
    own = Counter(parts(said))
    best = 0.0
    for answer in answers:
        theirs = Counter(parts(answer))
        shared = sum((own & theirs).values())
        best = max(best, 2 * shared / (own.total() + theirs.total()) if shared else 0.0)
    return best


def holds(evidence: Evidence, item: dict[str, Any]) -> bool:
    """Whether a sentence holds the marked answer near its place (offsets move a little where blanks do)."""
    return any(
        squeeze(answer["text"]) in squeeze(evidence.text) and abs(evidence.start - answer["start"]) < len(evidence.text) + 60
        for answer in item["answers"]
    )


def told(answerer: Answerer, item: dict[str, Any], document: str, *, alone: bool = False, without: bool = False) -> Told:
    """Read for one question: in its own document ``alone``, in all, or in all ``without`` its own."""
    question, retriever = ask(item["question"]), answerer.retriever
    others = [name for name in answerer.library.document_ids() if name != document] if without else None
    hits = retriever.retrieve(question, _READ, [document] if alone else others)
    reading = read(question, hits, retriever.near)
    first = reading.evidence[:2]
    right = [piece.hit.passage.document == document and holds(piece, item) for piece in first] or [False]
    best = first[0].text if first else ""
    short = best[slice(*reading.short)] if reading.short else None
    said = best[slice(*reading.guess)] if reading.guess else best
    answers = [answer["text"] for answer in item["answers"]]
    return Told(item["id"], right, short, said, reading.confidence, answers)


def table(name: str, every: Sequence[Told]) -> str:
    """Return one line of figures."""
    shown = [one for one in every if one.short is not None]
    right = [f1(one.short or "", one.answers, words) >= 0.5 for one in shown]
    exact = [any(squeeze(one.said) == squeeze(answer) for answer in one.answers) for one in every]
    figures = {
        "sentence@1": np.mean([one.holds[0] for one in every]),
        "@2": np.mean([any(one.holds) for one in every]),
        "shown": len(shown) / len(every),
        "right": np.mean(right) if right else 0.0,
        "EM": np.mean(exact),
        "F1 words": np.mean([f1(one.said, one.answers, words) for one in every]),
        "F1 letters": np.mean([f1(squeeze(one.said), list(map(squeeze, one.answers)), list) for one in every]),
        "refused": np.mean([one.confidence < CONFIDENT for one in every]),
    }
    return f"{name:12} " + "  ".join(f"{what} {value:.3f}" for what, value in figures.items())


def whole(answerer: Answerer, items: Sequence[dict[str, Any]]) -> str:
    """Return one line of figures of the answers themselves."""
    holding, claims, cited, exact, quoted, took = 0, 0, 0, 0, 0, []
    for item in items:
        answer = answerer.ask(item["question"])
        took.append(answer.timings["total"])
        holding += any(squeeze(one["text"]) in squeeze(answer.text) for one in item["answers"])
        claims += len(answer.claims)
        cited += sum(bool(claim.citations) for claim in answer.claims)
        by_number = {citation.number: citation for citation in answer.citations}
        for claim in answer.claims:
            quoted += len(claim.citations)
            exact += sum(_stands(by_number[number], claim.text) for number in claim.citations)
    return (
        f"whole        holds the answer {holding / len(items):.3f}  claims {claims / len(items):.2f}"
        f"  citation precision {exact / max(quoted, 1):.3f}  recall {cited / max(claims, 1):.3f}"
        f"  p50 {percentile(took, 0.5):.0f} ms  p95 {percentile(took, 0.95):.0f} ms"
    )


def _stands(citation: Citation, claim: str) -> bool:
    return citation.document.text[citation.start : citation.end] == citation.quote and claim in citation.quote


def calibration(right: Sequence[bool], confidence: Sequence[float]) -> tuple[float, str]:
    """Return the expected calibration error over ten bins, and the bins as text: confidence, share right, how many."""
    sure, held = np.asarray(confidence), np.asarray(right, float)
    bins = np.minimum((sure * 10).astype(int), 9)
    rows = [(sure[bins == n].mean(), held[bins == n].mean(), int((bins == n).sum())) for n in range(10) if (bins == n).any()]
    error = sum(abs(said - true) * count for said, true, count in rows) / len(sure)
    return float(error), "  ".join(f"{said:.2f}:{true:.2f}({count})" for said, true, count in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, help="write per-question results here")
    options = parser.parse_args()
    lines = []
    for file in options.files:
        items = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        contexts = list(dict.fromkeys(item["context"] for item in items))
        with tempfile.TemporaryDirectory() as folder:
            answerer, source_of = open_contexts(contexts, Path(folder))
            rows = {source: row for row, source in source_of.items()}
            passages = answerer.library.passages(list(rows.values()))
            named = {context: passages[rows[f"d{n}"]].document for n, context in enumerate(contexts)}
            ways = {
                "gold passage": [told(answerer, item, named[item["context"]], alone=True) for item in items],
                "all": [told(answerer, item, named[item["context"]]) for item in items],
                "without": [told(answerer, item, named[item["context"]], without=True) for item in items],
            }
            answers = whole(answerer, items)
            answerer.close()
        print(f"{file.name}: {len(items)} questions, {len(contexts)} documents")
        print("\n".join(table(way, ways[way]) for way in ("gold passage", "all")))
        print(answers)
        asked = [*ways["all"], *ways["without"]]
        answerable = [True] * len(ways["all"]) + [False] * len(ways["without"])
        error, bins = calibration(answerable, [one.confidence for one in asked])
        kept = np.mean([one.confidence >= CONFIDENT for one in ways["without"]])
        print(f"without its document answered {kept:.3f}; ECE {error:.3f}: {bins}")
        lines += [json.dumps({"way": way, **one._asdict()}, ensure_ascii=False) for way, every in ways.items() for one in every]
    if options.out is not None:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
