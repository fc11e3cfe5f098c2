"""Tham beside others on the same passages: `python -m bench.peers --data ../shared/data [--passages 20000] [--only NAME…] [--out FILE]`.

The passages are all those of the right articles of some MIRACL-th dev questions, and others of random articles of Thai Wikipedia, drawn
and mixed by a fixed seed; the same text twice is taken once. Each system (bench/peer_systems.py) runs in a process of its own, one after
the other, and is built from the file of passages; then it is asked one question at a time, ten passages each, after one to warm up.
Relevance is by article, an article standing where its first of fifty passages stands; a question without a result counts as zero.
What is not installed is named and passed over (`pip install -e .[bench,peers]`).
"""

import argparse
import heapq
import json
import lzma
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import ir_measures
from ir_measures import Qrel, R, ScoredDoc, Success, nDCG

from bench.peer_systems import SYSTEMS
from bench.scores import half
from index.chunk import chunk
from index.formats.jsonl import compose

MEASURES = {"R@1": Success @ 1, "R@10": R @ 10, "nDCG@10": nDCG @ 10}  # the first is whether the first article is a right one
_SEED = 1
_CURID = re.compile(r"curid=([0-9]+)")
_ROOT = Path(__file__).resolve().parent.parent
_QUIET = {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}  # nothing asks the network


class Drawn(NamedTuple):
    """Records ``{"source", "title", "text"}`` of passages, the questions, and which articles are right. A source is ``article#number``."""

    passages: list[dict[str, str]]
    questions: dict[str, str]
    qrels: list[Qrel]


def draw(articles: Path, questions: Path, passages: int, asked: int) -> Drawn:
    """Return the passages and questions, the same each time. Raises ValueError where the right articles have more passages than that."""
    chance = random.Random(_SEED)
    items = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    items = chance.sample(items, min(asked, len(items)))
    right = {name for item in items for name in item["positive_articles"]}
    held: dict[str, dict[str, str]] = {}

    def others() -> Iterator[tuple[float, str, dict[str, str]]]:
        for name, record in _records(articles):
            if name in right:
                held[name] = record
            else:
                yield chance.random(), name, record

    rest = heapq.nsmallest(passages, others(), key=lambda other: other[:2])
    cuts = {one["text"]: one for name, record in held.items() for one in _passages(name, record)}
    if len(cuts) > passages:
        raise ValueError(f"the right articles of {len(items)} questions have {len(cuts)} passages: ask fewer or take more passages")
    for _, name, record in rest:
        if len(cuts) >= passages:
            break
        for one in _passages(name, record):
            cuts.setdefault(one["text"], one)
    mixed = list(cuts.values())[:passages]
    chance.shuffle(mixed)  # order decides between equal scores
    there = {one["source"].split("#")[0] for one in mixed}
    qrels = [Qrel(item["id"], name, 1) for item in items for name in item["positive_articles"] if name in there]
    judged = {qrel.query_id for qrel in qrels}
    return Drawn(mixed, {item["id"]: item["question"] for item in items if item["id"] in judged}, qrels)


