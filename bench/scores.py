"""How good ranked documents are: by ir-measures, question by question; a question without a right document found counts as zero."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import RR, Measure, Qrel, R, ScoredDoc, Success, nDCG

MEASURES: dict[str, Measure] = {  # R@1 is whether the first document is a right one
    "nDCG@10": nDCG @ 10, "MRR@10": RR @ 10, "R@1": Success @ 1, "R@5": R @ 5, "R@10": R @ 10, "R@100": R @ 100,
}  # fmt: skip
_SEED, _RESAMPLED = 1, 1000
Runs = Mapping[str, Sequence[ScoredDoc]]  # leg -> documents of every question


def by_question(run: Sequence[ScoredDoc], qrels: Sequence[Qrel], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return each measure of each of the questions, in their order."""
    found = {name: dict.fromkeys(MEASURES, 0.0) for name in names}
    label = {measure: text for text, measure in MEASURES.items()}
    for value in ir_measures.iter_calc(MEASURES.values(), qrels, run) if run else ():
        if value.query_id in found:
            found[value.query_id][label[value.measure]] = value.value
    return found


def half(values: Sequence[float]) -> float:
    """Return half the 95 % interval of a mean: the percentile bootstrap, 1,000 samples of the questions by a fixed seed."""
    drawn = np.random.default_rng(_SEED).integers(0, len(values), (_RESAMPLED, len(values)))
    low, high = np.percentile(np.asarray(values, float)[drawn].mean(axis=1), (2.5, 97.5))
    return float(high - low) / 2


def table(runs: Runs, qrels: Sequence[Qrel], names: Sequence[str]) -> str:
    """Return a table in Markdown: for every leg each measure ± half its interval."""
    lines = ["| | " + " | ".join(MEASURES) + " |", "|---" * (len(MEASURES) + 1) + "|"]
    for leg, run in runs.items():
        found = list(by_question(run, qrels, names).values())
        columns = [[one[label] for one in found] for label in MEASURES]
        lines.append(f"| {leg} | " + " | ".join(f"{sum(values) / len(values):.4f} ±{half(values):.3f}" for values in columns) + " |")
    return "\n".join([*lines, f"± half the 95 % interval: {_RESAMPLED:,} bootstrap samples of {len(names)} questions, seed {_SEED}"])


def write(out: Path, run: Sequence[ScoredDoc], qrels: Sequence[Qrel], took: Mapping[str, float]) -> None:
    """Write a line of JSON a question: its id, every measure of a leg, and the milliseconds it took (``took``, by id)."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as lines:
        for name, values in by_question(run, qrels, list(took)).items():
            lines.write(json.dumps({"id": name, **values, "ms": round(took[name], 2)}, ensure_ascii=False) + "\n")