def _records(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if number := _CURID.search(record["source"]):
                yield number[1], record


def _passages(name: str, record: dict[str, str]) -> Iterator[dict[str, str]]:
    document = compose(record["text"], record["title"], name, {})
    for number, cut in enumerate(chunk(document)):
        yield {"source": f"{name}#{number}", "title": document.title, "text": document.text[cut.start : cut.end]}


def run(name: str, folder: Path) -> dict[str, Any] | None:
    """Measure one system in a process of its own on what lies in ``folder``; None, with a word, where it is not installed or breaks."""
    try:
        versions(name)
    except PackageNotFoundError as error:
        print(f"{SYSTEMS[name].label}: {error.name} is not installed, passed over", file=sys.stderr)
        return None
    command = [sys.executable, "-m", "bench.peer_systems", name, str(folder)]
    done = subprocess.run(command, cwd=_ROOT, env={**os.environ, **_QUIET}, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"code {done.returncode}"]
        print(f"{SYSTEMS[name].label}: broke down, passed over ({said[-1]})", file=sys.stderr)
        return None
    result: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return result


def versions(name: str) -> dict[str, str]:
    """Return the versions of a system's packages. Raises PackageNotFoundError."""
    return {package: version(package) for package in SYSTEMS[name].packages}


def score(found: Sequence[Sequence[str]], questions: Sequence[str], qrels: Sequence[Qrel]) -> dict[str, float]:
    """Return each measure, and half the 95 % interval of R@1 from resampled questions, of passages ranked best first."""
    ranked = []
    for name, sources in zip(questions, found, strict=True):
        articles = dict.fromkeys(source.split("#")[0] for source in sources)
        ranked += [ScoredDoc(name, article, -place) for place, article in enumerate(articles)]
    values = ir_measures.calc_aggregate(MEASURES.values(), qrels, ranked)
    first = {value.query_id: value.value for value in ir_measures.iter_calc([MEASURES["R@1"]], qrels, ranked)}
    return {**{label: values[measure] for label, measure in MEASURES.items()}, "R@1±": half([first.get(name, 0.0) for name in questions])}


def row(name: str, result: dict[str, Any], drawn: Drawn) -> dict[str, Any]:
    """Return the line of the table of one system."""
    took = sorted(result["search_ms"])
    return {
        "name": name, "label": SYSTEMS[name].label, "versions": versions(name),
        **{key: round(result[key], 3) for key in ("build_s", "build_cpu_s", "search_cpu_ms")},
        "p50_ms": round(took[len(took) // 2], 3), "p95_ms": round(took[int(0.95 * len(took))], 3),
        **{key: round(value, 4) for key, value in score(result["found"], list(drawn.questions), drawn.qrels).items()},
        "memory_mb": round(result["memory"] / 2**20), "disk_mb": round(result["disk"] / 2**20, 1), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def compare(rows: Sequence[dict[str, Any]]) -> None:
    """Put into each row how many times Tham's time it took, by the clock and by processor time, where Tham ran; below 1 is faster."""
    own = next((line for line in rows if line["name"] == "tham"), None)
    if own is not None:
        times = {"build_x": "build_s", "build_cpu_x": "build_cpu_s", "search_x": "p50_ms", "search_cpu_x": "search_cpu_ms"}
        for line in rows:
            line.update({key: round(line[of] / own[of], 3) for key, of in times.items()})


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table in Markdown; × is how many times Tham's time, by the clock (by processor time)."""
    lines = ["| | R@1 | R@10 | nDCG@10 | build s | × | p50 / p95 ms | × | memory MB | disk MB |", "|---" * 10 + "|"]
    for one in rows:
        build, search = (f"{one[f'{key}_x']:.2f} ({one[f'{key}_cpu_x']:.2f})" if "build_x" in one else "" for key in ("build", "search"))
        name = f"{one['label']} {next(iter(one['versions'].values()))}"
        quality = f"{one['R@1']:.3f} ±{one['R@1±']:.3f} | {one['R@10']:.3f} | {one['nDCG@10']:.3f}"
        times = f"{one['build_s']:.1f} | {build} | {one['p50_ms']:.1f} / {one['p95_ms']:.1f} | {search}"
        lines.append(f"| {name} | {quality} | {times} | {one['memory_mb']} | {one['disk_mb']} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of thwiki_2018.jsonl.xz and miracl_th_dev.jsonl")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--only", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME", help=", ".join(SYSTEMS))
    parser.add_argument("--out", type=Path, help="write the rows here, for bench.plot")
    options = parser.parse_args()
    try:
        drawn = draw(options.data / "thwiki_2018.jsonl.xz", options.data / "miracl_th_dev.jsonl", options.passages, options.questions)
    except ValueError as error:
        parser.error(str(error))
    said = f"{len(drawn.passages)} passages, {len(drawn.questions)} questions, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(said, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(Path(folder), drawn, options.only)
    print(table(rows), *([f"load average {min(loads)}–{max(loads)}"] if (loads := [one["load"] for one in rows]) else []), sep="\n")
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps({"of": said, "rows": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rows(folder: Path, drawn: Drawn, names: Sequence[str]) -> list[dict[str, Any]]:
    lay(folder, drawn)
    rows = []
    for name in names:
        if (result := run(name, folder)) is not None:
            rows.append(row(name, result, drawn))
            print(f"{rows[-1]['label']}: done, load {rows[-1]['load']}", file=sys.stderr, flush=True)
    compare(rows)
    return rows


def lay(folder: Path, drawn: Drawn) -> None:
    """Write what the systems read: the passages and the questions."""
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in drawn.passages)
    (folder / "passages.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(list(drawn.questions.values()), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
